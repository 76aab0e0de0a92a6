"""Decide whether an order may go on by itself: one finding for each reason, and the rules."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from shared.domain import address, balance, group, identities
from shared.domain.content import Content, Line, Mark, OrderType, PaymentState, Receiver
from shared.domain.hold import NATURE, Hold, Reason
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.rules.rule import Result
from shared.domain.ruling import NONE, Ruling, later

LISTED = 3  # broken sums, and lines that are too cheap, that are named
FREE = {OrderType.RESEND, OrderType.GIFT, OrderType.EXCHANGE}
"""Orders that are made by hand, for which nothing is paid."""
OWN = "own"  # the channel of a shop whose orders people make themselves
COMPANIES = {"company", "enterprise", "special", "企业", "单位", "公司", "专票"}
"""Kinds of invoice that need a tax id."""
NO_SHOP = Shop("", "")
MARGIN = 105  # per cent of its cost that a unit must bring
TOGETHER = 24  # hours for which an order waits for one that it could be merged with


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another order of the same buyer in the same shop that has not been planned yet."""

    id: str
    number: str
    receiver: Receiver  # its address in clear
    mergeable: bool  # nothing but its state keeps it from going into the same box
    stuck: bool  # unpaid, or held for what others must wait for
    waits: bool = False  # held for being mergeable


@dataclass(frozen=True, slots=True)
class Case:
    """What the review looks at. `content`: what it needs of its personal fields is in clear."""

    content: Content
    now: str = ""
    shop: Shop = NO_SHOP
    blacklisted: tuple[str, ...] = ()  # what matched: "phone", "buyer"
    waived: tuple[Reason, ...] = ()  # reasons that a person has set aside
    items: Mapping[str, Item] = field(default_factory=dict)
    tripped: frozenset[str] = frozenset()  # SKUs that sell at a price that must be a mistake
    neighbours: tuple[Neighbour, ...] = ()
    ruling: Ruling = NONE
    formed: bool = False  # the group that it is part of

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.content.lines


Finding = Callable[[Case], Iterator[Hold]]


def holds(case: Case) -> tuple[Hold, ...]:
    """Every reason to stop the order; none means that it goes on."""
    waived = {reason for reason in case.waived if NATURE[reason].waivable}
    found = (hold for finding in FINDINGS.values() for hold in finding(case))
    return tuple(hold for hold in found if hold.reason not in waived)


def _unpaid(case: Case) -> Iterator[Hold]:
    payment = case.content.payment
    if payment.state is not PaymentState.PAID and not payment.cod and not _deposit(case):
        yield balance.first_hold(case.content)


def _balance(case: Case) -> Iterator[Hold]:
    if _deposit(case) and not case.shop.deposits:
        yield balance.rest_hold(case.content, case.now)


def _group(case: Case) -> Iterator[Hold]:
    if group.of(case.content) and not case.formed:
        yield Hold(Reason.GROUP)


def _deposit(case: Case) -> bool:
    """Whether a part is paid of what is sold before it is there."""
    ahead = case.content.type is OrderType.PRESALE or any(line.presale for line in case.lines)
    return ahead and case.content.payment.state is PaymentState.PART


def _presale(case: Case) -> Iterator[Hold]:
    if case.content.not_before > case.now:
        yield Hold(Reason.PRESALE, {"until": case.content.not_before}, case.content.not_before)


def _unmapped(case: Case) -> Iterator[Hold]:
    if missing := [line.shop_sku for line in case.lines if not line.sku]:
        yield Hold(Reason.UNMAPPED, {"skus": missing[:10]})


def _amounts(case: Case) -> Iterator[Hold]:
    for broken in islice(identities.broken(case.content), LISTED):
        figures = {"line": broken.line, "expected": broken.expected, "found": broken.found}
        yield Hold(Reason.AMOUNTS, {"identity": broken.name, **figures})


