"""k3s' flags: which there are, and where their values come from.

https://docs.k3s.io/cli/server, https://docs.k3s.io/cli/agent, https://docs.k3s.io/installation/configuration
"""
import glob
import os

import yaml

from . import log, paths
from .log import Fatal

BOOL, TEXT, LIST = "bool", "text", "list"

# What the stand-in acts on.
NODE = {
    "config": TEXT, "data-dir": TEXT, "debug": BOOL, "token": TEXT, "token-file": TEXT, "server": TEXT,
    "node-name": TEXT, "with-node-id": BOOL, "node-ip": LIST, "node-external-ip": LIST, "node-label": LIST,
    "node-taint": LIST, "kubelet-arg": LIST, "kube-proxy-arg": LIST, "resolv-conf": TEXT, "snapshotter": TEXT,
    "pause-image": TEXT, "lb-server-port": TEXT,
}
SERVER = {
    "bind-address": TEXT, "https-listen-port": TEXT, "advertise-address": TEXT, "advertise-port": TEXT,
    "tls-san": LIST, "cluster-cidr": LIST, "service-cidr": LIST, "cluster-dns": LIST, "cluster-domain": TEXT,
    "service-node-port-range": TEXT, "flannel-backend": TEXT, "write-kubeconfig": TEXT,
    "write-kubeconfig-mode": TEXT, "write-kubeconfig-group": TEXT, "agent-token": TEXT, "agent-token-file": TEXT,
    "cluster-init": BOOL, "cluster-reset": BOOL, "cluster-reset-restore-path": TEXT, "disable": LIST,
    "disable-kube-proxy": BOOL, "disable-scheduler": BOOL, "disable-controller-manager": BOOL,
    "disable-agent": BOOL, "etcd-expose-metrics": BOOL, "etcd-snapshot-dir": TEXT, "etcd-snapshot-name": TEXT,
    "etcd-snapshot-retention": TEXT, "etcd-arg": LIST, "kube-apiserver-arg": LIST,
    "kube-controller-manager-arg": LIST, "kube-scheduler-arg": LIST, "secrets-encryption": BOOL,
}
# What it takes and does nothing about, with a line in the log.
NODE_IGNORED = {
    "v": TEXT, "vmodule": TEXT, "log": TEXT, "alsologtostderr": BOOL, "node-internal-dns": LIST,
    "node-external-dns": LIST, "flannel-iface": TEXT, "flannel-conf": TEXT, "flannel-cni-conf": TEXT,
    "container-runtime-endpoint": TEXT, "default-runtime": TEXT, "image-service-endpoint": TEXT,
    "private-registry": TEXT, "system-default-registry": TEXT, "disable-default-registry-endpoint": BOOL,
    "nonroot-devices": BOOL, "selinux": BOOL, "docker": BOOL, "rootless": BOOL, "prefer-bundled-bin": BOOL,
    "protect-kernel-defaults": BOOL, "enable-pprof": BOOL, "vpn-auth": TEXT, "vpn-auth-file": TEXT,
    "airgap-extra-registry": LIST, "disable-apiserver-lb": BOOL, "image-credential-provider-bin-dir": TEXT,
    "image-credential-provider-config": TEXT,
}
SERVER_IGNORED = {
    "disable-network-policy": BOOL, "disable-cloud-controller": BOOL, "disable-helm-controller": BOOL,
    "disable-etcd": BOOL, "disable-apiserver": BOOL, "etcd-disable-snapshots": BOOL,
    "etcd-snapshot-schedule-cron": TEXT, "etcd-snapshot-compress": BOOL, "etcd-s3": BOOL,
    "etcd-s3-endpoint": TEXT, "etcd-s3-endpoint-ca": TEXT, "etcd-s3-skip-ssl-verify": BOOL,
    "etcd-s3-access-key": TEXT, "etcd-s3-secret-key": TEXT, "etcd-s3-session-token": TEXT,
    "etcd-s3-bucket": TEXT, "etcd-s3-bucket-lookup-type": TEXT, "etcd-s3-region": TEXT, "etcd-s3-folder": TEXT,
    "etcd-s3-proxy": TEXT, "etcd-s3-config-secret": TEXT, "etcd-s3-insecure": BOOL, "etcd-s3-timeout": TEXT,
    "etcd-s3-retention": TEXT, "datastore-endpoint": TEXT, "datastore-cafile": TEXT, "datastore-certfile": TEXT,
    "datastore-keyfile": TEXT, "datastore-max-idle-connections": TEXT, "datastore-max-open-connections": TEXT,
    "datastore-connection-max-lifetime": TEXT, "flannel-ipv6-masq": BOOL, "flannel-external-ip": BOOL,
    "egress-selector-mode": TEXT, "servicelb-namespace": TEXT, "kube-cloud-controller-manager-arg": LIST,
    "tls-san-security": BOOL, "embedded-registry": BOOL, "supervisor-metrics": BOOL, "enable-servicelb": BOOL,
    "default-local-storage-path": TEXT, "helm-job-image": TEXT, "multi-cluster-cidr": BOOL, "kine-tls": BOOL,
    "secrets-encryption-provider": TEXT, "write-kubeconfig-context": TEXT, "nonroot": BOOL,
}
SHORT = {"c": "config", "d": "data-dir", "t": "token", "s": "server", "o": "write-kubeconfig"}
VARIABLES = {
    "config": "K3S_CONFIG_FILE", "data-dir": "K3S_DATA_DIR", "token": "K3S_TOKEN", "token-file": "K3S_TOKEN_FILE",
    "server": "K3S_URL", "node-name": "K3S_NODE_NAME", "write-kubeconfig": "K3S_KUBECONFIG_OUTPUT",
    "write-kubeconfig-mode": "K3S_KUBECONFIG_MODE", "write-kubeconfig-group": "K3S_KUBECONFIG_GROUP",
    "agent-token": "K3S_AGENT_TOKEN", "agent-token-file": "K3S_AGENT_TOKEN_FILE", "resolv-conf": "K3S_RESOLV_CONF",
}


