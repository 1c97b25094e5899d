"""In place of CoreDNS: answers for Services and pods of the cluster, out of what the API server says.

https://github.com/kubernetes/dns/blob/master/docs/specification.md
"""
import ipaddress
import socket
import socketserver
import struct
import threading

from . import api, log

PORT = 10053
A, PTR, AAAA, SRV, ANY = 1, 12, 28, 33, 255
NO_ERROR, SERVER_FAILURE, NO_SUCH_NAME, REFUSED = 0, 2, 3, 5
SECONDS = 5


class Names:
    """Listens on the node's address; the Service kube-dns leads there."""

    def __init__(self, client, domain, address, upstream):
        self.domain, self.upstream = domain.lower().strip("."), upstream
        self.services = api.Watched(client, "/api/v1/services")
        self.endpoints = api.Watched(client, "/api/v1/endpoints")
        names = self

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self):
                content, listener = self.request
                answer = names.answer(content, limit=512)
                if answer:
                    listener.sendto(answer, self.client_address)

        class Stream(socketserver.StreamRequestHandler):
            def handle(self):
                self.request.settimeout(10)
                while head := self.rfile.read(2):
                    answer = names.answer(self.rfile.read(struct.unpack("!H", head)[0]), limit=65535)
                    if not answer:
                        return
                    self.wfile.write(struct.pack("!H", len(answer)) + answer)

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        for kind, handler in ((socketserver.ThreadingUDPServer, Datagram), (socketserver.ThreadingTCPServer, Stream)):
            listener = kind((address, PORT), handler)
            listener.daemon_threads = True
            threading.Thread(target=listener.serve_forever, daemon=True, name="names").start()
        log.info(f"Answering names of {self.domain} at {address}:{PORT}, in place of CoreDNS")

    def answer(self, query, limit):
        """The answer to a message; None where it is not a question."""
        if len(query) < 12:
            return None
        identifier, flags, questions = struct.unpack("!HHH", query[:6])
        if flags & 0x8000 or questions != 1:
            return None
        labels, end = [], 12
        while query[end]:
            labels.append(query[end + 1:end + 1 + query[end]].decode("ascii", "replace").lower())
            end += 1 + query[end]
        kind = struct.unpack("!H", query[end + 1:end + 3])[0]
        question = query[12:end + 5]
        code, records = self.look_up(".".join(labels), kind)
        if code == REFUSED:
            if self.upstream:
                return self.forward(query)
            code = SERVER_FAILURE
        body = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", k, 1, SECONDS, len(data)) + data for k, data in records)
        head = 0x8400 | (flags & 0x0100) | 0x0080 | code
        if 12 + len(question) + len(body) > limit:
            return struct.pack("!HHHHHH", identifier, head | 0x0200, 1, 0, 0, 0) + question
        return struct.pack("!HHHHHH", identifier, head, 1, len(records), 0, 0) + question + body

    def look_up(self, name, kind):
        """A response code, and records as pairs of type and data."""
        if not (self.services.is_complete and self.endpoints.is_complete):
            return SERVER_FAILURE, []
        if name.endswith(".in-addr.arpa"):
            found = self.reverse(".".join(reversed(name.removesuffix(".in-addr.arpa").split("."))))
            return (NO_ERROR, [(PTR, encoded(found))]) if found else (REFUSED, [])
        if name == self.domain:
            return NO_ERROR, []
        if not name.endswith("." + self.domain):
            return REFUSED, []
        parts = name.removesuffix("." + self.domain).split(".")
        if parts[-1] == "pod" and len(parts) == 3:
            addresses, ports = [parts[0].replace("-", ".")], []
        elif parts[-1] == "svc" and len(parts) >= 3:
            addresses, ports = self.service(parts[:-1])
        else:
            return (NO_ERROR, []) if parts[-1] in ("svc", "pod") and len(parts) <= 2 else (NO_SUCH_NAME, [])
        if addresses is None:
            return NO_SUCH_NAME, []
        if isinstance(addresses, str):
            # A Service of type ExternalName: whom it leads to is for another name server to say.
            return NO_ERROR, [(5, encoded(addresses))]
        records = []
        if kind in (A, ANY):
            records = [(A, socket.inet_aton(address)) for address in addresses if is_version_4(address)]
        if kind == SRV:
            records = [(SRV, struct.pack("!HHH", 0, 100, port) + encoded(target)) for port, target in ports]
        return NO_ERROR, records

    def service(self, parts):
        """Addresses of `service.namespace`, `pod.service.namespace` or `_port._protocol.service.namespace`."""
        *before, name, namespace = parts
        service = self.services.objects.get((namespace, name))
        if service is None:
            return None, []
        spec = service["spec"]
        if spec["type"] == "ExternalName":
            return (spec["externalName"], []) if not before else (None, [])
        full = f"{name}.{namespace}.svc.{self.domain}"
        is_headless = spec.get("clusterIP") in ("None", "", None)
        entries = list(self.entries(namespace, name, full)) if is_headless or before else []
        if before and before[0].startswith("_"):
            if len(before) != 2:
                return None, []
            if is_headless:
                found = [(number, f"{host}.{full}") for host, _, ports in entries for label, protocol, number in ports
                         if f"_{label}" == before[0] and f"_{protocol.lower()}" == before[1]]
            else:
                found = [(port["port"], full) for port in spec.get("ports", [])
                         if f"_{port.get('name')}" == before[0] and f"_{port['protocol'].lower()}" == before[1]]
            return ([], found) if found else (None, [])
        if before:
            addresses = [address for host, address, _ in entries if [host] == before]
            return (addresses, []) if addresses else (None, [])
        return ([address for _, address, _ in entries] if is_headless else [spec["clusterIP"]]), []

    def entries(self, namespace, name, full):
        endpoints = self.endpoints.objects.get((namespace, name)) or {}
        for subset in endpoints.get("subsets") or []:
            ports = [(port.get("name", ""), port["protocol"], port["port"]) for port in subset.get("ports") or []]
            for entry in subset.get("addresses") or []:
                yield entry.get("hostname") or entry["ip"].replace(".", "-"), entry["ip"], ports

    def reverse(self, address):
        for (namespace, name), service in list(self.services.objects.items()):
            if service["spec"].get("clusterIP") == address:
                return f"{name}.{namespace}.svc.{self.domain}"
        return None

    def forward(self, query):
        for server in self.upstream:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.settimeout(2)
                try:
                    sender.sendto(query, (server, 53))
                    return sender.recv(65535)
                except OSError:
                    continue
        return query[:2] + struct.pack("!H", 0x8180 | SERVER_FAILURE) + query[4:]


def encoded(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def is_version_4(address):
    return isinstance(ipaddress.ip_address(address), ipaddress.IPv4Address)
