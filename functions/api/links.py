"""/v1/shops/{shop_id}/link: a shop's connection with its platform"""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from functions.api import documents, views
from functions.api.audits import MONTH
from functions.channels import access, calls, take
from shared.domain.audit import Audit
from shared.domain.errors import Fault, faulty
from shared.domain.link import TOKENS, Link, Standing
from shared.domain.pulling import Pulling
from shared.domain.reader import Reader
from shared.domain.stray import Stray
from shared.gateways import web
from shared.gateways.channels import registry
from shared.gateways.channels.port import Channel, Rejected
from shared.gateways.talk import Forged, Unclear
from shared.runtime import clock
from shared.runtime.http import Answer, Call, Routes
from shared.runtime.settings import settings
from shared.store import audits, completes, links, merchants, orders, reveals
from shared.store.table import Put

routes = Routes()
LONGEST = 20_000  # characters of a secret
FIRST = 3600  # seconds: so far back a new connection begins to read
DAY = 86400


@routes.on("GET", "/v1/links", "settings:read")
def list_links(call: Call) -> dict[str, Any]:
    return {"links": [_shown(call.tenant, one) for one in links.links.list_(call.tenant)]}


@routes.on("POST", "/v1/shops/{shop_id}/link", "settings:write")
def connect(call: Call, shop_id: str) -> Answer:
    """Connect a shop; reading begins an hour back, or where `since` says."""
    shop = merchants.shops.get(call.tenant, shop_id)
    if shop.channel not in registry.names():
        raise faulty("channel", "unknown-channel")
    body = call.reader()
    since = body.time("since", default="", latest=call.now)
    stored = _read(call, body, Link(shop_id, shop.channel, app_key="", created_at=call.now))
    answer = Answer(201, _shown(call.tenant, stored))
    began = _began(shop_id, since or clock.later(call.now, -FIRST), call.now)
    puts = [_noted(call, None, stored), links.pullings.writes(call.tenant, began, began.due)]
    links.links.add(call.tenant, stored, call.claim(answer), *puts)
    return answer


@routes.on("GET", "/v1/shops/{shop_id}/link", "settings:read")
def show(call: Call, shop_id: str) -> dict[str, Any]:
    stored = links.links.get(call.tenant, shop_id)
    read = links.pulling(call.tenant, shop_id)
    return {**_shown(call.tenant, stored), "reading": _reading(read, call.now)}


@routes.on("PUT", "/v1/shops/{shop_id}/link", "settings:write")
def change(call: Call, shop_id: str) -> Answer:
    """Set it anew; secrets that are not given stay as they are."""
    before, same = links.links.look(call.tenant, shop_id)
    stored = _read(call, call.reader(), before)
    answer = Answer(200, _shown(call.tenant, stored))
    links.links.change(call.tenant, stored, same, call.claim(answer), _noted(call, before, stored))
    return answer


@routes.on("POST", "/v1/shops/{shop_id}/link/check", "settings:write")
def check(call: Call, shop_id: str) -> dict[str, Any]:
    """Ask the platform for something harmless, and say what is wrong in plain words."""
    to = calls.connected(call.tenant, shop_id)
    faults = list(to.by.check(to.link))
    name = ""
    if not faults:
        name, faults = _probed(to)
    told = [
        {"field": f.field, "code": f.code, **views.both(f"fault.{f.code}", f.args)} for f in faults
    ]
    return {"shop": shop_id, "ok": not faults, "name": name, "faults": told}


@routes.on("POST", "/v1/shops/{shop_id}/link/consent", "settings:write")
def consent(call: Call, shop_id: str) -> dict[str, Any]:
    """Where the merchant consents; the page comes back with a code."""
    to = calls.connected(call.tenant, shop_id)
    body = call.reader()
    back = body.text("back", limit=500)
    body.done()
    body.check()
    if not to.by.caps.redirects:
        raise faulty("", "no-consent")
    return {"url": to.by.consent_url(to.link, _state(call.tenant, shop_id, call.now), back)}


@routes.on("POST", "/v1/shops/{shop_id}/link/code", "settings:write")
def exchange(call: Call, shop_id: str) -> Answer:
    """Turn the code that the platform gave into tokens; empty where it needs no consent."""
    to = calls.connected(call.tenant, shop_id)
    body = call.reader()
    code = body.text("code", default="", limit=2000)
    state = body.text("state", default="", limit=200)
    if state and state not in _states(call.tenant, shop_id, call.now):
        body.fault("state", "bad-state")
    body.done()
    body.check()
    try:
        tokens = to.by.exchange(to.line, to.link, code)
    except (Rejected, Unclear, Forged) as no:
        raise faulty("code", "platform-says", **_why(no)) from no
    before, same = links.links.look(call.tenant, shop_id)
    stored = calls.exchanged(call.tenant, before, tokens, call.now)
    answer = Answer(200, _shown(call.tenant, stored))
    links.links.change(call.tenant, stored, same, call.claim(answer), _noted(call, before, stored))
    return answer


