"""Where things are: k3s' own folders, and the programs of the lab."""
import os
import shutil

from .log import Fatal

LAB = "/usr/local/lib/croft-lab"
CONFIG = "/etc/rancher/k3s/config.yaml"
KUBECONFIG = "/etc/rancher/k3s/k3s.yaml"
DATA = "/var/lib/rancher/k3s"
NODE_PASSWORD = "/etc/rancher/node/password"
RUNTIME = "/run/k3s"
CONTAINERD_SOCKET = f"{RUNTIME}/containerd/containerd.sock"
NOTE = "this is the lab's stand-in for k3s, not k3s: it starts upstream Kubernetes 1.20, etcd and containerd"


class Paths:
    """The folders below the data directory, named as k3s names them."""

    def __init__(self, data=DATA):
        self.data = data or DATA
        self.server = f"{self.data}/server"
        self.agent = f"{self.data}/agent"
        self.tls = f"{self.server}/tls"
        self.cred = f"{self.server}/cred"
        self.db = f"{self.server}/db"
        self.etcd = f"{self.db}/etcd"
        # With k3s this is SQLite's file; here it is a folder, so that nobody takes it for one.
        self.lone_etcd = f"{self.db}/state.db"
        self.snapshots = f"{self.db}/snapshots"
        self.token = f"{self.server}/token"
        self.manifests = f"{self.server}/manifests"
        self.images = f"{self.agent}/images"


def program(name):
    """The path of a program: the lab's own first, then the machine's."""
    for path in (f"{LAB}/kubernetes/{name}", f"{LAB}/{name}", f"{LAB}/bin/{name}"):
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin")
    if not found:
        raise Fatal(f"the program {name} is neither in {LAB} nor in PATH; add it to the lab's machine image")
    return found


def write(path, content, mode=0o600):
    """Writes a file so that nobody sees half of it. Says whether it is new or changed."""
    if isinstance(content, str):
        content = content.encode()
    try:
        with open(path, "rb") as file:
            if file.read() == content and (os.stat(path).st_mode & 0o777) == mode:
                return False
    except OSError:
        pass
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    temporary = f"{path}.{os.getpid()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    return True


def read(path):
    """The text of a file, None where there is none."""
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return None


def remove(path):
    """Removes a file or a link, where there is one."""
    if os.path.lexists(path):
        os.remove(path)
