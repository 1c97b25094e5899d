"""Work that goes on beside the main thread."""
import threading

from . import log


def in_background(what, function, pause):
    """Calls a function again and again; says once when it begins not to work."""
    def loop():
        last = None
        while True:
            try:
                function()
                last = None
            except Exception as problem:
                if str(problem) != last:
                    last = str(problem)
                    log.info(f"{what}: {type(problem).__name__}: {problem}")
            pause()

    threading.Thread(target=loop, daemon=True, name=what).start()
