"""Take in what is asked for after a sale: a first request, a platform's newer one, a preview."""

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions.api import aftersale_acts as acts
from functions.api import aftersale_views as views
from functions.api import documents
from shared.domain import aftersale_reading as reading
from shared.domain import answering, refunding
from shared.domain.aftersale import OVER, AfterSale, Payer, State, not_now
from shared.domain.aftersale_reading import Request
from shared.domain.answering import Case
from shared.domain.errors import Exists, NotAllowed, NotFound, faulty
from shared.domain.order import Order, Status
from shared.domain.reader import Reader
from shared.domain.refunding import Quote, Tier
from shared.runtime.http import Answer, Call
from shared.store import aftersales, merchants, payments

if TYPE_CHECKING:  # what only a preview needs is imported there
    from shared.domain.promotions.promotion import Promotion

Sales = list[AfterSale]


def request(call: Call) -> Request:
    body = call.reader()
    wanted = replace(reading.request(body), digest=documents.digest(body))
    acts.check_warehouse(call, body, wanted.warehouse)
    _check_items(call, body, wanted)
    body.done()
    body.check()
    return wanted


def _check_items(call: Call, body: Reader, wanted: Request) -> None:
    """Whoever keeps items can only send those."""
    skus = [one.sku for one in wanted.asked.wanted]
    known = merchants.items_of(call.tenant, skus) if skus else {}
    for at, sku in enumerate(skus):
        if sku and sku not in known and (known or merchants.items.kept(call.tenant)):
            body.fault(f"wanted[{at}].sku", "unknown-item")


def preview(call: Call, order: Order) -> dict[str, Any]:
    wanted = request(call)
    sales = [
        one for one in aftersales.of(call.tenant, order.id) if one.no != wanted.no or not wanted.no
    ]
    payer = payer_of(order)
    quoted = refunding.quote(order, sales, payer, wanted.asked)
    documents.check(refunding.faults(order, sales, payer, wanted.asked, quoted))
    return views.quote(quoted, below(order, sales, quoted))


def first(call: Call, order: Order, sales: Sales, wanted: Request) -> Answer:
    """A request that nobody has made yet. What was called off has no after-sale of ours."""
    payer = payer_of(order)
    if order.status is Status.CANCELLED and payer is Payer.US:
        raise NotAllowed(order=order.id, status=order.status, to="after-sale")
    if wanted.step is not State.REQUESTED and payer is Payer.US:
        raise faulty("state", "paid-by-us")
    one = made(call, order, sales, replace(wanted, no=wanted.no or next_no(sales)))
    case = acts.of(call, order, one, sales)
    both = answering.told(replace(case, order=answering.opened(case)), wanted.step)
    return acts.written(call, order, both, status=201)


def newer(call: Call, case: Case, wanted: Request) -> Answer:
    """Only a platform may ask otherwise than before, and only for what is not over yet."""
    before = case.one
    if before.payer is Payer.US:
        raise Exists(kind="aftersale", id=before.no)
    if before.state in OVER:
        raise not_now(before)
    one = replace(before, digest=wanted.digest)
    if before.state is State.REQUESTED:
        again = made(call, case.order, list(case.others), wanted)
        kept = {name: getattr(before, name) for name in ("created_at", "by", "said", "version")}
        one = replace(again, **kept)
    elif before.state is not State.REFUNDING:
        one = acts.priced(case, one, wanted.asked.fen)
    one = one.noted("updated", call.now, call.by)
    told = replace(case, one=one)
    both = answering.told(replace(told, order=told.noted("after-sale-changed")), wanted.step)
    return acts.written(call, case.order, both)


def made(call: Call, order: Order, sales: Sales, wanted: Request) -> AfterSale:
    """The after-sale that was asked for, if it may be; nothing is written."""
    payer = payer_of(order)
    quoted = refunding.quote(order, sales, payer, wanted.asked)
    documents.check(refunding.faults(order, sales, payer, wanted.asked, quoted))
    return AfterSale(
        order=order.id,
        no=wanted.no,
        kind=wanted.asked.kind,
        lines=quoted.lines,
        fen=quoted.fen,
        created_at=call.now,
        since=call.now,
        by=call.by,
        digest=wanted.digest,
        shop=order.shop,
        payer=payer,
        reason=wanted.reason,
        note=wanted.note,
        share=quoted.share,
        freight=min(quoted.freight, quoted.fen),
        earned=quoted.earned,
        spent=quoted.spent,
        wanted=wanted.asked.wanted,
        difference=quoted.difference,
        intercept=wanted.intercept,
        warehouse=wanted.warehouse,
        evidence=wanted.evidence,
    ).noted("requested", call.now, call.by, wanted.note, quoted.fen)


def payer_of(order: Order) -> Payer:
    """Money that we took goes back by us; any other by whoever took it."""
    return Payer.US if payments.of(order.tenant, order.id) else Payer.PLATFORM


def next_no(sales: Sales) -> str:
    """The next number of ours in this order."""
    ours = [int(one.no) for one in sales if one.no.isascii() and one.no.isdecimal()]
    return f"{min(max(ours, default=0), 10**9) + 1:02d}"


def below(order: Order, sales: Sales, quoted: Quote) -> list[str]:
    """Promotions that what stays would not have earned: for information alone."""
    found = refunding.marks(order)
    if not found:
        return []
    gone = refunding.taken(sales) + Counter({p.line: p.quantity for p in quoted.lines})
    return refunding.below(order, gone, thresholds(order.tenant, found))


def thresholds(tenant: str, marks: set[str]) -> dict[str, list[Tier]]:
    """What each of these promotions asked for, in the version that the order was placed with."""
    split = [mark.rpartition("@") for mark in marks]
    found: dict[str, list[Tier]] = {}
    for version in sorted({number for _, _, number in split if number.isdecimal()}):
        for promotion in _published(tenant, int(version)):
            tiers = [(tier.amount, tier.pieces) for tier in promotion.benefit.tiers]
            mark = f"{promotion.id}@{version}"
            if mark in marks and any(amount or pieces for amount, pieces in tiers):
                found[mark] = tiers
    return found


def _published(tenant: str, version: int) -> "tuple[Promotion, ...]":
    """Nothing where that version was never ours: a platform has promotions of its own."""
    from shared.store.promotions import books

    try:
        return books.compiled(books.edition(tenant, version).rules)
    except NotFound:
        return ()
