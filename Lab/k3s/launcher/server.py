"""`k3s server`: the control plane, the datastore, the supervisor, and a node as well."""
import os
import threading
import time

from . import api, bootstrap, certificates, control_plane, flags as flag, join, kubeconfig, log, machine, main_loop
from . import paths, reset, tokens
from .background import in_background
from .children import Children
from .cluster import ClusterDuties
from .control_plane import ControlPlane
from .etcd import Etcd
from .log import Fatal
from .names import Names
from .node import Node
from .node import address as node_address, name as node_name
from .node_certificates import NodeCertificates
from .pod_network import PodNetwork, watch_nodes
from .secrets_encryption import Encryption
from .supervisor import Supervisor, same

# What is the same on every server, as k3s wants it; and its defaults.
CRITICAL = {
    "cluster-cidr": "10.42.0.0/16", "service-cidr": "10.43.0.0/16", "cluster-dns": "",
    "cluster-domain": "cluster.local", "flannel-backend": "vxlan", "disable-kube-proxy": False,
    "secrets-encryption": False,
}
NOT_IN_THE_LAB = ("traefik", "servicelb", "local-storage", "metrics-server")


def run(flags):
    Server(flags).run()


class Server:
    def __init__(self, flags):
        self.flags = flags
        self.where = paths.Paths(flags["data-dir"])
        self.port = int(flags["https-listen-port"] or 6443)
        self.children = Children()
        self.settings = settings(flags)
        self.encryption = Encryption(self.where)
        self.name, self.address = node_name(flags), node_address(flags)
        self.advertise = flags["advertise-address"] or self.address
        self.etcd = None
        self.password = self.agent_password = ""
        self.promoting = threading.Event()

    def run(self):
        lock = machine.single_instance(self.where.data)
        machine.prepare()
        self.password, self.agent_password = self.tokens()
        self.etcd = self.datastore()
        if self.flags["cluster-reset"]:
            return reset.run(self)
        # A start without the flag makes way for another reset.
        paths.remove(f"{self.where.db}/{reset.MARK}")
        main_loop.run_until_stopped(self.children, self.start)
        lock.close()

    # MARK: what is known before anything starts

    def tokens(self):
        given, agent = flag.secret(self.flags, "token"), flag.secret(self.flags, "agent-token")
        written = paths.read(self.where.token)
        if written and given and tokens.Token(given).password != tokens.Token(written.strip()).password:
            raise Fatal(f"{bootstrap.WRONG_TOKEN}: the token given is not the one in {self.where.token}")
        if not given and not written and self.flags["server"]:
            raise Fatal("--token is required to join a cluster")
        chosen = given or (written or "").strip() or tokens.new_password()
        password = tokens.Token(chosen).password
        return password, tokens.Token(agent).password if agent else password

    def datastore(self):
        member, alone = (Etcd(self.where, self.name, self.address, kind) for kind in (False, True))
        if self.flags["datastore-endpoint"]:
            raise Fatal("the lab has no external datastore: leave datastore-endpoint out")
        is_etcd = member.exists or self.flags["server"] or self.flags["cluster-init"] or self.flags["cluster-reset"]
        if is_etcd and alone.exists and not member.exists:
            raise Fatal(f"{alone.data} holds data of a cluster with SQLite; the lab does not migrate them to etcd")
        if not is_etcd:
            log.info("The lab has no SQLite: an etcd of this server alone stands in for it, and no server can join")
        return member if is_etcd else alone

    # MARK: starting

    def start(self):
        joining = bool(self.flags["server"]) and not self.etcd.exists
        remote = None
        if joining:
            remote = join.Server(self.flags["server"], flag.secret(self.flags, "token"), "server")
            remote.connect()
            self.take_over(remote.call("GET", "/v1-k3s/server-bootstrap"))
        else:
            certificates.make_authorities(self.where.tls)
            if self.flags["secrets-encryption"] and not self.etcd.exists:
                self.encryption.initialize()
        control_plane.issue_certificates(self.where, self.names(), self.address)
        client = api.Api(self.port, self.where.tls, "client-supervisor")
        node = Node(self.where, self.flags, self.children, client)
        if not self.flags["disable-agent"]:
            node.start_containerd()
        self.start_etcd(remote)
        bootstrap.reconcile(self.where, self.etcd, self.password)
        if self.flags["secrets-encryption"] and not self.encryption.exists:
            self.encryption.initialize()
            bootstrap.store(self.where, self.etcd, self.password)
        self.write_tokens()
        self.start_control_plane(client)
        self.write_kubeconfig()
        duties = ClusterDuties(self, client)
        certified = NodeCertificates(self.where, client)
        nodes, changed = watch_nodes(client)
        self.routes = duties.routes(certified, nodes)
        Supervisor(self, f"{self.where.tls}/serving-kube-apiserver.crt", f"{self.where.tls}/serving-kube-apiserver.key")
        if not self.flags["disable-agent"]:
            self.start_node(node, certified, client, nodes, changed)
        duties.begin(nodes)
        log.info("k3s is up and running")

    def take_over(self, answer):
        """Files and settings of the cluster that this server joins."""
        theirs = answer["settings"]
        different = [f"{name}: {theirs[name]} there, {self.settings[name]} here" for name in CRITICAL
                     if theirs[name] != self.settings[name]]
        if different:
            raise Fatal("critical configuration value mismatch between servers: " + "; ".join(different))
        bootstrap.unpack(self.where, answer["files"])

    def names(self):
        service = machine.first_address(self.settings["service-cidr"])
        domain = self.settings["cluster-domain"]
        return ["kubernetes", "kubernetes.default", "kubernetes.default.svc", f"kubernetes.default.svc.{domain}",
                "localhost", "127.0.0.1", service, self.name, os.uname().nodename, self.address, self.advertise,
                *[part for part in self.flags["node-external-ip"] if ":" not in part], *self.flags["tls-san"]]

    def start_etcd(self, remote):
        initial = None
        if remote:
            os.makedirs(self.etcd.data, mode=0o700, exist_ok=True)
            initial = self.become_member(remote)
        os.makedirs(self.etcd.data, mode=0o700, exist_ok=True)
        os.chmod(self.etcd.data, 0o700)
        self.children.start("etcd", self.etcd.arguments(
            initial, self.flags["etcd-expose-metrics"], self.flags["etcd-arg"]))
        self.children.wait_until("etcd", self.etcd.is_healthy, seconds=600)
        if not self.etcd.alone:
            in_background("learners", self.etcd.promote_learners, self.wait_for_learners)

    def wait_for_learners(self):
        """Looks seldom, and often for a while after somebody began to join."""
        if self.promoting.wait(5):
            self.promoting.clear()
            time.sleep(1)

    def become_member(self, remote):
        """Asks until every other member is a healthy voter, as k3s does."""
        log.info(f"Adding member {self.etcd.name}={self.etcd.peer} to etcd cluster")
        last = None
        while True:
            try:
                return remote.call("POST", "/db/members", {"name": self.etcd.name, "peer": self.etcd.peer})
            except join.Unreachable as problem:
                message = str(problem)
            except Fatal as refused:
                message = str(refused)
                if "etcdserver:" not in message:
                    raise
            if message != last:
                log.info(f"Waiting for other members to finish joining etcd cluster: {message}")
                last = message
            time.sleep(2)

    def start_control_plane(self, client):
        plane = ControlPlane(self.where, self.flags, self.settings, self.advertise, self.port)
        self.children.start("kube-apiserver", plane.apiserver())
        self.plane = plane
        self.children.wait_until("the API server", client.is_ready, seconds=300)
        leader_elect = not self.etcd.alone
        if not self.flags["disable-controller-manager"]:
            self.children.start("kube-controller-manager", plane.controller_manager(leader_elect))
        if not self.flags["disable-scheduler"]:
            self.children.start("kube-scheduler", plane.scheduler(leader_elect))
        self.client = client

    def restart_api_server(self):
        """From any thread: has the main thread do it, and waits until it answers again."""
        done = threading.Event()

        def restart():
            self.children.stop("kube-apiserver")
            self.children.start("kube-apiserver", self.plane.apiserver())
            self.children.wait_until("the API server", self.client.is_ready, seconds=120)

        main_loop.requests.put((restart, done))
        if not done.wait(150):
            raise Fatal("the API server did not become ready again")

    def start_node(self, node, certified, client, nodes, changed):
        node.request_certificates(certified.issue)
        node.wait_for_containerd()
        local = f"https://127.0.0.1:{self.port}"
        node.start_kubelet(local, self.settings)
        if not self.flags["disable-kube-proxy"]:
            node.start_kube_proxy(local, self.settings)
        if self.flags["flannel-backend"] != "none":
            PodNetwork(node, nodes, changed, self.settings).run()
        if "coredns" not in self.flags["disable"]:
            lines = (paths.read(node.resolver_file()) or "").splitlines()
            upstream = [line.split()[1] for line in lines if line.startswith("nameserver ") and ":" not in line]
            Names(client, self.settings["cluster-domain"], self.address, upstream)
        for component in NOT_IN_THE_LAB:
            if component not in self.flags["disable"]:
                log.info(f"The lab has no {component}; name it under disable to say that you know")

    # MARK: files for others

    def write_tokens(self):
        ca_hash = certificates.digest(self.ca())
        paths.write(self.where.token, tokens.full(ca_hash, "server", self.password) + "\n")
        node_token, agent_token = f"{self.where.server}/node-token", f"{self.where.server}/agent-token"
        if self.agent_password != self.password:
            if os.path.islink(agent_token):
                paths.remove(agent_token)
            paths.write(agent_token, tokens.full(ca_hash, "node", self.agent_password) + "\n")
        else:
            link(self.where.token, agent_token)
        link(self.where.token, node_token)

    def write_kubeconfig(self):
        path = self.flags["write-kubeconfig"] or paths.KUBECONFIG
        mode = self.flags["write-kubeconfig-mode"] or "600"
        try:
            mode = int(mode, 8)
        except ValueError:
            raise Fatal(f"invalid write-kubeconfig-mode {mode}: expected an octal number, for instance 0600")
        kubeconfig.write_for_administrator(path, f"https://127.0.0.1:{self.port}", self.where.tls, mode)
        if self.flags["write-kubeconfig-group"]:
            machine.run("chgrp", self.flags["write-kubeconfig-group"], path)
        log.info(f"Wrote kubeconfig {path}")

    # MARK: what the supervisor asks

    def ca(self):
        return paths.read(f"{self.where.tls}/server-ca.crt")

    def role(self, password):
        if same(password, self.password):
            return "server"
        if same(password, self.agent_password):
            return "node"
        match = tokens.BOOTSTRAP.match(password)
        if match:
            secret = self.client.secret(f"bootstrap-token-{match[1]}") or {}
            expires = secret.get("expiration", "9999")
            now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            if same(secret.get("token-secret"), match[2]) and expires > now:
                return "node"
        return None


def settings(flags):
    chosen = {name: flags[name] or default for name, default in CRITICAL.items()}
    for name in ("cluster-cidr", "service-cidr"):
        networks = [part for part in flags[name] if ":" not in part] or [CRITICAL[name]]
        chosen[name] = networks[0]
    chosen["cluster-dns"] = (flags["cluster-dns"] or [machine.first_address(chosen["service-cidr"], 10)])[0]
    return chosen


def link(target, path):
    if not os.path.islink(path) or os.readlink(path) != target:
        paths.remove(path)
        os.symlink(target, path)
