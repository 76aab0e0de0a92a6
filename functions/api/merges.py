"""/v1/merges: orders that share boxes"""

from dataclasses import asdict
from typing import Any

from functions.api import documents, views
from functions.carriers import leaving
from functions.steps import merge as steps
from functions.steps import ship as shipping
from functions.steps.merge import Proposal
from shared.domain.errors import Merged
from shared.domain.merge import Merge
from shared.domain.merging import HARD, Bar, Part
from shared.domain.reader import Reader
from shared.domain.waybill import MERGE
from shared.gateways import queues
from shared.runtime.http import Answer, Call, Routes
from shared.store import meeting, merges, orders, stock
from shared.store.meeting import MOST_MEMBERS, Act

routes = Routes()
HEAVIEST = 1_000_000  # grams of one box
MOST_BOXES = 99


@routes.on("GET", "/v1/merges", "orders:read")
def list_merges(call: Call) -> dict[str, Any]:
    found, cursor = documents.page(call, merges.folder, shown, "stage")
    return {"merges": found, "next": cursor}


@routes.on("POST", "/v1/merges", "orders:write")
def create_merge(call: Call) -> Answer:
    """Merge by hand, or say what would come of it."""
    body = call.reader()
    ids, preview = _ids(body), body.flag("preview")
    terms = Merge(
        id=body.id("id", default=""),
        members=(),
        boxes=(),
        note=body.text("note", default=""),
        by=call.by,
        created_at=call.now,
        digest=documents.digest(body),
    )
    _checked(body)
    if terms.id and (there := documents.before(merges.folder, call.tenant, terms)):
        return Answer(201, shown(there))
    proposal = steps.propose(call.tenant, ids, terms)
    answer = Answer(200 if preview else 201, _proposed(proposal))
    if not preview:
        steps.merge(proposal, call.claim(answer))
    return answer


@routes.on("GET", "/v1/merges/{merge_id}", "orders:read")
def show_merge(call: Call, merge_id: str) -> dict[str, Any]:
    return shown(merges.folder.get(call.tenant, merge_id))


@routes.on("POST", "/v1/merges/{merge_id}/undo", "orders:write")
def undo_merge(call: Call, merge_id: str) -> Answer:
    _checked(call.reader())
    before = merges.folder.get(call.tenant, merge_id)
    after = before.undo()
    answer = Answer(200, shown(after))
    steps.undo(_act(call, answer), before, after)
    return answer


@routes.on("POST", "/v1/merges/{merge_id}/release", "orders:write")
def release_merge(call: Call, merge_id: str) -> Answer:
    """The lines of those that are stopped have been taken out; the others go on."""
    _checked(call.reader())
    before = merges.folder.get(call.tenant, merge_id)
    after = before.without(before.stopped)
    answer = Answer(200, shown(after))
    steps.release(_act(call, answer), before, after)
    return answer


@routes.on("POST", "/v1/merges/{merge_id}/weigh", "orders:write")
def weigh_box(call: Call, merge_id: str) -> Answer:
    body = call.reader()
    no = body.whole("box", least=1, most=MOST_BOXES)
    grams = body.whole("grams", most=HEAVIEST)
    _checked(body)
    before = merges.folder.get(call.tenant, merge_id)
    after = before.weigh(no, grams, call.now)
    answer = Answer(200, shown(after))
    steps.weigh(_act(call, answer), before, after, no)
    return answer


@routes.on("POST", "/v1/merges/{merge_id}/ship", "orders:write")
def ship_boxes(call: Call, merge_id: str) -> Answer:
    """Boxes leave, all that are here where none is named."""
    body = call.reader()
    labels = _labels(body) if body.has("boxes") else {}
    body.seen.add("boxes")
    other = body.flag("other")
    _checked(body)
    before = merges.folder.get(call.tenant, merge_id)
    labels = labels or {box.no: ("", box.tracking) for box in before.boxes}
    labels = leaving.labels(call.tenant, MERGE + merge_id, labels, other=other)
    answer = Answer(200, shown(before.ship(labels, call.now)))
    shipping.send_boxes(_act(call, answer), before, labels)
    return answer


