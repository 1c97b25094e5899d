"""An agent's way to the API servers: a TCP port on loopback that leads to one that answers."""
import json
import os
import select
import socket
import threading

from . import log, paths


class Balancer:
    """Tries the server that answered last first. Its list survives a restart, as k3s' does."""

    def __init__(self, port, file, servers):
        self.file = file
        self.servers = list(servers)
        remembered = paths.read(file)
        if remembered:
            self.servers += [server for server in json.loads(remembered) if server not in self.servers]
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, daemon=True, name="load balancer").start()
        log.info(f"Running load balancer 127.0.0.1:{port} -> {self.servers}")

    def update(self, servers):
        kept = [server for server in self.servers if server in servers]
        servers = kept + [server for server in servers if server not in kept]
        if servers and servers != self.servers:
            log.info(f"Updated load balancer server addresses -> {servers}")
            self.servers = servers
            os.makedirs(os.path.dirname(self.file), exist_ok=True)
            paths.write(self.file, json.dumps(servers))

    def _accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with client:
            for server in list(self.servers):
                host, _, port = server.rpartition(":")
                try:
                    upstream = socket.create_connection((host, int(port)), timeout=3)
                except OSError:
                    continue
                if server in self.servers and self.servers[0] != server:
                    self.servers = [server] + [other for other in self.servers if other != server]
                with upstream:
                    _pump(client, upstream)
                return


def _pump(one, other):
    for end in (one, other):
        end.settimeout(None)
        # A peer that lost its power says nothing any more; kubelet should hear of it and go to another server.
        end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 12000)
    opposite = {one: other, other: one}
    try:
        while True:
            for end in select.select([one, other], [], [])[0]:
                content = end.recv(65536)
                if not content:
                    return
                opposite[end].sendall(content)
    except OSError:
        return
