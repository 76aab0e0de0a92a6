"""How an order is divided: where each line must come from, and what goes into which parcel."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from shared.domain.content import Line, OrderType
from shared.domain.hold import Hold, Reason
from shared.domain.item import Item, Pick
from shared.domain.merchant import Shop
from shared.domain.order import Order, Source
from shared.domain.place import Warehouse

Group = tuple[Source, ...]
"""What goes into one parcel."""
Items = Mapping[str, Item]
Bound = dict[int, frozenset[str]]
"""Line -> the warehouses that it must come from; a line that is not there is free."""
MOST_LEVELS = 2
ALL_GIFTS = {OrderType.GIFT, OrderType.RESEND}
"""Orders that may be nothing but gifts."""


class CutKind(StrEnum):
    """By what goods of one warehouse are put into parcels of their own."""

    ITEM = "item"  # each SKU by itself
    WEIGHT = "weight"  # up to so many grams
    VOLUME = "volume"  # up to so many cubic centimetres
    CATEGORY = "category"
    GROUP = "group"  # how they must be stored
    VIRTUAL = "virtual"  # what has to be sent, and what has not
    SUPPLIER = "supplier"
    SUB_ORDER = "sub-order"  # the platform's own parts of the order
    SHIP_DATE = "ship-date"  # the day from which a line may leave


MEASURED = (CutKind.WEIGHT, CutKind.VOLUME)
OF_A_LINE = {CutKind.ITEM: "sku", CutKind.SUB_ORDER: "sub", CutKind.SHIP_DATE: "ship_on"}


@dataclass(frozen=True, slots=True)
class Cut:
    by: CutKind
    limit: int = 0  # of weight and volume


@dataclass(frozen=True, slots=True)
class Goods:
    """The lines and items behind the sources of an order."""

    lines: Mapping[int, Line]
    items: Items

    @classmethod
    def of(cls, order: Order, items: Items) -> "Goods":
        return cls({line.no: line for line in order.lines}, items)

    def line(self, source: Source) -> Line:
        return self.lines[source.line]

    def trait(self, source: Source, by: CutKind) -> str:
        """What a cut goes by: of the line, of the kit if the kit has it, or else of its part."""
        line = self.line(source)
        if by in OF_A_LINE:
            return str(getattr(line, OF_A_LINE[by]))
        found = (self.items.get(sku) for sku in (line.sku, source.sku))
        return next((str(of) for item in found if (of := getattr(item, by.value, ""))), "")

    def size(self, sources: Iterable[Source], by: CutKind) -> int:
        """Grams or cubic centimetres of sources."""
        return sum(map(self._volume if by is CutKind.VOLUME else self._weight, sources))

    def _weight(self, source: Source) -> int:
        """By the item, or by what the channel says of the whole line."""
        item, line = self.items.get(source.sku), self.line(source)
        if item and item.virtual:
            return 0
        if item and item.weight:
            return item.weight * source.quantity
        plain = source.sku == line.sku
        return -(-line.weight * source.quantity // line.quantity) if plain else 0

    def _volume(self, source: Source) -> int:
        item = self.items.get(source.sku)
        return item.volume * source.quantity if item and not item.virtual else 0


def whole(order: Order) -> bool:
    """Whether an order must go in one parcel: cash on delivery, fetched in a store, or sealed."""
    content = order.content
    return content.payment.cod or bool(content.pickup) or content.sealed


def grams(order: Order, sources: Iterable[Source], items: Items) -> int:
    return Goods.of(order, items).size(sources, CutKind.WEIGHT)


def volume(order: Order, sources: Iterable[Source], items: Items) -> int:
    return Goods.of(order, items).size(sources, CutKind.VOLUME)


def intangible(order: Order, sources: Iterable[Source], items: Items) -> bool:
    """Whether nothing of this has to be sent."""
    return _virtual(sources, Goods.of(order, items))


def divide(
    order: Order, sources: Sequence[Source], items: Items, cuts: Sequence[Cut]
) -> list[Group]:
    """What goes into each parcel: by warehouse, and there by one cut after the other.

    The pieces of a kit stay in one piece. Gifts ride with goods of the same warehouse.
    """
    groups = _by(sources, lambda source: source.warehouse)
    if not cuts or whole(order):
        return groups
    goods = Goods.of(order, items)
    for cut in cuts[:MOST_LEVELS]:
        groups = [part for group in groups for part in _cut(group, goods, cut)]
    measure = next((cut.by for cut in cuts if cut.by in MEASURED), CutKind.WEIGHT)
    return _in_order(_riding(groups, goods, measure), sources)


def holds(order: Order, groups: Sequence[Group], most: int) -> Iterator[Hold]:
    """What forbids a division; of an order that must stay whole, that it has several origins."""
    parcels = len(groups)
    if whole(order):
        most, parcels = 1, len({source.warehouse for group in groups for source in group})
    if parcels > most:
        yield Hold(Reason.SPLIT_LIMIT, {"parcels": parcels, "most": most})
    if order.content.type in ALL_GIFTS:
        return
    gifts = {line.no for line in order.lines if line.gift}
    lonely = [group for group in groups if {source.line for source in group} <= gifts]
    if lonely:
        lines = sorted({source.line for group in lonely for source in group})
        yield Hold(Reason.ONLY_GIFTS, {"lines": lines})


def bound(
    order: Order, items: Items, warehouses: Iterable[Warehouse], shop: Shop | None
) -> Bound | Hold:
    """Where lines must come from: the warehouse that the platform appointed, the store where the
    buyer fetches them, the warehouse chosen for the order, or those that store such goods.

    `warehouses`: those that may serve the shop. Nothing falls back to another: that is a hold.
    """
    there = {warehouse.id: warehouse.group for warehouse in warehouses}
    codes = shop.warehouse_codes if shop else {}
    found: Bound = {}
    lost: dict[int, str] = {}
    for line in order.lines:
        if appointed := _appointed(order, line, codes, there):
            code, names = appointed
        elif groups := _groups(line.sku, items):
            code = "/".join(sorted(groups))
            names = frozenset(name for name, group in there.items() if groups == {group})
        else:
            continue
        found[line.no] = names
        if not names:
            lost[line.no] = code
    if lost:
        return Hold(Reason.NO_WAREHOUSE, {"codes": sorted({*lost.values()}), "lines": [*lost]})
    return found


def _appointed(
    order: Order, line: Line, codes: Mapping[str, str], there: Mapping[str, str]
) -> tuple[str, frozenset[str]] | None:
    """The code by which a line's warehouse was named, and that warehouse if it is ours."""
    if line.warehouse:
        return line.warehouse, frozenset({codes.get(line.warehouse, "")}) & there.keys()
    store = order.content.pickup
    if store and (ours := codes.get(store, store)) in there:  # a store need not have stock
        return store, frozenset({ours})
    if order.warehouse:
        return order.warehouse, frozenset({order.warehouse}) & there.keys()
    return None


