"""What the servers do for the cluster beside running it: roles, members, names, manifests, the supervisor's answers."""
import json
import os
import subprocess
import threading
import time

from . import api, bootstrap, log, names, paths
from .background import in_background
from .log import Fatal
from .secrets_encryption import ANNOTATION, FINISHED, PREPARE, ROTATE, START

FINALIZER = "wrangler.cattle.io/managed-etcd-controller"
MEMBER = "etcd.k3s.cattle.io/node-name"
VOTER = "EtcdIsVoter"


class ClusterDuties:
    def __init__(self, server, client):
        self.server, self.client = server, client
        self.applied = {}
        self.nodes = None
        self.lock = threading.Lock()
        self.vote_reported = 0.0
        # Of what this API server was started with.
        self.encryption_mark = self.mark_of_encryption()

    def begin(self, nodes):
        self.nodes = nodes
        in_background("nodes", self.look_after_nodes, lambda: time.sleep(2))
        if "coredns" not in self.server.flags["disable"]:
            in_background("names", self.publish_names, lambda: time.sleep(3))
        in_background("manifests", self.apply_manifests, lambda: time.sleep(5))

    # MARK: the supervisor's answers

    def routes(self, certified, nodes):
        self.nodes = nodes
        kinds = ("client-kubelet", "serving-kubelet", "client-kube-proxy")
        return {
            ("GET", "/v1-k3s/config"): ("node", lambda _: self.server.settings),
            ("GET", "/v1-k3s/apiservers"): ("node", lambda _: self.api_servers()),
            ("GET", "/v1-k3s/server-bootstrap"): ("server", lambda _: self.bootstrap()),
            ("POST", "/db/members"): ("server", self.add_member),
            ("GET", "/v1-k3s/encrypt/status"): ("server", lambda _: self.encryption_status()),
            ("POST", "/v1-k3s/encrypt/config"): ("server", self.change_encryption),
            **{("POST", f"/v1-k3s/{kind}.crt"): ("node", lambda asked, kind=kind: certified.issue(kind, asked))
               for kind in kinds},
        }

    def api_servers(self):
        found = self.client.get("/api/v1/namespaces/default/endpoints/kubernetes") or {}
        return [f"{address['ip']}:{port['port']}" for subset in found.get("subsets") or []
                for address in subset["addresses"] for port in subset["ports"]]

    def bootstrap(self):
        if self.server.etcd.alone:
            raise Fatal("this cluster keeps its data in SQLite (an etcd alone in the lab): no server can join it. "
                        "Begin with cluster-init on the first server")
        return {"settings": self.server.settings, "files": bootstrap.bundle(self.server.where)}

    def add_member(self, asked):
        if self.server.etcd.alone:
            raise Fatal("etcd datastore is not enabled")
        with self.lock:
            initial = self.server.etcd.add_learner(asked["name"], asked["peer"])
        self.server.promoting.set()
        return initial

    # MARK: nodes

    def look_after_nodes(self):
        etcd = self.server.etcd
        for node in self.nodes.values():
            meta = node["metadata"]
            if meta["name"] == self.server.name and not meta.get("deletionTimestamp"):
                self.mark_own(node)
                if not etcd.alone:
                    self.report_vote(node)
            if meta.get("deletionTimestamp") and FINALIZER in meta.get("finalizers", []):
                # The node goes when its member is out, so that quorum is counted without it.
                member = meta.get("annotations", {}).get(MEMBER)
                if member and not etcd.alone:
                    etcd.remove(member)
                kept = [name for name in meta["finalizers"] if name != FINALIZER]
                self.client.merge(f"/api/v1/nodes/{meta['name']}", {"metadata": {"finalizers": kept}})

    def mark_own(self, node):
        roles = ["control-plane", "master"] + ([] if self.server.etcd.alone else ["etcd"])
        labels = {f"node-role.kubernetes.io/{role}": "true" for role in roles}
        annotations = {"k3s.io/hostname": os.uname().nodename, "k3s.io/internal-ip": self.server.address}
        if self.server.encryption.exists:
            annotations[ANNOTATION] = self.encryption_mark
        finalizers = node["metadata"].get("finalizers", [])
        if not self.server.etcd.alone:
            annotations[MEMBER] = self.server.etcd.name
            annotations["etcd.k3s.cattle.io/node-address"] = self.server.address
            finalizers = finalizers if FINALIZER in finalizers else finalizers + [FINALIZER]
        meta = node["metadata"]
        is_marked = (labels.items() <= meta.get("labels", {}).items()
                     and annotations.items() <= meta.get("annotations", {}).items()
                     and finalizers == meta.get("finalizers", []))
        if not is_marked:
            patch = {"labels": labels, "annotations": annotations, "finalizers": finalizers}
            self.client.merge(f"/api/v1/nodes/{self.server.name}", {"metadata": patch})

    def report_vote(self, node):
        """The condition EtcdIsVoter, which says whether the cluster counts on this member."""
        if api.condition(node, VOTER) is not None and time.monotonic() - self.vote_reported < 15:
            return
        is_voter = self.server.etcd.is_voter()
        if is_voter != api.condition(node, VOTER):
            self.client.set_condition(
                self.server.name, VOTER, is_voter, "MemberNotLearner" if is_voter else "MemberIsLearner",
                "Node is a voting member of the etcd cluster" if is_voter
                else "Node has not been promoted to voting member of the etcd cluster")
        self.vote_reported = time.monotonic()

    # MARK: names and manifests

    def publish_names(self):
        """The Service kube-dns, leading to the launcher of every server that is Ready."""
        servers = [node for node in self.nodes.values()
                   if "node-role.kubernetes.io/control-plane" in node["metadata"].get("labels", {})
                   and api.is_ready(node)]
        addresses = [{"ip": address} for address in sorted(filter(None, map(api.address, servers)))]
        ports = [("dns", "UDP"), ("dns-tcp", "TCP")]
        wanted = [{"addresses": addresses, "ports": sorted([
            {"name": name, "port": names.PORT, "protocol": protocol} for name, protocol in ports],
            key=lambda port: port["name"])}] if addresses else []
        base = "/api/v1/namespaces/kube-system"
        found = self.client.get(f"{base}/endpoints/kube-dns") or {}
        present = [{"addresses": subset.get("addresses", []),
                    "ports": sorted(subset["ports"], key=lambda port: port["name"])}
                   for subset in found.get("subsets") or []]
        if found and present == wanted:
            return
        meta = {"name": "kube-dns", "labels": {"k8s-app": "kube-dns", "kubernetes.io/name": "CoreDNS"}}
        if self.client.get(f"{base}/services/kube-dns") is None:
            self.client.put(f"{base}/services", {"metadata": meta, "spec": {
                "clusterIP": self.server.settings["cluster-dns"],
                "ports": [{"name": name, "port": 53, "protocol": protocol, "targetPort": names.PORT}
                          for name, protocol in ports]}})
        self.client.put(f"{base}/endpoints", {"metadata": meta, "subsets": wanted})

    def apply_manifests(self):
        """Applies the files in server/manifests when they are new or changed, as k3s does."""
        folder = self.server.where.manifests
        os.makedirs(folder, exist_ok=True)
        for name in sorted(os.listdir(folder)):
            path = f"{folder}/{name}"
            if not name.endswith((".yaml", ".yml", ".json")) or os.path.exists(f"{path}.skip"):
                continue
            content = paths.read(path)
            if self.applied.get(path) == content:
                continue
            kubeconfig = self.server.flags["write-kubeconfig"] or paths.KUBECONFIG
            result = subprocess.run([paths.program("kubectl"), f"--kubeconfig={kubeconfig}", "apply", "-f", path],
                                    capture_output=True, text=True)
            if result.returncode:
                raise Fatal(f"{path}: {result.stderr.strip()}")
            self.applied[path] = content
            log.info(f"Applied manifest at {path}")

    # MARK: encryption of Secrets

    def mark_of_encryption(self):
        encryption = self.server.encryption
        return f"{encryption.stage}-{encryption.hash}" if encryption.exists else ""

    def encryption_status(self):
        encryption = self.server.encryption
        if not encryption.exists:
            return {"enabled": None}
        keys, enabled = encryption.keys()
        marks = {node["metadata"]["name"]: node["metadata"].get("annotations", {}).get(ANNOTATION)
                 for node in self.nodes.values()
                 if "node-role.kubernetes.io/control-plane" in node["metadata"].get("labels", {})}
        current = f"{encryption.stage}-{encryption.hash}"
        return {"enabled": enabled, "stage": encryption.stage, "keys": [key["name"] for key in keys],
                "different": sorted(name for name, mark in marks.items() if mark != current)}

    def change_encryption(self, asked):
        with self.lock:
            encryption, step = self.server.encryption, asked["step"]
            if step == "rotate-keys":
                self.rotate_keys(encryption)
            elif step in ("prepare", "rotate", "reencrypt"):
                different = self.encryption_status().get("different")
                if different and not asked.get("force"):
                    raise Fatal("secrets-encryption hashes of these servers are not those of this one: "
                                f"{', '.join(different)}. Restart k3s on every server first")
                if step == "reencrypt":
                    encryption.reencrypt(self.client, asked.get("skip", False))
                else:
                    getattr(encryption, step)()
                self.keep(encryption)
            else:
                raise Fatal(f"unknown step {step}")
        return self.encryption_status()

    def rotate_keys(self, encryption):
        """All steps in one. The API server of 1.20 does not read the file again, so it restarts in between."""
        encryption.expect(START, FINISHED)
        for step in (encryption.prepare, encryption.rotate):
            step()
            self.keep(encryption)
            self.restart_api_server()
        encryption.reencrypt(self.client)
        self.keep(encryption)
        self.restart_api_server()
        self.encryption_mark = self.mark_of_encryption()

    def restart_api_server(self):
        """Returns when who leads has renewed its lease: who cannot for ten seconds ends, and k3s with it."""
        self.server.restart_api_server()
        began = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        deadline = time.monotonic() + 60
        for name in ("kube-controller-manager", "kube-scheduler"):
            path = f"/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{name}"
            while ((self.client.get(path) or {}).get("spec") or {}).get("renewTime", "") <= began:
                if time.monotonic() > deadline:
                    raise Fatal(f"{name} did not renew its lease after a restart of the API server")
                time.sleep(0.3)

    def keep(self, encryption):
        assert encryption.stage in (PREPARE, ROTATE, FINISHED), json.dumps(encryption.stage)
        bootstrap.store(self.server.where, self.server.etcd, self.server.password)
