"""In place of flannel: the bridge plugin on each node, and routes to the other nodes' pods (host-gw)."""
import json
import threading

from . import api, log, machine, paths
from .background import in_background

CONFIGURATION = "/etc/cni/net.d/10-flannel.conflist"
# Marks the routes that are ours.
PROTOCOL = "201"


class PodNetwork:
    def __init__(self, node, nodes, changed, settings):
        self.node, self.nodes, self.changed, self.settings = node, nodes, changed, settings
        self.subnet = None

    def run(self):
        in_background("pod network", self.arrange, lambda: (self.changed.wait(10), self.changed.clear()))

    def arrange(self):
        if not self.nodes.is_complete:
            return
        wanted = {}
        for node in self.nodes.values():
            subnet, address = node["spec"].get("podCIDR"), api.address(node)
            if node["metadata"]["name"] == self.node.name:
                if subnet and subnet != self.subnet:
                    self.connect(subnet)
            elif subnet and address:
                wanted[subnet] = address
        present = {}
        for line in machine.run("ip", "-4", "route", "show", "proto", PROTOCOL).stdout.splitlines():
            words = line.split()
            present[words[0]] = words[words.index("via") + 1] if "via" in words else ""
        for subnet, address in wanted.items():
            if present.get(subnet) != address:
                machine.run("ip", "route", "replace", subnet, "via", address, "proto", PROTOCOL)
                log.info(f"Pods of {subnet} are reached by {address}")
        for subnet in present.keys() - wanted.keys():
            machine.run("ip", "route", "del", subnet, "proto", PROTOCOL, check=False)

    def connect(self, subnet):
        """Writes the CNI configuration; the node becomes Ready by it."""
        self.subnet = subnet
        paths.write(CONFIGURATION, json.dumps({
            "cniVersion": "0.3.1", "name": "cbr0",
            "plugins": [
                {"type": "bridge", "bridge": "cni0", "isDefaultGateway": True, "hairpinMode": True, "mtu": 1400,
                 "ipam": {"type": "host-local", "ranges": [[{"subnet": subnet}]],
                          "dataDir": "/var/lib/cni/networks"}},
                {"type": "portmap", "capabilities": {"portMappings": True}},
            ],
        }, indent=1) + "\n", 0o644)
        rule = ("POSTROUTING", "-s", subnet, "!", "-d", self.settings["cluster-cidr"], "-m", "comment", "--comment",
                "lab: pods outside the pod network", "-j", "MASQUERADE")
        if machine.run("iptables", "-w", "-t", "nat", "-C", *rule, check=False).returncode:
            machine.run("iptables", "-w", "-t", "nat", "-A", *rule)
        log.info(f"Wrote {CONFIGURATION} for {subnet}")


def watch_nodes(client, changed=None):
    changed = changed or threading.Event()
    return api.Watched(client, "/api/v1/nodes", changed), changed
