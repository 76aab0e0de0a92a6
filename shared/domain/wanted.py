"""What a buyer of an own shop wants, before anybody has said what it costs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from shared.domain import intake
from shared.domain.content import Buyer, Grounds, Invoice, Line, Notes, Receiver
from shared.domain.promotions.cart import BuyerSide, Quote
from shared.domain.reader import Reader

MOST_LINES, MOST_PIECES = 100, 10_000
MOST_CODES, MOST_WISHES = 10, 20
MOST_NUMBER = 10**9  # points, or orders, of one buyer


class Manner(StrEnum):
    """How it is to be paid."""

    ONLINE = "online"
    COD = "cod"  # on delivery


class WantedLine(NamedTuple):
    sku: str
    quantity: int
    add_on: str = ""  # the promotion by which it is added


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cart. `side`: what the shop says of its buyer, whose id stands there as the shop's own."""

    shop: str
    lines: tuple[WantedLine, ...]
    side: BuyerSide
    receiver: Receiver
    codes: tuple[str, ...] = ()
    points: int = 0  # to be spent, at most
    wishes: tuple[str, ...] = ()  # gifts that the buyer would rather have
    campaign: str = ""
    group: str = ""
    number: str = ""  # the shop's own, of the order that it shall become
    mark: str = ""  # of the buyer's id, to be counted by

    @property
    def area(self) -> tuple[str, ...]:
        province, city = self.receiver.province, self.receiver.city
        return (province, city) if province and city else (province,) if province else ()

    @property
    def pieces(self) -> dict[str, int]:
        """By SKU."""
        pieces: dict[str, int] = {}
        for line in self.lines:
            pieces[line.sku] = pieces.get(line.sku, 0) + line.quantity
        return pieces


@dataclass(frozen=True, slots=True)
class Placing:
    """What is wanted, with all that makes an order of it."""

    wanted: Wanted
    buyer: Buyer
    notes: Notes
    invoice: Invoice | None
    cod: bool


def read(body: Reader) -> Wanted:
    """A cart by itself; whoever looks for more in the body says when it is `done`."""
    buyer = body.object("buyer", required=False)
    side = BuyerSide(
        id=buyer.id("id", default="", limit=100),
        level=buyer.id("level", default=""),
        orders=buyer.whole("orders", most=MOST_NUMBER) if buyer.has("orders") else None,
        points=buyer.whole("points", default=0, most=MOST_NUMBER),
    )
    buyer.seen.update(("name", "orders"))
    buyer.done()
    wanted = Wanted(
        shop=body.id("shop"),
        lines=tuple(map(_line, body.objects("lines", limit=MOST_LINES))),
        side=side,
        receiver=intake.receiver(body.object("receiver", required=False)),
        codes=body.texts("codes", limit=MOST_CODES),
        points=body.whole("points", default=0, most=MOST_NUMBER),
        wishes=body.texts("wishes", limit=MOST_WISHES),
        campaign=body.id("campaign", default=""),
        group=body.id("group", default=""),
    )
    if wanted.group and not wanted.campaign:
        body.fault("campaign", "missing")
    return wanted


def placing(body: Reader) -> Placing:
    """The same with what makes an order of it."""
    wanted = read(body)
    if not body.has("receiver"):
        body.fault("receiver", "missing")
    buyer = wanted.side
    name = body.object("buyer", required=False).text("name", default="")
    read_placing = Placing(
        replace(wanted, number=body.id("number", limit=100)),
        buyer=Buyer(buyer.id, name, buyer.level),
        notes=intake.notes(body.object("notes", required=False)),
        invoice=intake.invoice(body.object("invoice", required=False)),
        cod=body.one_of("manner", Manner, Manner.ONLINE) is Manner.COD,
    )
    body.done()
    return read_placing


def _line(line: Reader) -> WantedLine:
    read_line = WantedLine(
        sku=line.id("sku"),
        quantity=line.whole("quantity", least=1, most=MOST_PIECES),
        add_on=line.id("add_on", default=""),
    )
    line.done()
    return read_line


def gifts(quote: Quote) -> Iterator[Line]:
    """What is given along, as lines of the order that cost nothing."""
    for no, gift in enumerate(quote.gifts, quote.lines[-1].no + 1):
        yield Line(no, gift.sku, gift.quantity, 0, 0, 0, 0, gift=True)


def grounds(quote: Quote) -> Iterator[Grounds]:
    """Why each of these lines is there."""
    for line, gift in zip(gifts(quote), quote.gifts, strict=True):
        if gift.grounds:
            yield replace(gift.grounds, line=line.no)
