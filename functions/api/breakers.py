"""/v1/breakers and /v1/breaker-settings: SKUs stopped for a price that must be wrong"""

from dataclasses import asdict
from typing import Any

from shared.domain import words
from shared.domain.audit import Audit
from shared.domain.breaker import Breaker, BreakerSettings, Orders, State
from shared.domain.errors import NotFound, faulty
from shared.domain.reader import Reader
from shared.gateways import queues
from shared.runtime.http import Answer, Call, Routes
from shared.store import audits, breakers, merchants, stock
from shared.store.table import Put

routes = Routes()
MOST, USUAL = 100, 20
LOOKED_AT = 1000  # breakers that one call reads at most; a rare state gives short pages
MOST_ORDERS, MOST_MINUTES = 200, 24 * 60


@routes.on("GET", "/v1/breakers", "stock:read")
def list_breakers(call: Call) -> dict[str, Any]:
    """Every SKU that was sold far too cheaply, tripped or not, in the order of the SKUs."""
    state, limit = call.query.get("state", ""), call.limit(USUAL, MOST)
    if state and state not in list(State):
        raise faulty("state", "not-one-of", choices=[each.value for each in State])
    after = call.query.get("cursor", "")
    if "#" in after:
        raise faulty("cursor", "bad-cursor")
    found, cursor = _page(call.tenant, state, after, limit)
    return {"breakers": [_shown(one) for one in found], "next": cursor}


@routes.on("POST", "/v1/breakers/{sku}/trip", "stock:write")
def trip_breaker(call: Call, sku: str) -> Answer:
    """Stop the sale of a SKU by hand."""
    body = call.reader()
    note = body.text("note", default="", limit=200)
    body.done()
    body.check()
    before = breakers.find_breaker(call.tenant, sku) or _new(call.tenant, sku)
    limits = breakers.panel(call.tenant).settings
    return _write(call, before, before.trip(call.now, call.by, note, limits=limits))


@routes.on("POST", "/v1/breakers/{sku}/resume", "stock:write")
def resume_sale(call: Call, sku: str) -> Answer:
    """Set a breaker back: its alert closes, shops show what there is, its orders go on or stay."""
    body = call.reader()
    orders = body.one_of("orders", Orders, Orders.RELEASE)
    note = body.text("note", default="", limit=200)
    body.done()
    body.check()
    before = breakers.get(call.tenant, sku)
    return _write(call, before, before.resume(call.now, call.by, note, orders))


@routes.on("GET", "/v1/breaker-settings", "settings:read")
def show_settings(call: Call) -> dict[str, Any]:
    return asdict(breakers.panel(call.tenant).settings)


@routes.on("PUT", "/v1/breaker-settings", "settings:write")
def change_settings(call: Call) -> Answer:
    changed = _settings(call.reader())
    before, answer = breakers.panel(call.tenant), Answer(200, asdict(changed))
    noted = _noted(call, "breaker-settings", "-", asdict(before.settings), asdict(changed))
    breakers.save_settings(call.tenant, before, changed, call.claim(answer), noted)
    return answer


def _page(tenant: str, state: str, after: str, limit: int) -> tuple[list[Breaker], str | None]:
    found: list[Breaker] = []
    looked_at = 0
    while some := breakers.page(tenant, after, MOST):
        for one in some:
            looked_at += 1
            found += [one] if state in ("", one.state) else []
            if len(found) == limit or looked_at == LOOKED_AT:
                return found, one.id
        after = some[-1].id
    return found, None


def _new(tenant: str, sku: str) -> Breaker:
    """One that never saw an order; the SKU must be known somehow."""
    if not merchants.items_of(tenant, [sku]) and not stock.counters(tenant, sku):
        raise NotFound(kind="item", id=sku)
    return Breaker(sku)


def _write(call: Call, before: Breaker, after: Breaker) -> Answer:
    answer = Answer(200, _shown(after))
    states = {"state": before.state.value}, {"state": after.state.value, "note": after.note}
    noted = _noted(call, "breaker", after.id, *states)
    breakers.save(call.tenant, before, after, call.claim(answer), noted)
    queues.later("halt", {"tenant": call.tenant, "sku": after.id})
    return answer


def _noted(
    call: Call, kind: str, row_id: str, before: dict[str, Any], after: dict[str, Any]
) -> Put:
    return audits.writes(call.tenant, Audit(call.now, call.by, kind, row_id, before, after))


def _shown(one: Breaker) -> dict[str, Any]:
    code = f"breaker.{'tripped' if one.tripped else 'armed'}"
    args = {"orders": len(one.seen), "by": one.by, "note": one.note}
    return {
        "sku": one.id,
        "state": one.state.value,
        "at": one.at,
        "by": one.by if one.at else "",
        "note": one.note,
        "seen": [sale._asdict() for sale in one.seen],
        "limits": asdict(one.limits) if one.tripped else None,
        "reason": {language: words.say(code, language, args) for language in words.LANGUAGES},
    }


def _settings(body: Reader) -> BreakerSettings:
    usual = BreakerSettings()
    settings = BreakerSettings(
        on=body.flag("on", default=usual.on),
        percent=body.whole("percent", default=usual.percent, least=1, most=99),
        orders=body.whole("orders", default=usual.orders, least=2, most=MOST_ORDERS),
        minutes=body.whole("minutes", default=usual.minutes, least=1, most=MOST_MINUTES),
    )
    body.done()
    body.check()
    return settings
