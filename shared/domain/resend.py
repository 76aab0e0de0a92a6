"""Send some of an order once more, for nothing: the order that does it."""

from collections.abc import Mapping

from shared.domain.content import Amounts, Content, Line, Notes, OrderType, Payment
from shared.domain.errors import NotAllowed
from shared.domain.order import Order, Status

SENT = {Status.SHIPPING, Status.SHIPPED, Status.SIGNED, Status.COMPLETED, Status.CLOSED}
"""What has left may have to be sent again; anything else is edited."""
OF = "resend_of"
"""In the `extra` of the new order: the id of the one that it repeats."""


def number(order: Order, no: int) -> str:
    return f"{order.number}-R{no}"


def content(order: Order, clear: Content, pieces: Mapping[int, int], now: str) -> Content:
    """What the new order has: these pieces of these lines, to the same receiver, all in clear."""
    if order.status not in SENT:
        raise NotAllowed(order=order.id, status=order.status, to="resent")
    lines = (line for line in order.lines if line.no in pieces)
    return Content(
        placed_at=now,
        buyer=clear.buyer,
        receiver=clear.receiver,
        lines=tuple(_free(line, no, pieces[line.no]) for no, line in enumerate(lines, 1)),
        amounts=Amounts(0, 0),
        payment=Payment(),
        notes=Notes(),
        currency=clear.currency,
        type=OrderType.RESEND,
        extra={OF: order.id},
    )


def _free(line: Line, no: int, pieces: int) -> Line:
    return Line(
        no,
        line.sku,
        pieces,
        unit_price=0,
        amount=0,
        sale=0,
        paid=0,
        shop_sku=line.shop_sku,
        title=line.title,
        weight=line.weight * pieces // line.quantity,
        gift=line.gift,
    )
