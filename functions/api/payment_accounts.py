"""/v1/payment-accounts: with whom a merchant takes money, and by which keys"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from functions.api import views
from functions.steps import settle
from shared.domain.audit import Actor, of_keeper
from shared.domain.errors import Fault
from shared.domain.payment import Account
from shared.domain.reader import Reader
from shared.gateways import vault, web
from shared.gateways.payments import providers
from shared.gateways.payments.port import Account as Opened
from shared.gateways.payments.port import Forged, Provider, Rejected, Unclear, Why
from shared.runtime.http import Answer, Call, Routes
from shared.runtime.settings import settings
from shared.store import audits, merchants
from shared.store.table import Put

routes = Routes()
MOST_KEYS, LONGEST = 20, 20_000  # of an account; characters of one
NOBODYS = f"{'0' * 24}-00"  # a number that no payment of ours ever has


@routes.on("GET", "/v1/payment-accounts", "settings:read")
def list_accounts(call: Call) -> dict[str, Any]:
    found = merchants.payment_accounts.list_(call.tenant)
    return {"payment_accounts": [_shown(call.tenant, one) for one in found]}


@routes.on("POST", "/v1/payment-accounts", "settings:write")
def add_account(call: Call) -> Answer:
    body = call.reader()
    one = _read(call, body, body.id("id"), body.text("provider", limit=20))
    answer = Answer(201, _shown(call.tenant, one))
    noted = _noted(call, None, one)
    merchants.payment_accounts.add(call.tenant, one, call.claim(answer), noted)
    return answer


@routes.on("GET", "/v1/payment-accounts/{account_id}", "settings:read")
def show_account(call: Call, account_id: str) -> dict[str, Any]:
    return _shown(call.tenant, merchants.payment_accounts.get(call.tenant, account_id))


@routes.on("PUT", "/v1/payment-accounts/{account_id}", "settings:write")
def change_account(call: Call, account_id: str) -> Answer:
    """Set it anew; secrets that are not given stay as they are."""
    before, same = merchants.payment_accounts.look(call.tenant, account_id)
    one = _read(call, call.reader(), account_id, before.provider, before)
    answer = Answer(200, _shown(call.tenant, one))
    noted = _noted(call, before, one)
    merchants.payment_accounts.change(call.tenant, one, same, call.claim(answer), noted)
    return answer


@routes.on("POST", "/v1/payment-accounts/{account_id}/check", "settings:write")
def check_account(call: Call, account_id: str) -> dict[str, Any]:
    """Ask the provider for something harmless, and say what is wrong in plain words."""
    stored = merchants.payment_accounts.get(call.tenant, account_id)
    by, one = providers.of(stored.provider), settle.opened(call.tenant, stored)
    faults = list(by.check(one)) or list(_tried(by, one, call.now))
    if not settings().public_url:
        faults.append(Fault("", "no-public-url"))
    told = [{"field": f.field, "code": f.code, **views.both(_code(f), f.args)} for f in faults]
    return {"id": account_id, "ok": not faults, "faults": told}


def _tried(by: Provider, one: Opened, now: str) -> Iterator[Fault]:
    try:
        by.query(one, NOBODYS, now)
    except Rejected as no:
        if no.why is not Why.ABSENT:
            yield Fault("", "provider-account", {"note": f"{no.code} {no.text}".strip()[:200]})
    except Unclear as unclear:
        yield Fault("", "provider-silent", {"note": unclear.note})
    except Forged:
        yield Fault("keys", "provider-forged")


def _code(fault: Fault) -> str:
    return f"fault.{fault.code}"


def _read(
    call: Call, body: Reader, account_id: str, provider: str, before: Account | None = None
) -> Account:
    body.seen.update(("id", "provider"))
    if provider and provider not in providers.NAMES:
        body.fault("provider", "unknown-provider")
    one = Account(
        id=account_id,
        provider=provider,
        name=body.text("name", default=before.name if before else account_id),
        app_id=body.text("app_id", limit=64),
        merchant_id=body.text("merchant_id", limit=64),
        secrets=dict(before.secrets) if before else {},
        keys=_keys(body.object("keys", required=False)) or (before.keys if before else {}),
        endpoint=body.text("endpoint", default="", limit=200),
        active=body.flag("active", default=True),
    )
    given = _secrets(body.object("secrets", required=False), provider)
    if one.endpoint and not web.allowed(one.endpoint):
        body.fault("endpoint", "bad-url")
    body.done()
    body.check()
    return _checked(call, body, _sealed(call.tenant, one, given))


def _checked(call: Call, body: Reader, one: Account) -> Account:
    """What the provider's own rules say of its ids and keys, if it is to be used."""
    if not one.active:
        return one
    body.faults += providers.of(one.provider).check(settle.opened(call.tenant, one))
    body.check()
    return one


def _secrets(body: Reader, provider: str) -> dict[str, str]:
    names = providers.of(provider).secrets if provider in providers.NAMES else ()
    given = {name: body.text(name, default="", limit=LONGEST) for name in names}
    body.done()
    return {name: value for name, value in given.items() if value}


def _keys(body: Reader) -> dict[str, str]:
    if len(body.value) > MOST_KEYS:
        body.fault("", "too-many", limit=MOST_KEYS)
    return {name: body.text(name, limit=LONGEST) for name in list(body.value)[:MOST_KEYS]}


def _sealed(tenant: str, one: Account, given: dict[str, str]) -> Account:
    cipher = vault.cipher(tenant, merchants.tenant(tenant).sealed_key)
    fresh = {
        name: cipher.seal(value, settle.context(one.id, name)) for name, value in given.items()
    }
    return replace(one, secrets={**one.secrets, **fresh})


def _noted(call: Call, before: Account | None, after: Account) -> Put:
    actor = Actor(call.by, call.now)
    return audits.writes(call.tenant, of_keeper("payment-account", actor, before, after, _said))


def _said(one: Account) -> dict[str, Any]:
    """Nothing secret."""
    return {
        "app_id": one.app_id,
        "merchant_id": one.merchant_id,
        "keys": sorted(one.keys),
        "endpoint": one.endpoint,
        "active": one.active,
    }


def _shown(tenant: str, one: Account) -> dict[str, Any]:
    """Secrets are never shown again: only that they are set."""
    url = f"{settings().public_url}/v1/notify/{one.provider}/{tenant}/{one.id}"
    return {
        "id": one.id,
        "provider": one.provider,
        "name": one.name,
        **_said(one),
        "secrets": dict.fromkeys(sorted(one.secrets), "set"),
        "notify_url": url if settings().public_url else "",
    }
