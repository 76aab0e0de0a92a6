"""Read an order as a channel sends it: every fault with its field, nothing silently mended."""

from dataclasses import dataclass
from typing import Any

from shared.domain import axes
from shared.domain.content import (
    Amounts,
    Buyer,
    ChannelState,
    Content,
    Instalment,
    InstalmentState,
    Invoice,
    Line,
    Mark,
    Notes,
    OrderType,
    Payment,
    PaymentState,
    Receiver,
)
from shared.domain.errors import Fault, Invalid
from shared.domain.reader import MAX_FEN, Reader

SKEW = 300  # seconds by which a channel's clock may be ahead of ours
MAX_LINES = 500
MAX_QUANTITY = 1_000_000
SPARE = ("notes", "tags", "extra", "invoice")
"""What an order can be taken without, where the caller asks for that (`on_fault: keep`)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A well-formed order that nobody has written yet."""

    shop: str
    number: str
    content: Content
    dropped: tuple[Fault, ...] = ()


def read(document: Any, *, latest: str, keep: bool = False) -> Draft:
    """Read one order, or raise Invalid with every fault.

    `latest`: orders placed after it are refused. `keep`: faults in SPARE parts drop those parts.
    """
    draft, faults = _read(document, latest)
    if not faults:
        return draft
    spare = tuple(f for f in faults if f.field.split(".")[0].split("[")[0] in SPARE)
    if not keep or len(spare) < len(faults):
        raise Invalid(faults=tuple(faults))
    roots = {f.field.split(".")[0].split("[")[0] for f in spare}
    rest, _ = _read({k: v for k, v in document.items() if k not in roots}, latest)
    return Draft(rest.shop, rest.number, rest.content, spare)


def _read(document: Any, latest: str) -> tuple[Draft, list[Fault]]:
    order = Reader(document)
    shop, number = order.id("shop"), order.id("number", limit=100)
    lines = tuple(
        _line(line, no) for no, line in enumerate(order.objects("lines", limit=MAX_LINES), 1)
    )
    payments = tuple(map(_instalment, order.objects("payments", limit=50, required=False)))
    content = Content(
        placed_at=order.time("placed_at", latest=latest),
        paid_at=order.time("paid_at", default=""),
        version=order.whole("version", default=0),
        state=order.one_of("state", ChannelState, ChannelState.OPEN),
        type=order.one_of("type", OrderType, OrderType.NORMAL),
        marks=order.several_of("marks", Mark),
        ship_by=order.time("ship_by", default=""),
        not_before=order.time("not_before", default=""),
        carrier=order.id("carrier", default=""),
        pickup=order.id("pickup", default=""),
        sealed=order.flag("sealed"),
        live=order.id("live", default="", limit=100),
        currency=order.text("currency", default="CNY", limit=3),
        buyer=_buyer(order.object("buyer", required=False)),
        receiver=receiver(order.object("receiver")),
        lines=lines,
        amounts=_amounts(order, lines),
        payment=_payment(order.object("payment", required=False), payments),
        payments=payments,
        notes=notes(order.object("notes", required=False)),
        invoice=invoice(order.object("invoice", required=False)),
        tags=order.texts("tags"),
        extra=order.mapping("extra", limit=50) or None,
    )
    order.done()
    return Draft(shop, number, content), order.faults


def _line(line: Reader, no: int) -> Line:
    sku, shop_sku = line.id("sku", default=""), line.id("shop_sku", default="")
    if not sku and not shop_sku and not line.faults_here("sku", "shop_sku"):
        line.fault("sku", "missing")
    quantity = line.whole("quantity", least=1, most=MAX_QUANTITY)
    price = line.whole("unit_price")
    amount = line.whole("amount", default=price * quantity)
    discount = line.whole("discount", default=0)
    sale = line.whole("sale", default=amount - discount)
    share = line.whole("share", default=0)
    paid = line.whole("paid", default=sale - share)
    _not_below_zero(line, "discount", "sale", sale)
    _not_below_zero(line, "share", "paid", paid)
    read_line = Line(
        no=no,
        sku=sku,
        shop_sku=shop_sku,
        title=line.text("title", default="", limit=300),
        quantity=quantity,
        unit_price=price,
        amount=amount,
        discount=discount,
        sale=sale,
        share=share,
        paid=paid,
        weight=line.whole("weight", default=0),
        presale=line.flag("presale"),
        gift=line.flag("gift"),
        sub=line.id("sub", default="", limit=100),
        warehouse=line.id("warehouse", default=""),
        ship_on=line.day("ship_on"),
    )
    line.done()
    return read_line


def _amounts(order: Reader, lines: tuple[Line, ...]) -> Amounts:
    paid = sum(line.paid for line in lines)
    parts = {name: order.whole(name, default=0) for name in ("freight", "insurance", "tax", "fee")}
    adjustment = order.whole("adjustment", default=0, least=-MAX_FEN)
    total = order.whole("total", default=paid + sum(parts.values()) + adjustment)
    _not_below_zero(order, "adjustment", "total", total)
    return Amounts(
        goods_total=order.whole("goods_total", default=sum(line.amount for line in lines)),
        discount=order.whole("discount", default=sum(line.share for line in lines)),
        total=total,
        adjustment=adjustment,
        **parts,
    )


def _not_below_zero(reader: Reader, cause: str, name: str, value: int) -> None:
    """An amount that we derived may not be negative: what was given for `cause` is too much."""
    if value < 0 and reader.has(cause) and not reader.has(name):
        reader.fault(cause, "too-much", result=value)


def _buyer(buyer: Reader) -> Buyer:
    read_buyer = Buyer(
        id=buyer.id("id", default="", limit=100),
        name=buyer.text("name", default=""),
        level=buyer.id("level", default=""),
    )
    buyer.done()
    return read_buyer


def receiver(given: Reader) -> Receiver:
    """Incomplete addresses are taken and held by review: an order is never lost for them."""
    token = given.object("token", required=False)
    names = ("name", "province", "city", "district", "town")
    read_receiver = Receiver(
        **{name: given.text(name, default="", limit=100) for name in names},
        phone=given.text("phone", default="", limit=40),
        address=given.text("address", default="", limit=300),
        postcode=given.text("postcode", default="", limit=20),
        token=token.text("value", limit=2000) if token.value else "",
        token_kind=token.id("kind") if token.value else "",
    )
    token.done()
    given.done()
    return read_receiver


def _payment(payment: Reader, payments: tuple[Instalment, ...]) -> Payment:
    usual = axes.state(payments) if payments else PaymentState.PAID
    read_payment = Payment(payment.one_of("state", PaymentState, usual), payment.flag("cod"))
    payment.done()
    return read_payment


def _instalment(payment: Reader) -> Instalment:
    amount = payment.whole("amount")
    state = payment.one_of("state", InstalmentState, InstalmentState.NOT_PAID)
    captured = amount if state is InstalmentState.CAPTURED else 0
    read_instalment = Instalment(
        amount=amount,
        captured=payment.whole("captured", default=captured),
        refunded=payment.whole("refunded", default=0),
        state=state,
    )
    payment.done()
    return read_instalment


def notes(given: Reader) -> Notes:
    read_notes = Notes(
        given.text("buyer", default="", limit=1000), given.text("seller", default="", limit=1000)
    )
    given.done()
    return read_notes


def invoice(given: Reader) -> Invoice | None:
    if not given.value:
        return None
    read_invoice = Invoice(
        kind=given.id("kind"),
        title=given.text("title"),
        tax_id=given.text("tax_id", default="", limit=40),
        email=given.text("email", default=""),
    )
    given.done()
    return read_invoice
