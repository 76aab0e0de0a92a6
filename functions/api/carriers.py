"""/v1/carriers, what they would take, and what warehouses can still send"""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from functions.api import views
from functions.api.item_batches import dry
from shared.domain import carrier, carrier_reading, lots
from shared.domain.carrier import Carrier, Journey, Quote, Refusal, Suspension
from shared.domain.errors import InUse, faulty
from shared.domain.place import Warehouse
from shared.domain.reader import Reader
from shared.domain.rules.facts import path_of
from shared.domain.rules.rule import Kind, Send
from shared.runtime.http import Answer, Call, Routes
from shared.store import books, capacities, merchants

routes = Routes()
HEAVIEST = 10**9


@routes.on("GET", "/v1/carriers", "settings:read")
def list_carriers(call: Call) -> dict[str, Any]:
    return {"carriers": [_shown(each) for each in merchants.carriers.list_(call.tenant)]}


@routes.on("POST", "/v1/carriers", "settings:write")
def add_carrier(call: Call) -> Answer:
    dry_run, made = dry(call), _read(call)
    if dry_run:
        return Answer(200, _shown(made))
    answer = Answer(201, _shown(made))
    merchants.carriers.add(call.tenant, made, call.claim(answer))
    return answer


@routes.on("GET", "/v1/carriers/{carrier_id}", "settings:read")
def show_carrier(call: Call, carrier_id: str) -> dict[str, Any]:
    return _shown(merchants.carriers.get(call.tenant, carrier_id))


@routes.on("PUT", "/v1/carriers/{carrier_id}", "settings:write")
def change_carrier(call: Call, carrier_id: str) -> Answer:
    dry_run, changed = dry(call), _read(call, carrier_id)
    answer = Answer(200, _shown(changed))
    if dry_run:
        return answer
    merchants.carriers.replace(call.tenant, changed, call.claim(answer))
    return answer


@routes.on("DELETE", "/v1/carriers/{carrier_id}", "settings:write")
def remove_carrier(call: Call, carrier_id: str) -> Answer:
    merchants.carriers.get(call.tenant, carrier_id)
    if users := list(_users(call.tenant, carrier_id)):
        raise InUse(kind="carrier", id=carrier_id, users=users)
    answer = Answer(200, {"id": carrier_id, "removed": True})
    merchants.carriers.remove(call.tenant, carrier_id, call.claim(answer))
    return answer


@routes.on("POST", "/v1/carriers/{carrier_id}/suspend", "settings:write")
def suspend(call: Call, carrier_id: str) -> Answer:
    """Nothing goes to an area, or anywhere; what was said of that area before is replaced."""
    body = call.reader()
    stop = carrier_reading.suspension(body, call.now)
    body.check()
    return _without(call, carrier_id, stop.area, stop)


@routes.on("POST", "/v1/carriers/{carrier_id}/resume", "settings:write")
def resume(call: Call, carrier_id: str) -> Answer:
    """Things go there again: to one area, or wherever they did not."""
    body = call.reader()
    area = carrier_reading.area(body, "area")
    body.done()
    body.check()
    return _without(call, carrier_id, area or None)


@routes.on("POST", "/v1/freight-quotes", "settings:read")
def quote(call: Call) -> dict[str, Any]:
    """What each carrier takes from each warehouse, the cheapest first, or why it takes nothing."""
    body = call.reader()
    warehouse = body.id("warehouse", default="")
    path = path_of([body.text("province"), *_rest(body)])
    grams, volume = (body.whole(n, default=0, most=HEAVIEST) for n in ("grams", "volume"))
    journey = Journey(path, body.flag("cod"), call.now)
    body.done()
    body.check()
    found = [
        (origin, carrier.quote(each, origin, journey, grams, volume))
        for origin in _origins(call.tenant, warehouse)
        for each in _carriers(call.tenant, origin)
    ]
    return {"quotes": [_answered(*each) for each in sorted(found, key=_rank)]}


