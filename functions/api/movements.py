"""/v1/movements: goods that come, go or change their condition without another document"""

from dataclasses import asdict, replace
from typing import Any

from functions.api import documents
from functions.api.item_batches import dry
from shared.domain import goods, movement
from shared.domain.errors import Fault, Short
from shared.domain.goods import Known
from shared.domain.movement import Movement, Type
from shared.domain.reader import Reader
from shared.domain.stock import Place
from shared.runtime.http import Answer, Call, Routes
from shared.store import orders, papers

routes = Routes()
About = dict[Place, Known]
OWN = ("version", "digest")  # what only the store knows


@routes.on("GET", "/v1/movements", "stock:read")
def list_movements(call: Call) -> dict[str, Any]:
    found, cursor = documents.page(call, papers.movements, shown, "type", "warehouse", "sku")
    return {"movements": found, "next": cursor}


@routes.on("POST", "/v1/movements", "stock:write")
def make_movement(call: Call) -> Answer:
    """Write a movement once, however often it is sent; `dry_run`: only say what it would do."""
    dry_run, body = dry(call), call.reader()
    warehouse = documents.warehouse_of(call, body)
    wanted = _read(call, body, warehouse.id)
    if there := documents.before(papers.movements, call.tenant, wanted):
        return Answer(201, shown(there))
    about = papers.known(call.tenant, warehouse.id, [line.goods for line in wanted.lines])
    _check(call, wanted, about, negative=warehouse.negative)
    wanted = _dated(wanted, about)
    if dry_run:
        return Answer(200, {**shown(wanted), "after": _after(wanted, about)})
    changes = [
        movement.change(wanted, line, about[line.goods.at(warehouse.id)], warehouse.negative)
        for line in wanted.lines
    ]
    answer = Answer(201, shown(wanted))
    documents.write(call, papers.movements, wanted, changes, answer)
    return answer


@routes.on("GET", "/v1/movements/{movement_id}", "stock:read")
def show_movement(call: Call, movement_id: str) -> dict[str, Any]:
    return shown(papers.movements.get(call.tenant, movement_id))


def shown(one: Movement) -> dict[str, Any]:
    lines = [
        {**goods.flat(line.goods), "units": line.units, "damaged": line.damaged}
        for line in one.lines
    ]
    return {**{name: v for name, v in asdict(one).items() if name not in OWN}, "lines": lines}


def _read(call: Call, body: Reader, warehouse: str) -> Movement:
    kind = _type(body)
    made = Movement(
        id=documents.id_of(body),
        type=kind,
        warehouse=warehouse,
        lines=movement.read(body, kind),
        created_at=call.now,
        by=call.by,
        digest=documents.digest(body),
        reason=body.text("reason", default=""),
        order=body.id("order", default="") if kind is Type.CUSTOMER_RETURN else "",
        note=body.text("note", default=""),
    )
    if kind is Type.ADJUST and not made.reason:
        body.fault("reason", "missing")
    body.done()
    body.check()
    return made


def _type(body: Reader) -> Type:
    """There is no usual type of movement: it must be told."""
    if not body.has("type"):
        body.fault("type", "missing")
    return body.one_of("type", Type, Type.ISSUE)


def _check(call: Call, wanted: Movement, about: About, *, negative: bool) -> None:
    """Raise Invalid with all that is wrong, or Short with all that is lacking."""
    faults = movement.wrong(wanted, about, call.now)
    if wanted.order and orders.find_order(call.tenant, wanted.order) is None:
        faults.append(Fault("order", "unknown-order"))
    documents.check(faults)
    if lacking := movement.lacking(wanted, about, negative=negative):
        told = tuple(fault for found in lacking.values() for fault in found)
        raise Short(missing=list(lacking), faults=told)


def _dated(wanted: Movement, about: About) -> Movement:
    """The same with each lot's last day."""
    lines = (
        replace(line, goods=goods.dated(line.goods, about[line.goods.at(wanted.warehouse)]))
        for line in wanted.lines
    )
    return replace(wanted, lines=tuple(lines))


def _after(wanted: Movement, about: About) -> list[dict[str, Any]]:
    places = [(line, line.goods.at(wanted.warehouse)) for line in wanted.lines]
    return [
        {"sku": at.sku, "lot": at.lot, **movement.after(wanted, line, about[at].level)}
        for line, at in places
    ]
