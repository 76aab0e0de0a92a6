"""Run one step for each message of a batch; hand back only those that failed."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypedDict

from shared.domain.errors import Conflict, Refused
from shared.runtime.observe import log


class Failure(TypedDict):
    itemIdentifier: str


class Answer(TypedDict):
    batchItemFailures: list[Failure]


def each(event: Any, step: Callable[..., None]) -> Answer:
    """Run `step` for each message."""
    failures: list[Failure] = []
    for record in event.to_dict()["Records"]:
        try:
            step(**json.loads(record["body"]))
        except Conflict as conflict:  # somebody was faster: look again later
            log.info("conflict", code=conflict.code, message_id=record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
        except Refused as refusal:  # retrying cannot help
            log.warning("refused", code=refusal.code, figures=refusal.figures)
        except Exception:  # anything else: let the queue bring it back
            log.exception("failed", message_id=record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})

    return {"batchItemFailures": failures}


def in_order(event: Any, consume: Callable[[Iterable[Any]], None]) -> Answer:
    """Give a stream's records to `consume`; if it fails, all of them come again, in order."""
    records = event.to_dict()["Records"]
    try:
        consume(
            record["dynamodb"]["NewImage"]
            for record in records
            if "NewImage" in record["dynamodb"]
        )
    except Exception:
        log.exception("failed", records=len(records))
        return {
            "batchItemFailures": [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]
        }
    return {"batchItemFailures": []}
