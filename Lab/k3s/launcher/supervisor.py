"""The server's second endpoint, where nodes join: beside the API server, on a port of its own.

Real k3s answers these paths on the API server's port; two programs cannot share one, so the lab uses RKE2's port.
Everything but `/cacerts` and `/ping` wants the token, by basic authentication as in k3s.
"""
import base64
import hmac
import http.server
import json
import socketserver
import ssl
import threading

from . import log
from .log import Fatal

PORT = 9345


class Denied(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Supervisor:
    """`server` answers: `ca()`, `role(password)`, and one function per path in `routes`.

    A route is (method, path) to (role, function of the decoded body); what it returns is sent as JSON.
    """

    def __init__(self, server, certificate, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        handler = type("Handler", (_Handler,), {"server_side": server})
        self.listener = _Listener(("0.0.0.0", PORT), handler)
        self.listener.context = context
        threading.Thread(target=self.listener.serve_forever, daemon=True, name="supervisor").start()
        log.info(f"Supervisor listening on port {PORT}")


class _Listener(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    context = None

    def finish_request(self, request, client_address):
        request.settimeout(60)
        try:
            secured = self.context.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError):
            return
        try:
            super().finish_request(secured, client_address)
        except (ssl.SSLError, OSError):
            pass
        finally:
            secured.close()


class _Handler(http.server.BaseHTTPRequestHandler):
    server_side = None
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def answer(self):
        self.close_connection = True
        try:
            status, kind, content = 200, *self.content()
        except Denied as denied:
            status, kind, content = denied.status, "text/plain", str(denied)
        except Fatal as refused:
            status, kind, content = 409, "text/plain", str(refused)
        except Exception as problem:  # The caller hears of it, whatever it is.
            log.error(f"{self.command} {self.path}: {type(problem).__name__}: {problem}")
            status, kind, content = 503, "text/plain", f"{type(problem).__name__}: {problem}"
        content = content.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="k3s"')
        self.end_headers()
        self.wfile.write(content)

    def content(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        if self.path == "/ping":
            return "text/plain", "pong"
        if self.path == "/cacerts":
            return "application/x-pem-file", self.server_side.ca()
        role, function = self.server_side.routes.get((self.command, self.path), (None, None))
        if function is None:
            raise Denied(404, "not found")
        self.authorize(role)
        return "application/json", json.dumps(function(json.loads(body) if body else {}))

    def authorize(self, needed):
        scheme, _, value = (self.headers.get("Authorization") or "").partition(" ")
        password = base64.b64decode(value).decode().partition(":")[2] if scheme == "Basic" else ""
        role = self.server_side.role(password)
        if role is None:
            log.warning(f"{self.client_address[0]} was refused {self.path}: its token is not of this cluster")
            raise Denied(401, "401 Unauthorized: the token is not of this cluster")
        if needed == "server" and role != "server":
            log.warning(f"{self.client_address[0]} was refused {self.path}: an agent's token cannot join a server")
            raise Denied(401, "401 Unauthorized: this token is for agents; a server joins with the server token")

    def log_message(self, *arguments):
        pass


def same(one, other):
    """Compares secrets in constant time."""
    return bool(one) and bool(other) and hmac.compare_digest(one.encode(), other.encode())
