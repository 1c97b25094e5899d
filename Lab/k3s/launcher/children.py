"""The programs that the launcher starts. They end with it, however it ends."""
import ctypes
import os
import signal
import subprocess
import time

from . import log, paths
from .log import Fatal

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _end_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Children:
    """Started from the main thread only: the kernel's signal comes when the thread that started a child ends."""

    def __init__(self):
        self.running = {}

    def start(self, name, arguments, log_file=None):
        """Starts a program; its output goes to the journal, or to a file."""
        command = [paths.program(name), *arguments]
        output = None
        if log_file:
            os.makedirs(os.path.dirname(log_file), exist_ok=True)
            output = open(log_file, "ab")
        log.info(f"Running {name} {' '.join(arguments)}")
        # What they would tell systemd is the launcher's to tell.
        environment = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
        # kubelet 1.20 looks for a cloud's registry credentials, and waits five seconds for an answer that never comes.
        environment["AWS_EC2_METADATA_DISABLED"] = "true"
        environment["PATH"] = environment.get("PATH", "") + ":/usr/sbin:/sbin"
        self.running[name] = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=_end_with_parent,
            env=environment)
        if output:
            output.close()

    def stop(self, *names, seconds=2):
        """Asks all of them to end, and ends those still there after a while: the API server waits for its watchers."""
        children = [self.running.pop(name) for name in names if name in self.running]
        for child in children:
            if child.poll() is None:
                child.terminate()
        end = time.monotonic() + seconds
        for child in children:
            try:
                child.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def stop_all(self):
        """etcd last: the others write to the end."""
        self.stop(*[name for name in self.running if name != "etcd"])
        self.stop("etcd")

    def check(self):
        """Raises where a program has ended by itself. In k3s they are one process: one ends, all end."""
        for name, child in self.running.items():
            if child.poll() is not None:
                code = child.returncode
                how = f"was ended by signal {-code}" if code < 0 else f"exited with status {code}"
                raise Fatal(f"{name} {how}; its own words are above")

    def wait_until(self, what, ready, seconds=180, pause=0.2):
        """Waits until `ready()` is true while every program runs, and returns what it returned."""
        end = time.monotonic() + seconds
        reported = time.monotonic()
        while True:
            self.check()
            result = ready()
            if result:
                return result
            now = time.monotonic()
            if now > end:
                raise Fatal(f"{what} did not become ready within {seconds} seconds")
            if now - reported > 10:
                reported = now
                log.info(f"Waiting for {what} to become ready")
            time.sleep(pause)
