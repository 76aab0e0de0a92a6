"""Take units out of an order: their share of the money (see `shares`), their goods, no more."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from shared.domain import campaign, grounds, shares
from shared.domain.content import Amounts, Content, Line, PaymentState
from shared.domain.errors import Fault
from shared.domain.order import Order, Parcel, Source

Cut = Mapping[int, int]
"""Line number -> pieces that go."""


def faults(order: Order, cut: Cut) -> list[Fault]:
    """Why these pieces cannot go: there is no such line, it has fewer, or they are packed."""
    lines = {line.no: line for line in order.content.lines}
    found = []
    for at, (no, pieces) in enumerate(cut.items()):
        line = lines.get(no)
        if line is None:
            found.append(Fault(f"lines[{at}].line", "not-in-document"))
        elif pieces > line.quantity:
            most = {"least": 1, "most": line.quantity}
            found.append(Fault(f"lines[{at}].quantity", "out-of-range", most))
        elif pieces > (left := loose(order, line)):
            packed = {"packed": line.quantity - left, "left": left}
            found.append(Fault(f"lines[{at}].quantity", "is-packed", packed))
    return found


def loose(order: Order, line: Line) -> int:
    """Pieces of a line that may still go: they are in no parcel that was weighed or has left."""
    return pieces(order, line, _open(order)) if order.sources else line.quantity


def pieces(order: Order, line: Line, among: Iterable[Source]) -> int:
    """How many pieces of a line lie in some of the order's sources."""
    every = sum(source.quantity for source in order.sources if source.line == line.no)
    there = sum(source.quantity for source in among if source.line == line.no)
    return line.quantity * there // every if every else line.quantity


def less(order: Order, cut: Cut) -> Order:
    """The order without these pieces. The rest stays where it is, in the same parcels.

    Gifts that were given for them go too, as far as nobody has packed them.
    """
    cut = {**cut, **_gifts(order, cut)}
    gone: Counter[Source] = Counter()
    for line in order.content.lines:
        if pieces := cut.get(line.no):
            gone.update(_units(freed(order, line, pieces, _open(order))))
    return replace(
        order,
        content=_given_back(order.content, fewer(order.content, cut)),
        sources=without(order.sources, gone.copy()),
        parcels=_emptied(order.parcels, gone),
    )


def _gifts(order: Order, cut: Cut) -> dict[int, int]:
    lines = {line.no: line for line in order.content.lines}
    return {
        no: cut.get(no, 0) + max(0, min(pieces, loose(order, lines[no]) - cut.get(no, 0)))
        for no, pieces in grounds.lost(order.content, cut).items()
    }


def _given_back(before: Content, after: Content) -> Content:
    """What these pieces took of what their campaign has only so much of may be sold again."""
    deal = before.deal
    if deal is None or not deal.campaign:
        return after
    units = _pieces(before) - _pieces(after)
    uses = tuple(campaign.fewer(deal.campaign, use, units) for use in deal.uses)
    return replace(after, deal=replace(deal, uses=uses))


def _pieces(content: Content) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in content.lines:
        units[line.sku] += 0 if line.gift else line.quantity
    return units


def fewer(content: Content, cut: Cut) -> Content:
    """The content without these pieces: their shares go, the others keep theirs."""
    lines = tuple(
        shares.last(line, left)
        for line in content.lines
        if (left := line.quantity - cut.get(line.no, 0))
    )
    return replace(content, lines=lines, amounts=_amounts(content, lines))


def more(content: Content, lines: tuple[Line, ...]) -> Content:
    """The content with these lines in it, each in the place of the one of its number."""
    of_number = {line.no: line for line in (*content.lines, *lines)}
    every = tuple(of_number[no] for no in sorted(of_number))
    return replace(content, lines=every, amounts=_amounts(content, every))


def grown(line: Line, pieces: int) -> Line:
    """So many more pieces at the price of the line, with no part in its discounts."""
    price = line.unit_price * pieces
    weight = line.weight * (line.quantity + pieces) // line.quantity
    return replace(
        line,
        quantity=line.quantity + pieces,
        amount=line.amount + price,
        sale=line.sale + price,
        paid=line.paid + price,
        weight=weight,
    )


