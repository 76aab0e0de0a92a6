"""What each answer makes of an after-sale and of its order: both together, nothing written yet."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.domain import edit, partial, refunding
from shared.domain.aftersale import (
    VOID,
    AfterSale,
    Ask,
    Came,
    Kind,
    Payer,
    Settings,
    State,
    Then,
    must,
)
from shared.domain.errors import Fault
from shared.domain.hold import Hold, Reason
from shared.domain.order import RENEWABLE, Order, Parcel, Status

Both = tuple[Order, AfterSale]
OPEN = {State.REQUESTED, State.APPROVING, State.INTERCEPTING}
"""Where an after-sale of what has not left keeps it from leaving."""
CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Case:
    """An after-sale, its order, the order's other after-sales, and who acts when."""

    order: Order
    one: AfterSale
    others: Collection[AfterSale]
    now: str
    by: str
    settings: Settings

    def noted(self, code: str, **more: object) -> Order:
        """The order with an entry about it."""
        one = self.one
        said = {"no": one.no, "service": one.kind.value, "fen": one.fen}
        return self.order.noted(code, self.now, self.by, **said, **more)

    def to(self, state: State) -> AfterSale:
        return self.one.to(state, self.now, self.by)

    def said(self, code: str, event: str = "") -> "Case":
        """The case with an entry on both."""
        order = self.noted(event) if event else self.order
        return replace(self, one=self.one.noted(code, self.now, self.by), order=order)


class Course(StrEnum):
    NOW = "now"  # nobody has packed the goods: they are taken out of the order
    ASK = "ask"  # there are parcels: the warehouse says whether they can still be stopped
    SENT = "sent"  # they have left, or are no longer ours to stop


def course(order: Order, one: AfterSale, ask: Ask) -> Course:
    """How the goods of a refund can be kept from leaving."""
    lines = {line.no: line for line in order.content.lines}
    if order.status not in (*RENEWABLE, Status.SHIPPING) or not one.lines:
        return Course.SENT
    for no, pieces in one.pieces.items():
        if no not in lines or lines[no].quantity - refunding.sent(order, lines[no]) < pieces:
            return Course.SENT
    packed = any(partial.loose(order, lines[no]) < n for no, n in one.pieces.items())
    return Course.ASK if packed or (order.parcels and ask is Ask.PLANNED) else Course.NOW


def opened(case: Case) -> Order:
    """The order with a request: what is to be refunded and has not left stops."""
    order, noted = case.order, case.noted("after-sale-opened")
    stays = case.one.kind is not Kind.REFUND or order.status is Status.SHIPPING
    if stays or course(order, case.one, Ask.WEIGHED) is Course.SENT:
        return noted
    if any(hold.reason is Reason.REFUND for hold in order.holds):
        return noted
    resume = order.resume if order.status is Status.HELD else order.status
    hold = Hold(Reason.REFUND, {"after_sale": case.one.no})
    return noted.hold((hold,), resume, case.now, case.by)


def agreed(case: Case) -> Both:
    """What was asked for shall be so."""
    told = case.said("agreed", "after-sale-agreed")
    if case.one.state is State.RETURNED:
        return told.order, onward(told)
    if case.one.kind is Kind.REFUND:
        return _refund(told)
    if case.one.expects:
        return told.order, told.to(State.AWAITING_RETURN)
    return told.order, paid(told)


def _refund(case: Case) -> Both:
    how = course(case.order, case.one, case.settings.intercept)
    if how is Course.NOW:
        return called_off(case)
    if how is Course.ASK or case.one.intercept:
        return case.noted("intercept-asked"), case.to(State.INTERCEPTING)
    return let_go(case, case.order), paid(case)


def called_off(case: Case) -> Both:
    """Its pieces leave the order, and their stock is free with the same write."""
    order, one = case.order, case.one
    whole = all(one.pieces.get(line.no, 0) >= line.quantity for line in order.content.lines)
    ready = replace(order, parcels=_unpacked(order, one))
    cut = {} if whole else one.pieces
    after = edit.cancelled(ready, cut, case.now, case.by, "after-sale")
    done = replace(case, one=refunding.fell(order, after, one))
    return let_go(case, after), paid(done)


