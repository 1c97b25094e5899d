"""Encryption of Secrets at rest: its keys, and their rotation in k3s' stages.

https://docs.k3s.io/cli/secrets-encrypt
"""
import base64
import json
import os
import time

from . import bootstrap, certificates, log, paths
from .api import Refused
from .log import Fatal

START, PREPARE, ROTATE, ACTIVE, FINISHED = "start", "prepare", "rotate", "reencrypt_active", "reencrypt_finished"
ANNOTATION = "k3s.io/encryption-config-hash"


class Encryption:
    def __init__(self, where):
        self.config_file = f"{where.cred}/{bootstrap.ENCRYPTION_CONFIG}"
        self.state_file = f"{where.cred}/{bootstrap.ENCRYPTION_STATE}"

    @property
    def exists(self):
        return os.path.exists(self.config_file)

    def initialize(self):
        if not self.exists:
            self.write([new_key("aescbckey")], enabled=True)
            self.stage = START

    def keys(self):
        """The keys, the one that is written with first; and whether anything is encrypted at all."""
        providers = json.loads(paths.read(self.config_file))["resources"][0]["providers"]
        return next(p for p in providers if "aescbc" in p)["aescbc"]["keys"], "aescbc" in providers[0]

    def write(self, keys, enabled):
        providers = [{"aescbc": {"keys": keys}}, {"identity": {}}]
        paths.write(self.config_file, json.dumps({
            "kind": "EncryptionConfiguration", "apiVersion": "apiserver.config.k8s.io/v1",
            "resources": [{"resources": ["secrets"], "providers": providers if enabled else providers[::-1]}],
        }))

    @property
    def stage(self):
        return json.loads(paths.read(self.state_file) or '{"stage": "start"}')["stage"]

    @stage.setter
    def stage(self, value):
        paths.write(self.state_file, json.dumps({"stage": value}))

    @property
    def hash(self):
        """Of what the API server was started with, for comparison between servers."""
        return certificates.digest(paths.read(self.config_file))

    # MARK: steps

    def prepare(self):
        self.expect(START, FINISHED)
        keys, enabled = self.keys()
        self.write(keys + [new_key(f"aescbckey-{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}")], enabled)
        self.stage = PREPARE

    def rotate(self):
        self.expect(PREPARE)
        keys, enabled = self.keys()
        self.write(keys[-1:] + keys[:-1], enabled)
        self.stage = ROTATE

    def reencrypt(self, api, skip_removal=False):
        """Writes every Secret again, so that it is encrypted with the first key, and drops the other keys."""
        self.expect(ROTATE)
        self.stage = ACTIVE
        count = rewrite_secrets(api)
        keys, enabled = self.keys()
        if not skip_removal:
            self.write(keys[:1], enabled)
        self.stage = FINISHED
        log.info(f"Reencrypted {count} secrets")

    def expect(self, *stages):
        if not self.exists:
            raise Fatal("secrets encryption is disabled: start the servers with secrets-encryption first")
        if self.stage not in stages:
            raise Fatal(f"invalid stage: {self.stage}, expected {' or '.join(stages)}")


def new_key(name):
    return {"name": name, "secret": base64.b64encode(os.urandom(32)).decode()}


def rewrite_secrets(api):
    secrets = api.call("GET", "/api/v1/secrets")["items"]
    for secret in secrets:
        meta = secret["metadata"]
        path = f"/api/v1/namespaces/{meta['namespace']}/secrets/{meta['name']}"
        while True:
            try:
                api.call("PUT", path, api.call("GET", path))
                break
            except Refused as refused:
                if refused.status == 404:
                    break
                if refused.status != 409:
                    raise
    return len(secrets)