def received(content: Content) -> int:
    """Fen that have been paid and not given back, as far as the channel told."""
    if content.payments:
        return sum(payment.captured - payment.refunded for payment in content.payments)
    paid = content.payment.state is PaymentState.PAID
    return content.amounts.total if paid and not content.payment.cod else 0


def _amounts(content: Content, lines: tuple[Line, ...]) -> Amounts:
    """The order's sums with other lines: each changes by as much as its lines do."""
    sums, before = content.amounts, content.lines
    paid, paid_before = sum(line.paid for line in lines), sum(line.paid for line in before)
    adjustment = _adjustment(sums.adjustment, paid, paid_before)
    return replace(
        sums,
        goods_total=sums.goods_total + _by(lines, before, "amount"),
        discount=sums.discount + _by(lines, before, "share"),
        adjustment=adjustment,
        total=sums.total + paid - paid_before + adjustment - sums.adjustment,
    )


def _by(lines: Iterable[Line], before: Iterable[Line], name: str) -> int:
    now, was = (sum(int(getattr(line, name)) for line in some) for some in (lines, before))
    return now - was


def _adjustment(adjustment: int, paid: int, before: int) -> int:
    """What was taken off the goods goes in part with each unit.

    What was added stays, and so does what was taken off beyond the goods: off the freight.
    """
    if adjustment >= 0 or paid >= before:
        return adjustment
    goods = max(adjustment, -before)
    return adjustment - goods + goods * paid // before


def _open(order: Order) -> list[Source]:
    """Goods that nobody has packed yet, in the order of their parcels."""
    if not order.parcels:
        return list(order.sources)
    return [source for parcel in order.parcels if is_open(parcel) for source in parcel.sources]


def is_open(parcel: Parcel) -> bool:
    return not parcel.weighed_at and not parcel.shipped_at


def freed(order: Order, line: Line, pieces: int, among: Iterable[Source]) -> list[Source]:
    """The goods of these pieces among some sources, the last first; of a kit, of each part."""
    mine = [source for source in among if source.line == line.no]
    every = Counter[str]()
    for source in order.sources:
        if source.line == line.no:
            every[source.sku] += source.quantity
    if every.total() <= line.quantity:  # each unit is a piece
        return _last(mine, pieces)
    return [
        taken
        for sku, units in every.items()
        for taken in _last([s for s in mine if s.sku == sku], units * pieces // line.quantity)
    ]


def exchanged(order: Order, gone: Iterable[Source], come: Iterable[Source]) -> Order:
    """The order with other sources in the place of some, and parcels yet to be made up."""
    left = without(order.sources, _units(gone))
    units = _units((*left, *come))
    sources = tuple(replace(kind, quantity=units[kind]) for kind in units)
    return replace(order, sources=sources)


def _last(sources: list[Source], units: int) -> list[Source]:
    taken = []
    for source in reversed(sources):
        if take := min(units, source.quantity):
            taken.append(replace(source, quantity=take))
            units -= take
    return taken


def _emptied(parcels: tuple[Parcel, ...], gone: Counter[Source]) -> tuple[Parcel, ...]:
    """The parcels without these goods, from the last on; one with nothing in it goes."""
    left = []
    for parcel in reversed(parcels):
        sources = without(parcel.sources, gone) if is_open(parcel) else parcel.sources
        if sources:
            left.append(replace(parcel, sources=sources))
    return tuple(reversed(left))


def _units(sources: Iterable[Source]) -> Counter[Source]:
    units: Counter[Source] = Counter()
    for source in sources:
        units[replace(source, quantity=0)] += source.quantity
    return units


def without(sources: tuple[Source, ...], gone: Counter[Source]) -> tuple[Source, ...]:
    """Take what is `gone` out of the sources, the last first; `gone` keeps what was not there."""
    left: list[Source] = []
    for source in reversed(sources):
        kind = replace(source, quantity=0)
        take = min(gone[kind], source.quantity)
        gone[kind] -= take
        if source.quantity > take:
            left.append(replace(source, quantity=source.quantity - take))
    return tuple(reversed(left))
