"""What an after-sale gives back: the frozen shares of its pieces, and never more than was paid."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from shared.domain import grounds, partial, shares
from shared.domain.aftersale import (
    FOR_PIECES,
    GOODS_BACK,
    VOID,
    AfterSale,
    Kind,
    Payer,
    Piece,
    State,
    Wanted,
)
from shared.domain.content import Content, Line, PaymentState
from shared.domain.errors import Fault
from shared.domain.order import Order, Status
from shared.domain.resend import SENT
from shared.domain.shares import Share

Pieces = Mapping[int, int]
"""Line number -> pieces."""
Tier = tuple[int, int]
"""What a promotion asks for: from so many fen and so many pieces on."""
SIGNED = {Status.SIGNED, Status.COMPLETED}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for. No `fen` = by the shares; no pieces = all that is left."""

    kind: Kind
    pieces: Pieces
    fen: int | None = None
    freight: int | None = None
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """What that comes to. `last`: no goods stay with the buyer; `left`: fen that may go back."""

    lines: tuple[Piece, ...]
    shares: tuple[Share, ...]
    share: int
    freight: int
    fen: int
    left: int
    last: bool
    difference: int = 0
    gifts: Mapping[str, int] = field(default_factory=dict)  # that go with them, by SKU

    @property
    def earned(self) -> int:
        return sum(share.earned for share in self.shares)

    @property
    def spent(self) -> int:
        return sum(share.spent for share in self.shares)


def quote(order: Order, sales: Collection[AfterSale], payer: Payer, asked: Asked) -> Quote:
    """What is asked for, in pieces and fen; `faults` tells whether it may be."""
    lines = {line.no: line for line in order.lines}
    found = [
        (lines[no], count) for no, count in _pieces(order, sales, asked).items() if no in lines
    ]
    gone = taken(sales)
    pieces = tuple(_piece(line, count, gone, sales) for line, count in found)
    last = asked.kind in FOR_PIECES and bool(pieces) and _last(order, gone, pieces)
    share = _share(order.content, gone, pieces, sales) if asked.kind in FOR_PIECES else 0
    room = left(order, sales, payer)
    whole = last and asked.kind is Kind.REFUND and not any_sent(order)
    freight = _freight(order, sales, asked, whole=whole)
    difference = _difference(asked, share)
    return Quote(
        lines=pieces,
        shares=tuple(_shown(line, count, gone) for line, count in found),
        share=share,
        freight=freight,
        fen=_fen(asked, room if whole else min(share + freight, room), difference),
        left=room,
        last=last,
        difference=difference,
        gifts=_gifts(order, pieces) if asked.kind is Kind.REFUND else {},
    )


def _gifts(order: Order, pieces: Iterable[Piece]) -> Mapping[str, int]:
    """Gifts that leave the order with pieces that have not left yet."""
    cut = {piece.line: piece.quantity for piece in pieces}
    here = {line.no: line.quantity - sent(order, line) for line in order.content.lines}
    if any(count > here.get(no, 0) for no, count in cut.items()):
        return {}
    return grounds.withdrawn(order.content, partial.less(order, cut).content, cut)


def faults(
    order: Order, sales: Collection[AfterSale], payer: Payer, asked: Asked, quoted: Quote
) -> Iterator[Fault]:
    """Why that cannot be: there is no such line, too few pieces, or too little money is left."""
    yield from _of_pieces(order, sales, asked)
    if not quoted.lines and not asked.pieces and asked.kind is not Kind.COMPENSATION:
        yield Fault("lines", "more-than-left", {"left": 0})
    if _worth(asked, quoted) and standing(order, payer) is None:
        yield Fault("fen", "not-paid")
    elif quoted.fen > quoted.left:
        yield Fault("fen", "more-than-left", {"left": quoted.left})
    if quoted.freight > (freight := freight_left(order, sales)):
        yield Fault("freight", "more-than-left", {"left": max(0, freight)})


def _worth(asked: Asked, quoted: Quote) -> int:
    """Fen that it is about; goods that nobody paid for come back for nothing if that is said."""
    if asked.fen is not None:
        return asked.fen
    return quoted.share if asked.kind in (Kind.REFUND, Kind.RETURN) else quoted.fen


