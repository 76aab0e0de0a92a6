"""/v1/shops/{shop_id}/link: a shop's connection with its platform"""

from dataclasses import replace
from typing import Any

from functions.api import documents, link_views
from functions.api.audits import MONTH
from functions.channels import access, calls, refunds, take
from shared.domain.errors import Fault, faulty
from shared.domain.link import TOKENS, Link, Standing
from shared.domain.pulling import Pulling
from shared.domain.reader import Reader
from shared.domain.stray import Stray
from shared.gateways import web
from shared.gateways.channels import registry
from shared.gateways.channels.port import Channel, RefundRef, Rejected
from shared.gateways.talk import Forged, Unclear
from shared.runtime import clock
from shared.runtime.http import Answer, Call, Routes
from shared.store import completes, links, merchants, orders, reveals, rounds

routes = Routes()
LONGEST = 20_000  # characters of a secret
FIRST = 3600  # seconds: so far back a new connection begins to read
DAY = 86400


@routes.on("GET", "/v1/links", "settings:read")
def list_links(call: Call) -> dict[str, Any]:
    known = links.links.list_(call.tenant)
    return {"links": [link_views.shown(call.tenant, one) for one in known]}


@routes.on("POST", "/v1/shops/{shop_id}/link", "settings:write")
def connect(call: Call, shop_id: str) -> Answer:
    """Connect a shop; reading begins an hour back, or where `since` says."""
    shop = merchants.shops.get(call.tenant, shop_id)
    if shop.channel not in registry.names():
        raise faulty("channel", "unknown-channel")
    body = call.reader()
    since = body.time("since", default="", latest=call.now)
    stored = _read(call, body, Link(shop_id, shop.channel, app_key="", created_at=call.now))
    answer = Answer(201, link_views.shown(call.tenant, stored))
    began = _began(shop_id, since or clock.later(call.now, -FIRST), call.now)
    both = (links.pullings, links.refundings)
    puts = [
        link_views.noted(call.tenant, call.by, call.now, None, stored),
        *(folder.writes(call.tenant, began, began.due) for folder in both),
    ]
    links.links.add(call.tenant, stored, call.claim(answer), *puts)
    rounds.begin(call.tenant)  # for the clock to see that it is read
    return answer


@routes.on("GET", "/v1/shops/{shop_id}/link", "settings:read")
def show(call: Call, shop_id: str) -> dict[str, Any]:
    stored = links.links.get(call.tenant, shop_id)
    read = links.pulling(call.tenant, shop_id)
    both = {"reading": read, "refunds": links.refundings.get(call.tenant, shop_id)}
    shown = {name: link_views.reading(one, call.now) for name, one in both.items()}
    return {**link_views.shown(call.tenant, stored), **shown}


@routes.on("PUT", "/v1/shops/{shop_id}/link", "settings:write")
def change(call: Call, shop_id: str) -> Answer:
    """Set it anew; secrets that are not given stay as they are."""
    before, same = links.links.look(call.tenant, shop_id)
    stored = _read(call, call.reader(), before)
    answer = Answer(200, link_views.shown(call.tenant, stored))
    noted = link_views.noted(call.tenant, call.by, call.now, before, stored)
    beside = [noted, *links.resumed(call.tenant, shop_id)]
    links.links.change(call.tenant, stored, same, call.claim(answer), *beside)
    return answer


@routes.on("POST", "/v1/shops/{shop_id}/link/check", "settings:write")
def check(call: Call, shop_id: str) -> dict[str, Any]:
    """Ask the platform for something harmless, and say what is wrong in plain words."""
    to = calls.connected(call.tenant, shop_id)
    to.probes = True
    faults = list(to.by.check(to.link))
    name = ""
    if not faults:
        name, faults = _probed(to)
    if not faults and to.stored.rests:
        to.rest("")
        links.resume(call.tenant, shop_id)
    told = [
        {"field": f.field, "code": f.code, **link_views.told(f"fault.{f.code}", f.args)}
        for f in faults
    ]
    return {"shop": shop_id, "ok": not faults, "name": name, "faults": told}


@routes.on("POST", "/v1/shops/{shop_id}/link/read", "settings:write")
def read_again(call: Call, shop_id: str) -> Answer:
    """Read everything that changed since a time once more; twice is once for each order."""
    to, known = calls.connected(call.tenant, shop_id), links.pulling(call.tenant, shop_id)
    backs = links.refundings.get(call.tenant, shop_id)
    body = call.reader()
    since = body.time("since", latest=call.now)
    body.done()
    body.check()
    oldest = clock.later(call.now, -to.by.caps.days * DAY)
    start = max(since, oldest)
    began, again = (one.began(start, call.now) for one in (known, backs))
    links.save(call.tenant, again, folder=links.refundings)
    answer = Answer(202, {"shop": shop_id, "reading": link_views.reading(began, call.now)})
    links.save(call.tenant, began, call.claim(answer))
    return answer