def _groups(sku: str, items: Items) -> set[str]:
    """How goods must be stored: a kit as itself says, or else as its parts do."""
    item = items.get(sku)
    if item is None or item.group or not item.kit:
        return {item.group} - {""} if item else set()
    parts = (items.get(part) for part in item.part_skus)
    return {part.group for part in parts if part and part.group}


def _by(sources: Iterable[Source], key: Callable[[Source], Hashable]) -> list[Group]:
    """Sources in groups of one key, in the order in which they first appear."""
    groups: dict[Hashable, list[Source]] = {}
    for source in sources:
        groups.setdefault(key(source), []).append(source)
    return [tuple(group) for group in groups.values()]


def _cut(group: Group, goods: Goods, cut: Cut) -> list[Group]:
    if cut.by in MEASURED:
        return _packed(group, goods, cut)
    return _by(group, lambda source: goods.trait(source, cut.by))


@dataclass(slots=True)
class _Bin:
    """A parcel that is being packed."""

    room: int
    sources: list[Source] = field(default_factory=list)


def _packed(group: Group, goods: Goods, cut: Cut) -> list[Group]:
    """First fit, the largest first; gifts come last and fill what is left.

    A single piece beyond the limit has a parcel of its own.
    """
    blocks = [
        (goods.line(block[0]).gift, -goods.size(block, cut.by), block)
        for pile in _by(group, lambda source: _pile(source, goods))
        for block in _blocks(pile, goods, cut)
    ]
    bins: list[_Bin] = []
    for _, size, block in sorted(blocks, key=lambda each: each[:2]):
        fit = next((each for each in bins if each.room >= -size), None)
        if fit is None:
            bins.append(fit := _Bin(cut.limit))
        fit.room += size
        fit.sources += block
    return [tuple(each.sources) for each in bins]


