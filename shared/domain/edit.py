"""Change an accepted order by hand: what may be changed when, and what becomes of the order."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from shared.domain import grounds, partial
from shared.domain.content import Content, Line, Mark, Receiver
from shared.domain.errors import Fault, NotAllowed
from shared.domain.hold import Reason
from shared.domain.order import FIRST_GIFT, RENEWABLE, Order, Source, Status


class Part(StrEnum):
    """What of an order can be changed."""

    RECEIVER = "receiver"
    LINES = "lines"
    SURCHARGE = "surcharge"
    WAREHOUSE = "warehouse"
    MOVES = "moves"  # some units of a line to another warehouse
    CARRIER = "carrier"
    URGENT = "urgent"
    PROMISE = "promise"
    NOTE = "note"  # the seller's own
    TAGS = "tags"  # ours, not the channel's


class Stage(StrEnum):
    """How far its goods have come: that alone decides what may still be changed."""

    OPEN = "open"  # nothing is divided into parcels
    PLANNED = "planned"  # there are parcels, and none is packed
    WEIGHED = "weighed"  # one is packed and weighed
    LEFT = "left"  # one has left
    OVER = "over"  # it was called off, or never ours


@dataclass(frozen=True, slots=True)
class Move:
    """So many pieces of a line shall come from another warehouse."""

    line: int
    quantity: int
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What shall be otherwise; None, or nothing in it = as it is. `receiver`: encrypted."""

    receiver: Receiver | None = None
    cut: partial.Cut | None = None  # line -> pieces that go
    lines: tuple[Line, ...] = ()  # those that grow, and new ones
    surcharge: int = 0  # fen more; below nought = less
    warehouse: str | None = None
    moves: tuple[Move, ...] = ()
    carrier: str | None = None
    urgent: bool | None = None
    promise: str | None = None
    note: str | None = None  # encrypted
    tags: tuple[str, ...] | None = None
    codes: Mapping[str, str] = field(
        default_factory=dict
    )  # the shop's code -> our SKU, from now on

    @property
    def parts(self) -> tuple[Part, ...]:
        given = {
            Part.LINES: bool(self.cut or self.lines),
            Part.SURCHARGE: bool(self.surcharge),
            Part.MOVES: bool(self.moves),
        }
        rest = (part for part in Part if part not in given)
        given |= {part: getattr(self, part) is not None for part in rest}
        return tuple(part for part in Part if given[part])


ASIDE = frozenset({Part.NOTE, Part.TAGS})
ALLOWED: dict[Stage, frozenset[Part]] = {
    Stage.OPEN: frozenset(Part) - {Part.MOVES},
    Stage.PLANNED: frozenset(Part),
    Stage.WEIGHED: ASIDE,
    Stage.LEFT: ASIDE,
    Stage.OVER: ASIDE,
}
REVIEWED = frozenset({Part.RECEIVER, Part.LINES, Part.SURCHARGE})
"""What sends an order back for review."""
RESERVED = frozenset({Part.WAREHOUSE, Part.MOVES, Part.CARRIER})
"""What lets its parcels be made up anew."""
PENDING: dict[Mark, tuple[frozenset[Part], Fault]] = {
    Mark.REFUND: (frozenset({Part.LINES, Part.SURCHARGE}), Fault("", "under-refund")),
    Mark.ADDRESS_CHANGE: (frozenset({Part.RECEIVER}), Fault("", "address-pending")),
}
"""What the platform is deciding on, so that we do not."""
ABOUT: dict[Part, frozenset[Reason]] = {
    Part.RECEIVER: frozenset(
        {Reason.ADDRESS, Reason.TWO_ADDRESSES, Reason.MASKED, Reason.SEVERAL_ADDRESSES}
        | {Reason.BLACKLIST, Reason.UNREACHABLE, Reason.NO_WAREHOUSE}
    ),
    Part.LINES: frozenset({Reason.AMOUNTS, Reason.PRICE, Reason.UNMAPPED, Reason.BREAKER}),
    Part.SURCHARGE: frozenset({Reason.AMOUNTS, Reason.PRICE}),
    Part.WAREHOUSE: frozenset(
        {Reason.NO_WAREHOUSE, Reason.SHORT, Reason.SPLIT_LIMIT, Reason.UNREACHABLE}
    ),
    Part.MOVES: frozenset({Reason.SPLIT_LIMIT, Reason.ONLY_GIFTS, Reason.UNREACHABLE}),
    Part.CARRIER: frozenset({Reason.UNREACHABLE}),
}
"""What is looked at anew when a part is changed, though a person may have set it aside."""
_LATE = {
    Stage.OPEN: Fault("", "not-planned"),
    Stage.WEIGHED: Fault("", "is-weighed"),
    Stage.LEFT: Fault("", "has-left"),
    Stage.OVER: Fault("", "is-over"),
}


