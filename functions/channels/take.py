"""Take in what a platform told of an order; nothing that it told is lost."""

import zlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from functions.channels import learn
from functions.channels.access import cipher
from functions.channels.calls import Connected
from functions.steps import accept
from functions.steps.accept import Manner
from shared.domain.errors import Conflict, Differs, Fault, Invalid, Refused
from shared.domain.order import Order, id_for
from shared.domain.platform import Found, documented
from shared.domain.stray import Stray, id_of
from shared.gateways.channels.port import Rejected, Why
from shared.runtime import clock
from shared.runtime.observe import log
from shared.store import links, orders, raws

UNREAD = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
ALONE = (Why.ABSENT, Why.STATE, Why.REFUSED)  # what is wrong with one of many, not with all
ROUNDS = 3  # tries when somebody else wrote the same order
SECOND = 1000  # milliseconds: many platforms tell no finer when something changed


def take(to: Connected, found: Found, there: Order | None) -> bool:
    """Whether it was new or changed; `there`: the order as it lies here.

    The trouble of one order stops no other: it is kept for a person, with the reasons.
    """
    try:
        taken = _tried(to, found, there)
    except Invalid as invalid:
        return _strayed(to, found, invalid.faults)
    except Refused as refusal:  # what has left cannot change any more
        return _strayed(to, found, [Fault("", "not-taken", {"refusal": refusal.code})])
    except UNREAD:
        log.exception("order failed", extra={"shop": to.shop, "number": found.number})
        return _strayed(to, found, [Fault("", "not-readable")])
    if taken.outcome == "repeated":
        return False
    links.found(to.tenant, taken.order.id)
    learn.learn(to, taken.order)
    keep(to, taken.order.id, found)
    return True


def fetched(to: Connected, found: Found) -> bool:
    """Take in an order that was looked up just now."""
    found = replace(found, version=seen(to, found.version))
    return take(to, found, orders.find_order(to.tenant, id_for(to.tenant, to.shop, found.number)))


def seen(to: Connected, version: int) -> int:
    """The version as which something counts that was looked up just now.

    What changed within the platform's lag may change once more without another time of change:
    it counts as a little older, so that the next pull looks again.
    """
    age = clock.seconds_between(_moment(version), to.line.now)
    return version - 1 if 0 <= age <= to.by.caps.lag else version


def unread(to: Connected, number: str, no: Rejected) -> bool:
    """An order that is listed and not shown waits for a person, with the platform's reason."""
    return noted(to, number, [Fault("", "platform-says", reason(no))])


def reason(no: Rejected) -> dict[str, str]:
    """A platform's refusal in our words, its own beside them."""
    return {"platform": no.why.value, "note": f"{no.code} {no.text}".strip()[:200]}


def keep(to: Connected, order_id: str, found: Found) -> None:
    """Keep what came, so that nothing of it is lost in translation."""
    sealed = cipher(to.tenant).seal_bytes(zlib.compress(found.raw, 9), f"raw/{order_id}")
    raws.keep(to.tenant, order_id, found.version, sealed)


def kept(tenant: str, order_id: str) -> list[tuple[int, bytes]]:
    """(Version, payload), the newest first."""
    own = cipher(tenant)
    return [
        (version, zlib.decompress(own.open_bytes(sealed, f"raw/{order_id}")))
        for version, sealed in raws.of(tenant, order_id)
    ]


def _tried(to: Connected, found: Found, there: Order | None) -> accept.Taken:
    """Once more where somebody else wrote the order meanwhile."""
    for _ in range(ROUNDS):
        try:
            return _accepted(to, found, there)
        except Conflict:
            there = orders.find_order(to.tenant, id_for(to.tenant, to.shop, found.number))
    return _accepted(to, found, there)


def _accepted(to: Connected, found: Found, there: Order | None) -> accept.Taken:
    manner = Manner(clock.now(), f"channel:{to.stored.channel}", keep=True)
    try:
        return accept.accept(to.tenant, _told(to, found, there), manner, there)
    except Differs:
        pass
    # Two changes in one second, or one that came late: only the platform knows how it stands.
    newest = to.do(lambda wire, link: to.by.order(wire, link, found.number))
    there = orders.get(to.tenant, id_for(to.tenant, to.shop, found.number))
    version = max(newest.version, there.content.version + 1)
    told = _told(to, replace(newest, version=version), there)
    return accept.accept(to.tenant, told, manner, there)


def _told(to: Connected, found: Found, there: Order | None) -> dict[str, Any]:
    """Some show a receiver's token only while the order is to be sent: then it stays as known."""
    document = documented(to.shop, found)
    receiver, known = document.get("receiver") or {}, there.content.receiver if there else None
    if not known or not known.token or receiver.get("token"):
        return document
    token = {"kind": known.token_kind, "value": known.token}
    return {**document, "receiver": {**receiver, "token": token}}


def _strayed(to: Connected, found: Found, faults: Iterable[Fault]) -> bool:
    """What we cannot take is kept with the reasons, and looked at again when it changes."""
    keep(to, id_for(to.tenant, to.shop, found.number), found)
    return noted(to, found.number, faults)


def noted(to: Connected, number: str, faults: Iterable[Fault], refund: str = "") -> bool:
    """What we cannot take, an order or a refund of it, waits for a person."""
    now = clock.now()
    stray = Stray(
        id=id_of(to.tenant, to.shop, number, refund),
        shop=to.shop,
        number=number,
        created_at=now,
        faults=tuple({"field": f.field, "code": f.code, "args": dict(f.args)} for f in faults),
        seen_at=now,
        refund=refund,
    )
    links.strayed(to.tenant, stray)
    return True


def _moment(version: int) -> str:
    return clock.later("1970-01-01T00:00:00.000+00:00", version / SECOND)