def _pile(source: Source, goods: Goods) -> Hashable:
    """What must be looked at together: a line, or each SKU of it that makes a piece by itself."""
    item = goods.items.get(goods.line(source).sku)
    together = item is not None and item.kit and item.pick is Pick.ALL
    return source.line, "" if together else source.sku


def _blocks(pile: Group, goods: Goods, cut: Cut) -> list[Group]:
    """All of it if that fits, or else portions of as many pieces as fit, of one at least."""
    size = goods.size(pile, cut.by)
    piece, pieces = _piece(pile, goods)
    if size <= cut.limit or pieces == 1:
        return [pile]
    each = -(-size // pieces)
    return list(_portions(pile, piece, max(1, cut.limit // each)))


def _piece(pile: Group, goods: Goods) -> tuple[Counter[str], int]:
    """What one piece is made of, and how many there are; all at once if they do not come out."""
    sku = goods.line(pile[0]).sku
    item, units = goods.items.get(sku), Counter[str]()
    for source in pile:
        units[source.sku] += source.quantity
    parts = {part.sku: part.quantity for part in item.parts} if item and item.kit else {sku: 1}
    piece = Counter({name: parts.get(name, 0) for name in units})
    pieces = units[pile[0].sku] // (piece[pile[0].sku] or 1)
    even = pieces and all(units[name] == pieces * n for name, n in piece.items())
    return (piece, pieces) if even else (units, 1)


def _portions(pile: Group, piece: Counter[str], pieces: int) -> Iterator[Group]:
    """So many pieces at a time, the rest last."""
    rest = list(pile)
    while rest:
        left = Counter({sku: n * pieces for sku, n in piece.items()})
        portion, later = [], []
        for source in rest:
            taken = min(left[source.sku], source.quantity)
            left[source.sku] -= taken
            portion += [replace(source, quantity=taken)] if taken else []
            more = source.quantity - taken
            later += [replace(source, quantity=more)] if more else []
        yield tuple(portion)
        rest = later


def _riding(groups: list[Group], goods: Goods, measure: CutKind) -> list[Group]:
    """Gifts that would go alone ride in the lightest parcel with goods from their warehouse.

    What has to be sent rides with what has to be sent.
    """
    lonely = [g for g in groups if all(goods.line(source).gift for source in g)]
    homes = [list(group) for group in groups if group not in lonely]
    alone = []
    for gifts in lonely:
        near = [home for home in homes if home[0].warehouse == gifts[0].warehouse]
        sent = [home for home in near if not _virtual(home, goods)] or near
        if sent:
            min(sent, key=lambda home: goods.size(home, measure)).extend(gifts)
        else:
            alone.append(gifts)
    return [*map(tuple, homes), *alone]


def _virtual(sources: Iterable[Source], goods: Goods) -> bool:
    return all(goods.trait(source, CutKind.VIRTUAL) for source in sources)


def _in_order(groups: list[Group], sources: Sequence[Source]) -> list[Group]:
    """Parcels and what is in them in the order of the sources, warehouse by warehouse."""
    places = {name: at for at, name in enumerate(dict.fromkeys(s.warehouse for s in sources))}
    order: dict[Hashable, tuple[int, int]] = {}
    for at, source in enumerate(sources):
        order.setdefault(_same(source), (places[source.warehouse], at))
    joined = [_joined(group, order) for group in groups]
    return sorted(joined, key=lambda group: order[_same(group[0])])


def _joined(group: Group, order: Mapping[Hashable, tuple[int, int]]) -> Group:
    """Units of one place for one line as one source again."""
    units: Counter[Source] = Counter()
    for source in group:
        units[replace(source, quantity=0)] += source.quantity
    joined = (replace(source, quantity=n) for source, n in units.items())
    return tuple(sorted(joined, key=lambda source: order[_same(source)]))


def _same(source: Source) -> Hashable:
    return source.line, source.place
