"""`k3s secrets-encrypt`: https://docs.k3s.io/cli/secrets-encrypt"""
from . import flags, join, paths
from .log import Fatal

KINDS = {**flags.NODE, **flags.SERVER, "force": flags.BOOL, "f": flags.BOOL, "skip": flags.BOOL, "output": flags.TEXT}
DONE = {
    "prepare": "prepare completed successfully", "rotate": "rotate completed successfully",
    "reencrypt": "reencryption started", "rotate-keys": "keys rotated, reencryption finished",
}


def run(arguments):
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb != "status" and verb not in DONE:
        raise Fatal(f"No help topic for '{verb}': expected status, {', '.join(DONE)}")
    values = flags.read("server", rest, KINDS, strict=False)
    token = paths.read(paths.Paths(values["data-dir"]).token)
    if token is None:
        raise Fatal("there is no token in the data directory: is this a server, and has it started?")
    server = join.Server("https://127.0.0.1:6443", token.strip(), "server")
    server.ca = paths.read(f"{paths.Paths(values['data-dir']).tls}/server-ca.crt")
    try:
        if verb == "status":
            return show(server.call("GET", "/v1-k3s/encrypt/status"))
        asked = {"step": verb, "force": values["force"] or values["f"], "skip": values["skip"]}
        # All steps in one restart the API server three times, which takes up to a minute each.
        server.call("POST", "/v1-k3s/encrypt/config", asked, seconds=300)
    except join.Unreachable as problem:
        raise Fatal(f"the server does not answer: {problem}")
    print(DONE[verb])


def show(status):
    if status["enabled"] is None:
        print("Encryption Status: Disabled, no configuration file found")
        return
    print(f"Encryption Status: {'Enabled' if status['enabled'] else 'Disabled'}")
    print(f"Current Rotation Stage: {status['stage']}")
    different = status["different"]
    print("Server Encryption Hashes: " + (f"hash does not match between {', '.join(different)}" if different
                                          else "All hashes match"))
    print("\nActive  Key Type  Name\n------  --------  ----")
    for index, name in enumerate(status["keys"]):
        print(f" {'*' if index == 0 else ' '}      AES-CBC   {name}")
