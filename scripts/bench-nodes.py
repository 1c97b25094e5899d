"""Compares 'croft up --until nodes' with Ansible and pyinfra on machines of the lab that are as they are to be.

Each tool does the same ten things, each to files, an account and settings of its own, and then does them again, with
nothing changed, in turns. A figure is the median of its rounds. One line per figure; status 1 when one is short.
A last figure is a whole 'croft up' on three of the machines with k3s and an application, when all is as it is to be.
"""
import functools
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

# The last ones for Debian 12's Python.
ANSIBLE = "2.19.14"
PYINFRA = "3.10.0"
K3S = "v1.33.4+k3s1"
ROUNDS = 5
NAMES = ["cow", "sheep", "duck", "goat", "hen", "pig"]
COUNTS = [1, 3, 6]
# The lab's image has them: comparing needs no network.
PACKAGES = ["curl", "sudo"]
LAB = f"bench-{os.getpid()}"

croft, lab = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
cache = pathlib.Path(sys.argv[3]).resolve()
checkout = pathlib.Path(__file__).resolve().parent.parent
inside = str(checkout / "Lab/machines/inside")
state = pathlib.Path("/var/lib/croft-lab") / LAB
key = state / "id_ed25519"
work = pathlib.Path(tempfile.mkdtemp(prefix="croft-bench-nodes-"))
figures = []


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(command, folder=None, **variables):
    """Seconds, and what was said."""
    began = time.monotonic()
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env={**os.environ, **variables})
    seconds = time.monotonic() - began
    if done.returncode != 0:
        sys.exit(f"bench: '{' '.join(map(str, command))}' ended with status {done.returncode}:\n{done.stdout[-3000:]}")
    return seconds, done.stdout


def figure(name, ours, theirs, goal, unit="s"):
    """Beside another tool the goal is how many times as fast; alone, how much it may be at most."""
    ratio = theirs / ours if theirs is not None else None
    ok = ratio >= goal if ratio is not None else ours <= goal
    digits = 2 if unit == "s" else 0
    figures.append(ok)
    wanted = f">= {goal}x" if ratio is not None else f"<= {goal}"
    print(f"{name:<28} {f'{ours:.{digits}f} {unit}':>11} {f'{theirs:.2f} {unit}' if theirs is not None else '-':>11} "
          f"{f'{ratio:.1f}x' if ratio is not None else '-':>8} {wanted:>9} "
          f"{'ok' if ok else 'short':>6}", flush=True)


