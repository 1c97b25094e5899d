"""Certificate authorities, keys and certificates, all made by openssl. The files are named as k3s names them."""
import hashlib
import os
import subprocess
import tempfile

from . import paths
from .log import Fatal

AUTHORITIES = {
    "server-ca": "k3s-server-ca", "client-ca": "k3s-client-ca", "request-header-ca": "k3s-request-header-ca",
    "etcd/server-ca": "etcd-server-ca", "etcd/peer-ca": "etcd-peer-ca",
}


def openssl(*arguments, standard_input=None, secret=None):
    """Runs openssl. A secret travels in the environment, where only root looks."""
    environment = {**os.environ, "CROFT_LAB_SECRET": secret} if secret else None
    result = subprocess.run([paths.program("openssl"), *arguments], input=standard_input, capture_output=True,
                            env=environment)
    if result.returncode:
        raise Fatal(f"openssl {arguments[0]}: {result.stderr.decode().strip()}")
    return result.stdout


def make_key(path):
    if not os.path.exists(path):
        paths.write(path, openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))


def make_authorities(tls):
    """Makes the authorities and the key of service accounts where they are not there yet."""
    for name, common_name in AUTHORITIES.items():
        certificate, key = f"{tls}/{name}.crt", f"{tls}/{name}.key"
        make_key(key)
        if not os.path.exists(certificate):
            content = openssl("req", "-x509", "-new", "-key", key, "-subj", f"/CN={common_name}", "-days", "3650",
                              "-addext", "keyUsage=critical,digitalSignature,keyCertSign")
            paths.write(certificate, content, 0o644)
    if not os.path.exists(f"{tls}/service.key"):
        paths.write(f"{tls}/service.key", openssl("genrsa", "2048"))


def authority_files():
    """The files that every server has the same of, below the TLS folder."""
    return [f"{name}.{end}" for name in AUTHORITIES for end in ("crt", "key")] + ["service.key"]


def request(key, path_of_request=None):
    """A signing request for a key. The one who signs decides about names, so it carries none."""
    return openssl("req", "-new", "-key", key, "-subj", "/CN=requested")


def sign(tls, authority, signing_request, subject, usage, names=()):
    """Signs a request under the subject and names given here, whatever stands in the request itself.

    The answer is the certificate and its authority's. `names` are DNS names and IP addresses.
    """
    lines = ["basicConstraints=CA:FALSE", "keyUsage=critical,digitalSignature,keyEncipherment",
             f"extendedKeyUsage={usage}"]
    if names:
        alternative = [("IP:" if is_address(name) else "DNS:") + name for name in dict.fromkeys(names)]
        lines.append("subjectAltName=" + ",".join(alternative))
    with tempfile.TemporaryDirectory() as folder:
        extensions = f"{folder}/extensions"
        paths.write(extensions, "\n".join(lines) + "\n")
        serial = "0x" + os.urandom(8).hex()
        certificate = openssl(
            "x509", "-req", "-CA", f"{tls}/{authority}.crt", "-CAkey", f"{tls}/{authority}.key",
            "-set_serial", serial, "-subj", subject, "-days", "365", "-extfile", extensions,
            standard_input=signing_request)
    with open(f"{tls}/{authority}.crt", "rb") as file:
        return certificate + file.read()


def issue(tls, name, authority, subject, usage, names=()):
    """Makes a key and its certificate in the TLS folder, anew where the names or the authority have changed."""
    key, certificate, mark = f"{tls}/{name}.key", f"{tls}/{name}.crt", f"{tls}/.{name.replace('/', '-')}.from"
    with open(f"{tls}/{authority}.crt", "rb") as file:
        origin = hashlib.sha256(file.read() + repr((subject, usage, sorted(names))).encode()).hexdigest()
    if os.path.exists(certificate) and os.path.exists(key) and paths.read(mark) == origin:
        return
    make_key(key)
    paths.write(certificate, sign(tls, authority, request(key), subject, usage, names), 0o644)
    paths.write(mark, origin)


def is_address(name):
    return ":" in name or name.replace(".", "").isdigit()


def digest(content):
    """What a token says about the authority it belongs to."""
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()
