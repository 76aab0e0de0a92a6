"""What the Python processes of the stack share: how they begin and end, where the engines are."""

import logging
import os
import signal
import sys
import threading

from infra.local import bonds

BEHIND = 3  # how nice a process is that nobody waits for
_ending = threading.Event()


def begin(*, behind: bool = False) -> None:
    """Tie the process to the supervisor and listen for its word to stop.

    `behind`: whoever waits for an answer over HTTP goes first on a machine with few cores.
    """
    bonds.tie_python()
    if behind:
        os.nice(BEHIND)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("infra").setLevel(logging.INFO)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: _ending.set())


def wait_for_the_end(seconds: float | None = None) -> bool:
    """Wait to be stopped; False when the time is over first."""
    return _ending.wait(seconds)


def leave() -> None:
    """End now, without waiting for threads that sit in a long poll."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def endpoint(service: str) -> str:
    return os.environ[f"AWS_ENDPOINT_URL_{service}"]


def queue_url(queue: str) -> str:
    """The address of a queue by its whole name."""
    return os.environ["QUEUE_URL"].rpartition("/")[0] + "/" + queue
