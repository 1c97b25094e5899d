"""k3s' commands, as far as the lab has them."""
import os
import sys
import traceback

from . import flags, log, paths, version
from .log import Fatal

HELP = f"""\
NAME:
   k3s - {paths.NOTE}

USAGE:
   k3s [global options] command [command options]

COMMANDS:
   server           Run management server
   agent            Run node agent
   kubectl          Run kubectl
   ctr              Run ctr
   token            Manage bootstrap tokens: create, list, delete, generate
   etcd-snapshot    Manage etcd snapshots: save, ls, delete, prune
   secrets-encrypt  Control secrets encryption: status, prepare, rotate, reencrypt, rotate-keys
   help             Show this

GLOBAL OPTIONS:
   --help, -h       show help
   --version, -v    print the version

It takes k3s' flags and reads /etc/rancher/k3s/config.yaml and config.yaml.d. Lab/k3s/README.md says what is like k3s.
"""


def main(arguments):
    invoked = os.path.basename(sys.argv[0])
    if invoked in ("kubectl", "ctr", "crictl"):
        arguments = [invoked, *arguments]
    try:
        status = run(arguments) or 0
    except Fatal as problem:
        log.fatal(str(problem))
        status = 1
    except KeyboardInterrupt:
        status = 130
    except BrokenPipeError:
        status = 0
    except Exception:
        traceback.print_exc()
        status = 2
    sys.stdout.flush()
    os._exit(status)


def run(arguments):
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command in ("--version", "-v", "version"):
        print(version.lines())
        return 0
    if command in ("help", "--help", "-h"):
        print(HELP, end="")
        return 0
    if command in ("server", "agent"):
        if any(word in ("--help", "-h") for word in rest):
            names = "\n".join(f"   --{name}" for name in sorted(flags.table(command)))
            print(f"k3s {command}: {paths.NOTE}\n\nOPTIONS:\n{names}")
            return 0
        return serve(command, rest)
    if command == "kubectl":
        os.environ.setdefault("KUBECONFIG", paths.KUBECONFIG)
        os.execv(paths.program("kubectl"), ["kubectl", *rest])
    if command == "ctr":
        prefix = ["ctr", "--address", paths.CONTAINERD_SOCKET, "--namespace", "k8s.io"]
        os.execv(paths.program("ctr"), prefix + rest)
    if command == "crictl":
        endpoint = f"unix://{paths.CONTAINERD_SOCKET}"
        os.execv(paths.program("crictl"), ["crictl", "--runtime-endpoint", endpoint, *rest])
    if command == "token":
        from . import bootstrap_tokens
        return bootstrap_tokens.run(rest)
    if command == "etcd-snapshot":
        from . import snapshots
        return snapshots.run(rest)
    if command == "secrets-encrypt":
        from . import encryption_commands
        return encryption_commands.run(rest)
    raise Fatal(f"No help topic for '{command}': see k3s --help for the commands that the lab has")


def serve(command, rest):
    values = flags.read(command, rest)
    if values.arguments:
        raise Fatal(f"k3s {command} takes no argument, found {' '.join(values.arguments)}")
    if os.geteuid():
        raise Fatal("must run as root")
    log.info(f"Starting k3s {version.pretended()}: {paths.NOTE}")
    flags.report_ignored(values)
    if command == "server":
        from . import server
        return server.run(values)
    from . import agent
    return agent.run(values)