def stage(order: Order) -> Stage:
    if order.status in (Status.CANCELLED, Status.CLOSED):
        return Stage.OVER
    if any(parcel.shipped_at for parcel in order.parcels) or order.status not in RENEWABLE:
        return Stage.LEFT
    if any(parcel.weighed_at for parcel in order.parcels):
        return Stage.WEIGHED
    return Stage.PLANNED if order.parcels else Stage.OPEN


def refused(order: Order, parts: Iterable[Part]) -> Iterator[Fault]:
    """Why these parts of the order cannot be changed now, one fault for each that cannot."""
    here = stage(order)
    for part in parts:
        if part not in ALLOWED[here]:
            yield replace(_LATE[here], field=f"changes.{part}")
        else:
            yield from _pending(order, part)


def _pending(order: Order, part: Part) -> Iterator[Fault]:
    for mark in PENDING.keys() & order.content.marks:
        parts, fault = PENDING[mark]
        if part in parts:
            yield replace(fault, field=f"changes.{part}")


def edited(order: Order, edit: Edit, now: str) -> Order:
    """The order as the edit makes it, at the status where it goes on from there.

    It keeps the stock that it holds, less what goes: what else it needs is for the caller to
    find. Nothing is written on its timeline yet.
    """
    kept = partial.less(order, edit.cut or {})
    content = _content(kept.content, edit)
    origin = order.origin or order.content
    ours = replace(
        kept,
        content=content,
        origin=origin if content != origin else None,
        warehouse=_or(edit.warehouse, order.warehouse),
        carrier=_or(edit.carrier, order.carrier),
        promise=_or(edit.promise, order.promise),
        urgent=order.urgent if edit.urgent is None else edit.urgent,
        tags=order.tags if edit.tags is None else edit.tags,
    )
    return _onward(ours, frozenset(edit.parts), now)


def _or(given: str | None, was: str) -> str:
    return was if given is None else given


def _content(content: Content, edit: Edit) -> Content:
    changed = partial.more(content, edit.lines) if edit.lines else content
    sums, notes = changed.amounts, changed.notes
    return replace(
        changed,
        receiver=edit.receiver or changed.receiver,
        notes=notes if edit.note is None else replace(notes, seller=edit.note),
        amounts=replace(
            sums, adjustment=sums.adjustment + edit.surcharge, total=sums.total + edit.surcharge
        ),
    )


def _onward(order: Order, parts: frozenset[Part], now: str) -> Order:
    if parts & REVIEWED:
        return _reviewed(order, parts, now)
    if parts & RESERVED:
        return _reserved(order, parts, now)
    if order.meeting and order.urgent:  # it waits for nobody
        return replace(order, meeting=False, since=now)
    return order


def _reviewed(order: Order, parts: frozenset[Part], now: str) -> Order:
    """Back to the beginning, with its stock; what a person stopped stays stopped."""
    by_hand = tuple(hold for hold in order.holds if hold.stands)
    again = _about(parts)
    return replace(
        _unpacked(order),
        status=Status.HELD if by_hand else Status.RECEIVED,
        resume=Status.RECEIVED,
        holds=by_hand,
        waived=tuple(reason for reason in order.waived if reason not in again),
        gifts=(),
        sources=tuple(source for source in order.sources if source.line < FIRST_GIFT),
        since=now,
    )


