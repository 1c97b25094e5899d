"""A small client of the Kubernetes API, for what the launcher itself reads and writes."""
import base64
import http.client
import json
import ssl
import threading
import time

from . import log


class Refused(Exception):
    """The API server answered, and not with success."""

    def __init__(self, status, message):
        super().__init__(f"{status}: {message}")
        self.status = status


class Api:
    def __init__(self, port, tls, certificate, ca="server-ca", host="127.0.0.1"):
        self.host, self.port = host, int(port)
        self.context = ssl.create_default_context(cafile=f"{tls}/{ca}.crt")
        self.context.load_cert_chain(f"{tls}/{certificate}.crt", f"{tls}/{certificate}.key")

    def connection(self, timeout=10):
        return http.client.HTTPSConnection(self.host, self.port, context=self.context, timeout=timeout)

    def call(self, method, path, body=None, kind="application/json"):
        """Returns the decoded answer; raises Refused, or OSError where there is no answer."""
        connection = self.connection()
        try:
            headers = {"Accept": "application/json"}
            if body is not None:
                body, headers["Content-Type"] = json.dumps(body), kind
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except http.client.HTTPException as problem:
            raise OSError(f"{type(problem).__name__}: {problem}")
        finally:
            connection.close()
        if answer.status >= 300:
            try:
                message = json.loads(content).get("message", "")
            except ValueError:
                message = content.decode(errors="replace")[:200]
            raise Refused(answer.status, message)
        return json.loads(content) if content[:1] in (b"{", b"[") else content.decode()

    def get(self, path):
        """An object, None where there is none."""
        try:
            return self.call("GET", path)
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def put(self, collection, value):
        """Creates the object, or merges it into the one that is there."""
        name = value["metadata"]["name"]
        if self.get(f"{collection}/{name}") is None:
            try:
                return self.call("POST", collection, value)
            except Refused as refused:
                if refused.status != 409:
                    raise
        return self.merge(f"{collection}/{name}", value)

    def merge(self, path, patch):
        return self.call("PATCH", path, patch, "application/merge-patch+json")

    def set_condition(self, node, kind, is_true, reason, message):
        """Writes one condition of a node, beside those that are kubelet's."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        condition = {"type": kind, "status": str(is_true), "reason": reason, "message": message,
                     "lastHeartbeatTime": now, "lastTransitionTime": now}
        self.call("PATCH", f"/api/v1/nodes/{node}/status", {"status": {"conditions": [condition]}},
                  "application/strategic-merge-patch+json")

    def is_ready(self, path="/readyz"):
        try:
            self.call("GET", path)
            return True
        except (OSError, Refused):
            return False

    def secret(self, name, namespace="kube-system"):
        """The decoded data of a Secret, None where there is none."""
        found = self.get(f"/api/v1/namespaces/{namespace}/secrets/{name}")
        if found is None:
            return None
        return {key: base64.b64decode(value).decode() for key, value in (found.get("data") or {}).items()}


class Watched:
    """The objects of one kind, kept current in the background. `changed` is set with every change."""

    def __init__(self, api, path, changed=None):
        self.api, self.path, self.changed = api, path, changed
        self.objects = {}
        self.is_complete = False
        threading.Thread(target=self._run, daemon=True, name=f"watch {path}").start()

    def values(self):
        return list(self.objects.values())

    def _run(self):
        while True:
            try:
                self._list_and_watch()
            except (OSError, Refused, ValueError, http.client.HTTPException) as problem:
                log.info(f"watch of {self.path} begins anew: {problem}")
            time.sleep(1)

    def _list_and_watch(self):
        answer = self.api.call("GET", self.path)
        self.objects = {key(item): item for item in answer["items"]}
        self.is_complete = True
        self._tell()
        version = answer["metadata"]["resourceVersion"]
        # Longer than the API server lets a watch be, so that a dead connection is noticed at some time.
        connection = self.api.connection(timeout=400)
        try:
            connection.request("GET", f"{self.path}?watch=1&timeoutSeconds=300&resourceVersion={version}")
            stream = connection.getresponse()
            while line := stream.readline():
                event = json.loads(line)
                if event["type"] == "ERROR":
                    return
                if event["type"] == "DELETED":
                    self.objects.pop(key(event["object"]), None)
                else:
                    self.objects[key(event["object"])] = event["object"]
                self._tell()
        finally:
            connection.close()

    def _tell(self):
        if self.changed:
            self.changed.set()


def key(item):
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def address(node, kind="InternalIP"):
    return next((a["address"] for a in node.get("status", {}).get("addresses", []) if a["type"] == kind), None)


def condition(node, kind):
    """True, False, or None where the node has no such condition or nobody knows."""
    found = next((c for c in node.get("status", {}).get("conditions", []) if c["type"] == kind), None)
    return {"True": True, "False": False}.get(found["status"]) if found else None


def is_ready(node):
    return condition(node, "Ready") is True
