"""What a platform's refund makes of the one after-sale for it, and of its order.

The platform is the truth: its money is taken as it tells it, and where it differs from what the
pieces cost, the after-sale says so.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from shared.domain import answering, refunding
from shared.domain.aftersale import OVER, VOID, AfterSale, Kind, Payer, Settings, State, There
from shared.domain.answering import Both, Case
from shared.domain.hold import Hold, Reason
from shared.domain.order import Order, Status
from shared.domain.platform import Ask, Refund, Stage
from shared.domain.refunding import Asked, Pieces, Quote

KINDS: Mapping[Ask, Kind] = {
    Ask.REFUND: Kind.REFUND,
    Ask.RETURN: Kind.RETURN,
    Ask.EXCHANGE: Kind.EXCHANGE,
    Ask.RESEND: Kind.RESEND,
    Ask.REPAIR: Kind.REPAIR,
}
STEPS: Mapping[Stage, State] = {
    Stage.ASKED: State.REQUESTED,
    Stage.AGREED: State.REFUNDING,
    Stage.RETURNING: State.REFUNDING,
    Stage.REFUSED: State.REJECTED,
    Stage.DONE: State.REFUNDED,
    Stage.CLOSED: State.CLOSED,
}
MONEY = frozenset({Kind.REFUND, Kind.RETURN, Kind.COMPENSATION})
"""Kinds that give money back."""
_RANK = {stage: at for at, stage in enumerate(Stage)}
_ASKED = (State.REQUESTED, State.APPROVING)
_PAID = OVER - VOID


@dataclass(frozen=True, slots=True)
class News:
    """A refund as its platform tells it, when and by whom, and how its merchant deals with it."""

    refund: Refund
    version: int  # as which it counts
    now: str
    by: str
    settings: Settings


def heard(order: Order, sales: Collection[AfterSale], news: News) -> Both | None:
    """The order and the refund's after-sale as they are from now on; None where nothing is new."""
    refund = news.refund
    before = next((one for one in sales if one.no == refund.number), None)
    if before and not newer(before, news):
        return None
    others = [one for one in sales if one is not before]
    one = _one(order, others, before, news)
    case = Case(order, one, others, news.now, news.by, news.settings)
    if before is None or (before.state in VOID and one.state not in VOID):
        case = replace(case, order=_held(answering.opened(case), one))
    after, one = _onward(case, refund)
    return after, replace(one, there=There(news.version, refund.stage, refund.fen, news.now))


def _held(order: Order, one: AfterSale) -> Order:
    """What the platform only marked is held for the refund from now on, until that is over."""
    mine = Hold(Reason.REFUND, {"after_sale": one.no})
    marked = Hold(Reason.REFUND)
    return replace(order, holds=tuple(mine if each == marked else each for each in order.holds))


def newer(one: AfterSale, news: News) -> bool:
    """Whether it tells more than is known; of one moment, the later stage."""
    if one.there is None:
        return True
    known = (one.there.version, _RANK[one.there.stage])
    return (news.version, _RANK[news.refund.stage]) > known


def _one(
    order: Order, others: Collection[AfterSale], before: AfterSale | None, news: News
) -> AfterSale:
    """The after-sale as the platform asks for it now, before anything is made of that."""
    if before is None:
        return _made(order, others, news)
    if before.state in VOID and STEPS[news.refund.stage] not in VOID:
        return _again(_made(order, others, news), before, news)
    if before.state in _ASKED:
        asked = _again(_made(order, others, news), before, news)
        same = replace(asked, since=before.since, state=before.state, said=before.said)
        return same if (same.fen, same.lines) == (before.fen, before.lines) else asked
    fen = news.refund.fen if before.kind in MONEY else 0
    return before if before.state in _PAID else replace(before, fen=fen)


def _again(one: AfterSale, before: AfterSale, news: News) -> AfterSale:
    kept = {name: getattr(before, name) for name in ("created_at", "by", "said", "version")}
    return replace(one, **kept).noted("updated", news.now, news.by, fen=one.fen)


