"""/v1/campaigns: selling ahead, and selling to groups"""

from dataclasses import asdict, replace
from typing import Any

from functions.api import documents
from functions.steps import wake
from shared.domain import campaign as rules
from shared.domain import campaign_reading as reading
from shared.domain.campaign import Campaign, Kind, State
from shared.domain.errors import Conflict, Fault, Invalid, Short, WrongState
from shared.domain.reader import Reader
from shared.domain.stock import Cause
from shared.runtime.http import Answer, Call, Routes
from shared.store import campaigns, merchants, presales, stock, usages

routes = Routes()
OWN = ("version", "digest", "look")  # what only the store knows
ID_LENGTH = 40


@routes.on("GET", "/v1/campaigns", "promotions:read")
def list_campaigns(call: Call) -> dict[str, Any]:
    found, cursor = documents.page(call, campaigns.folder, shown, "kind", "state")
    return {"campaigns": found, "next": cursor}


@routes.on("POST", "/v1/campaigns", "promotions:write")
def make_campaign(call: Call) -> Answer:
    body = call.reader()
    row_id = documents.id_of(body)
    if len(row_id) > ID_LENGTH:
        body.fault("id", "too-long", limit=ID_LENGTH)
    wanted = _read(call, body, row_id)
    if there := documents.before(campaigns.folder, call.tenant, wanted):
        return Answer(201, shown(there))
    documents.check(_overlapping(call.tenant, wanted))
    return _write(call, wanted, 201)


@routes.on("GET", "/v1/campaigns/{campaign_id}", "promotions:read")
def show_campaign(call: Call, campaign_id: str) -> dict[str, Any]:
    """The campaign, and what has come of it so far."""
    found = campaigns.folder.get(call.tenant, campaign_id)
    return {**shown(found), "figures": _figures(call.tenant, found)}


@routes.on("PUT", "/v1/campaigns/{campaign_id}", "promotions:write")
def change_campaign(call: Call, campaign_id: str) -> Answer:
    """Change all of it before somebody has bought, and little afterwards."""
    before = _active(campaigns.folder.get(call.tenant, campaign_id))
    body = call.reader()
    wanted = _read(call, body, campaign_id)
    after = replace(
        wanted,
        opens=wanted.opens if body.has("opens") else before.opens,
        created_at=before.created_at,
        by=before.by,
        digest=before.digest,
        version=before.version,
    )
    faults = list(_overlapping(call.tenant, after))
    if _bought(call.tenant, before):
        faults += reading.fixed(before, after)
    documents.check(faults)
    return _write(call, after, 200)


@routes.on("POST", "/v1/campaigns/{campaign_id}/stop", "promotions:write")
def stop_campaign(call: Call, campaign_id: str) -> Answer:
    """No more orders; those that are there go on. What is stopped may be stopped again."""
    body = call.reader()
    body.done()
    body.check()
    before = campaigns.folder.get(call.tenant, campaign_id)
    if before.state is State.STOPPED:
        return Answer(200, shown(before))
    return _write(call, replace(before, state=State.STOPPED), 200)


def shown(one: Campaign) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name not in OWN}


def _read(call: Call, body: Reader, row_id: str) -> Campaign:
    digest = documents.digest(body)
    wanted = reading.read(body, row_id=row_id, now=call.now, by=call.by, digest=digest)
    if wanted.closes and wanted.closes <= call.now:
        body.fault("closes", "not-in-the-future")
    for at, shop in enumerate(wanted.shops):
        if merchants.shops.known(call.tenant, shop) is None:
            body.fault(f"shops[{at}]", "unknown-shop")
    _check_goods(call.tenant, body, wanted)
    body.check()
    return wanted


def _check_goods(tenant: str, body: Reader, wanted: Campaign) -> None:
    """They must be known; what is set aside on its way must have one counter."""
    warehouse = wanted.presale.warehouse if wanted.presale else ""
    if warehouse and merchants.warehouses.find(tenant, warehouse) is None:
        body.fault("presale.warehouse", "unknown-warehouse")
    items = merchants.items_of(tenant, [goods.sku for goods in wanted.goods])
    for at, goods in enumerate(wanted.goods):
        item = items.get(goods.sku)
        if item is None:
            body.fault(f"goods[{at}].sku", "unknown-item")
        elif warehouse and (item.kit or item.lots):
            body.fault(f"goods[{at}].sku", "is-a-kit" if item.kit else "by-lot")


def _overlapping(tenant: str, wanted: Campaign) -> list[Fault]:
    return list(reading.overlapping(wanted, campaigns.active(tenant)))


def _active(one: Campaign) -> Campaign:
    if one.state is State.STOPPED:
        raise WrongState(kind="campaign", id=one.id, stage=one.state.value)
    return one


def _bought(tenant: str, one: Campaign) -> bool:
    return bool(campaigns.figures(tenant, one).get("orders"))


def _figures(tenant: str, one: Campaign) -> dict[str, Any]:
    """Pieces by SKU, fen, and how the groups have ended."""
    counted = campaigns.figures(tenant, one)
    sold = {goods.sku: rules.sold(one.id, goods.sku) for goods in one.goods}
    used = usages.used_of(tenant, list(sold.values()))
    common = {
        "orders": counted.get("orders", 0),
        "sold": {sku: used.get(counter, 0) for sku, counter in sold.items()},
    }
    if one.kind is Kind.PRESALE:
        return {**common, **{name: counted.get(name, 0) for name in ("deposits", "due")}}
    opened = counted.get("opened", 0)
    ended = {name: counted.get(name, 0) for name in ("succeeded", "failed")}
    return {**common, "groups": {"open": opened - sum(ended.values()), **ended}}


def _write(call: Call, wanted: Campaign, status: int) -> Answer:
    """A campaign with what is set aside for it; what it gives back wakes who waits."""
    try:
        after, puts, changes = presales.writes(call.tenant, wanted, call.now, call.by)
        answer = Answer(status, shown(after))
        cause = Cause("campaign", after.id, call.now, call.by)
        stock.apply(call.tenant, changes, cause, puts, call.claim(answer))
    except Short as short:
        raise _beyond(wanted, short) from short
    freed = {change.place.sku for change in changes if change.delta.get("free", 0) > 0}
    wake.wake(call.tenant, freed)
    return answer


def _beyond(wanted: Campaign, short: Short) -> Invalid | Conflict:
    """More than is on its way; who was only slower than somebody else looks again."""
    missing = set(short.figures["missing"]) if short.faults else set()
    faults = tuple(
        Fault(f"goods[{at}].limit", "beyond-inbound", {"sku": goods.sku})
        for at, goods in enumerate(wanted.goods)
        if goods.sku in missing
    )
    return Invalid(faults=faults) if faults else Conflict()
