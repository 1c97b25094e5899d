"""Starting, watching over the programs, and ending with them."""
import os
import queue
import signal
import sys

from . import log, machine
from .log import Fatal


class Stopped(Exception):
    pass


# What other threads want done by the main thread, which alone starts programs.
requests = queue.Queue()


def run_until_stopped(children, start):
    """Calls `start`, tells systemd, and returns on SIGTERM; ends the process where a program ends."""
    def stop(*_):
        raise Stopped

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    status = 0
    try:
        start()
        machine.notify("READY=1\nSTATUS=the lab's stand-in for k3s runs")
        while True:
            children.check()
            try:
                function, done = requests.get(timeout=0.5)
            except queue.Empty:
                continue
            function()
            done.set()
    except Stopped:
        log.info("Shutdown requested")
    except Fatal as problem:
        log.fatal(str(problem))
        status = 1
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    machine.notify("STOPPING=1")
    children.stop_all()
    # Background threads may wait for an answer that does not come any more.
    sys.stderr.flush()
    os._exit(status)
