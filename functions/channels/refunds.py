"""Take in what a platform told of refunds: each becomes the one after-sale beside its order."""

from collections.abc import Iterable

from functions.channels import take
from functions.channels.calls import Connected
from functions.steps import answer
from shared.domain import answering
from shared.domain import platform_refund as rules
from shared.domain.aftersale import AfterSale, Kind
from shared.domain.answering import Course
from shared.domain.decision import Decision, decision
from shared.domain.errors import Conflict, Fault
from shared.domain.order import Order, id_for
from shared.domain.platform import Refund, Stage
from shared.domain.platform_refund import News
from shared.domain.stray import id_of
from shared.gateways.channels.port import Page, RefundRef, Rejected, Window
from shared.runtime import clock
from shared.store import aftersales, decisions, links, merchants, orders

RULE = "rule"
"""Who decided where the shop's own setting did."""


def page_of(to: Connected, window: Window, cursor: str) -> Page[RefundRef]:
    return to.do(lambda wire, link: to.by.refunds(wire, link, window, cursor))


def taken(to: Connected, page: Page[RefundRef]) -> int:
    """How many of a page were new or changed; the trouble of one stops no other."""
    return sum(_listed(to, ref) for ref in page.items if not _known(to, ref))


def _listed(to: Connected, ref: RefundRef) -> bool:
    try:
        return take_in(to, look_up(to, ref))
    except Rejected as no:
        if no.why not in take.ALONE:
            raise
        return _strayed(to, ref, [Fault("", "platform-says", take.reason(no))])


def _known(to: Connected, ref: RefundRef) -> bool:
    """Whether there is nothing to look up; where the list tells no order, nobody knows that."""
    if not ref.order:
        return False
    order_id = id_for(to.tenant, to.shop, ref.order)
    one = aftersales.find(to.tenant, order_id, ref.number)
    return one is not None and one.there is not None and one.there.version >= ref.version


def look_up(to: Connected, ref: RefundRef) -> Refund:
    return to.do(lambda wire, link: to.by.refund(wire, link, ref))


def take_in(to: Connected, refund: Refund) -> bool:
    """Whether it was new or changed. What belongs to no order of ours waits for a person."""
    order = _order(to, refund)
    if order is None:
        ref = RefundRef(refund.number, refund.version, refund.order)
        return _strayed(to, ref, [Fault("order", "unknown-order", {"number": refund.order})])
    for _ in range(take.ROUNDS):
        try:
            return _taken(to, order, refund)
        except Conflict:  # somebody else wrote the order, or the after-sale, meanwhile
            order = orders.get(to.tenant, order.id)
    return _taken(to, order, refund)


def _order(to: Connected, refund: Refund) -> Order | None:
    """The order that it is of: from the platform, if it is not with us yet."""
    order_id = id_for(to.tenant, to.shop, refund.order)
    if order := orders.find_order(to.tenant, order_id):
        return order
    try:
        take.fetched(to, to.do(lambda wire, link: to.by.order(wire, link, refund.order)))
    except Rejected as no:
        if no.why not in take.ALONE:
            raise
    return orders.find_order(to.tenant, order_id)


def _taken(to: Connected, order: Order, refund: Refund) -> bool:
    news = News(
        refund,
        take.seen(to, refund.version),
        clock.now(),
        f"channel:{to.stored.channel}",
        aftersales.settings(to.tenant),
    )
    both = rules.heard(order, aftersales.of(to.tenant, order.id), news)
    if both is None:
        return False
    after, one = both[0], answer.timed(to.tenant, both[1])
    decided = _by_rule(to, after, one, news)
    beside = [decisions.put(to.tenant, each) for each in decided]
    if after is order:
        answer.note(to.tenant, one, None, *beside)
    else:
        answer.write([(order, after)], one, None, *beside)
    for each in decided:
        answer.tell(to.tenant, each)
    if not one.version:
        links.found(to.tenant, id_of(to.tenant, to.shop, refund.order, refund.number))
    return True


def _by_rule(to: Connected, order: Order, one: AfterSale, news: News) -> list[Decision]:
    """What the merchant lets us agree to: small sums for goods that nobody has packed."""
    shop = merchants.shops.known(to.tenant, to.shop)
    most = shop.agree_up_to if shop and to.by.caps.decides else 0
    if not most or one.fen > most or news.settings.above(answering.CLOCK, one.fen):
        return []
    asked = news.refund.stage is Stage.ASKED and one.kind is Kind.REFUND
    if not asked or answering.course(order, one, news.settings.intercept) is not Course.NOW:
        return []
    known = decisions.find(to.tenant, order.id, one.no)
    fresh = decision(one, known, news.now, RULE)
    return [] if known and fresh.repeats(known) else [fresh]


def _strayed(to: Connected, ref: RefundRef, faults: Iterable[Fault]) -> bool:
    return take.noted(to, ref.order, faults, ref.number)
