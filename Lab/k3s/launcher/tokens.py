"""k3s' tokens: K10<SHA-256 of the server's CA>::<user>:<password>, or the password alone.

https://docs.k3s.io/cli/token
"""
import re
import secrets

from .log import Fatal

# As kubeadm makes them; k3s lets agents join with one.
BOOTSTRAP = re.compile(r"^([a-z0-9]{6})\.([a-z0-9]{16})$")


class Token:
    """A token in any of its shapes. `ca_hash` is empty where it does not say whose it is."""

    def __init__(self, text):
        self.ca_hash, self.password = "", text
        if text.startswith("K10"):
            match = re.match(r"^K10([0-9a-f]{64})::(?:[^:]*:)?(.+)$", text)
            if not match:
                raise Fatal("invalid token format: expected K10<64 hexadecimal digits>::<user>:<password>")
            self.ca_hash, self.password = match[1], match[2]
        if not self.password:
            raise Fatal("invalid token format: it has no password")


def full(ca_hash, user, password):
    return f"K10{ca_hash}::{user}:{password}" if user else f"K10{ca_hash}::{password}"


def new_password():
    return secrets.token_hex(16)
