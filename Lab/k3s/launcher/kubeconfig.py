"""Kubeconfigs, as JSON that is YAML as well, except the one that people read."""
import base64
import json

from . import paths


def write(path, server, tls, certificate, ca="server-ca"):
    """For one of the programs: it names the files."""
    value = {
        "apiVersion": "v1", "kind": "Config", "current-context": "local",
        "clusters": [{"name": "local", "cluster": {"server": server, "certificate-authority": f"{tls}/{ca}.crt"}}],
        "users": [{"name": "user", "user": {"client-certificate": f"{tls}/{certificate}.crt",
                                            "client-key": f"{tls}/{certificate}.key"}}],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": "user"}}],
    }
    paths.write(path, json.dumps(value, indent=1) + "\n")
    return path


def write_for_administrator(path, server, tls, mode):
    """k3s.yaml, the way k3s writes it: everything named `default`, certificates inside."""
    def embedded(name):
        with open(f"{tls}/{name}", "rb") as file:
            return base64.b64encode(file.read()).decode()

    paths.write(path, f"""\
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: {embedded("server-ca.crt")}
    server: {server}
  name: default
contexts:
- context:
    cluster: default
    user: default
  name: default
current-context: default
kind: Config
users:
- name: default
  user:
    client-certificate-data: {embedded("client-admin.crt")}
    client-key-data: {embedded("client-admin.key")}
""", mode)
