"""`k3s etcd-snapshot`: https://docs.k3s.io/cli/etcd-snapshot"""
import os
import time

from . import etcd, flags, log, paths
from .log import Fatal
from .node import name as node_name

KINDS = {**flags.NODE, **flags.SERVER, **{name: kind for name, kind in flags.SERVER_IGNORED.items()
                                          if name.startswith("etcd-")},
         "name": flags.TEXT, "snapshot-compress": flags.BOOL, "snapshot-retention": flags.TEXT, "dir": flags.TEXT}


def run(arguments):
    verb, rest = (arguments[0], arguments[1:]) if arguments and arguments[0][:1] != "-" else ("save", arguments)
    verbs = {"save": save, "ls": show, "list": show, "l": show, "delete": delete, "prune": prune}
    if verb not in verbs:
        raise Fatal(f"No help topic for '{verb}': expected save, ls, delete or prune; "
                    "restore with k3s server --cluster-reset --cluster-reset-restore-path=PATH")
    values = flags.read("server", rest, KINDS, strict=False)
    where = paths.Paths(values["data-dir"])
    if os.geteuid():
        raise Fatal("must run as root")
    if not os.path.isdir(where.etcd):
        raise Fatal("etcd datastore disabled: this server keeps its data elsewhere, or has not started yet")
    return verbs[verb](values, where, values["dir"] or values["etcd-snapshot-dir"] or where.snapshots)


def save(values, where, folder):
    prefix = values["name"] or "on-demand"
    name = f"{prefix}-{node_name(values)}-{int(time.time())}"
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = f"{folder}/{name}"
    etcd.control(f"{where.tls}/etcd", "snapshot", "save", path, seconds=120)
    os.chmod(path, 0o600)
    log.info(f"Snapshot {name} saved.")
    keep = values["snapshot-retention"] or values["etcd-snapshot-retention"] or "5"
    remove_oldest(folder, f"{prefix}-{node_name(values)}-", int(keep))


def show(values, where, folder):
    print(f"{'Name':50} {'Location':100} {'Size':10} Created")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.endswith(".part"):
            continue
        status = os.stat(f"{folder}/{name}")
        created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(status.st_mtime))
        print(f"{name:50} {f'file://{folder}/{name}':100} {status.st_size:<10} {created}")


def delete(values, where, folder):
    for name in values.arguments:
        path = f"{folder}/{os.path.basename(name)}"
        if not os.path.exists(path):
            raise Fatal(f"snapshot {name} is not in {folder}")
        os.remove(path)
        log.info(f"Snapshot {name} deleted.")


def prune(values, where, folder):
    keep = values["snapshot-retention"] or values["etcd-snapshot-retention"] or "5"
    remove_oldest(folder, f"{values['name'] or 'on-demand'}-{node_name(values)}-", int(keep))


def remove_oldest(folder, prefix, keep):
    names = sorted(name for name in os.listdir(folder) if name.startswith(prefix))
    for name in names[:-keep] if keep else []:
        os.remove(f"{folder}/{name}")
        log.info(f"Removed snapshot {name}: {keep} are kept")
