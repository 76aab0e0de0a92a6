"""What an order uses of things of which there are only so many: gifts, promotions, coupons."""

from shared.domain import campaign, gift
from shared.domain.content import Use
from shared.domain.order import Order


def uses(order: Order) -> list[Use]:
    """Each once; an order that was called off uses nothing."""
    if order.status in gift.GONE or not (order.gifts or order.content.deal):
        return []
    deal = order.content.deal
    sold = [*deal.uses, *campaign.figures(order)] if deal else []
    return [*(grant.use for grant in gift.grants(order)), *sold]
