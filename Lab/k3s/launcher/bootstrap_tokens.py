"""`k3s token`: tokens for agents, with an end. https://docs.k3s.io/cli/token"""
import calendar
import re
import secrets
import string
import time

from . import certificates, flags, paths, tokens
from .api import Api, Refused
from .log import Fatal

KINDS = {**flags.NODE, **flags.SERVER, "description": flags.TEXT, "ttl": flags.TEXT, "groups": flags.LIST,
         "usages": flags.LIST, "kubeconfig": flags.TEXT, "output": flags.TEXT}
COLLECTION = "/api/v1/namespaces/kube-system/secrets"


def run(arguments):
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    verbs = {"create": create, "list": show, "ls": show, "delete": delete, "generate": generate}
    if verb not in verbs:
        raise Fatal(f"No help topic for '{verb}': expected create, list, delete or generate")
    values = flags.read("server", rest, KINDS, strict=False)
    where = paths.Paths(values["data-dir"])
    if verb == "generate":
        return generate(values, where, None)
    if paths.read(where.token) is None:
        raise Fatal("there is no token in the data directory: is this a server, and has it started?")
    try:
        return verbs[verb](values, where, Api(values["https-listen-port"] or 6443, where.tls, "client-supervisor"))
    except (OSError, Refused) as problem:
        raise Fatal(f"the API server does not answer with success: {problem}")


def random_text(length):
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(length))


def generate(values, where, client):
    print(f"{random_text(6)}.{random_text(16)}")


def create(values, where, client):
    text = values.arguments[0] if values.arguments else f"{random_text(6)}.{random_text(16)}"
    match = tokens.BOOTSTRAP.match(text)
    if not match:
        raise Fatal("invalid bootstrap token: expected six and sixteen lower-case letters or digits, with a point")
    data = {"token-id": match[1], "token-secret": match[2], "usage-bootstrap-authentication": "true",
            "usage-bootstrap-signing": "true", "description": values["description"],
            "auth-extra-groups": "system:bootstrappers:k3s:default-node-token"}
    life = seconds(values["ttl"] or "24h")
    if life:
        data["expiration"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + life))
    client.put(COLLECTION, {"metadata": {"name": f"bootstrap-token-{match[1]}"},
                            "type": "bootstrap.kubernetes.io/token", "stringData": data})
    print(tokens.full(certificates.digest(paths.read(f"{where.tls}/server-ca.crt")), "", text))


def show(values, where, client):
    print(f"{'TOKEN':10} {'TTL':12} {'EXPIRES':22} DESCRIPTION")
    for secret in client.call("GET", f"{COLLECTION}?fieldSelector=type=bootstrap.kubernetes.io/token")["items"]:
        data = client.secret(secret["metadata"]["name"]) or {}
        expires = data.get("expiration", "")
        left = "<forever>"
        if expires:
            end = calendar.timegm(time.strptime(expires, "%Y-%m-%dT%H:%M:%SZ"))
            left = f"{max(0, int(end - time.time()) // 60)}m"
        print(f"{data.get('token-id', ''):10} {left:12} {expires or '<never>':22} {data.get('description', '')}")


def delete(values, where, client):
    for text in values.arguments:
        name = tokens.Token(text).password.partition(".")[0]
        client.call("DELETE", f"{COLLECTION}/bootstrap-token-{name}")
        print(f"bootstrap token '{name}' deleted")


def seconds(text):
    """A duration of Go: 24h, 30m, 1h30m, 0."""
    parts = re.findall(r"(\d+)([hms])", text)
    if text not in ("0", "") and "".join(f"{number}{unit}" for number, unit in parts) != text:
        raise Fatal(f"invalid duration {text}: expected for instance 24h or 1h30m")
    return sum(int(number) * {"h": 3600, "m": 60, "s": 1}[unit] for number, unit in parts)
