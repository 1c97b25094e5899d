"""etcd: one member of the cluster's datastore, or alone in place of SQLite."""
import json
import os
import secrets
import shutil
import subprocess
import time

from . import log, paths
from .log import Fatal

CLIENT, PEER, METRICS = 2379, 2380, 2381


class Etcd:
    """The member on this machine. `alone` means that it stands in for SQLite: no peers, loopback only."""

    def __init__(self, where, node, address, alone):
        self.where, self.node, self.address, self.alone = where, node, address, alone
        self.data = where.lone_etcd if alone else where.etcd
        self.tls = f"{where.tls}/etcd"

    @property
    def exists(self):
        return os.path.isdir(f"{self.data}/member")

    @property
    def name(self):
        """Made once, as k3s does: the node's name and eight digits."""
        name = paths.read(f"{self.data}/name")
        if name is None:
            name = f"{self.node}-{secrets.token_hex(4)}"
            paths.write(f"{self.data}/name", name)
        return name

    @property
    def client(self):
        return f"https://127.0.0.1:{CLIENT}"

    @property
    def peer(self):
        return f"https://{'127.0.0.1' if self.alone else self.address}:{PEER}"

    def arguments(self, initial_cluster=None, expose_metrics=False, extra=()):
        """`initial_cluster` is what a joining member was told; without it the member begins a cluster of its own."""
        clients, metrics = [self.client], [f"http://127.0.0.1:{METRICS}"]
        if not self.alone:
            clients.append(f"https://{self.address}:{CLIENT}")
            if expose_metrics:
                metrics.append(f"http://{self.address}:{METRICS}")
        return [
            f"--name={self.name}", f"--data-dir={self.data}", "--logger=zap", "--log-level=warn",
            f"--listen-client-urls={','.join(clients)}", f"--advertise-client-urls={clients[-1]}",
            f"--listen-peer-urls={self.peer}", f"--initial-advertise-peer-urls={self.peer}",
            f"--initial-cluster={initial_cluster or f'{self.name}={self.peer}'}",
            f"--initial-cluster-state={'existing' if initial_cluster else 'new'}",
            f"--listen-metrics-urls={','.join(metrics)}", "--snapshot-count=10000",
            # k3s' own; a lone member need not be patient with itself.
            *(() if self.alone else ("--heartbeat-interval=500", "--election-timeout=5000")),
            "--client-cert-auth", f"--trusted-ca-file={self.tls}/server-ca.crt",
            f"--cert-file={self.tls}/server-client.crt", f"--key-file={self.tls}/server-client.key",
            "--peer-client-cert-auth", f"--peer-trusted-ca-file={self.tls}/peer-ca.crt",
            f"--peer-cert-file={self.tls}/peer-server-client.crt",
            f"--peer-key-file={self.tls}/peer-server-client.key",
            *[f"--{argument}" for argument in extra],
        ]

    def control(self, *arguments, standard_input=None, seconds=10, endpoints=None):
        """Runs etcdctl. Returns its output; raises Fatal with etcd's own words."""
        return control(self.tls, *arguments, standard_input=standard_input, seconds=seconds,
                       endpoints=endpoints or self.client)

    def is_healthy(self):
        try:
            self.control("get", "/croft-lab", seconds=3)
            return True
        except Fatal:
            return False

    def get(self, key):
        return self.control("get", "--print-value-only", key).removesuffix("\n") or None

    def put(self, key, value):
        self.control("put", key, standard_input=value)

    # MARK: members

    def members(self):
        return json.loads(self.control("member", "list", "-w", "json"))["members"]

    def is_voter(self):
        own = next((member for member in self.members() if member.get("name") == self.name), None)
        return own is not None and not own.get("isLearner")

    def add_learner(self, name, peer):
        """Adds a member that has yet to start. Refused while another one is not a healthy voter.

        Returns the initial cluster that the new member starts with.
        """
        members = self.members()
        for member in members:
            if peer in member["peerURLs"]:
                # It asked before and did not get as far as starting, or its data are gone.
                if member.get("name"):
                    raise Fatal(f"duplicate node name or address found: {member['name']} at {peer} is a member "
                                "already; remove it (delete its node) or use another one")
                log.info(f"etcd member at {peer} was added before and never started; it may start now")
                return initial_cluster(members, {peer: name})
            if member.get("name", "").rsplit("-", 1)[0] == name.rsplit("-", 1)[0]:
                raise Fatal("etcd cluster join failed: duplicate node name found, please use a unique name for "
                            f"this node ({member['name']} is a member already)")
        waiting = [member.get("name") or member["peerURLs"][0] for member in members
                   if member.get("isLearner") or not member.get("name")]
        if waiting:
            raise Fatal(f"etcdserver: too many learner members in cluster: {waiting[0]} has not finished joining")
        for member in members:
            try:
                self.control("endpoint", "health", endpoints=member["clientURLs"][0], seconds=5)
            except Fatal:
                raise Fatal(f"etcdserver: unhealthy cluster: member {member['name']} does not answer")
        self.control("member", "add", name, f"--peer-urls={peer}", "--learner")
        return initial_cluster(self.members(), {peer: name})

    def promote_learners(self):
        """Makes voters of the learners that have caught up."""
        for member in self.members():
            if member.get("isLearner") and member.get("name"):
                try:
                    self.control("member", "promote", f"{member['ID']:x}")
                    log.info(f"Promoted learner {member['name']}")
                except Fatal as problem:
                    log.info(f"{member['name']} remains a learner for now: {problem}")

    def remove(self, name):
        """Removes the member of this name, if there is one."""
        for member in self.members():
            if member.get("name") == name:
                self.control("member", "remove", f"{member['ID']:x}")
                log.info(f"Removed name={name} from etcd")

    # MARK: snapshots

    def restore(self, snapshot):
        """Puts the snapshot in place of the data. The old data stay beside it, as k3s leaves them."""
        if not os.path.isfile(snapshot):
            raise Fatal(f"etcd: snapshot path does not exist: {snapshot}")
        name = self.name
        fresh = f"{self.data}-restored"
        shutil.rmtree(fresh, ignore_errors=True)
        control(self.tls, "snapshot", "restore", snapshot, f"--name={name}", f"--data-dir={fresh}",
                f"--initial-cluster={name}={self.peer}", f"--initial-advertise-peer-urls={self.peer}", seconds=120)
        self.put_aside()
        os.rename(fresh, self.data)
        paths.write(f"{self.data}/name", name)

    def put_aside(self):
        if os.path.isdir(self.data):
            old = f"{self.data}-old-{int(time.time())}"
            os.rename(self.data, old)
            log.info(f"etcd's former data are in {old}")


def initial_cluster(members, unnamed):
    names = [(member.get("name") or unnamed.get(member["peerURLs"][0], ""), member["peerURLs"][0])
             for member in members]
    return ",".join(f"{name}={peer}" for name, peer in names if name)


def control(tls, *arguments, standard_input=None, seconds=10, endpoints=f"https://127.0.0.1:{CLIENT}"):
    command = [paths.program("etcdctl"), f"--endpoints={endpoints}", f"--cacert={tls}/server-ca.crt",
               f"--cert={tls}/client.crt", f"--key={tls}/client.key", f"--command-timeout={seconds}s",
               f"--dial-timeout={min(seconds, 5)}s", *arguments]
    try:
        result = subprocess.run(command, input=standard_input, capture_output=True, text=True, timeout=seconds + 10,
                                env={**os.environ, "ETCDCTL_API": "3"})
    except subprocess.TimeoutExpired:
        raise Fatal(f"etcdctl {arguments[0]} had no answer after {seconds} seconds")
    if result.returncode:
        lines = result.stderr.strip().splitlines() or result.stdout.strip().splitlines() or ["no words"]
        raise Fatal(lines[-1].removeprefix("Error: "))
    return result.stdout
