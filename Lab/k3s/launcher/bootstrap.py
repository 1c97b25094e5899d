"""What every server needs the same of: authorities, keys, the encryption of Secrets.

As in k3s it is kept in the datastore, encrypted with the token, so that a snapshot and the token are enough to
rebuild a cluster. openssl encrypts it.
"""
import json

from . import certificates, paths
from .log import Fatal

ENCRYPTION_CONFIG, ENCRYPTION_STATE = "encryption-config.json", "encryption-state.json"
WRONG_TOKEN = "bootstrap data already found and encrypted with different token"


def bundle(where):
    """The files on this machine, by their path below the server's folder."""
    names = [f"tls/{name}" for name in certificates.authority_files()]
    names += [f"cred/{ENCRYPTION_CONFIG}", f"cred/{ENCRYPTION_STATE}"]
    found = {name: paths.read(f"{where.server}/{name}") for name in names}
    return {name: content for name, content in found.items() if content is not None}


def unpack(where, files):
    for name, content in sorted(files.items()):
        paths.write(f"{where.server}/{name}", content, 0o644 if name.endswith(".crt") else 0o600)


def key(password):
    return f"/bootstrap/{certificates.digest(password)[:12]}"


def seal(files, password):
    return certificates.openssl(*_cipher, "-e", standard_input=json.dumps(files).encode(), secret=password).decode()


def unseal(text, password):
    try:
        return json.loads(certificates.openssl(*_cipher, "-d", standard_input=text.encode(), secret=password))
    except (Fatal, ValueError):
        raise Fatal(WRONG_TOKEN)


_cipher = ("enc", "-aes-256-cbc", "-pbkdf2", "-a", "-pass", "env:CROFT_LAB_SECRET")


def reconcile(where, etcd, password):
    """Takes from the datastore what is there, else puts there what is here."""
    stored = etcd.get(key(password))
    if stored is None:
        if etcd.control("get", "--prefix", "--keys-only", "/bootstrap/").strip():
            raise Fatal(WRONG_TOKEN)
        store(where, etcd, password)
    else:
        unpack(where, unseal(stored, password))


def store(where, etcd, password):
    etcd.put(key(password), seal(bundle(where), password))
