"""What has come due: holds run out, groups and campaigns end, hot sales begin and end."""

from dataclasses import replace

from functions.steps import answer, group, heat, wake
from shared.domain import balance
from shared.domain.hold import Hold, Then
from shared.domain.hot_sale import SaleState
from shared.domain.order import Order, Status
from shared.domain.stock import Cause
from shared.gateways import queues
from shared.runtime import batch, clock
from shared.store import aftersales, campaigns, hot_sales, orders, presales, stock, stock_holds


def expire() -> None:
    """Act on everything whose time has come."""
    for tenant, order_id, _ in orders.open_work("hold", before=clock.now()):
        batch.attempt(_expire, tenant=tenant, order_id=order_id)
    for tenant, hold_id in stock_holds.folder.due(clock.now()):
        batch.attempt(_give_back, tenant=tenant, hold_id=hold_id)
    for tenant, group_id in list(campaigns.groups.due(clock.now())):
        batch.attempt(group.close, tenant=tenant, group_id=group_id)
    for tenant, campaign_id in list(campaigns.folder.due(clock.now())):
        batch.attempt(_let_go, tenant=tenant, campaign_id=campaign_id)
    for tenant, sale_id in list(hot_sales.folder.due(clock.now())):
        batch.attempt(_tend, tenant=tenant, sale_id=sale_id)
    _answer_all()


def _answer_all() -> None:
    for tenant, order_id, no in list(aftersales.due(clock.now())):
        batch.attempt(answer.answer, tenant=tenant, order_id=order_id, no=no)


def _expire(tenant: str, order_id: str) -> None:
    now = clock.now()
    order = orders.get(tenant, order_id)
    over = [hold for hold in order.holds if hold.until and hold.until <= now]
    if order.status is Status.HELD and over:
        queues.nudge(stock.write(order, _acted(order, over, now)))


def _acted(order: Order, over: list[Hold], now: str) -> Order:
    """A hold that ran out is lifted alone: what else holds the order still does."""
    if reminded := balance.reminded(order, over, now):
        return reminded
    then = Then.CANCEL if any(hold.then is Then.CANCEL for hold in over) else Then.RELEASE
    noted = order.noted("expired", now, "clock", then=then.value)
    if then is Then.CANCEL:
        return noted.cancel(now, "clock", reason=balance.why_over(over))
    rest = tuple(hold for hold in order.holds if hold not in over)
    if not rest:
        return noted.release(now, "clock")
    waived = dict.fromkeys((*order.waived, *(hold.reason for hold in over)))
    return replace(noted, holds=rest, waived=tuple(waived))


def _give_back(tenant: str, hold_id: str) -> None:
    now = clock.now()
    hold = stock_holds.folder.get(tenant, hold_id)
    if hold.over(now):
        after, changes = stock_holds.released(tenant, hold)
        cause = Cause("hold", hold_id, now, "clock")
        stock.apply(tenant, changes, cause, [stock_holds.folder.writes(tenant, after)])
        wake.wake(tenant, {line.sku for line in hold.lines})


def _let_go(tenant: str, campaign_id: str) -> None:
    """Give back what was set aside for a campaign and nobody will buy."""
    now = clock.now()
    campaign = campaigns.folder.get(tenant, campaign_id)
    if "" < campaign.look <= now:
        _, puts, changes = presales.writes(tenant, campaign, now, "clock")
        stock.apply(tenant, changes, Cause("campaign", campaign_id, now, "clock"), puts)
        wake.wake(tenant, {change.place.sku for change in changes})


def _tend(tenant: str, sale_id: str) -> None:
    sale = heat.heat(tenant, sale_id)
    if sale.state is SaleState.OVER:  # who was told that the buckets are empty may look again
        wake.wake(tenant, [sale.sku])