def _made(order: Order, others: Collection[AfterSale], news: News) -> AfterSale:
    refund = news.refund
    kind, pieces = KINDS[refund.ask], _pieces(order, others, refund)
    asked = Asked(kind, pieces, refund.fen if kind in MONEY else 0)
    quoted = refunding.quote(order, others, Payer.PLATFORM, asked)
    if kind is Kind.REFUND and _is_money_alone(order, pieces, quoted):
        asked = replace(asked, kind=Kind.COMPENSATION, pieces={})
        quoted = refunding.quote(order, others, Payer.PLATFORM, asked)
    beyond = max(0, quoted.fen - quoted.share)
    one = AfterSale(
        order=order.id,
        no=refund.number,
        kind=asked.kind,
        lines=quoted.lines,
        fen=quoted.fen,
        created_at=news.now,
        since=news.now,
        by=news.by,
        digest="",
        shop=order.shop,
        payer=Payer.PLATFORM,
        note=refund.reason,
        share=quoted.share,
        freight=min(beyond, max(0, refunding.freight_left(order, others))),
        tracking=refund.tracking,
    ).noted("requested", news.now, news.by, refund.reason, quoted.fen)
    odd = ", ".join(_odd(order, others, asked, quoted, one))
    return one.noted("differs", news.now, news.by, odd) if odd else one


def _pieces(order: Order, others: Collection[AfterSale], refund: Refund) -> dict[int, int]:
    """Line -> pieces that are left of what it names; of a whole order, all of it."""
    lines = [line for line in order.content.lines if refund.sub in ("", line.sub)]
    rest = {line.no: refunding.room(order, others, Kind.REFUND, line) for line in lines}
    if refund.quantity and (refund.sub or len(lines) == 1):
        wanted = refund.quantity
        for no, room in rest.items():
            rest[no] = min(room, wanted)
            wanted -= rest[no]
    return {no: count for no, count in rest.items() if count}


def _is_money_alone(order: Order, pieces: Pieces, quoted: Quote) -> bool:
    """Whether no goods go with it: none are left, or they left and it is less than they cost.

    What has not left is stopped for any sum: the buyer does not want it.
    """
    sent = {line.no: refunding.sent(order, line) for line in order.lines}
    gone = all(sent[no] >= count for no, count in pieces.items())
    return not pieces or (gone and quoted.fen < quoted.share)


def _odd(
    order: Order, others: Collection[AfterSale], asked: Asked, quoted: Quote, one: AfterSale
) -> Iterator[str]:
    """What does not fit, by name: nothing of it is mended."""
    for fault in refunding.faults(order, others, Payer.PLATFORM, asked, quoted):
        yield fault.code
    if one.kind in (Kind.REFUND, Kind.RETURN) and one.fen != one.share + one.freight:
        yield f"{one.fen} != {one.share} + {one.freight}"


def _onward(case: Case, refund: Refund) -> Both:
    step = STEPS[refund.stage]
    if step in VOID:
        return _ended(case, step)
    if case.one.state in _PAID or refund.stage is Stage.ASKED:
        return case.order, case.one
    order, one = _told(case, refund, step)
    coming = refund.stage is Stage.RETURNING or bool(refund.tracking)
    if coming and one.state is State.AWAITING_RETURN:
        one = one.to(State.RETURNING, case.now, case.by, text=refund.tracking)
    return order, replace(one, tracking=refund.tracking or one.tracking)


def _told(case: Case, refund: Refund, step: State) -> Both:
    """What is sent once more without goods coming back is sent by a person."""
    if case.one.kind in MONEY:
        return answering.told(case, step)
    if refund.stage is Stage.DONE:
        return case.order, case.to(State.DONE)
    if case.one.expects and case.one.state in _ASKED:
        return answering.agreed(case)
    return case.order, case.one


def _ended(case: Case, step: State) -> Both:
    """Nothing came of it there. Goods that were called off for it are a matter for a person."""
    order, one = case.order, case.one
    if one.state in (step, *_PAID):
        return order, one
    off = order.status is Status.CANCELLED and not order.content.state.off
    if one.state is State.REFUNDING and (one.out or off):
        late = replace(one, late=True).noted("closed-there", case.now, case.by)
        return case.noted("after-sale-late"), late
    ended = replace(one, state=step, since=case.now, due="", late=False)
    ended = ended.noted(step.value, case.now, case.by)
    return (order, ended) if one.state in VOID else answering.over(case, ended)
