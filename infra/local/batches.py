"""How a stream's records reach a function: in order, retried, halved, and given up at last."""

import logging
import time
from collections.abc import Callable
from typing import Any

from infra.local.shard import Record

log = logging.getLogger(__name__)
PAUSES = (0.5, 1, 2, 4)  # seconds before each further try of a record that fails alone
Handler = Callable[[dict[str, Any]], Any]
Hear = Callable[[Record], None]


def deliver(records: list[Record], handler: Handler, done: Hear, give_up: Hear) -> None:
    """Work off `records`; from the first that failed on, halve them until it stands alone.

    `done` hears of the last record of each part that needs no more work.
    """
    succeeded = _call(records, handler) if records else 0
    if succeeded:
        done(records[succeeded - 1])
    rest = records[succeeded:]
    if len(rest) == 1:
        _alone(rest[0], handler, give_up)
        done(rest[0])
    elif rest:
        middle = len(rest) // 2
        deliver(rest[:middle], handler, done, give_up)
        deliver(rest[middle:], handler, done, give_up)


def _alone(record: Record, handler: Handler, give_up: Hear) -> None:
    for pause in PAUSES:
        time.sleep(pause)
        if _call([record], handler):
            return
    give_up(record)


def _call(records: list[Record], handler: Handler) -> int:
    """How many records, from the first on, the function is done with."""
    try:
        return _before_failure(handler({"Records": records}), records)
    except Exception:
        log.exception("the function failed: %d records come again", len(records))
        return 0


def _before_failure(answer: Any, records: list[Record]) -> int:
    """An answer that names what was not asked fails all, as in Lambda."""
    named = (answer or {}).get("batchItemFailures") or ()
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    return min(
        (numbers.index(str(each["itemIdentifier"])) for each in named), default=len(records)
    )