@routes.on("POST", "/v1/shops/{shop_id}/link/read", "settings:write")
def read_again(call: Call, shop_id: str) -> Answer:
    """Read everything that changed since a time once more; twice is once for each order."""
    to, known = calls.connected(call.tenant, shop_id), links.pulling(call.tenant, shop_id)
    body = call.reader()
    since = body.time("since", latest=call.now)
    body.done()
    body.check()
    oldest = clock.later(call.now, -to.by.caps.days * DAY)
    began = replace(
        known, watermark=max(since, oldest), since=max(since, oldest), window="", cursor="",
        fresh=0, due=call.now, failures=0, why="", note="",
    )  # fmt: skip
    answer = Answer(202, {"shop": shop_id, "reading": _reading(began, call.now)})
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
    return {"days": [{**asdict(one), "whole": one.whole} for one in found]}


@routes.on("GET", "/v1/strays", "orders:read")
def list_strays(call: Call) -> dict[str, Any]:
    """What platforms told and we could not take, the newest first."""
    found, cursor = documents.page(call, links.strays, _stray, "shop")
    return {"strays": found, "next": cursor}


@routes.on("POST", "/v1/strays/{stray_id}/retry", "orders:write")
def retry(call: Call, stray_id: str) -> dict[str, Any]:
    """Look it up once more, now that its cause may be mended."""
    call.reader().check()
    stray = links.strays.get(call.tenant, stray_id)
    to = calls.connected(call.tenant, stray.shop)
    try:
        found = to.do(lambda wire, link: to.by.order(wire, link, stray.number))
    except (Rejected, Unclear, Forged) as no:
        raise faulty("", "platform-says", **_why(no)) from no
    take.fetched(to, found)
    return _stray(links.strays.get(call.tenant, stray_id))


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
        return "", [Fault("", "platform-says", _why(no))]


def _why(no: Exception) -> dict[str, Any]:
    """Why a platform did not do what was asked."""
    if isinstance(no, Rejected):
        return dict(take.reason(no))
    return {"platform": "unclear", "note": str(no)[:200]}


def _read(call: Call, body: Reader, before: Link) -> Link:
    by = registry.of(before.channel)
    one = replace(
        before,
        app_key=body.text("app_key", default=before.app_key, limit=200),
        seller=body.text("seller", default=before.seller, limit=200),
        endpoint=body.text("endpoint", default=before.endpoint, limit=200),
        carriers=body.mapping("carriers", limit=100) or before.carriers,
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
    stored = replace(one, secrets=sealed, standing=standing, note="")
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


def _noted(call: Call, before: Link | None, after: Link) -> Put:
    was = _said(before) if before else {}
    changed = [n for n, v in after.secrets.items() if not before or before.secrets.get(n) != v]
    now = {**_said(after), "secrets": sorted(changed)}
    return audits.writes(call.tenant, Audit(call.now, call.by, "link", after.id, was, now))


def _said(one: Link) -> dict[str, Any]:
    """Nothing secret."""
    return {
        "app_key": one.app_key,
        "seller": one.seller,
        "endpoint": one.endpoint,
        "carriers": one.carriers,
        "active": one.active,
    }


def _shown(tenant: str, one: Link) -> dict[str, Any]:
    """Secrets are never shown again: only that they are set."""
    url = f"{settings().public_url}/v1/push/{one.channel}/{tenant}/{one.id}"
    return {
        "shop": one.id,
        "channel": one.channel,
        **_said(one),
        "secrets": dict.fromkeys(sorted(one.secrets), "set"),
        "standing": one.standing.value,
        "note": one.note,
        "expires_at": one.expires_at,
        "push_url": url if settings().public_url else "",
    }


def _reading(one: Pulling, now: str) -> dict[str, Any]:
    """How far it was read; `done` of the way from where it began to now, in percent."""
    whole = max(1.0, clock.seconds_between(one.since or one.created_at, now))
    done = clock.seconds_between(one.since or one.created_at, one.watermark) / whole
    return {
        "watermark": one.watermark,
        "since": one.since,
        "done": max(0, min(100, round(100 * done))),
        "due": one.due,
        "every": one.every,
        "orders": one.orders + one.fresh,
        "read_at": one.read_at,
        "failures": one.failures,
        "why": one.why,
        "note": one.note,
    }


def _stray(one: Stray) -> dict[str, Any]:
    faults = [
        {**fault, **views.both(f"fault.{fault['code']}", fault["args"])} for fault in one.faults
    ]
    return {
        "id": one.id,
        "shop": one.shop,
        "number": one.number,
        "created_at": one.created_at,
        "seen_at": one.seen_at,
        "tries": one.tries,
        "open": one.open,
        "faults": faults,
    }


def _state(tenant: str, shop: str, moment: str) -> str:
    """What a platform's page brings back, so that nobody else's code is taken for ours."""
    return access.cipher(tenant).mark(f"consent/{shop}/{moment[:13]}")


def _states(tenant: str, shop: str, now: str) -> Iterator[str]:
    yield _state(tenant, shop, now)
    yield _state(tenant, shop, clock.later(now, -3600))
