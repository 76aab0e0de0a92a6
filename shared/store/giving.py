"""What is given along with an order, by the rules, what is left, and what there is stock of."""

from collections.abc import Iterable
from dataclasses import replace

from shared.domain import gift, lots
from shared.domain.content import Line
from shared.domain.errors import Short, Stopped
from shared.domain.gift import Given, Grant, Promise
from shared.domain.order import Order
from shared.store import sourcing, usages


def given(order: Order, promises: Iterable[Promise], now: str) -> Given:
    """What there is room and stock for, beside the goods of the order itself."""
    mine = {(grant.rule, grant.day) for grant in gift.grants(order)}

    def room(grant: Grant) -> bool:
        return grant[:2] in mine or usages.used(order.tenant, grant.use.counter) < grant.limit

    def there(lines: tuple[Line, ...]) -> bool:
        bought = () if order.sources else order.content.lines  # what it holds, it has
        whole = replace(order, content=replace(order.content, lines=(*bought, *lines)), gifts=())
        return _there(whole, lines[-1].no)

    return gift.given(order, promises, lots.day(now), there, room)


def _there(order: Order, line: int) -> bool:
    """Whether a line can be had. (Where it may come from at all is not asked here.)"""
    try:
        sourcing.cover(order)
    except Short as short:
        return line not in short.figures["lines"]
    except Stopped:
        return True
    return True
