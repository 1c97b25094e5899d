"""`k3s server --cluster-reset`: one member again, from a snapshot where one is named.

https://docs.k3s.io/cli/etcd-snapshot#restoring-snapshots
"""
import os
import subprocess

from . import bootstrap, control_plane, log, paths
from .log import Fatal

DONE = ("Managed etcd cluster membership has been reset, restart without --cluster-reset flag now. "
        "Backup and delete ${datadir}/server/db on each peer etcd server and rejoin the nodes")
MARK = "reset-flag"
CLIENT, PEER = "http://127.0.0.1:2399", "http://127.0.0.1:2398"


def run(server):
    where, etcd, snapshot = server.where, server.etcd, server.flags["cluster-reset-restore-path"]
    mark = f"{where.db}/{MARK}"
    if os.path.exists(mark) and not snapshot:
        raise Fatal("cluster-reset was successfully performed, please remove the cluster-reset flag and start k3s "
                    f"normally, if you need to perform another cluster reset, you must first manually delete {mark}")
    if snapshot:
        etcd.restore(snapshot)
    elif not etcd.exists:
        raise Fatal(f"there is no etcd data in {etcd.data} to reset; name a snapshot with "
                    "--cluster-reset-restore-path")
    # What the cluster's servers share comes out of its own data: on a new machine nothing of it is here.
    server.children.start("etcd", [
        f"--name={etcd.name}", f"--data-dir={etcd.data}", "--logger=zap", "--log-level=warn", "--force-new-cluster",
        f"--listen-client-urls={CLIENT}", f"--advertise-client-urls={CLIENT}", f"--listen-peer-urls={PEER}"])
    try:
        def plain(*arguments):
            return control(arguments)

        server.children.wait_until("etcd", lambda: is_answering(plain), seconds=60)
        stored = plain("get", "--print-value-only", bootstrap.key(server.password)).strip()
        if not stored:
            raise Fatal(f"{bootstrap.WRONG_TOKEN}: give the token that the cluster had")
        bootstrap.unpack(where, bootstrap.unseal(stored, server.password))
        member = next(line for line in plain("member", "list").splitlines() if line)
        plain("member", "update", member.split(",")[0], f"--peer-urls={etcd.peer}")
    finally:
        server.children.stop_all()
    control_plane.issue_certificates(where, server.names(), server.address)
    paths.write(mark, "")
    log.info(DONE)


def control(arguments):
    result = subprocess.run([paths.program("etcdctl"), f"--endpoints={CLIENT}", *arguments], capture_output=True,
                            text=True, env={**os.environ, "ETCDCTL_API": "3"})
    if result.returncode:
        raise Fatal(result.stderr.strip())
    return result.stdout


def is_answering(plain):
    try:
        plain("get", "/croft-lab")
        return True
    except Fatal:
        return False