def _price(case: Case) -> Iterator[Hold]:
    if case.content.type not in FREE and case.items:
        cheap = (line for line in case.lines if not line.gift and line.paid < _least(case, line))
        for line in islice(cheap, LISTED):
            least, found = -(-_least(case, line) // line.quantity), line.paid // line.quantity
            figures = {"line": line.no, "sku": line.sku, "expected": least, "found": found}
            yield Hold(Reason.PRICE, figures)


def _least(case: Case, line: Line) -> int:
    """Fen that a line must bring: its cost with a margin, and no less than the floor price."""
    item = case.items.get(line.sku)
    if item is None:
        return 0
    return max(-(-item.cost * MARGIN * line.quantity // 100), item.floor_price * line.quantity)


def _address(case: Case) -> Iterator[Hold]:
    if missing := incomplete(case.content, case.items):
        yield Hold(Reason.ADDRESS, {"fields": missing})


def _two_addresses(case: Case) -> Iterator[Hold]:
    if there := address.astray(case.content.receiver):
        here = address.region(case.content.receiver.province, case.content.receiver.city)
        yield Hold(Reason.TWO_ADDRESSES, {"here": "".join(here), "there": "".join(there)})


def _masked(case: Case) -> Iterator[Hold]:
    receiver = case.content.receiver
    if not receiver.token and by_hand(case.content, case.shop):
        hidden = [each for each in ("name", "phone", "address") if "*" in getattr(receiver, each)]
        if hidden:
            yield Hold(Reason.MASKED, {"fields": hidden})


def _several_addresses(case: Case) -> Iterator[Hold]:
    mine = _place(case.content.receiver)
    if apart := [n.number for n in case.neighbours if not _same(mine, _place(n.receiver))]:
        yield Hold(Reason.SEVERAL_ADDRESSES, {"orders": apart[:5]})


def _same(mine: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """A text that a platform keeps to itself may be any."""
    *area, text = zip(mine, other, strict=True)
    return all(one == two for one, two in area) and (not all(text) or text[0] == text[1])


def _place(receiver: Receiver) -> tuple[str, ...]:
    """Province, city, district and free text, as they are compared."""
    text = "" if receiver.token else "".join(receiver.address.split())
    return *address.region(receiver.province, receiver.city), receiver.district, text


def _mergeable(case: Case) -> Iterator[Hold]:
    if stuck := [n.number for n in case.neighbours if n.mergeable and n.stuck]:
        yield Hold(Reason.MERGEABLE, {"orders": stuck[:5]}, later(case.now, TOGETHER))


def _blacklisted(case: Case) -> Iterator[Hold]:
    if case.blacklisted:
        yield Hold(Reason.BLACKLIST, {"matched": list(case.blacklisted)})


def _buyer_note(case: Case) -> Iterator[Hold]:
    if case.content.notes.buyer and case.shop.hold_notes:
        yield Hold(Reason.BUYER_NOTE)


def _seller_note(case: Case) -> Iterator[Hold]:
    if case.content.notes.seller and case.shop.hold_notes:
        yield Hold(Reason.SELLER_NOTE)


def _invoice(case: Case) -> Iterator[Hold]:
    wanted = case.content.invoice
    if wanted is None or wanted.kind.lower() not in COMPANIES:
        return
    if missing := [each for each in ("title", "tax_id") if not getattr(wanted, each)]:
        yield Hold(Reason.INVOICE, {"fields": missing})


def _marked(mark: Mark) -> Finding:
    """What the channel itself says against shipping."""

    def finding(case: Case) -> Iterator[Hold]:
        if mark in case.content.marks:
            yield Hold(Reason(mark.value))

    return finding


def _breaker(case: Case) -> Iterator[Hold]:
    if case.tripped and (dear := [li.sku for li in case.lines if li.sku in case.tripped]):
        yield Hold(Reason.BREAKER, {"skus": list(dict.fromkeys(dear))[:10]})


def _service(case: Case) -> Iterator[Hold]:
    if _wanted(case, Reason.SERVICE):
        yield Hold(Reason.SERVICE, _because(case, Reason.SERVICE))


def _finance(case: Case) -> Iterator[Hold]:
    """Finance comes when customer service has let it go."""
    served = not _wanted(case, Reason.SERVICE) or Reason.SERVICE in case.waived
    if _wanted(case, Reason.FINANCE) and served:
        yield Hold(Reason.FINANCE, _because(case, Reason.FINANCE))


def _wanted(case: Case, step: Reason) -> bool:
    return step.value in case.shop.steps or step.value == case.ruling.result


def _because(case: Case, step: Reason) -> dict[str, Any]:
    """The rule that asks for it; nothing where the shop wants it of every order."""
    ruling = case.ruling
    return {"rule": ruling.rule, "note": ruling.note} if step.value == ruling.result else {}


def _rules(case: Case) -> Iterator[Hold]:
    ruling = case.ruling
    if ruling.result is Result.HOLD:
        yield Hold(Reason.RULE, {"rule": ruling.rule, "note": ruling.note})
    yield from ruling.holds


FINDINGS: dict[Reason, Finding] = {
    Reason.UNPAID: _unpaid,
    Reason.BALANCE: _balance,
    Reason.PRESALE: _presale,
    Reason.GROUP: _group,
    **{Reason(mark.value): _marked(mark) for mark in Mark},
    Reason.UNMAPPED: _unmapped,
    Reason.AMOUNTS: _amounts,
    Reason.PRICE: _price,
    Reason.BREAKER: _breaker,
    Reason.ADDRESS: _address,
    Reason.TWO_ADDRESSES: _two_addresses,
    Reason.MASKED: _masked,
    Reason.SEVERAL_ADDRESSES: _several_addresses,
    Reason.MERGEABLE: _mergeable,
    Reason.BLACKLIST: _blacklisted,
    Reason.BUYER_NOTE: _buyer_note,
    Reason.SELLER_NOTE: _seller_note,
    Reason.INVOICE: _invoice,
    Reason.RULE: _rules,
    Reason.SERVICE: _service,
    Reason.FINANCE: _finance,
}
"""In the order in which people read them."""

_IN_FULL = ("name", "phone", "province", "city", "address")
_WITH_TOKEN = ("province", "city")
_AT_THE_DOOR = ("name", "phone")  # the buyer comes for it


def incomplete(content: Content, items: Mapping[str, Item] | None = None) -> list[str]:
    """Which parts of the receiver are missing to deliver; a platform's token stands for them."""
    receiver = content.receiver
    if _nothing_to_carry(content, items or {}):
        return []
    needed = _AT_THE_DOOR if content.pickup else _IN_FULL
    needed = _WITH_TOKEN if receiver.token else needed
    return [name for name in needed if not getattr(receiver, name)]


def _nothing_to_carry(content: Content, items: Mapping[str, Item]) -> bool:
    return bool(items) and all(
        line.sku in items and items[line.sku].virtual for line in content.lines
    )


def by_hand(content: Content, shop: Shop) -> bool:
    """Whether a person wrote it: then nobody knows what a mask hides."""
    return content.type in FREE or shop.channel == OWN
