"""The server's side of a node's certificates: who may have which."""
import threading

from . import certificates, paths
from .log import Fatal
from .supervisor import same


class NodeCertificates:
    def __init__(self, where, client):
        self.where, self.client = where, client
        self.lock = threading.Lock()

    def issue(self, kind, asked):
        """Signs what a node asks for, after it has shown that it is the machine of that name."""
        node, address = asked["node"], asked["address"]
        if kind == "client-kubelet":
            with self.lock:
                self.check_password(node, asked["password"])
        else:
            self.check_password(node, asked["password"])
        subject, authority, usage, names = {
            "client-kubelet": (f"/O=system:nodes/CN=system:node:{node}", "client-ca", "clientAuth", ()),
            "serving-kubelet": (f"/CN={node}", "server-ca", "serverAuth", (node, "localhost", "127.0.0.1", address)),
            "client-kube-proxy": ("/CN=system:kube-proxy", "client-ca", "clientAuth", ()),
        }[kind]
        answer = {name: paths.read(f"{self.where.tls}/{name}.crt") for name in ("server-ca", "client-ca")}
        signed = certificates.sign(self.where.tls, authority, asked["request"].encode(), subject, usage, names)
        return {**answer, "certificate": signed.decode()}

    def check_password(self, node, password):
        """The first machine of a name sets its password; deleting the node forgets it, as in k3s."""
        name = f"{node}.node-password.k3s"
        known = (self.client.secret(name) or {}).get("password")
        if same(known, password):
            return
        if known and self.client.get(f"/api/v1/nodes/{node}"):
            raise Fatal(f"Node password rejected, duplicate hostname or contents of '{paths.NODE_PASSWORD}' may not "
                        f"match server node-passwd entry, try enabling a unique node name with the --with-node-id flag "
                        f"(the node {node} is another machine; delete it first if it is gone)")
        self.client.put("/api/v1/namespaces/kube-system/secrets", {
            "metadata": {"name": name}, "stringData": {"password": password}})
