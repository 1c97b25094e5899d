"""Lines in the shape of k3s' own log."""
import sys
import threading
import time

_lock = threading.Lock()


class Fatal(Exception):
    """Something that ends the program. Its words are for the person who reads the journal."""


def _write(level, message):
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    text = message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    with _lock:
        print(f'time="{stamp}" level={level} msg="{text}"', file=sys.stderr, flush=True)


def info(message):
    _write("info", message)


def warning(message):
    _write("warning", message)


def error(message):
    _write("error", message)


def fatal(message):
    _write("fatal", message)
