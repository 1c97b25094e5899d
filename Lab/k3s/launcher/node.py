"""containerd, kubelet and kube-proxy, the same on servers and agents."""
import glob
import json
import os
import socket
import subprocess

import yaml

from . import certificates, kubeconfig, log, machine, paths
from .control_plane import arguments
from .log import Fatal

PAUSE = "croft.lab/pause:1"


def name(flags):
    """The node's name, as k3s makes it."""
    chosen = (flags["node-name"] or socket.gethostname()).lower()
    if flags["with-node-id"]:
        file = "/etc/rancher/node/id"
        if paths.read(file) is None:
            paths.write(file, os.urandom(4).hex())
        chosen += "-" + paths.read(file).strip()
    return chosen


def address(flags):
    """The node's IPv4 address; IPv6 is accepted and left aside, for the lab's network has none."""
    given = [part for part in flags["node-ip"] if ":" not in part]
    if not given:
        return machine.default_address()
    if not machine.has_address(given[0]):
        raise Fatal(f"node-ip {given[0]} is not an address of this machine")
    return given[0]


def password():
    """Proves that a node of this name is the machine that had it first."""
    if paths.read(paths.NODE_PASSWORD) is None:
        paths.write(paths.NODE_PASSWORD, os.urandom(16).hex() + "\n")
    return paths.read(paths.NODE_PASSWORD).strip()