def program(package, version, name):
    """A program from PyPI, in an environment of its own that is kept."""
    home = cache / f"{package}-{version}"
    if not (home / "bin" / name).exists():
        say(f"installing {package} {version} from PyPI")
        shutil.rmtree(home, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([home / "bin/pip", "--quiet", "--disable-pip-version-check", "install", f"{package}=={version}"],
                       check=True)
    return home / "bin" / name


def unit(name):
    return (f"[Unit]\nDescription=Something that stays, for {name}\n\n[Service]\nExecStart=/bin/sleep infinity\n\n"
            "[Install]\nWantedBy=multi-user.target\n")


def address_of(name):
    """As the lab's known_hosts has it: NAME,ADDRESS and the key."""
    for line in (state / "known_hosts").read_text().splitlines():
        names = line.split()[0].split(",")
        if names[0] == name:
            return names[1]
    sys.exit(f"bench: {state}/known_hosts does not have {name}")


@functools.cache
def pins():
    """The machines' host keys, by name."""
    found = {}
    for line in (state / "known_hosts").read_text().splitlines():
        found[line.split(",")[0]] = subprocess.check_output(
            ["ssh-keygen", "-l", "-f", "-"], input=line, text=True).split()[1]
    return found


def write_cluster(folder, name, count, kubernetes=None, **parts):
    """A cluster file of the first machines, in a folder that is made where it is not there."""
    network = address_of(NAMES[0]).rsplit(".", 1)[0]
    nodes = [
        {"name": machine, "role": "worker" if index else "control-plane", "addresses": [address_of(machine)],
         "ssh": {"user": "root", "key": str(key), "hostKey": pins()[machine]}}
        for index, machine in enumerate(NAMES[:count])]
    cluster = {
        "apiVersion": "croft.dev/v1alpha1", "kind": "Cluster", "name": name, "domain": "bench.example.net",
        "kubernetes": {"distribution": "k3s", "version": K3S, **(kubernetes or {})},
        "network": {"nodes": f"{network}.0/24", "pods": "10.42.0.0/16", "services": "10.43.0.0/16"},
        "nodes": nodes, **parts}
    folder.mkdir(exist_ok=True)
    # JSON is YAML.
    (folder / "cluster.yaml").write_text(json.dumps(cluster, indent=1))


class Croft:
    """The ten things as a cluster file."""

    def __init__(self):
        public = pathlib.Path(f"{key}.pub").read_text().strip()
        self.folders = {}
        for count in COUNTS:
            machines = {
                "packages": PACKAGES,
                "users": [{"name": "croft-keeper", "groups": ["sudo"], "keys": [public]}],
                "sshd": {"allowUsers": ["root"]},
                "files": [{"path": "/etc/croft-bench.conf", "content": "for = croft\n"}],
                "sysctl": {"net.ipv4.ip_forward": 1},
                "modules": ["overlay"],
                "units": [{"name": "croft-bench.service", "content": unit("croft")}],
                "logs": {"size": "200Mi"},
            }
            self.folders[count] = work / f"croft-{count}"
            write_cluster(self.folders[count], "bench", count, machines=machines)

    def apply(self, count):
        # Its notes of runs are not the user's.
        return run([croft, "up", "--until", "nodes", "--yes", "-C", self.folders[count]],
                   XDG_STATE_HOME=str(work / "state"), KUBECONFIG=str(work / "kubeconfig"))

    def expect_unchanged(self, said, count):
        if said.count("unchanged") != count or "0 changes" not in said:
            sys.exit(f"bench: croft changed something the second time:\n{said}")


class Ansible:
    """The ten things as a playbook, as its guide to speed has it: pipelining, a connection that is kept, no facts where
    nothing reads them."""

    def __init__(self):
        self.program = program("ansible-core", ANSIBLE, "ansible-playbook")
        self.folder = work / "ansible"
        self.folder.mkdir()
        (self.folder / "ansible.cfg").write_text(
            "[defaults]\nforks = 10\ngathering = smart\ninventory = hosts\n"
            "interpreter_python = /usr/bin/python3\nretry_files_enabled = False\n"
            "[ssh_connection]\npipelining = True\n"
            f"ssh_args = -F {state}/ssh_config -o ControlMaster=auto -o ControlPersist=60s\n"
            f"control_path_dir = {work}/a\n")
        (self.folder / "hosts").write_text("\n".join(NAMES) + "\n")

        def file(path, content, notify=None, mode="0644"):
            task = {"name": path, "ansible.builtin.copy": {"dest": path, "content": content, "mode": mode}}
            return {**task, "notify": notify} if notify else task

        public = pathlib.Path(f"{key}.pub").read_text().strip()
        tasks = [
            {"name": "packages", "ansible.builtin.apt": {"name": PACKAGES}},
            {"name": "user", "ansible.builtin.user":
                {"name": "ansible-keeper", "groups": ["sudo"], "append": True, "shell": "/bin/bash"}},
            {"name": "key", "ansible.builtin.lineinfile":
                {"path": "/home/ansible-keeper/.ssh/authorized_keys", "line": public, "create": True, "mode": "0600",
                 "owner": "ansible-keeper"}},
            file("/etc/ssh/sshd_config.d/60-ansible-bench.conf", "PermitEmptyPasswords no\n", "ssh"),
            file("/etc/ansible-bench.conf", "for = ansible\n"),
            file("/etc/sysctl.d/60-ansible-bench.conf", "net.ipv4.conf.all.accept_redirects = 0\n", "sysctl"),
            file("/etc/modules-load.d/ansible-bench.conf", "overlay\n", "modules"),
            file("/etc/systemd/journald.conf.d/60-ansible-bench.conf", "[Journal]\nMaxFileSec=2week\n", "journal"),
            file("/etc/systemd/system/ansible-bench.service", unit("ansible")),
            {"name": "unit", "ansible.builtin.systemd_service":
                {"name": "ansible-bench.service", "enabled": True, "state": "started"}},
        ]
        before = [{"name": "folder", "ansible.builtin.file":
                   {"path": "/etc/systemd/journald.conf.d", "state": "directory", "mode": "0755"}}]

        def handler(name, command):
            return {"name": name, "ansible.builtin.command": command}

        handlers = [
            handler("ssh", "systemctl reload ssh"), handler("modules", "modprobe overlay"),
            handler("sysctl", "sysctl -p /etc/sysctl.d/60-ansible-bench.conf"),
            handler("journal", "systemctl restart systemd-journald"),
        ]
        for name, chosen in (("folder", before), ("site", tasks)):
            play = {"hosts": "all", "gather_facts": False, "tasks": chosen, "handlers": handlers}
            (self.folder / f"{name}.json").write_text(json.dumps([play], indent=1))
        # Only the first time: a folder that the ten need, so that they stay ten.
        run([self.program, "folder.json"], self.folder, ANSIBLE_CONFIG=str(self.folder / "ansible.cfg"))

    def apply(self, count):
        return run([self.program, "--limit", ",".join(NAMES[:count]), "site.json"], self.folder,
                   ANSIBLE_CONFIG=str(self.folder / "ansible.cfg"))

    def expect_unchanged(self, said, count):
        if said.count("changed=0") != count or said.count("ok=10 ") != count:
            sys.exit(f"bench: Ansible did not do ten things, or changed something the second time:\n{said}")


class Pyinfra:
    """The ten things as operations, with everything else as pyinfra has it."""

    def __init__(self):
        self.program = program("pyinfra", PYINFRA, "pyinfra")
        self.folder = work / "pyinfra"
        self.folder.mkdir()
        for count in COUNTS:
            hosts = [(name, {"ssh_config_file": f"{state}/ssh_config", "ssh_known_hosts_file": f"{state}/known_hosts",
                             "ssh_hostname": address_of(name), "ssh_user": "root", "ssh_key": str(key)})
                     for name in NAMES[:count]]
            (self.folder / f"hosts{count}.py").write_text(f"machines = {hosts!r}\n")
        public = pathlib.Path(f"{key}.pub").read_text().strip()
        files = {
            "/etc/ssh/sshd_config.d/70-pyinfra-bench.conf": "PermitTunnel no\n",
            "/etc/pyinfra-bench.conf": "for = pyinfra\n",
            "/etc/sysctl.d/70-pyinfra-bench.conf": "net.ipv4.conf.all.send_redirects = 0\n",
            "/etc/modules-load.d/pyinfra-bench.conf": "overlay\n",
            "/etc/systemd/journald.conf.d/70-pyinfra-bench.conf": "[Journal]\nMaxLevelStore=info\n",
            "/etc/systemd/system/pyinfra-bench.service": unit("pyinfra"),
        }
        lines = ["import io", "from pyinfra.operations import apt, files, server, systemd",
                 f"apt.packages(packages={PACKAGES!r})",
                 "server.user(user='pyinfra-keeper', groups=['sudo'], append=True, shell='/bin/bash')",
                 f"server.user_authorized_keys(user='pyinfra-keeper', public_keys=[{public!r}])"]
        for path, content in files.items():
            lines.append(f"files.put(src=io.StringIO({content!r}), dest={path!r}, mode='644')")
        lines += ["systemd.service(service='pyinfra-bench.service', running=True, enabled=True)"]
        (self.folder / "site.py").write_text("\n".join(lines) + "\n")

    def apply(self, count):
        return run([self.program, "-y", f"hosts{count}.py", "site.py"], self.folder)

    def expect_unchanged(self, said, count):
        # Its columns: how many, changed, in error, not changed.
        totals = [line.split("Grand total")[1].split() for line in said.splitlines() if "Grand total" in line]
        if totals != [[str(10 * count), "-", "-", str(10 * count)]]:
            sys.exit(f"bench: pyinfra did not do ten things, or changed something the second time:\n{said}")


class Cluster:
    """Three machines with k3s, and an application on them."""

    def __init__(self):
        self.folder = work / "cluster"
        release = self.folder / "release"
        release.mkdir(parents=True)
        run([checkout / "Lab/k3s/make-k3s", release / "k3s", K3S])
        run([checkout / "Lab/k3s/make-images", release])
        web = {"image": "croft.lab/busybox:1", "port": 8080, "command": ["httpd", "-f", "-p", "8080"],
               "patches": [{"target": {"kind": "Deployment"}, "merge": {
                   "spec": {"template": {"spec": {"securityContext": {"runAsUser": 1000}}}}}}]}
        write_cluster(
            self.folder, "whole", 3, apps={"web": web},
            kubernetes={"install": {"airGap": str(release)}, "disable": ["servicelb", "traefik", "local-storage"]})

    def up(self):
        return run([croft, "up", "--yes", "-C", self.folder],
                   XDG_STATE_HOME=str(work / "state"), KUBECONFIG=str(work / "cluster.kubeconfig"))

    def second(self):
        seconds, said = self.up()
        if " 0 changes" not in said:
            sys.exit(f"bench: croft changed something the second time:\n{said}")
        return seconds


def sessions(count):
    """How many sessions each machine's SSH server has begun so far."""
    command = ["journalctl", "--no-pager", "--quiet", "--boot", "--identifier", "sshd"]
    return [run([inside, state / name, *command])[1].count("Starting session") for name in NAMES[:count]]


def main():
    if os.geteuid() != 0:
        say("comparing on machines needs root; skipped")
        sys.exit(0)
    # The lab goes whoever ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        begin = time.monotonic()
        run([lab, "machines", "up", "--name", LAB, "--machines", ",".join(NAMES)])
        started = time.monotonic() - begin
        for name in NAMES:
            # So that the SSH server says when a session begins.
            run([inside, state / name, "sh", "-c",
                 "echo 'LogLevel VERBOSE' >/etc/ssh/sshd_config.d/10-bench.conf && systemctl reload ssh"])
        tools = {"croft": Croft(), "Ansible": Ansible(), "pyinfra": Pyinfra()}
        for name, tool in tools.items():
            seconds, _ = tool.apply(len(NAMES))
            say(f"the first time on {len(NAMES)} machines: {name} {seconds:.1f} s")
        print(f"{'figure':<28} {'croft':>11} {'theirs':>11} {'ratio':>8} {'goal':>9}")
        figure(f"{len(NAMES)} machines of the lab start", started, None, 60)
        for count in COUNTS:
            times = {name: [] for name in tools}
            begun = {name: [0] * count for name in tools}
            for turn in range(-1, ROUNDS):
                for name, tool in tools.items():
                    before = sessions(count)
                    seconds, said = tool.apply(count)
                    tool.expect_unchanged(said, count)
                    begun[name] = [after - old for after, old in zip(sessions(count), before)]
                    if turn >= 0:  # before that, connections that are kept are made
                        times[name].append(seconds)
            ours = statistics.median(times["croft"])
            machines = "machine" if count == 1 else "machines"
            figure(f"{count} {machines}, Ansible", ours, statistics.median(times["Ansible"]), 10)
            figure(f"{count} {machines}, pyinfra", ours, statistics.median(times["pyinfra"]), 4)
            figure(f"{count} {machines}, SSH sessions each", max(begun["croft"]), None, 1, "")
            say(f"SSH sessions on each machine: Ansible {max(begun['Ansible'])}, pyinfra {max(begun['pyinfra'])}")
        cluster = Cluster()
        seconds, _ = cluster.up()
        say(f"three machines from nothing to k3s and an application: {seconds:.1f} s")
        figure("3 machines with k3s, again", statistics.median(cluster.second() for _ in range(ROUNDS)), None, 1.25)
    finally:
        subprocess.run([lab, "machines", "down", "--name", LAB], stdin=subprocess.DEVNULL)
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(0 if all(figures) else 1)


main()