def intercepted(case: Case) -> Both:
    """The parcel was stopped: its goods never left, or the carrier brings them back."""
    must(case.one, "intercepted")
    told = case.said("intercepted", "intercepted")
    if case.order.status is Status.CANCELLED:  # by somebody else, and its money went back so
        return told.order, told.to(State.CLOSED) if case.one.payer is Payer.US else paid(told)
    if course(case.order, case.one, Ask.WEIGHED) is not Course.SENT:
        return called_off(told)
    coming = replace(told.one, intercept=True)
    return told.order, coming.to(State.RETURNING, case.now, case.by)


def not_intercepted(case: Case) -> Both:
    """It has left, or nobody can stop it: the buyer sends the goods back."""
    must(case.one, "not-intercepted")
    told = case.said("not-intercepted", "not-intercepted")
    other = replace(told.one, kind=Kind.RETURN, intercept=False)
    return let_go(told, told.order), other.to(State.AWAITING_RETURN, case.now, case.by)


def came(case: Case, some: tuple[Came, ...], *, final: bool) -> Both:
    """Goods came. All of it and sound: it goes on by itself; else a person decides."""
    must(case.one, "receive")
    units = {"good": sum(c.good for c in some), "damaged": sum(c.damaged for c in some)}
    order = case.order.noted("goods-back", case.now, case.by, no=case.one.no, **units)
    told = case.said("goods-back")
    here = replace(told, one=replace(told.one, came=(*case.one.came, *some)))
    rest = left(order, here.one)
    if rest and not final:
        return order, here.one
    sound = not rest and not any(each.damaged for each in here.one.came)
    there = replace(here, one=here.to(State.RETURNED))
    return order, onward(there) if sound else there.one


