"""/v1/waybill-accounts: with whom a merchant takes waybills, and by which keys"""

import re
from dataclasses import asdict, replace
from typing import Any

from functions.api import views
from functions.carriers import calls
from functions.carriers.calls import Using
from functions.channels import access
from shared.domain.audit import Actor, of_keeper
from shared.domain.content import PERSONAL, Receiver, masked
from shared.domain.errors import Fault
from shared.domain.link import TOKENS, Standing
from shared.domain.reader import Reader
from shared.domain.waybill import Account
from shared.gateways import web
from shared.gateways.carriers import registry
from shared.gateways.carriers.port import Carrier, Parcel
from shared.gateways.channels.port import Rejected, Tokens, Why
from shared.gateways.talk import Forged, Unclear
from shared.runtime.http import Answer, Call, Routes
from shared.runtime.settings import settings
from shared.store import audits, merchants, waybills
from shared.store.table import Put

routes = Routes()
MOST_SENDERS, MOST_NAMED, LONGEST = 100, 100, 20_000  # warehouses; ids; characters of a secret
EXTRA = ("partner_secret", "partner_key", "customer_password", "link_key", "push_key", "salt")
NOBODYS = "SF0000000000000"  # a number that no parcel ever has
KNOWN_ACCOUNT = (Why.ABSENT, Why.REFUSED, Why.STATE, Why.CARRIER)
_PHONE = re.compile(r"\+?[0-9][0-9() -]{4,22}[0-9]")
NEEDED = ("name", "phone", "province", "city", "address")


@routes.on("GET", "/v1/waybill-accounts", "settings:read")
def list_accounts(call: Call) -> dict[str, Any]:
    found = waybills.accounts.list_(call.tenant)
    return {"waybill_accounts": [_shown(call.tenant, one) for one in found]}


@routes.on("POST", "/v1/waybill-accounts", "settings:write")
def add_account(call: Call) -> Answer:
    body = call.reader()
    account_id, kind = body.id("id"), body.text("kind", limit=20)
    if kind and kind not in registry.names():
        body.fault("kind", "not-one-of", choices=list(registry.names()))
    if kind not in registry.names():
        body.check()
    one = _read(call, body, Account(account_id, kind=kind, app_key="", created_at=call.now))
    answer = Answer(201, _shown(call.tenant, one))
    waybills.accounts.add(call.tenant, one, call.claim(answer), _noted(call, None, one))
    return answer


@routes.on("GET", "/v1/waybill-accounts/{account_id}", "settings:read")
def show_account(call: Call, account_id: str) -> dict[str, Any]:
    return _shown(call.tenant, waybills.accounts.get(call.tenant, account_id))


@routes.on("PUT", "/v1/waybill-accounts/{account_id}", "settings:write")
def change_account(call: Call, account_id: str) -> Answer:
    """Set it anew; what is not given, and secrets and senders too, stays as it is."""
    before, same = waybills.accounts.look(call.tenant, account_id)
    one = _read(call, call.reader(), before)
    return _changed(call, before, one, same)


@routes.on("POST", "/v1/waybill-accounts/{account_id}/check", "settings:write")
def check_account(call: Call, account_id: str) -> dict[str, Any]:
    """Look a parcel up that there is none of; where a carrier cannot, only the fields are read."""
    to = calls.using(call.tenant, account_id)
    faults = list(to.by.check(to.link)) or _tried(to)
    if not to.stored.senders:
        faults.append(Fault("senders", "no-sender"))
    told = [
        {"field": f.field, "code": f.code, **views.both(f"fault.{f.code}", f.args)} for f in faults
    ]
    return {"id": account_id, "ok": not faults, "asked": to.by.caps.query, "faults": told}


@routes.on("POST", "/v1/waybill-accounts/{account_id}/tokens", "settings:write")
def give_tokens(call: Call, account_id: str) -> Answer:
    """The tokens of a carrier whose tokens end; from then on they are renewed ahead of it."""
    before, same = waybills.accounts.look(call.tenant, account_id)
    body = call.reader()
    given = Tokens(
        body.text("access_token", limit=LONGEST),
        body.text("refresh_token", default="", limit=LONGEST),
        body.time("expires_at", default=""),
    )
    if not registry.of(before.kind).caps.life:
        body.fault("", "no-tokens")
    if given.expires_at and given.expires_at <= call.now:
        body.fault("expires_at", "not-in-the-future")
    body.done()
    body.check()
    return _changed(call, before, access.with_tokens(call.tenant, before, given, call.now), same)


def _changed(call: Call, before: Account, after: Account, same: Any) -> Answer:
    answer = Answer(200, _shown(call.tenant, after))
    noted = _noted(call, before, after)
    waybills.accounts.change(call.tenant, after, same, call.claim(answer), noted)
    return answer


def _tried(to: Using) -> list[Fault]:
    if not to.by.caps.query:
        return []
    carrier = next((c for c in to.stored.carriers if c in to.by.carriers), "")
    parcel = Parcel(carrier or next(iter(to.by.carriers)), NOBODYS, "13800000000")
    try:
        to.do(lambda wire, link: to.by.track(wire, link, parcel))
    except Rejected as no:
        return [] if no.why in KNOWN_ACCOUNT else [Fault("", "carrier-says", calls.reason(no))]
    except (Unclear, Forged) as unclear:
        return [Fault("", "carrier-says", calls.reason(unclear))]
    return []


