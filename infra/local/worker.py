"""The workers: `python -m infra.local.worker NAME` polls NAME's queues, with a thread for each."""

import contextlib
import sys
import threading
from collections.abc import Iterable

from infra.local import process, sources, worker_names
from infra.local.poller import Poller
from infra.local.wire import Wire


def main(name: str) -> None:
    process.begin(behind=True)
    turn = threading.Lock()
    mine = [each for each in sources.queues() if worker_names.serves(name, each.function.name)]
    pollers = [_poller(each, turn) for each in mine]
    for poller in pollers:
        threading.Thread(target=poller.run, daemon=True).start()
    process.wait_for_the_end()
    _finish(pollers)


def _poller(source: sources.Queue, turn: threading.Lock) -> Poller:
    wire = Wire(process.endpoint("SQS"), "sqs")
    url = process.queue_url(source.queue)
    return Poller(wire, url, source.function, turn, source.batch)


def _finish(pollers: Iterable[Poller]) -> None:
    """Let every batch that was begun end, and begin none."""
    with contextlib.ExitStack() as held:
        for poller in pollers:
            held.enter_context(poller.rest)
        process.leave()


if __name__ == "__main__":
    main(sys.argv[1])
