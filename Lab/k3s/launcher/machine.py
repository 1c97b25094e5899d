"""What a lab machine needs before containers can run in it, and the talk with systemd."""
import fcntl
import ipaddress
import os
import socket
import struct
import subprocess

from . import log, paths
from .log import Fatal

CGROUPS = "/sys/fs/cgroup"


def run(*command, check=True):
    result = subprocess.run(command, capture_output=True, text=True)
    if check and result.returncode:
        raise Fatal(f"{' '.join(command)}: {result.stderr.strip()}")
    return result


def notify(message):
    """Tells systemd (Type=notify), where it listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(message.encode(), address)


def single_instance(data):
    """Two at a time on one data directory would destroy it."""
    os.makedirs(data, exist_ok=True)
    lock = open(f"{data}/.lab.lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Fatal(f"another k3s runs on {data}; stop it first (systemctl stop k3s)")
    return lock


def prepare():
    """Makes cgroups writable, mounts shared, and the network's switches as kubelet and kube-proxy need them."""
    mounts = [line.split() for line in paths.read("/proc/self/mounts").splitlines()]
    for _, point, kind, options, *_ in mounts:
        if point.startswith(CGROUPS) and kind == "cgroup" and "ro" in options.split(","):
            run("mount", "-o", "remount,bind,rw", point, check=False)
    run("mount", "--make-rshared", "/", check=False)
    for name in ("net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables", "net/ipv4/conf/all/forwarding"):
        try:
            with open(f"/proc/sys/{name}", "w") as file:
                file.write("1")
        except OSError as problem:
            log.warning(f"/proc/sys/{name} stays as it is: {problem.strerror}")
    link_network_plugins()


def link_network_plugins():
    """Debian has the plugins in /usr/lib/cni; whoever brings a CNI looks in /opt/cni/bin."""
    os.makedirs("/opt/cni/bin", exist_ok=True)
    for name in sorted(os.listdir("/usr/lib/cni")) if os.path.isdir("/usr/lib/cni") else []:
        target = f"/opt/cni/bin/{name}"
        if not os.path.lexists(target):
            os.symlink(f"/usr/lib/cni/{name}", target)


def cgroup_root():
    """A cgroup of this machine's own, for the pods.

    Lab machines share the kernel, and perhaps the root of the cgroup tree as well; kubelet ends the processes in
    every pod cgroup it does not know.
    """
    name = "k3s-" + (paths.read("/etc/machine-id") or "").strip()[:12]
    for controller in sorted(os.listdir(CGROUPS)):
        folder = f"{CGROUPS}/{controller}"
        if not os.path.exists(f"{folder}/cgroup.procs") or controller == "unified":
            continue
        os.makedirs(f"{folder}/{name}", exist_ok=True)
        if controller.split(",")[0] == "cpuset":
            for file in ("cpuset.cpus", "cpuset.mems"):
                with open(f"{folder}/{file}") as parent, open(f"{folder}/{name}/{file}", "w") as own:
                    own.write(parent.read())
    return "/" + name


def can_overlay(folder):
    """Whether containerd can use overlayfs there: overlay on overlay is refused."""
    os.makedirs(folder, exist_ok=True)
    test = f"{folder}/.lab-overlay-test"
    for part in ("lower", "upper", "work", "merged"):
        os.makedirs(f"{test}/{part}", exist_ok=True)
    options = f"lowerdir={test}/lower,upperdir={test}/upper,workdir={test}/work"
    works = run("mount", "-t", "overlay", "overlay", "-o", options, f"{test}/merged", check=False).returncode == 0
    if works:
        run("umount", f"{test}/merged")
    run("rm", "-rf", test)
    return works


def default_address():
    """The IPv4 address of the interface with the default route, else of the first that is up and not loopback."""
    route = run("ip", "-4", "-o", "route", "get", "198.51.100.1", check=False).stdout.split()
    if "src" in route:
        return route[route.index("src") + 1]
    for line in run("ip", "-4", "-o", "address", "show", "up", "scope", "global").stdout.splitlines():
        return line.split()[3].split("/")[0]
    raise Fatal("no default route and no address: give node-ip")


def has_address(address):
    found = run("ip", "-o", "address", "show").stdout.split()
    return any(word.split("/")[0] == address for word in found if "/" in word)


def first_address(network, number=1):
    """The numbered address of a network: 10.43.0.0/16 and 10 give 10.43.0.10."""
    start = int(ipaddress.ip_network(network).network_address)
    return str(ipaddress.ip_address(struct.unpack("!I", struct.pack("!I", start + number))[0]))
