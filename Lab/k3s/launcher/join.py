"""The joining side of the supervisor: who is it, does it know the token, and what does it say."""
import base64
import http.client
import json
import ssl
import time
import urllib.parse

from . import certificates, log, supervisor, tokens
from .log import Fatal

NOT_TRUSTED = ("Cluster CA certificate is not trusted by the host CA bundle, but the token does not include a CA hash. "
               "Use the full token from the server's node-token file to enable Cluster CA validation.")


class Unreachable(Exception):
    pass


class Server:
    """A server of the cluster, as seen from a machine that joins."""

    def __init__(self, url, token, user):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise Fatal(f"invalid server url {url!r}: expected https://HOST:6443")
        self.url, self.hosts = url, [parts.hostname]
        self.token, self.user = tokens.Token(token), user
        self.ca = None

    def connect(self):
        """Fetches the CA and compares it with the token's hash; waits for as long as nobody answers."""
        reported = 0.0
        while True:
            try:
                self.ca = self._send(self._any_certificate(), "GET", "/cacerts").decode()
                break
            except Unreachable as problem:
                if time.monotonic() - reported > 10 or not reported:
                    reported = time.monotonic()
                    log.error(f'failed to get CA certs: Get "{self.url}/cacerts": {problem}')
                time.sleep(1)
        actual = certificates.digest(self.ca)
        if not self.token.ca_hash:
            log.warning(NOT_TRUSTED)
        elif self.token.ca_hash != actual:
            raise Fatal("token CA hash does not match the Cluster CA certificate hash: "
                        f"{self.token.ca_hash} != {actual}. The token is of another cluster than {self.url}")

    def call(self, method, path, body=None, seconds=30):
        """An answer of the supervisor, decoded. Fatal where it refuses, Unreachable where nobody answers in time."""
        context = ssl.create_default_context(cadata=self.ca)
        credentials = base64.b64encode(f"{self.user}:{self.token.password}".encode()).decode()
        content = None if body is None else json.dumps(body)
        headers = {"Authorization": f"Basic {credentials}"}
        return json.loads(self._send(context, method, path, content, headers, seconds))

    def _any_certificate(self):
        """Only for the CA itself, which the token's hash proves."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def _send(self, context, method, path, body=None, headers=None, seconds=30):
        problems = []
        for host in self.hosts:
            connection = http.client.HTTPSConnection(host, supervisor.PORT, context=context, timeout=seconds)
            try:
                connection.request(method, path, body, headers or {})
                answer = connection.getresponse()
                content = answer.read()
            except ssl.SSLCertVerificationError as problem:
                raise Fatal(f"{self.url}: {problem.verify_message}: the server's certificate does not fit its CA or "
                            f"name {host}; add it with tls-san")
            except (OSError, http.client.HTTPException) as problem:
                problems.append(f"{host}:{supervisor.PORT}: {problem}")
                continue
            finally:
                connection.close()
            if answer.status == 401:
                raise Fatal(f"https://{host}:6443{path}: {content.decode()}")
            if answer.status == 503:
                problems.append(f"{host}: {content.decode()}")
                continue
            if answer.status != 200:
                raise Fatal(content.decode())
            return content
        raise Unreachable("; ".join(problems))