class Flags:
    """The values of one command's flags. A text that was not given is empty, a list without values is empty."""

    def __init__(self, kinds):
        self.kinds = kinds
        self.values = {}
        self.arguments = []

    def __getitem__(self, name):
        empty = {BOOL: False, TEXT: "", LIST: []}[self.kinds[name]]
        return self.values.get(name, empty)

    def given(self, name):
        return name in self.values


def table(command):
    """The flags of `server` or `agent`, those that are only accepted included."""
    kinds = {**NODE, **NODE_IGNORED}
    if command == "server":
        kinds.update({**SERVER, **SERVER_IGNORED})
    return kinds


def read(command, arguments, kinds=None, strict=True):
    """Flags from the command line over the environment over config.yaml and config.yaml.d.

    `strict` is off for commands that read the server's file for the few flags they share with it, as k3s does.
    """
    kinds = kinds or table(command)
    given, rest = parse(arguments, kinds)
    flags = Flags(kinds)
    flags.arguments = rest
    for name, variable in VARIABLES.items():
        if name in kinds and os.environ.get(variable):
            values = os.environ[variable]
            flags.values[name] = values.split(",") if kinds[name] == LIST else values
    path = given.get("config") or flags.values.get("config") or paths.CONFIG
    for name, value in config_files(path, kinds, strict).items():
        flags.values.setdefault(name, value)
    flags.values.update(given)
    return flags


def parse(arguments, kinds):
    """`--name value`, `--name=value`, `-s value`. Returns the values and what is no flag."""
    values, rest, index = {}, [], 0
    while index < len(arguments):
        argument = arguments[index]
        index += 1
        if not argument.startswith("-") or argument == "-":
            rest.append(argument)
            continue
        name, has_value, value = argument.lstrip("-").partition("=")
        name = SHORT.get(name, name)
        kind = kinds.get(name)
        if kind is None:
            raise Fatal(f"flag provided but not defined: -{name}")
        if kind == BOOL:
            values[name] = boolean(name, value) if has_value else True
            continue
        if not has_value:
            if index == len(arguments):
                raise Fatal(f"flag needs an argument: -{name}")
            value = arguments[index]
            index += 1
        if kind == LIST:
            values.setdefault(name, []).extend(split(name, value))
        else:
            values[name] = value
    return values, rest


def config_files(path, kinds, strict):
    """The values of config.yaml and of the files in config.yaml.d, in the order of their names.

    A later file replaces the value of an earlier one, or adds to it where the key ends in `+`.
    """
    files = [path] if os.path.exists(path) else []
    files += sorted(glob.glob(f"{path}.d/*.yaml") + glob.glob(f"{path}.d/*.yml"))
    values = {}
    for file in files:
        try:
            with open(file) as stream:
                content = yaml.load(stream, Loader=yaml.BaseLoader)  # every value is the text that stands there
        except yaml.YAMLError as problem:
            raise Fatal(f"failed to parse {file}: {problem}")
        if content in (None, ""):
            continue
        if not isinstance(content, dict):
            raise Fatal(f"failed to parse {file}: expected keys and values, found {type(content).__name__}")
        for key, value in content.items():
            name, adds = str(key), str(key).endswith("+")
            name = name.rstrip("+").lstrip("-")
            name = SHORT.get(name, name)
            kind = kinds.get(name)
            if kind is None:
                if strict:
                    raise Fatal(f"flag provided but not defined: -{name} (in {file})")
                continue
            new = convert(name, kind, value, file)
            values[name] = values.get(name, []) + new if adds and kind == LIST else new
    return values


def convert(name, kind, value, file):
    if kind == LIST:
        return [part for item in (value if isinstance(value, list) else [value]) for part in split(name, item)]
    if isinstance(value, (list, dict)):
        raise Fatal(f"{file}: {name} takes one value, found {value!r}")
    return boolean(name, value) if kind == BOOL else value


def split(name, value):
    """k3s splits most lists at commas, but not arguments for other programs."""
    return [value] if name.endswith("-arg") else [part for part in value.split(",") if part]


def boolean(name, value):
    if value.lower() in ("true", "1", "t", ""):
        return True
    if value.lower() in ("false", "0", "f"):
        return False
    raise Fatal(f'invalid boolean value "{value}" for -{name}: expected true or false')


def report_ignored(flags):
    """One line for each flag that is taken and not acted on."""
    ignored = {**NODE_IGNORED, **SERVER_IGNORED}
    for name in sorted(flags.values):
        if name in ignored and flags.values[name] not in (False, "", []):
            log.info(f"the lab's stand-in accepts {name} and does nothing about it")


def secret(flags, name):
    """A token, given as such or as the file that holds it."""
    if flags[name]:
        return flags[name].strip()
    file = flags[f"{name}-file"]
    if not file:
        return ""
    content = paths.read(file)
    if content is None:
        raise Fatal(f"open {file}: no such file or directory (expected the {name} there)")
    return content.strip()
