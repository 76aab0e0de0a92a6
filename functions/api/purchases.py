"""/v1/purchases: goods that were ordered from a supplier, and what has come of them"""

from dataclasses import asdict, replace
from typing import Any

from functions.api import documents
from shared.domain import purchase
from shared.domain.errors import WrongState, faulty
from shared.domain.goods import Goods
from shared.domain.purchase import MOST_LINES, Purchase, State
from shared.domain.reader import Reader
from shared.domain.stock import Change
from shared.runtime.http import Answer, Call, Routes
from shared.store import papers

routes = Routes()
OWN = ("version", "digest")  # what only the store knows


@routes.on("GET", "/v1/purchases", "stock:read")
def list_purchases(call: Call) -> dict[str, Any]:
    filters = ("state", "warehouse", "supplier", "sku")
    found, cursor = documents.page(call, papers.purchases, shown, *filters)
    return {"purchases": found, "next": cursor}


@routes.on("POST", "/v1/purchases", "stock:write")
def make_purchase(call: Call) -> Answer:
    """Order goods: they are on their way from now on."""
    wanted = _read(call, call.reader())
    if there := documents.before(papers.purchases, call.tenant, wanted):
        return Answer(201, shown(there))
    ordered = [Goods(line.sku) for line in wanted.lines]
    about = papers.known(call.tenant, wanted.warehouse, ordered)
    documents.check(purchase.strange(wanted, about))
    return _write(call, wanted, purchase.ordering(wanted), 201)


@routes.on("GET", "/v1/purchases/{purchase_id}", "stock:read")
def show_purchase(call: Call, purchase_id: str) -> dict[str, Any]:
    return shown(papers.purchases.get(call.tenant, purchase_id))


@routes.on("POST", "/v1/purchases/{purchase_id}/receive", "stock:write")
def receive_purchase(call: Call, purchase_id: str) -> Answer:
    """Take in what has come, in as many deliveries as it takes."""
    before = _not(State.CLOSED, papers.purchases.get(call.tenant, purchase_id))
    body = call.reader()
    lines, allow_over = purchase.read_arrived(body), body.flag("allow_over")
    body.done()
    body.check()
    come = [line.goods for line in lines]
    about = papers.known(call.tenant, before.warehouse, [*come, *(Goods(g.sku) for g in come)])
    wrong = purchase.wrong(before, lines, about, call.now)
    documents.check([*purchase.unfit(before, lines, allow_over=allow_over), *wrong])
    changes = purchase.receiving(before, lines, about)
    if len(changes) > MOST_LINES:  # what comes in lots touches a counter more
        raise faulty("lines", "too-many", limit=MOST_LINES)
    return _write(call, purchase.received(before, lines), changes, 200)


@routes.on("POST", "/v1/purchases/{purchase_id}/close", "stock:write")
def close_purchase(call: Call, purchase_id: str) -> Answer:
    """The rest is not coming. What is closed may be closed again."""
    before = _not(State.DONE, papers.purchases.get(call.tenant, purchase_id))
    if before.state is State.CLOSED:
        return Answer(200, shown(before))
    awaited = [Goods(line.sku) for line in before.lines]
    about = papers.known(call.tenant, before.warehouse, awaited)
    changes = purchase.closing(before, {place: known.level for place, known in about.items()})
    return _write(call, replace(before, state=State.CLOSED), changes, 200)


def shown(one: Purchase) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name not in OWN}


def _read(call: Call, body: Reader) -> Purchase:
    wanted = Purchase(
        id=documents.id_of(body),
        supplier=body.text("supplier"),
        warehouse=documents.warehouse_of(call, body).id,
        lines=purchase.read(body),
        created_at=call.now,
        by=call.by,
        digest=documents.digest(body),
        expected_at=body.time("expected_at", default=""),
        note=body.text("note", default=""),
    )
    body.done()
    body.check()
    return wanted


def _not(state: State, one: Purchase) -> Purchase:
    if one.state is state:
        raise WrongState(kind="purchase", id=one.id, stage=one.state.value)
    return one


def _write(call: Call, after: Purchase, changes: list[Change], status: int) -> Answer:
    answer = Answer(status, shown(after))
    documents.write(call, papers.purchases, after, changes, answer)
    return answer
