"""/v1/notify: what payment providers tell us by themselves, believed only when they signed it"""

from dataclasses import replace

from functions.steps import settle
from shared.domain import payment as ledger
from shared.domain.errors import Conflict
from shared.domain.payment import Payment, State
from shared.gateways import queues
from shared.gateways.payments import providers
from shared.gateways.payments.port import Forged, Provider, Reply, Returned, Told, Trade
from shared.runtime.http import OPEN, Letter, Plain, Routes
from shared.runtime.observe import log
from shared.store import merchants, payments

routes = Routes()
TRIES = 3  # when the clock or another notification writes the same payment
ABSENT = Plain(404, {"Content-Type": "text/plain"}, b"no such address")


@routes.on("POST", "/v1/notify/{provider}/{tenant}/{account_id}", OPEN)
def hear(letter: Letter, provider: str, tenant: str, account_id: str) -> Plain:
    """Book what is true, and nudge; the provider tells again what it gets no good answer to."""
    if provider not in providers.NAMES:
        return ABSENT
    by, stored = providers.of(provider), merchants.payment_accounts.known(tenant, account_id)
    if stored is None or stored.provider != provider:
        refusal = "unknown-account"
    else:
        refusal = _heard(by, letter, tenant, stored)
    if refusal:
        log.warning("notification refused", extra={"code": refusal, "provider": provider})
    return _plain(by.ack(not refusal, refusal))


def _heard(by: Provider, letter: Letter, tenant: str, stored: ledger.Account) -> str:
    """Why it is not believed; nothing if all is well."""
    account = settle.opened(tenant, stored)
    try:
        told = by.hear(account, letter.headers, letter.body, letter.now)
    except Forged as forged:
        return forged.code
    for _ in range(TRIES):
        try:
            return _booked(tenant, stored, told, letter.now) if told else ""
        except Conflict:
            continue
    return "busy"


def _booked(tenant: str, stored: ledger.Account, told: Told | Returned, now: str) -> str:
    order_id, no = ledger.split(told.number)
    one = payments.find(tenant, order_id, no) if order_id and no else None
    if one is None or (one.provider, one.account) != (stored.provider, stored.id):
        return "unknown-number"
    if isinstance(told, Told):
        return _paid(tenant, one, told, now)
    return _given_back(tenant, one, told, now)


def _paid(tenant: str, one: Payment, told: Told, now: str) -> str:
    if told.state is Trade.PENDING:
        return ""
    after = settle.paid(one, told, now)
    if after.events == one.events:
        return ""
    if told.state is not Trade.CLOSED and told.fen != one.fen:
        _save(tenant, one, now)  # we ask ourselves before we believe it
        return "wrong-amount"
    _save(tenant, after, now)
    return ""


def _given_back(tenant: str, one: Payment, told: Returned, now: str) -> str:
    asked = one.refund(told.refund_no)
    if asked is None:
        return "unknown-number"
    after = settle.given_back(one, told, now)
    if after.events == one.events:
        return ""
    if told.fen and told.fen != asked.fen and asked.state is not State.DONE:
        _save(tenant, one, now)
        return "wrong-amount"
    _save(tenant, after, now)
    return ""


def _save(tenant: str, one: Payment, now: str) -> None:
    """Write it, due at once: if the nudge is lost, the clock finds it."""
    payments.save(tenant, replace(one, due=now))
    queues.later("settle", {"tenant": tenant, "order_id": one.order})


def _plain(reply: Reply) -> Plain:
    return Plain(reply.status, reply.headers, reply.body)
