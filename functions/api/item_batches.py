"""/v1/items/batch: up to 100 items in one call, each made or replaced, one answer for each"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from functions.api.item_taking import Taking
from shared.domain import item_reading
from shared.domain.errors import Conflict, Fault, Invalid, Refused, faulty
from shared.domain.item import Item
from shared.domain.reader import Reader
from shared.runtime import problems
from shared.runtime.http import Answer, Call, Routes
from shared.runtime.observe import log

routes = Routes()
MOST = 100
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    at: int
    item: Item
    faults: tuple[Fault, ...]


@routes.on("POST", "/v1/items/batch", "items:write")
def write_batch(call: Call) -> Answer:
    body = call.reader()
    documents = body.items("items", limit=MOST)
    body.done()
    body.check()
    dry_run = dry(call)
    drafts = _drafts(documents)
    taking = Taking.of(call.tenant, [d.item for d in drafts if not d.faults])
    kits_last = sorted(drafts, key=lambda draft: draft.item.kit)  # their parts may be here too
    results = sorted(
        (_one(call, taking, draft, dry_run=dry_run) for draft in kits_last),
        key=lambda result: int(result["index"]),
    )
    counts = Counter(str(result["outcome"]) for result in results)
    return Answer(200, {"results": results, "counts": dict(counts)})


def dry(call: Call) -> bool:
    """Whether the caller only wants to know what would become of it."""
    wanted = call.query.get("dry_run", "false")
    if wanted not in ("true", "false"):
        raise faulty("dry_run", "not-one-of", choices=["true", "false"])
    return wanted == "true"


def _drafts(documents: list[Any]) -> list[Draft]:
    drafts: list[Draft] = []
    for at, document in enumerate(documents):
        body = Reader(document)
        item = item_reading.read(body)
        if item.id and item.id in {draft.item.id for draft in drafts}:
            body.fault("id", "twice")
        drafts.append(Draft(at, item, tuple(body.faults)))
    return drafts


def _one(call: Call, taking: Taking, draft: Draft, *, dry_run: bool) -> Result:
    result = {"index": draft.at, "id": draft.item.id}
    try:
        if draft.faults:
            raise Invalid(faults=draft.faults)
        return {**result, "outcome": taking.settle(draft.item, dry_run=dry_run)}
    except Refused as refusal:
        outcome = "conflict" if isinstance(refusal, Conflict) else "refused"
        return {**result, "outcome": outcome, "problem": problems.refused(refusal, call.language)}
    except Exception as error:  # its neighbours go on, and it may be sent again
        log.exception("failed", route="write_batch")
        problem = problems.trouble(error, call.language)
        return {**result, "outcome": "failed", "problem": problem}