class Node:
    """`issue(kind, request)` has a signing request signed by a server; `api` is this node's way to the API."""

    def __init__(self, where, flags, children, api):
        self.where, self.flags, self.children, self.api = where, flags, children, api
        self.name, self.address = name(flags), address(flags)
        self.tls = where.agent

    def request_certificates(self, issue):
        """Keys stay here; certificates come from a server, each time the node starts as in k3s."""
        for kind in ("client-kubelet", "serving-kubelet", "client-kube-proxy"):
            certificates.make_key(f"{self.tls}/{kind}.key")
            request = certificates.request(f"{self.tls}/{kind}.key").decode()
            answer = issue(kind, {"request": request, "node": self.name, "address": self.address,
                                  "password": password()})
            paths.write(f"{self.tls}/{kind}.crt", answer["certificate"], 0o644)
            for authority in ("server-ca", "client-ca"):
                paths.write(f"{self.tls}/{authority}.crt", answer[authority], 0o644)

    # MARK: containerd

    def start_containerd(self):
        root, pause = f"{self.where.agent}/containerd", self.flags["pause-image"] or PAUSE
        snapshotter = self.flags["snapshotter"] or ("overlayfs" if machine.can_overlay(root) else "native")
        if snapshotter == "native":
            log.info(f"{root} cannot hold an overlay file system; containerd uses its native snapshotter")
        paths.write(f"{self.where.agent}/etc/containerd/config.toml", f"""\
# Written by the lab's stand-in for k3s at each start.
version = 2
root = "{root}"
state = "{paths.RUNTIME}/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]

[grpc]
  address = "{paths.CONTAINERD_SOCKET}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "10010"

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "{snapshotter}"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/opt/cni/bin"
  conf_dir = "/etc/cni/net.d"
""")
        self.children.start(
            "containerd", ["--config", f"{self.where.agent}/etc/containerd/config.toml"],
            log_file=f"{root}/containerd.log")

    def wait_for_containerd(self):
        self.children.wait_until("containerd", lambda: ctr("version").returncode == 0, seconds=60)
        self.import_images()

    def import_images(self):
        """The lab's own images, and those in agent/images, which k3s imports as well (air gap)."""
        files = sorted(glob.glob(f"{paths.LAB}/images/*.tar") + glob.glob(f"{self.where.images}/*.tar"))
        for file in files:
            result = ctr("-n", "k8s.io", "images", "import", file)
            if result.returncode:
                log.error(f"Unable to import {file}: {result.stderr.strip()}")
            else:
                log.info(f"Imported images from {file}")

    # MARK: kubelet

    def start_kubelet(self, server, settings):
        flags = self.flags
        path = kubeconfig.write(f"{self.tls}/kubelet.kubeconfig", server, self.tls, "client-kubelet")
        defaults = {
            "kubeconfig": path, "config": self.kubelet_configuration(settings),
            "hostname-override": self.name, "node-ip": self.address, "cert-dir": f"{self.tls}/pki",
            "container-runtime": "remote", "container-runtime-endpoint": f"unix://{paths.CONTAINERD_SOCKET}",
            "containerd": paths.CONTAINERD_SOCKET, "network-plugin": "cni",
            "pod-infra-container-image": flags["pause-image"] or PAUSE, "cgroup-root": machine.cgroup_root(),
        }
        labels, taints = ["node.kubernetes.io/instance-type=k3s", *flags["node-label"]], flags["node-taint"]
        defaults["node-labels"] = ",".join(labels)
        if taints:
            defaults["register-with-taints"] = ",".join(taints)
        self.children.start("kubelet", arguments(defaults, flags["kubelet-arg"]))

    def kubelet_configuration(self, settings):
        """The defaults and what stands in agent/etc/kubelet.conf.d, as k3s 1.32 and newer reads it."""
        merged = {
            "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
            "cgroupDriver": "cgroupfs", "failSwapOn": False, "enforceNodeAllocatable": [], "evictionHard": {},
            "clusterDomain": settings["cluster-domain"], "clusterDNS": [settings["cluster-dns"]],
            "address": "0.0.0.0", "readOnlyPort": 0, "healthzBindAddress": "127.0.0.1",
            "authentication": {"anonymous": {"enabled": False}, "webhook": {"enabled": True},
                               "x509": {"clientCAFile": f"{self.tls}/client-ca.crt"}},
            "authorization": {"mode": "Webhook"}, "serializeImagePulls": False,
            "tlsCertFile": f"{self.tls}/serving-kubelet.crt",
            "tlsPrivateKeyFile": f"{self.tls}/serving-kubelet.key", "resolvConf": self.resolver_file(),
            "staticPodPath": f"{self.where.agent}/pod-manifests", "providerID": f"k3s://{self.name}",
            "nodeStatusUpdateFrequency": "5s",
        }
        os.makedirs(merged["staticPodPath"], exist_ok=True)
        for file in sorted(glob.glob(f"{self.where.agent}/etc/kubelet.conf.d/*.conf")):
            try:
                with open(file) as stream:
                    merged.update(yaml.safe_load(stream) or {})
            except (yaml.YAMLError, TypeError, ValueError) as problem:
                raise Fatal(f"{file}: expected a KubeletConfiguration: {problem}")
        if merged.get("shutdownGracePeriod"):
            # What newer kubelets have switched on, 1.20 calls alpha.
            merged.setdefault("featureGates", {})["GracefulNodeShutdown"] = True
        path = f"{self.where.agent}/etc/kubelet.json"
        paths.write(path, json.dumps(merged, indent=1) + "\n")
        return path

    def resolver_file(self):
        """The machine's, unless it names only loopback addresses, which lead nowhere from within a pod."""
        given = self.flags["resolv-conf"]
        if given:
            return given
        lines = (paths.read("/etc/resolv.conf") or "").splitlines()
        servers = [line.split()[1] for line in lines if line.startswith("nameserver") and len(line.split()) > 1]
        if any(not server.startswith("127.") and server != "::1" for server in servers):
            return "/etc/resolv.conf"
        path = f"{self.where.agent}/etc/resolv.conf"
        paths.write(path, "# This machine knows no name server that a pod could reach.\n", 0o644)
        return path

    # MARK: kube-proxy

    def start_kube_proxy(self, server, settings):
        path = kubeconfig.write(f"{self.tls}/kubeproxy.kubeconfig", server, self.tls, "client-kube-proxy")
        self.children.start("kube-proxy", arguments({
            "kubeconfig": path, "proxy-mode": "iptables", "cluster-cidr": settings["cluster-cidr"],
            "hostname-override": self.name, "healthz-bind-address": "127.0.0.1", "bind-address": self.address,
            # These switches belong to the host, whose kernel the machine shares.
            "conntrack-max-per-core": "0", "conntrack-tcp-timeout-established": "0s",
            "conntrack-tcp-timeout-close-wait": "0s",
        }, self.flags["kube-proxy-arg"]))


def ctr(*command):
    return subprocess.run([paths.program("ctr"), "--address", paths.CONTAINERD_SOCKET, *command],
                          capture_output=True, text=True)