@routes.on("POST", "/v1/orders/{order_id}/weigh", "orders:write")
def weigh_parcel(call: Call, order_id: str) -> Answer:
    body = call.reader()
    no = body.whole("parcel", default=1, least=1, most=MOST_BOXES)
    grams = body.whole("grams", most=HEAVIEST)
    _checked(body)
    order = orders.get(call.tenant, order_id)
    if any(parcel.box for parcel in order.parcels if parcel.no == no):
        raise Merged(order=order.id, merge=order.merge)
    after = order.weigh([no], grams, call.now, call.by)
    answer = Answer(200, views.order(after))
    queues.nudge(stock.write(order, after, call.claim(answer)))
    return answer


@routes.on("GET", "/v1/orders/{order_id}/merge-candidates", "orders:read")
def candidates(call: Call, order_id: str) -> dict[str, Any]:
    """The orders of the same buyer, and why each of them goes along or not."""
    order = orders.get(call.tenant, order_id)
    met = meeting.around(order)
    others = [near.order for near in met.near]
    differing = steps.differences(call.tenant, order, others) if others else {}
    return {
        "order": order.id,
        "merge": order.merge,
        "meeting": order.meeting,
        "why_not": [_bar(bar) for bar in met.bars],
        "candidates": [
            {
                "id": near.order.id,
                "shop": near.order.shop,
                "number": near.order.number,
                "placed_at": near.order.content.placed_at,
                "status": near.order.status.value,
                "by_itself": not met.bars and not near.bars,
                "by_hand": not HARD & {*met.bars, *near.bars},
                "why_not": [_bar(bar) for bar in near.bars],
                "differs": _parts(differing.get(near.order.id, [])),
            }
            for near in met.near
        ],
    }


def shown(one: Merge) -> dict[str, Any]:
    return {
        "id": one.id,
        "stage": one.stage.value,
        "members": [
            {
                "id": member.id,
                "shop": member.shop,
                "number": member.number,
                "stopped": member.id in one.stopped,
            }
            for member in one.members
        ],
        "boxes": [asdict(box) for box in one.boxes],
        "key": list(one.key),
        "rule": one.rule,
        "note": one.note,
        "by": one.by,
        "created_at": one.created_at,
    }


def _proposed(proposal: Proposal) -> dict[str, Any]:
    differences = [
        {"order": order_id, "parts": _parts(parts)}
        for order_id, parts in proposal.differences.items()
    ]
    return {**shown(proposal.merged), "differences": differences}


def _bar(bar: Bar) -> dict[str, str]:
    return {"code": bar.value, **views.both(f"bar.{bar.value}", {})}


def _parts(parts: list[Part]) -> list[dict[str, str]]:
    return [{"code": part.value, **views.both(f"part.{part.value}", {})} for part in parts]


def _act(call: Call, answer: Answer) -> Act:
    return Act(call.tenant, call.now, call.by, call.claim(answer))


def _ids(body: Reader) -> list[str]:
    """Two orders or more, each once."""
    ids = list(body.texts("orders", limit=MOST_MEMBERS))
    if len(ids) < 2 and not body.faults_here("orders"):  # noqa: PLR2004
        body.fault("orders", "too-few", least=2)
    return ids


def _labels(body: Reader) -> dict[int, tuple[str, str]]:
    labels = {}
    for box in body.objects("boxes", limit=MOST_BOXES):
        no = box.whole("box", least=1, most=MOST_BOXES)
        if no in labels:
            box.fault("box", "twice")
        labels[no] = (box.id("carrier", default=""), box.id("tracking", default=""))
        box.done()
    return labels


def _checked(body: Reader) -> None:
    body.done()
    body.check()
