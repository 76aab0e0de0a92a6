"""/v1/transfers: goods from one warehouse to another"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from functions.api import documents
from shared.domain.errors import faulty
from shared.domain.goods import MOST_UNITS
from shared.domain.picking import Want
from shared.domain.reader import Reader
from shared.domain.stock import Change, Level, Place
from shared.domain.transfer import MOST_PLACES, Got, Line, Lot, Transfer
from shared.runtime.http import Answer, Call, Routes
from shared.store import merchants, papers, supplies
from shared.store.supplies import Picked

routes = Routes()


@routes.on("GET", "/v1/transfers", "stock:read")
def list_transfers(call: Call) -> dict[str, Any]:
    found, cursor = documents.page(call, papers.transfers, shown, "state", "sku")
    return {"transfers": found, "next": cursor}


@routes.on("POST", "/v1/transfers", "stock:write")
def begin_transfer(call: Call) -> Answer:
    terms, wants = _read(call)
    if there := documents.before(papers.transfers, call.tenant, terms):
        return Answer(201, shown(there))
    picked = supplies.pick(call.tenant, wants, "free")
    begun = replace(terms, lines=_lines(picked))
    changes = begun.opened(endless=begun.origin in picked.endless)
    return _written(call, begun, changes, 201)


@routes.on("GET", "/v1/transfers/{transfer_id}", "stock:read")
def show_transfer(call: Call, transfer_id: str) -> dict[str, Any]:
    return shown(papers.transfers.get(call.tenant, transfer_id))


@routes.on("POST", "/v1/transfers/{transfer_id}/send", "stock:write")
def send_transfer(call: Call, transfer_id: str) -> Answer:
    before = papers.transfers.get(call.tenant, transfer_id)
    body = call.reader()
    units, drop = _units(body, before), body.flag("close")
    _checked(body)
    return _written(call, *before.send(units, drop=drop))


@routes.on("POST", "/v1/transfers/{transfer_id}/receive", "stock:write")
def receive_transfer(call: Call, transfer_id: str) -> Answer:
    before = papers.transfers.get(call.tenant, transfer_id)
    body = call.reader()
    got = _got(body, before)
    _checked(body)
    return _written(call, *before.receive(got, _levels(call, before)))


@routes.on("POST", "/v1/transfers/{transfer_id}/close", "stock:write")
def close_transfer(call: Call, transfer_id: str) -> Answer:
    before = papers.transfers.get(call.tenant, transfer_id)
    body = call.reader()
    reason = body.text("reason")
    _checked(body)
    return _written(call, *before.close(reason, _levels(call, before)))


@routes.on("POST", "/v1/transfers/{transfer_id}/cancel", "stock:write")
def cancel_transfer(call: Call, transfer_id: str) -> Answer:
    before = papers.transfers.get(call.tenant, transfer_id)
    _checked(call.reader())
    return _written(call, *before.cancel())


def shown(one: Transfer) -> dict[str, Any]:
    return {
        "id": one.id,
        "from": one.origin,
        "to": one.target,
        "state": one.state.value,
        "lines": [
            {**asdict(line), "waiting": line.waiting, "on_way": line.on_way} for line in one.lines
        ],
        "note": one.note,
        "reason": one.reason,
        "expected_at": one.expected_at,
        "created_at": one.created_at,
        "by": one.by,
    }


def _written(call: Call, after: Transfer, changes: list[Change], status: int = 200) -> Answer:
    """What was done already is not written again."""
    answer = Answer(status, shown(after))
    if changes:
        documents.write(call, papers.transfers, after, changes, answer)
    return answer


def _levels(call: Call, one: Transfer) -> Mapping[Place, Level]:
    """What lies and comes, to see how much of it was promised."""
    return supplies.levels(call.tenant, (line.sku for line in one.lines))


def _lines(picked: Picked) -> tuple[Line, ...]:
    if len(picked.units) > MOST_PLACES:
        raise faulty("lines", "too-many", limit=MOST_PLACES)
    known = {place: picked.levels.get(place, Level(*place)) for place in sorted(picked.units)}
    return tuple(
        Line(place.sku, place.lot, picked.units[place], level.expires)
        for place, level in known.items()
    )


def _checked(body: Reader) -> None:
    body.done()
    body.check()


def _read(call: Call) -> tuple[Transfer, list[Want]]:
    body = call.reader()
    terms = Transfer(
        id=documents.id_of(body),
        origin=body.id("from"),
        target=body.id("to"),
        lines=(),
        note=body.text("note", default=""),
        expected_at=body.time("expected_at", default=""),
        created_at=call.now,
        by=call.by,
        digest=documents.digest(body),
    )
    wants = [_want(line, terms.origin) for line in body.objects("lines", limit=MOST_PLACES)]
    _check_warehouses(call.tenant, body, terms)
    _checked(body)
    return terms, wants


def _want(line: Reader, origin: str) -> Want:
    sku, lot = line.id("sku"), line.id("lot", default="")
    want = Want(sku, origin, lot, line.whole("units", least=1, most=MOST_UNITS))
    line.done()
    return want


def _check_warehouses(tenant: str, body: Reader, terms: Transfer) -> None:
    known = {warehouse.id for warehouse in merchants.warehouses.list_(tenant)}
    for name, warehouse in (("from", terms.origin), ("to", terms.target)):
        if warehouse and warehouse not in known:
            body.fault(name, "unknown-warehouse")
    if terms.origin and terms.origin == terms.target:
        body.fault("to", "twice")


def _units(body: Reader, before: Transfer) -> Mapping[Lot, int]:
    """What leaves; all that waits where nothing is said."""
    if not body.has("lines"):
        body.seen.add("lines")
        return before.waiting
    units = {}
    for row, line in _rows(body, before):
        units[line.key] = row.whole("units", least=1)
        _check_most(row, "units", units[line.key], line.waiting)
    return units


def _got(body: Reader, before: Transfer) -> Mapping[Lot, Got]:
    """What arrives; all that is on its way, and sound, where nothing is said."""
    if not body.has("lines"):
        body.seen.add("lines")
        return before.on_way
    got = {}
    for row, line in _rows(body, before):
        good, damaged = (row.whole(name, default=0, most=MOST_UNITS) for name in Got._fields)
        got[line.key] = Got(good, damaged)
        _check_most(row, "good" if good else "damaged", good + damaged, line.on_way)
    return got


def _rows(body: Reader, before: Transfer) -> Iterator[tuple[Reader, Line]]:
    """The lines of the transfer that the body names, each once."""
    seen = set()
    for row in body.objects("lines", limit=MOST_PLACES):
        line = _line(row, before)
        if line and line.key in seen:
            row.fault("sku", "twice")
        elif line:
            seen.add(line.key)
            yield row, line
            row.done()


def _line(row: Reader, before: Transfer) -> Line | None:
    sku, lot = row.id("sku"), row.id("lot", default="")
    found = [line for line in before.lines if line.sku == sku and lot in ("", line.lot)]
    if not found and sku:
        row.fault("lot" if lot else "sku", "not-in-document")
    if len(found) > 1:
        row.fault("lot", "missing")
    return found[0] if len(found) == 1 else None


def _check_most(row: Reader, name: str, units: int, most: int) -> None:
    if units > most:
        row.fault(name, "out-of-range", least=0, most=most)