def _read(call: Call, body: Reader, before: Account) -> Account:
    by = registry.of(before.kind)
    body.seen.update(("id", "kind"))
    one = replace(
        before,
        app_key=body.text("app_key", default=before.app_key, limit=200),
        customer=body.text("customer", default=before.customer, limit=100),
        endpoint=body.text("endpoint", default=before.endpoint, limit=200),
        options=_options(body, by) if body.has("options") else before.options,
        carriers=_carriers(body, by) if body.has("carriers") else before.carriers,
        warehouses=_warehouses(call, body) if body.has("warehouses") else before.warehouses,
        automatic=body.flag("automatic", default=before.automatic),
        tracks=body.flag("tracks", default=before.tracks),
        active=body.flag("active", default=before.active),
    )
    body.seen.update(("options", "carriers", "warehouses", "senders"))
    given = _secrets(body.object("secrets", required=False), by)
    senders = _senders(call, body, before) if body.has("senders") else before.senders
    if one.endpoint and not web.allowed(one.endpoint):
        body.fault("endpoint", "bad-url")
    body.done()
    body.check()
    sealed = {**one.secrets, **access.sealed(call.tenant, one, given)}
    waits = by.caps.life and "access_token" not in sealed
    standing = Standing.WAITS if waits else Standing.READY
    stored = replace(one, secrets=sealed, senders=senders, standing=standing, note="")
    return _checked(call, body, by, stored)


def _checked(call: Call, body: Reader, by: Carrier, one: Account) -> Account:
    """What the carrier's own rules say of it, if it is to be used."""
    if one.active:
        tokens = {f"secrets.{name}" for name in TOKENS}  # they may come later
        found = by.check(calls.opened(call.tenant, one))
        body.faults += [fault for fault in found if fault.field not in tokens]
        body.check()
    return one


def _options(body: Reader, by: Carrier) -> dict[str, str]:
    given = body.object("options")
    read = {name: given.text(name, default="", limit=200) for name in by.options}
    given.done()
    return {name: value for name, value in read.items() if value}


def _carriers(body: Reader, by: Carrier) -> tuple[str, ...]:
    given = body.texts("carriers", limit=MOST_NAMED)
    for name in given:
        if name not in by.carriers:
            body.fault("carriers", "not-one-of", choices=sorted(by.carriers))
    return given


def _warehouses(call: Call, body: Reader) -> tuple[str, ...]:
    given = body.texts("warehouses", limit=MOST_NAMED)
    for name in given:
        if merchants.warehouses.find(call.tenant, name) is None:
            body.fault("warehouses", "unknown-warehouse")
    return given


def _secrets(body: Reader, by: Carrier) -> dict[str, str]:
    names = dict.fromkeys((*by.secrets, *EXTRA, *TOKENS))
    given = {name: body.text(name, default="", limit=LONGEST) for name in names}
    body.done()
    return {name: value for name, value in given.items() if value}


def _senders(call: Call, body: Reader, account: Account) -> dict[str, Receiver]:
    """By warehouse, sealed; all that there are shall be named."""
    given = body.object("senders")
    if len(given.value) > MOST_SENDERS:
        given.fault("", "too-many", limit=MOST_SENDERS)
    seal = access.cipher(call.tenant).seal
    read = {}
    for name in list(given.value)[:MOST_SENDERS]:
        if name and merchants.warehouses.find(call.tenant, name) is None:
            given.fault(name, "unknown-warehouse")
        read[name] = calls.person(account, _sender(given.object(name)), seal)
    return read


def _sender(given: Reader) -> Receiver:
    read = {
        name: given.text(name, limit=limit) if name in NEEDED else given.text(name, default="")
        for name, limit in (
            *(("name", 50), ("phone", 40), ("province", 50), ("city", 50)),
            *(("district", 50), ("town", 50), ("address", 200)),
        )
    }
    if read["phone"] and not _PHONE.fullmatch(read["phone"]):
        given.fault("phone", "not-a-phone")
    given.done()
    return Receiver(**read)


def _noted(call: Call, before: Account | None, after: Account) -> Put:
    actor = Actor(call.by, call.now)
    return audits.writes(call.tenant, of_keeper("waybill-account", actor, before, after, _said))


def _said(one: Account) -> dict[str, Any]:
    """Nothing secret, and nobody's name."""
    return {
        "app_key": one.app_key,
        "customer": one.customer,
        "endpoint": one.endpoint,
        "options": one.options,
        "carriers": list(one.carriers),
        "warehouses": list(one.warehouses),
        "senders": {name: f"{who.province}{who.city}" for name, who in one.senders.items()},
        "automatic": one.automatic,
        "tracks": one.tracks,
        "active": one.active,
    }


def _shown(tenant: str, one: Account) -> dict[str, Any]:
    """Secrets are never shown again: only that they are set; of senders what tells them apart."""
    caps = registry.of(one.kind).caps
    url = f"{settings().public_url}/v1/push-waybills/{one.kind}/{tenant}/{one.id}"
    return {
        "id": one.id,
        "kind": one.kind,
        **_said(one),
        "senders": {name: _masked(tenant, one, who) for name, who in one.senders.items()},
        "secrets": dict.fromkeys(sorted(one.secrets), "set"),
        "standing": one.standing.value,
        "note": one.note,
        "expires_at": one.expires_at,
        "prints": caps.print.value,
        "collects": caps.collect,
        "tokens": list(caps.tokens),
        "push_url": url if settings().public_url else "",
    }


def _masked(tenant: str, one: Account, who: Receiver) -> dict[str, str]:
    plain = calls.person(one, who, access.cipher(tenant).open)
    personal = PERSONAL["receiver"]
    shown = {
        name: masked(name, value) if name in personal else value
        for name, value in asdict(plain).items()
    }
    return {name: value for name, value in shown.items() if value}
