"""Decide whether an order may go on by itself. A rule engine may stand in for `default`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from shared.domain import identities
from shared.domain.content import Content, PaymentState
from shared.domain.hold import NATURE, Hold, Reason


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at. Of personal fields they only ask whether they are there."""

    content: Content
    blacklisted: tuple[str, ...] = ()  # what matched: "phone", "buyer"
    waived: tuple[Reason, ...] = ()  # reasons that a person has set aside
    hold_notes: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """No holds means approved. `rule` names the rule set and its version."""

    holds: tuple[Hold, ...]
    rule: str


_IN_FULL = ("name", "phone", "province", "city", "address")
_WITH_TOKEN = ("province", "city")
Reviewer = Callable[[Facts], Verdict]


def default(facts: Facts) -> Verdict:
    waived = {r for r in facts.waived if NATURE[r].waivable}
    holds = tuple(hold for hold in _findings(facts) if hold.reason not in waived)
    return Verdict(holds, "default/1")


def _findings(facts: Facts) -> Iterator[Hold]:
    for rule in (_unpaid, _goods, _amounts, _address, _blacklisted, _note):
        yield from rule(facts)


def _unpaid(facts: Facts) -> Iterator[Hold]:
    payment = facts.content.payment
    if payment.state is not PaymentState.PAID and not payment.cod:
        yield Hold(Reason.UNPAID, {"state": payment.state.value})


def _goods(facts: Facts) -> Iterator[Hold]:
    lines = facts.content.lines
    if missing := [line.shop_sku for line in lines if not line.sku]:
        yield Hold(Reason.UNMAPPED, {"skus": missing[:10]})


def _amounts(facts: Facts) -> Iterator[Hold]:
    for broken in islice(identities.broken(facts.content), 3):
        figures = {"line": broken.line, "expected": broken.expected, "found": broken.found}
        yield Hold(Reason.AMOUNTS, {"identity": broken.name, **figures})


def _address(facts: Facts) -> Iterator[Hold]:
    if missing := incomplete(facts.content):
        yield Hold(Reason.ADDRESS, {"fields": missing})


def _blacklisted(facts: Facts) -> Iterator[Hold]:
    if facts.blacklisted:
        yield Hold(Reason.BLACKLIST, {"matched": list(facts.blacklisted)})


def _note(facts: Facts) -> Iterator[Hold]:
    if facts.content.notes.buyer and facts.hold_notes:
        yield Hold(Reason.BUYER_NOTE)


def incomplete(content: Content) -> list[str]:
    """Which parts of the receiver are missing to deliver; a platform's token stands for them."""
    receiver = content.receiver
    needed = _WITH_TOKEN if receiver.token else _IN_FULL
    return [name for name in needed if not getattr(receiver, name)]