def expected(order: Order, one: AfterSale) -> Counter[str]:
    """SKU -> units that shall come back; of a kit, those of its parts that were sent."""
    pieces = {line.no: line.quantity for line in order.lines}
    units: Counter[str] = Counter()
    for piece in one.lines if one.expects else ():
        every = pieces.get(piece.line, piece.quantity)
        for sku, there in _units(order, piece.line, piece.sku, every).items():
            units[sku] += -(-there * piece.quantity // every)
    return units


def _units(order: Order, line: int, sku: str, pieces: int) -> Counter[str]:
    """The units that all pieces of a line are sent as."""
    found: Counter[str] = Counter()
    for source in order.sources:
        if source.line == line:
            found[source.sku] += source.quantity
    return found or Counter({sku: pieces})


def left(order: Order, one: AfterSale) -> Counter[str]:
    """SKU -> units that have not come yet."""
    rest = expected(order, one)
    for each in one.came:
        rest[each.sku] -= each.units
    return +rest


def too_many(order: Order, one: AfterSale, some: Iterable[Came]) -> list[Fault]:
    """What came and was not expected, or not so much of it."""
    rest, known = left(order, one), expected(order, one)
    found = []
    for at, each in enumerate(some):
        if each.sku not in known:
            found.append(Fault(f"lines[{at}].sku", "not-in-document"))
        elif each.units > rest[each.sku]:
            figures = {"left": max(0, rest[each.sku])}
            found.append(Fault(f"lines[{at}].good", "more-than-left", figures))
        rest[each.sku] -= each.units
    return found


def onward(case: Case) -> AfterSale:
    """How it goes on once the goods are there: money back, others out, or repaired first."""
    return case.one if case.one.kind is Kind.REPAIR else paid(case)


def paid(case: Case) -> AfterSale:
    """Nothing but the money is left: it shall go back, or has, or there is none."""
    if not case.one.fen:
        return case.to(State.DONE)
    return case.to(State.REFUNDED if case.one.back else State.REFUNDING)


def ended(case: Case, how: State, text: str = "") -> Both:
    """Nothing comes of it: what it stopped goes on."""
    return over(case, case.one.to(how, case.now, case.by, text=text), text)


def over(case: Case, after: AfterSale, text: str = "") -> Both:
    """The order of one of which nothing came."""
    said = {"no": after.no, "ended": after.state.value, "text": text}
    order = case.order.noted("after-sale-ended", case.now, case.by, **said)
    return let_go(case, order), after


def let_go(case: Case, order: Order) -> Order:
    """Lift the hold of after-sales, unless another of them still needs it."""
    ours = any(h.reason is Reason.REFUND and "after_sale" in h.args for h in order.holds)
    needed = any(map(keeps, case.others))
    if not ours or needed or order.status is not Status.HELD:
        return order
    return order.lifted((Reason.REFUND,), case.now, case.by)


def keeps(one: AfterSale) -> bool:
    """Whether it keeps what has not left from leaving."""
    return one.kind is Kind.REFUND and one.state in OPEN


def told(case: Case, step: State) -> Both:
    """What its platform made of it; it may tell that the money is back before the goods are."""
    if step in VOID:
        return ended(case, step)
    if step is State.REFUNDED and not case.one.back:
        case = replace(case, one=replace(case.one, back=case.now))
    if case.one.state in (State.REQUESTED, State.APPROVING) and step is not State.REQUESTED:
        return agreed(case)
    if case.one.back and case.one.state in (State.REFUNDING, State.RETURNED):
        return case.order, case.to(State.REFUNDED)
    return case.order, case.one


RULES: Mapping[State, str] = {
    State.REQUESTED: "answer_hours",
    State.AWAITING_RETURN: "return_days",
    State.RETURNING: "receive_days",
}
"""The setting by which the clock acts."""


def rule(case: Case) -> dict[str, str | int]:
    """The setting that lets the clock act now, and its limit."""
    name = RULES[case.one.state]
    return {"rule": name, "limit": getattr(case.settings, name)}


def by_clock(case: Case) -> Both:
    """What becomes of one whose time has come; what only a person may do is brought to one.

    Both tell by which setting, before they tell what became of it.
    """
    why = rule(case)
    told = case.one.noted("timed", case.now, case.by, f"{why['rule']}={why['limit']}")
    return _timed(replace(case, order=case.noted("after-sale-timed", **why), one=told))


def _timed(case: Case) -> Both:
    one = case.one
    if one.state is State.AWAITING_RETURN:
        return ended(case, State.CLOSED)
    if _acts(case) and one.state is State.REQUESTED:
        return agreed(case)
    if _acts(case):
        told = case.said("agreed", "after-sale-agreed")
        return told.order, paid(told)
    late = replace(one, late=True, due="").noted("late", case.now, case.by)
    return case.noted("after-sale-late"), late


def _acts(case: Case) -> bool:
    """Whether the clock may agree: no goods go out, and it is not too much money."""
    one, set_ = case.one, case.settings
    if set_.above(CLOCK, one.fen) or not refunding.affordable(case.order, one, case.others):
        return False
    if one.state is State.REQUESTED:
        return set_.answer is Then.ACT and one.kind is not Kind.RESEND
    return set_.receive is Then.ACT and one.kind in (Kind.RETURN, Kind.REFUND)


def hours(one: AfterSale, set_: Settings) -> int:
    """After how long the clock looks at it; 0 = never. A platform's own runs for what is its own.

    Money that goes back is looked at too: whoever shall give it may not have heard of it.
    """
    limits: Mapping[State, int] = {
        State.REQUESTED: set_.answer_hours,
        State.AWAITING_RETURN: 24 * set_.return_days,
        State.RETURNING: 24 * set_.receive_days,
        State.REFUNDING: 1,
    }
    return 0 if one.late or one.payer is Payer.PLATFORM else limits.get(one.state, 0)


def _unpacked(order: Order, one: AfterSale) -> tuple[Parcel, ...]:
    """The parcels, those of its lines open again."""
    return tuple(
        replace(parcel, weighed_at="")
        if not parcel.shipped_at and any(s.line in one.pieces for s in parcel.sources)
        else parcel
        for parcel in order.parcels
    )
