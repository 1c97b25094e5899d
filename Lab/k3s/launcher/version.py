"""The version this stand-in pretends to have, so that pinning and upgrades can be tried."""
import os
import pkgutil

FILE = "/usr/local/lib/croft-lab/version"
DEFAULT = "v1.20.2+k3s1"


def pretended():
    """CROFT_LAB_K3S_VERSION, else what `make-k3s` packed into this file, else the machine's file, else a default."""
    version = os.environ.get("CROFT_LAB_K3S_VERSION", "")
    if not version:
        try:
            version = pkgutil.get_data("launcher", "VERSION").decode()
        except (OSError, AttributeError):
            pass
    if not version:
        try:
            with open(FILE) as file:
                version = file.read()
        except OSError:
            pass
    version = version.strip() or DEFAULT
    if not version.startswith("v"):
        version = "v" + version
    return version if "+" in version else version + "+k3s1"


def lines():
    """k3s' own format. The commit says what this is."""
    return f"k3s version {pretended()} (croftlab)\ngo version go1.19.8"
