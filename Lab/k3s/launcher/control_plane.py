"""kube-apiserver, kube-controller-manager and kube-scheduler: their certificates and their flags."""
import os

from . import bootstrap, certificates, etcd, kubeconfig

CLIENT, SERVER, BOTH = "clientAuth", "serverAuth", "serverAuth,clientAuth"


def issue_certificates(where, names, node_ip):
    """`names` are those the API server is called by."""
    tls = where.tls
    for name, subject in (
            ("client-admin", "/O=system:masters/CN=system:admin"),
            ("client-supervisor", "/O=system:masters/CN=system:k3s-supervisor"),
            ("client-controller", "/CN=system:kube-controller-manager"),
            ("client-scheduler", "/CN=system:kube-scheduler"),
            ("client-kube-apiserver", "/O=system:masters/CN=system:kube-apiserver")):
        certificates.issue(tls, name, "client-ca", subject, CLIENT)
    certificates.issue(tls, "client-auth-proxy", "request-header-ca", "/CN=system:auth-proxy", CLIENT)
    certificates.issue(tls, "serving-kube-apiserver", "server-ca", "/CN=kube-apiserver", SERVER, names)
    local = ["localhost", "127.0.0.1", node_ip]
    certificates.issue(tls, "etcd/server-client", "etcd/server-ca", "/CN=etcd-server", BOTH, local)
    certificates.issue(tls, "etcd/client", "etcd/server-ca", "/CN=etcd-client", CLIENT)
    certificates.issue(tls, "etcd/peer-server-client", "etcd/peer-ca", "/CN=etcd-peer", BOTH, local)


class ControlPlane:
    def __init__(self, where, flags, settings, advertise, port):
        self.where, self.flags, self.settings = where, flags, settings
        self.advertise, self.port = advertise, port

    def apiserver(self):
        tls = self.where.tls
        defaults = {
            "advertise-address": self.advertise, "bind-address": self.flags["bind-address"] or "0.0.0.0",
            "secure-port": self.port, "allow-privileged": "true", "anonymous-auth": "false",
            "authorization-mode": "Node,RBAC", "enable-admission-plugins": "NodeRestriction",
            "enable-bootstrap-token-auth": "true", "profiling": "false",
            "etcd-servers": f"https://127.0.0.1:{etcd.CLIENT}", "etcd-cafile": f"{tls}/etcd/server-ca.crt",
            "etcd-certfile": f"{tls}/etcd/client.crt", "etcd-keyfile": f"{tls}/etcd/client.key",
            "tls-cert-file": f"{tls}/serving-kube-apiserver.crt",
            "tls-private-key-file": f"{tls}/serving-kube-apiserver.key",
            "client-ca-file": f"{tls}/client-ca.crt",
            "kubelet-certificate-authority": f"{tls}/server-ca.crt",
            "kubelet-client-certificate": f"{tls}/client-kube-apiserver.crt",
            "kubelet-client-key": f"{tls}/client-kube-apiserver.key",
            "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
            "proxy-client-cert-file": f"{tls}/client-auth-proxy.crt",
            "proxy-client-key-file": f"{tls}/client-auth-proxy.key",
            "requestheader-client-ca-file": f"{tls}/request-header-ca.crt",
            "requestheader-allowed-names": "system:auth-proxy",
            "requestheader-extra-headers-prefix": "X-Remote-Extra-",
            "requestheader-group-headers": "X-Remote-Group", "requestheader-username-headers": "X-Remote-User",
            "service-account-issuer": f"https://kubernetes.default.svc.{self.settings['cluster-domain']}",
            "service-account-key-file": f"{tls}/service.key",
            "service-account-signing-key-file": f"{tls}/service.key", "api-audiences":
                f"https://kubernetes.default.svc.{self.settings['cluster-domain']},k3s",
            "service-cluster-ip-range": self.settings["service-cidr"],
            "service-node-port-range": self.flags["service-node-port-range"] or "30000-32767",
            "feature-gates": "TTLAfterFinished=true", "storage-backend": "etcd3",
        }
        encryption = f"{self.where.cred}/{bootstrap.ENCRYPTION_CONFIG}"
        if os.path.exists(encryption):
            defaults["encryption-provider-config"] = encryption
        return arguments(defaults, self.flags["kube-apiserver-arg"])

    def controller_manager(self, leader_elect):
        tls = self.where.tls
        path = kubeconfig.write(f"{self.where.cred}/controller.kubeconfig", f"https://127.0.0.1:{self.port}", tls,
                                "client-controller")
        defaults = {
            "kubeconfig": path, "authentication-kubeconfig": path, "authorization-kubeconfig": path,
            "bind-address": "127.0.0.1", "port": "0", "secure-port": "10257",
            "cert-dir": f"{tls}/kube-controller-manager", "leader-elect": leader_elect,
            "allocate-node-cidrs": "true", "cluster-cidr": self.settings["cluster-cidr"],
            "service-cluster-ip-range": self.settings["service-cidr"], "root-ca-file": f"{tls}/server-ca.crt",
            "service-account-private-key-file": f"{tls}/service.key", "use-service-account-credentials": "true",
            "profiling": "false", "feature-gates": "TTLAfterFinished=true",
        }
        for signer, authority in (("kubelet-serving", "server-ca"), ("kubelet-client", "client-ca"),
                                  ("kube-apiserver-client", "client-ca"), ("legacy-unknown", "server-ca")):
            defaults[f"cluster-signing-{signer}-cert-file"] = f"{tls}/{authority}.crt"
            defaults[f"cluster-signing-{signer}-key-file"] = f"{tls}/{authority}.key"
        return arguments(defaults, self.flags["kube-controller-manager-arg"])

    def scheduler(self, leader_elect):
        path = kubeconfig.write(f"{self.where.cred}/scheduler.kubeconfig", f"https://127.0.0.1:{self.port}",
                                self.where.tls, "client-scheduler")
        return arguments({
            "kubeconfig": path, "authentication-kubeconfig": path, "authorization-kubeconfig": path,
            "bind-address": "127.0.0.1", "port": "0", "secure-port": "10259",
            "cert-dir": f"{self.where.tls}/kube-scheduler", "leader-elect": leader_elect, "profiling": "false",
        }, self.flags["kube-scheduler-arg"])


def arguments(defaults, given):
    """Flags of a program: the user's `name=value` replace those of the same name.

    Feature gates and the lists that k3s appends to are added to, as k3s does.
    """
    merged = {name: text(value) for name, value in defaults.items()}
    appended = {"feature-gates", "enable-admission-plugins", "api-audiences"}
    extra = []
    for argument in given:
        name, has_value, value = argument.lstrip("-").partition("=")
        if name in appended and name in merged:
            merged[name] += f",{value}"
        elif name in merged:
            merged[name] = value if has_value else "true"
        else:
            extra.append(f"--{name}={value}" if has_value else f"--{name}")
    return [f"--{name}={value}" for name, value in sorted(merged.items())] + extra


def text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)
