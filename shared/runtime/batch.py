"""Run one step for each message of a batch; hand back only those that failed."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypedDict

from shared.domain.errors import Conflict, Refused
from shared.runtime import retry
from shared.runtime.observe import log

Ids = dict[str, str]
Step = Callable[..., None]
Ahead = Callable[[list[Ids]], None]
ROUNDS, WAIT = 3, 0.05  # tries when somebody else wrote the same order; seconds between them


class Failure(TypedDict):
    itemIdentifier: str


class Answer(TypedDict):
    batchItemFailures: list[Failure]


def each(event: Any, step: Step, ahead: Ahead | None = None) -> Answer:
    """Run `step` with the ids that each message carries.

    `ahead` may read for the whole batch at once what the steps would read one by one.
    """
    records = event.to_dict()["Records"]
    ids = {record["messageId"]: _ids(record) for record in records}
    readable = [some for some in ids.values() if some]
    if ahead and len(readable) > 1:
        attempt(lambda: ahead(readable))
    failed = [one for one, carried in ids.items() if not carried or not attempt(step, **carried)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def together(event: Any, step: Step, one: str) -> Answer:
    """Run `step` once for all messages that differ in `one` alone: it is given them as a list.

    They fail together, and come again together.
    """
    groups: dict[tuple[tuple[str, str], ...], dict[str, str]] = defaultdict(dict)
    for record in event.to_dict()["Records"]:
        ids = _ids(record)
        own = ids.pop(one, "")
        groups[tuple(ids.items())][record["messageId"]] = own
    failed = [
        message_id
        for same, some in groups.items()
        if not same or not attempt(step, **dict(same), **{one: list(some.values())})
        for message_id in some
    ]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def in_order(
    event: Any, consume: Callable[[Iterable[Any]], None], part: str = "NewImage"
) -> Answer:
    """Give this part of a stream's records to `consume`; what it fails at comes again, in order.

    Of what is too much at once the first half is tried, and its first half: where calls fail by
    chance, a long batch would never get through, and the stream would stand still.
    """
    records = event.to_dict()["Records"]
    some = records
    while some and not _consumed(some, consume, part):
        some = some[: len(some) // 2]
    rest = records[len(some) :]
    return {"batchItemFailures": [{"itemIdentifier": _number(one)} for one in rest[:1]]}


def _consumed(records: list[Any], consume: Callable[[Iterable[Any]], None], part: str) -> bool:
    parts = (record["dynamodb"].get(part) for record in records)
    try:
        consume(each for each in parts if each)
    except Exception:
        log.exception("failed", records=len(records))
        return False
    return True


def _number(record: Any) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def attempt(step: Step, **ids: Any) -> bool:
    """Run `step` for one thing among many: its trouble is written down and stops no other.

    False when trying again may help. When somebody was faster the step reads again at once.
    """
    for _ in range(ROUNDS):
        try:
            step(**ids)
        except Conflict:
            retry.pause(WAIT)
        except Refused as refusal:  # trying again cannot help
            log.warning("refused", extra={"code": refusal.code, **ids})
            return True
        except Exception:
            log.exception("failed", extra=ids)
            return False
        else:
            return True
    log.info("conflict", extra=ids)
    return False


def _ids(record: dict[str, Any]) -> Ids:
    """What a message carries; nothing when it is not one of ours."""
    try:
        return {name: str(value) for name, value in json.loads(record["body"]).items()}
    except (ValueError, AttributeError):
        log.exception("not a message of ours", extra={"message_id": record["messageId"]})
        return {}