def _reserved(order: Order, parts: frozenset[Part], now: str) -> Order:
    """Back to where stock is held and parcels are made up, if it has come so far.

    What held it for what is otherwise now does so no longer.
    """
    again = _about(parts)
    holds = tuple(hold for hold in order.holds if hold.reason not in again)
    waived = tuple(reason for reason in order.waived if reason not in again)
    held = order.status is Status.HELD
    goal = order.resume if held else order.status
    back = Status.APPROVED if goal in (Status.RESERVED, Status.PLANNED) else goal
    changed = replace(order, holds=holds, waived=waived)
    if held and holds:
        return replace(_unpacked(changed), resume=back)
    if held or back is not goal:
        return replace(_unpacked(changed), status=back, since=now)
    return changed


def _about(parts: frozenset[Part]) -> set[Reason]:
    return {reason for part in parts for reason in ABOUT.get(part, ())}


def _unpacked(order: Order) -> Order:
    return replace(order, parcels=(), meeting=False, merge="")


def moved(order: Order, before: Order, move: Move, to: Iterable[Source]) -> Order:
    """The order with pieces of one line no longer from one warehouse, but from these sources.

    `before` any move, which says how many units make a piece.
    """
    line = next(line for line in order.lines if line.no == move.line)
    here = [source for source in before.sources if source.warehouse == move.source]
    return partial.exchanged(order, partial.freed(before, line, move.quantity, here), to)


def cancelled(order: Order, cut: partial.Cut, now: str, by: str, reason: str) -> Order:
    """The order without these pieces; called off if nothing is left, or if no piece is named."""
    if not cut:
        return order.cancel(now, by, reason)
    if order.status not in (*RENEWABLE, Status.SHIPPING):
        raise NotAllowed(order=order.id, status=order.status, to=Status.CANCELLED)
    left = replace(partial.less(order, cut), origin=order.origin or order.content)
    if not left.content.lines:
        return order.cancel(now, by, reason)
    said = left.noted("part-cancelled", now, by, lines=_named(order, cut), reason=reason)
    said = withdrawn(order, said, cut, now, by)
    waiting = any(not parcel.shipped_at for parcel in said.parcels)
    if said.status is Status.SHIPPING and not waiting:
        return replace(said, status=Status.SHIPPED)
    return said


def withdrawn(before: Order, after: Order, cut: partial.Cut, now: str, by: str) -> Order:
    """The order telling which gifts went with what they were given for."""
    gifts = grounds.withdrawn(before.content, after.content, cut)
    return after.noted("gift-withdrawn", now, by, gifts=dict(gifts)) if gifts else after


def _named(order: Order, cut: partial.Cut) -> dict[str, int]:
    skus = {line.no: line.sku or line.shop_sku for line in order.content.lines}
    gone: Counter[str] = Counter()
    for no, pieces in cut.items():
        gone[skus[no]] += pieces
    return dict(gone)


_OURS: dict[Part, tuple[str, ...]] = {
    Part.RECEIVER: ("receiver",),
    Part.LINES: ("lines", "amounts"),
    Part.NOTE: ("notes.seller",),
}
"""What of a channel's content we may have edited, and the fields of each part."""


def ours(order: Order) -> tuple[Part, ...]:
    """The parts of the content that are no longer as the channel said."""
    if order.origin is None:
        return ()
    return tuple(part for part in _OURS if _of(order.origin, part) != _of(order.content, part))


def _of(content: Content, part: Part) -> object:
    if part is Part.NOTE:
        return content.notes.seller
    if part is Part.RECEIVER:
        return content.receiver
    lines = (replace(line, sku=line.shop_sku or line.sku) for line in content.lines)
    return tuple(lines), content.amounts  # a shop's SKU may have been mapped meanwhile


def rebased(
    edits: Collection[Part], mine: Content, told: Content, changed: Collection[str]
) -> tuple[Content, tuple[Part, ...]]:
    """Our edits on what the channel says now, all in clear, and which of them it overruled.

    `changed`: the fields in which the channel differs from what it said before.
    """
    hit = [part for part in edits if any(name.startswith(_OURS[part]) for name in changed)]
    content = told
    for part in edits:
        if part not in hit:
            content = _with(content, mine, part)
    return content, tuple(part for part in hit if _of(mine, part) != _of(told, part))


def _with(content: Content, other: Content, part: Part) -> Content:
    if part is Part.NOTE:
        return replace(content, notes=replace(content.notes, seller=other.notes.seller))
    if part is Part.RECEIVER:
        return replace(content, receiver=other.receiver)
    return replace(content, lines=other.lines, amounts=other.amounts)
