"""A merchant's consent: where it is given, and what a platform's page brings back"""

import base64
import hmac
from collections.abc import Callable
from contextlib import suppress
from html import escape
from typing import Any

from functions.api import link_views
from functions.channels import access, calls
from shared.domain.claim import Claim
from shared.domain.errors import Conflict, Invalid, Refused, faulty
from shared.gateways.channels.port import Rejected
from shared.gateways.talk import Forged, Unclear
from shared.runtime import clock
from shared.runtime.http import OPEN, Answer, Call, Letter, Plain, Routes
from shared.runtime.settings import settings
from shared.store import links

routes = Routes()
HOUR = 3600  # seconds: a consent that was begun in this hour or the one before is taken
TRIES = 5  # when somebody else wrote the connection meanwhile: a code is good only once
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",  # the address holds the code
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>通单 Tongdan</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:16px/1.7 system-ui,sans-serif;max-width:36em;margin:15vh auto;padding:0 1em}}
h1{{font-size:1.3em}}p[lang=en]{{color:#666}}</style></head>
<body><h1>{title}</h1><p>{zh}</p><p lang="en">{en}</p></body></html>
"""
DONE, NOT_DONE = "✓ 已连接 Connected", "✗ 没有连接 Not connected"


@routes.on("POST", "/v1/shops/{shop_id}/link/consent", "settings:write")
def consent(call: Call, shop_id: str) -> dict[str, Any]:
    """Where the merchant consents; comes back to our own page, or to `back` with a code."""
    to = calls.connected(call.tenant, shop_id)
    body = call.reader()
    ours = f"{settings().public_url}/v1/consent" if settings().public_url else ""
    back = body.text("back", default="", limit=500) or ours
    if not back:
        body.fault("back", "missing")
    body.done()
    body.check()
    if not to.by.caps.redirects:
        raise faulty("", "no-consent")
    state = _state(call.tenant, shop_id, call.now)
    return {"url": to.by.consent_url(to.link, state, back)}


@routes.on("POST", "/v1/shops/{shop_id}/link/code", "settings:write")
def exchange(call: Call, shop_id: str) -> Answer:
    """Turn the code that the platform gave into tokens; empty where it needs no consent."""
    links.links.get(call.tenant, shop_id)
    body = call.reader()
    code = body.text("code", default="", limit=2000)
    state = body.text("state", default="", limit=1000)
    if state and not _ours(call.tenant, shop_id, state, call.now):
        body.fault("state", "bad-state")
    body.done()
    body.check()
    return _exchanged(call.tenant, shop_id, code, call.by, call.claim)


@routes.on("GET", "/v1/consent", OPEN)
def come_back(letter: Letter) -> Plain:
    """What a platform's page brings back; the merchant reads what became of it."""
    query = {name: value.strip()[:2000] for name, value in letter.query.items()}
    tenant, shop = _named(query.get("state", ""))
    if not _ours(tenant, shop, query.get("state", ""), letter.now):
        return _page(400, "fault.bad-state")
    if not query.get("code"):
        note = query.get("error_description") or query.get("error", "")
        return _page(400, "consent.refused", note=note[:200])
    try:
        _exchanged(tenant, shop, query["code"], "consent", lambda _: None)
    except Invalid as invalid:
        (fault,) = invalid.faults
        return _page(400, f"fault.{fault.code}", **fault.args)
    except Refused as refusal:  # it was disconnected, or is written by others all the time
        return _page(409, "consent.refused", note=refusal.code)
    return _page(200, "consent.done", shop=shop)


def _exchanged(
    tenant: str, shop: str, code: str, by: str, claim: Callable[[Answer], Claim | None]
) -> Answer:
    to, now = calls.connected(tenant, shop), clock.now()
    try:
        tokens = to.by.exchange(to.line, to.link, code)
    except (Rejected, Unclear, Forged) as no:
        raise faulty("code", "platform-says", **link_views.why(no)) from no
    for _ in range(TRIES):
        before, same = links.links.look(tenant, shop)
        stored = calls.exchanged(tenant, before, tokens, now)
        answer = Answer(200, link_views.shown(tenant, stored))
        beside = [link_views.noted(tenant, by, now, before, stored), *links.resumed(tenant, shop)]
        with suppress(Conflict):
            links.links.change(tenant, stored, same, claim(answer), *beside)
            return answer
    raise Conflict(id=shop)


def _page(status: int, code: str, **args: Any) -> Plain:
    """A page to read and close."""
    said = {name: escape(text) for name, text in link_views.told(code, args).items()}
    title = DONE if code == "consent.done" else NOT_DONE
    return Plain(status, HEADERS, PAGE.format(title=title, **said).encode())


def _state(tenant: str, shop: str, moment: str) -> str:
    """What a platform's page brings back: whose consent it is, and that we began it."""
    whose = base64.urlsafe_b64encode(f"{tenant}#{shop}".encode()).decode().rstrip("=")
    return f"{whose}.{access.cipher(tenant).mark(f'consent/{shop}/{moment[:13]}')}"


def _named(state: str) -> tuple[str, str]:
    """The tenant and the shop that a state is said to be of; empty where it names none."""
    whose = state.partition(".")[0]
    try:
        text = base64.urlsafe_b64decode(whose + "=" * (-len(whose) % 4)).decode()
    except ValueError:
        return "", ""
    tenant, _, shop = text.partition("#")
    return tenant, shop


def _ours(tenant: str, shop: str, state: str, now: str) -> bool:
    """Whether we gave this state for this shop, not long ago."""
    moments = (now, clock.later(now, -HOUR)) if tenant else ()
    try:
        given = [_state(tenant, shop, moment) for moment in moments]
    except Refused:  # there is no such tenant
        return False
    return any(hmac.compare_digest(one.encode(), state.encode()) for one in given)
