"""`k3s agent`: a node without control plane."""
import json
import time

from . import api, flags as flag, join, log, machine, paths
from .background import in_background
from .balancer import Balancer
from .children import Children
from .log import Fatal
from .main_loop import run_until_stopped
from .node import Node
from .pod_network import PodNetwork, watch_nodes

API_PORT = 6444


def run(flags):
    url, token = flags["server"], flag.secret(flags, "token")
    if not url:
        raise Fatal("--server is required")
    if not token:
        raise Fatal("--token is required")
    where = paths.Paths(flags["data-dir"])
    lock = machine.single_instance(where.data)
    machine.prepare()
    children = Children()
    balancer_port = int(flags["lb-server-port"] or API_PORT)
    node = Node(where, flags, children, None)
    run_until_stopped(children, lambda: start(node, url, token, balancer_port))
    lock.close()


def start(node, url, token, balancer_port):
    server = join.Server(url, token, "node")
    server.hosts += [host for host in known_hosts(node.where) if host not in server.hosts]
    node.start_containerd()
    server.connect()
    settings = until_answered(server, "GET", "/v1-k3s/config")
    node.request_certificates(
        lambda kind, request: until_answered(server, "POST", f"/v1-k3s/{kind}.crt", request))
    balancer = Balancer(balancer_port, servers_file(node.where), server.call("GET", "/v1-k3s/apiservers"))

    def update():
        servers = server.call("GET", "/v1-k3s/apiservers")
        balancer.update(servers)
        server.hosts = [host.rpartition(":")[0] for host in balancer.servers]

    in_background("servers", update, lambda: time.sleep(10))
    node.wait_for_containerd()
    local = f"https://127.0.0.1:{balancer_port}"
    client = api.Api(balancer_port, node.tls, "client-kubelet")
    node.children.wait_until("the API server", lambda: client.is_ready("/api/v1/nodes?limit=1"))
    node.start_kubelet(local, settings)
    if not settings["disable-kube-proxy"]:
        node.start_kube_proxy(local, settings)
    if settings["flannel-backend"] != "none":
        nodes, changed = watch_nodes(client)
        PodNetwork(node, nodes, changed, settings).run()
    log.info("k3s agent is up and running")


def servers_file(where):
    return f"{where.agent}/etc/k3s-agent-load-balancer.json"


def known_hosts(where):
    """The servers that were there when this agent ran last: the one in its configuration may be off."""
    remembered = paths.read(servers_file(where))
    return [server.rpartition(":")[0] for server in json.loads(remembered)] if remembered else []


def until_answered(server, method, path, body=None):
    """A server that has just begun to listen may not be ready for every question."""
    reported = False
    while True:
        try:
            return server.call(method, path, body)
        except join.Unreachable as problem:
            if not reported:
                log.error(f"Waiting to retrieve {path}: {problem}")
            reported = True
            time.sleep(1)