def _of_pieces(order: Order, sales: Collection[AfterSale], asked: Asked) -> Iterator[Fault]:
    lines = {line.no: line for line in order.lines}
    for at, (no, count) in enumerate(asked.pieces.items()):
        if no not in lines:
            yield Fault(f"lines[{at}].line", "not-in-document")
        elif count > (most := room(order, sales, asked.kind, lines[no])):
            yield Fault(f"lines[{at}].quantity", "more-than-left", {"left": most})


def owed(order: Order, payer: Payer) -> int:
    """What the order costs as it stands. Of one that was called off only a deposit may stay."""
    if order.status is Status.CANCELLED and payer is Payer.US:
        return order.content.deal.keep if order.content.deal else 0
    return order.content.amounts.total


def standing(order: Order, payer: Payer) -> int | None:
    """Fen of what the order costs that were paid; None where it is not paid in full."""
    content = order.content
    total = owed(order, payer)
    if payer is Payer.US and content.payments:
        captured = sum(payment.captured for payment in content.payments)
        return total if captured >= total else None
    if content.payment.cod:
        return total if order.status in SIGNED else None
    return total if content.payment.state is PaymentState.PAID else None


def left(order: Order, sales: Collection[AfterSale], payer: Payer) -> int:
    """Fen that nobody has been promised, or asked for, yet."""
    asked = sum(one.fen - one.cut for one in live(sales))
    return max(0, (standing(order, payer) or 0) - asked)


def affordable(order: Order, one: AfterSale, others: Collection[AfterSale]) -> bool:
    """Whether there still is as much money as it shall give back."""
    return one.fen <= left(order, others, one.payer) + one.cut


def live(sales: Iterable[AfterSale]) -> list[AfterSale]:
    return [one for one in sales if one.state not in VOID]


def taken(sales: Iterable[AfterSale]) -> Counter[int]:
    """Line -> pieces that were given up and are still counted in the order."""
    gone: Counter[int] = Counter()
    for one in live(sales):
        if one.kind in FOR_PIECES and not one.out:
            gone.update(one.pieces)
    return gone


def room(order: Order, sales: Collection[AfterSale], kind: Kind, line: Line) -> int:
    """How many pieces of a line may be asked for: none twice, and back comes only what left."""
    if kind is Kind.RESEND:
        return sent(order, line)
    there = line.quantity - taken(sales)[line.no]
    if kind not in GOODS_BACK:
        return there
    back = sum(one.pieces.get(line.no, 0) for one in live(sales) if _is_back(one))
    return max(0, min(there, sent(order, line) - back))


def sent(order: Order, line: Line) -> int:
    """Pieces of a line that have left."""
    if not order.sources:
        elsewhere = order.content.state.gone
        return line.quantity if order.status in SENT or elsewhere else 0
    gone = [source for parcel in order.parcels if parcel.shipped_at for source in parcel.sources]
    return partial.pieces(order, line, gone)


def any_sent(order: Order) -> bool:
    return any(sent(order, line) for line in order.lines)


def freight_left(order: Order, sales: Collection[AfterSale]) -> int:
    return order.content.amounts.freight - sum(one.freight for one in live(sales))


def _is_back(one: AfterSale) -> bool:
    """Whether its goods are with us, or shall be; what was repaired went out again."""
    return one.kind in GOODS_BACK and (one.kind is not Kind.REPAIR or one.state is not State.DONE)


def _pieces(order: Order, sales: Collection[AfterSale], asked: Asked) -> Pieces:
    if asked.pieces or asked.kind is not Kind.REFUND:
        return asked.pieces
    rest = {line.no: room(order, sales, asked.kind, line) for line in order.content.lines}
    return {no: count for no, count in rest.items() if count}


def _piece(line: Line, count: int, gone: Counter[int], sales: Iterable[AfterSale]) -> Piece:
    """The pieces after those that are gone. With the last ones goes exactly the rest."""
    end = min(gone[line.no] + count, line.quantity)
    before = sum(
        piece.paid - piece.cut
        for one in live(sales)
        if one.kind in FOR_PIECES
        for piece in one.lines
        if piece.line == line.no
    )
    paid = shares.of(line, 0, end).paid - before
    return Piece(line.no, line.sku or line.shop_sku, count, paid, _shown(line, count, gone).offs)


