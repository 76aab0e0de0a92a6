"""The stream reader, `python -m infra.local.streams`: feeds those who follow the tables."""

import threading
from functools import partial
from typing import Any

from infra.local import dead, process, sources
from infra.local.checkpoints import Checkpoints
from infra.local.consumer import Consumer
from infra.local.home import Home
from infra.local.wire import Wire


def main() -> None:
    process.begin(behind=True)
    turn = threading.Lock()
    for source in sources.streams():
        threading.Thread(target=_consumer(source, turn).run, daemon=True).start()
    process.wait_for_the_end()
    with turn:
        process.leave()


def _consumer(source: sources.Stream, turn: threading.Lock) -> Consumer:
    function = source.function

    def handler(event: dict[str, Any]) -> Any:
        with turn:
            return function(event)

    letters = Wire(process.endpoint("SQS"), "sqs")
    return Consumer(
        Wire(process.endpoint("DYNAMODB_STREAMS"), "streams"),
        source.table,
        handler,
        partial(dead.send, letters, process.queue_url(dead.QUEUE), function.name),
        Checkpoints(Home.at().checkpoints / source.table, function.name),
        source.batch,
        source.window,
    )


if __name__ == "__main__":
    main()