@routes.on("GET", "/v1/shops/{shop_id}/completeness", "orders:read")
def completeness(call: Call, shop_id: str) -> dict[str, Any]:
    """Of each day of a month, whether all that the platform counts is with us."""
    query = Reader(dict(call.query))
    month = query.text("month", default=call.now[:7])
    if not MONTH.fullmatch(month):
        query.fault("month", "not-a-month")
    query.done()
    query.check()
    links.links.get(call.tenant, shop_id)
    found = completes.month(call.tenant, shop_id, month)
    return {"days": [link_views.day(one) for one in found]}


@routes.on("GET", "/v1/strays", "orders:read")
def list_strays(call: Call) -> dict[str, Any]:
    """What platforms told and we could not take, the newest first."""
    found, cursor = documents.page(call, links.strays, link_views.stray, "shop")
    return {"strays": found, "next": cursor}


@routes.on("POST", "/v1/strays/{stray_id}/retry", "orders:write")
def retry(call: Call, stray_id: str) -> dict[str, Any]:
    """Look it up once more, now that its cause may be mended."""
    call.reader().check()
    stray = links.strays.get(call.tenant, stray_id)
    to = calls.connected(call.tenant, stray.shop)
    try:
        _again(to, stray)
    except (Rejected, Unclear, Forged) as no:
        raise faulty("", "platform-says", **link_views.why(no)) from no
    return link_views.stray(links.strays.get(call.tenant, stray_id))


def _again(to: calls.Connected, stray: Stray) -> None:
    if stray.refund:
        refunds.take_in(to, refunds.look_up(to, RefundRef(stray.refund, 0, stray.number)))
    else:
        take.fetched(to, to.do(lambda wire, link: to.by.order(wire, link, stray.number)))


@routes.on("GET", "/v1/orders/{order_id}/raw", "orders:reveal")
def raw(call: Call, order_id: str) -> dict[str, Any]:
    """What the platform sent of an order, word by word; whoever reads it is written down."""
    order = orders.get(call.tenant, order_id)
    purpose = call.query.get("purpose", "").strip()[:200]
    if not purpose:
        raise faulty("purpose", "missing")
    reveals.note(call.tenant, order_id, call.by, purpose, call.now)
    kept = take.kept(call.tenant, order.id)
    return {"payloads": [{"version": v, "body": body.decode()} for v, body in kept]}


def _probed(to: calls.Connected) -> tuple[str, list[Fault]]:
    try:
        return to.do(to.by.probe), []
    except (Rejected, Unclear, Forged) as no:
        return "", [Fault("", "platform-says", link_views.why(no))]


def _read(call: Call, body: Reader, before: Link) -> Link:
    by = registry.of(before.channel)
    one = replace(
        before,
        app_key=body.text("app_key", default=before.app_key, limit=200),
        seller=body.text("seller", default=before.seller, limit=200),
        endpoint=body.text("endpoint", default=before.endpoint, limit=200),
        carriers=body.mapping("carriers", limit=100) or before.carriers,
        learns=body.flag("learns", default=before.learns),
        active=body.flag("active", default=before.active),
    )
    given = _secrets(body.object("secrets", required=False), by)
    body.seen.add("since")
    if one.endpoint and not web.allowed(one.endpoint):
        body.fault("endpoint", "bad-url")
    body.done()
    body.check()
    sealed = {**one.secrets, **access.sealed(call.tenant, one, given)}
    waits = by.caps.life and "access_token" not in sealed
    standing = Standing.WAITS if waits else Standing.READY
    stored = replace(one, secrets=sealed, standing=standing, note="", rests="")
    body.faults += by.check(calls.opened(call.tenant, stored)) if stored.active else []
    body.check()
    return stored


def _secrets(body: Reader, by: Channel) -> dict[str, str]:
    names = (*by.secrets, *TOKENS)
    given = {name: body.text(name, default="", limit=LONGEST) for name in names}
    body.done()
    return {name: value for name, value in given.items() if value}


def _began(shop: str, since: str, now: str) -> Pulling:
    return Pulling(id=shop, created_at=now, watermark=since, due=now, since=since)