def _shown(line: Line, count: int, gone: Counter[int]) -> Share:
    start = min(gone[line.no], line.quantity)
    return shares.of(line, start, min(start + count, line.quantity))


def _share(
    content: Content, gone: Counter[int], pieces: Iterable[Piece], sales: Iterable[AfterSale]
) -> int:
    """What the order would cost less, with what was taken off it as a whole, less those before."""
    every = gone + Counter({piece.line: piece.quantity for piece in pieces})
    within = {
        line.no: min(every[line.no], line.quantity) for line in content.lines if every[line.no]
    }
    worth = content.amounts.total - partial.fewer(content, within).amounts.total
    before = sum(one.share - one.cut for one in live(sales) if one.kind in FOR_PIECES)
    return max(0, worth - before)


def _last(order: Order, gone: Counter[int], pieces: Iterable[Piece]) -> bool:
    every = gone + Counter({piece.line: piece.quantity for piece in pieces})
    if not any_sent(order):
        every.update(grounds.lost(order.content, every))
    return all(every[line.no] >= line.quantity for line in order.content.lines)


def _freight(order: Order, sales: Collection[AfterSale], asked: Asked, *, whole: bool) -> int:
    if asked.freight is not None:
        return asked.freight
    return max(0, freight_left(order, sales)) if whole else 0


def _difference(asked: Asked, share: int) -> int:
    """What the goods wanted cost more than those that come back."""
    priced = [one for one in asked.wanted if one.unit_price]
    return sum(one.unit_price * one.quantity for one in priced) - share if priced else 0


def _fen(asked: Asked, usual: int, difference: int) -> int:
    if asked.fen is not None:
        return asked.fen
    if asked.kind is Kind.EXCHANGE:
        return max(0, -difference)
    return usual if asked.kind in FOR_PIECES else 0


def fell(order: Order, after: Order, one: AfterSale) -> AfterSale:
    """The after-sale, knowing by how much the order fell when its pieces were taken out."""
    was, now = ({line.no: line.paid for line in each.content.lines} for each in (order, after))
    if after.status is Status.CANCELLED:
        return replace(one, cut=owed(order, one.payer) - owed(after, one.payer))
    lines = (replace(p, cut=was[p.line] - now.get(p.line, 0)) for p in one.lines)
    cut = order.content.amounts.total - after.content.amounts.total
    return replace(one, lines=tuple(lines), out=True, cut=cut)


def marks(order: Order) -> set[str]:
    """The promotions that took something off its lines, each `id@version`."""
    lines = (line.priced for line in order.content.lines)
    return {off.promotion for priced in lines if priced for off in priced.offs}


def below(order: Order, gone: Pieces, tiers: Mapping[str, Collection[Tier]]) -> list[str]:
    """Promotions that what stays would not have earned so; `tiers`: what each asks for."""
    return [mark for mark in sorted(tiers) if _is_below(order, gone, mark, tiers[mark])]


def _is_below(order: Order, gone: Pieces, mark: str, tiers: Collection[Tier]) -> bool:
    whole, rest = _base(order, {}, mark), _base(order, gone, mark)
    reached, kept = (
        sum(base[0] >= fen and base[1] >= pieces for fen, pieces in tiers)
        for base in (whole, rest)
    )
    return bool(rest[1]) and kept < reached


def _base(order: Order, gone: Pieces, mark: str) -> Tier:
    """Fen and pieces that stay of the lines that a promotion is for, at the price that it saw."""
    fen = pieces = 0
    for line in order.content.lines:
        start = min(gone.get(line.no, 0), line.quantity)
        offs = shares.of(line, start, line.quantity).offs if start < line.quantity else ()
        if mark not in (off.promotion for off in offs):
            continue
        rest = shares.of(line, start, line.quantity)
        before = next(at for at, off in enumerate(rest.offs) if off.promotion == mark)
        fen += rest.amount - sum(off.fen for off in rest.offs[:before])
        pieces += rest.units
    return fen, pieces