@routes.on("GET", "/v1/capacities", "settings:read")
def list_capacities(call: Call) -> dict[str, Any]:
    """What the warehouses that send only so many parcels a day have left of one."""
    query = Reader(dict(call.query))
    day = query.day("day") or lots.day(call.now)
    query.done()
    query.check()
    rooms = capacities.on(call.tenant, merchants.warehouses.list_(call.tenant), day)
    return {
        "day": day,
        "capacities": [
            {"warehouse": name, "capacity": most, "used": used, "left": max(0, most - used)}
            for name, most in sorted(rooms.limits.items())
            for used in [rooms.used.get((name, day), 0)]
        ],
    }


def _read(call: Call, carrier_id: str = "") -> Carrier:
    body = call.reader()
    found = carrier_reading.read(body, carrier_id)
    known = {"", *(each.id for each in merchants.warehouses.list_(call.tenant))}
    for at, zone in enumerate(found.zones):
        if zone.warehouse not in known:
            body.fault(f"zones[{at}].warehouse", "unknown-warehouse")
    body.check()
    return found


def _users(tenant: str, carrier_id: str) -> Iterator[str]:
    """The warehouses, shops and rules that name a carrier."""
    rules = books.rules.current(tenant).by_kind[Kind.CARRIER]
    named: list[tuple[str, tuple[str, ...]]] = [
        *((w.id, (w.carrier, *w.carriers)) for w in merchants.warehouses.list_(tenant)),
        *((shop.id, shop.carriers) for shop in merchants.shops.list_(tenant)),
        *((rule.id, (rule.then.carrier,)) for rule in rules if isinstance(rule.then, Send)),
    ]
    return (user for user, names in named if carrier_id in names)


def _without(call: Call, carrier_id: str, area: str | None, *more: Suspension) -> Answer:
    """The carrier with no suspension of `area` (None: of any) but these; what is over goes too."""
    before, same = merchants.carriers.look(call.tenant, carrier_id)
    kept = (
        each
        for each in before.suspensions
        if area is not None and each.area != area and not (each.until and each.until <= call.now)
    )
    after = replace(before, suspensions=(*kept, *more))
    if len(after.suspensions) > carrier_reading.MOST_SUSPENSIONS:
        raise faulty("area", "too-many", limit=carrier_reading.MOST_SUSPENSIONS)
    answer = Answer(200, _shown(after))
    merchants.carriers.change(call.tenant, after, same, call.claim(answer))
    return answer


def _rest(body: Reader) -> list[str]:
    return [body.text(name, default="") for name in ("city", "district", "town")]


def _origins(tenant: str, warehouse: str) -> list[Warehouse]:
    if warehouse:
        return [merchants.warehouses.get(tenant, warehouse)]
    return [each for each in merchants.warehouses.list_(tenant) if each.active]


def _carriers(tenant: str, origin: Warehouse) -> list[Carrier]:
    """All that we know, and those that only the warehouse names."""
    known = {each.id: each for each in merchants.carriers.list_(tenant)}
    named = (origin.carrier, *origin.carriers)
    return [*known.values(), *(Carrier(n, n) for n in dict.fromkeys(named) if n not in known)]


def _rank(each: tuple[Warehouse, Quote | Refusal]) -> tuple[bool, bool, int]:
    found = each[1]
    if isinstance(found, Refusal):
        return True, False, 0
    return False, not found.known, found.fen


def _answered(origin: Warehouse, found: Quote | Refusal) -> dict[str, Any]:
    used = found.carrier in (origin.carriers or (origin.carrier,))
    shown: dict[str, Any] = {"warehouse": origin.id, "carrier": found.carrier, "used": used}
    if isinstance(found, Refusal):
        why = {"code": found.why, **views.both(f"lost.{found.why}", {}), **found.args}
        return {**shown, "fen": None, "days": None, "refused": why}
    fen = found.fen if found.known else None
    return {**shown, "fen": fen, "days": found.days, "refused": None}


def _shown(one: Carrier) -> dict[str, Any]:
    """As it is sent: whatever is shown may be sent back."""
    stops = [
        {"area": s.area, "from": s.since, "to": s.until, "note": s.note} for s in one.suspensions
    ]
    return {**asdict(one), "suspensions": stops}
