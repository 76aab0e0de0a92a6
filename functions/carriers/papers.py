"""What is printed of parcels: their labels, what is picked for them, and what lies in them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.carriers import calls, parcels
from functions.carriers.parcels import Part, Sheet
from shared.domain.bill import CHINA
from shared.domain.content import Line, Receiver
from shared.domain.item import Item
from shared.domain.order import FIRST_GIFT, Source
from shared.domain.waybill import Piece, State, Waybill
from shared.gateways.papers.labels import Label, Person
from shared.gateways.papers.packing import Packed, Slip
from shared.gateways.papers.picking import Place, Take, Wave
from shared.store import merchants, waybills

CODES = 4  # of those that a carrier sorts by, the first is printed large
_LIKE = Item("", "")  # what nobody described


@dataclass(frozen=True, slots=True)
class Packet:
    """A parcel of an order, or a box of a merge."""

    sheet: Sheet
    no: int

    @property
    def place(self) -> tuple[str, int]:
        return self.sheet.subject, self.no

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.sheet.parts[self.no]

    @property
    def piece(self) -> Piece:
        return self.sheet.pieces[self.no]

    @property
    def stays(self) -> bool:
        """Whether it shall not leave now."""
        return not self.piece.left and (self.piece.held or self.piece.stopped)

    @property
    def orders(self) -> list[str]:
        return list(dict.fromkeys(part.order.id for part in self.parts))

    @property
    def numbers(self) -> str:
        """Of its orders, as their shops say."""
        return "、".join(dict.fromkeys(part.order.number for part in self.parts))

    @property
    def count(self) -> tuple[int, int]:
        """Which it is, of how many."""
        return sorted(self.sheet.parts).index(self.no) + 1, len(self.sheet.parts)

    @property
    def notes(self) -> tuple[str, ...]:
        """What its buyers wrote."""
        said = (self.sheet.opened[order].notes.buyer for order in self.orders)
        return tuple(note for note in dict.fromkeys(said) if note)

    @property
    def grams(self) -> int:
        """As weighed, or by its items."""
        box = self.sheet.boxes.get(self.no)
        return (box.grams if box else 0) or sum(part.parcel.grams for part in self.parts)

    @property
    def sources(self) -> Iterator[tuple[Line, Source]]:
        for part in self.parts:
            lines = {line.no: line for line in part.order.lines}
            yield from ((lines[source.line], source) for source in part.parcel.sources)


def packets(tenant: str, order_id: str, no: int = 0) -> list[Packet]:
    """Those of an order, or of `merge-` and a merge; one alone, where `no` says which.

    Raises NotFound where there is neither such an order nor such a merge.
    """
    sheet = parcels.of(tenant, order_id)
    own = [Packet(sheet, each) for each in sheet.parts if no in (0, each)]
    if not sheet.merge:
        return own
    shared = parcels.of(tenant, sheet.merge)
    return own + [
        Packet(shared, box)
        for box, parts in shared.parts.items()
        if any(part.order.id == order_id and no in (0, part.parcel.no) for part in parts)
    ]


def label(packet: Packet, now: str) -> Label | None:
    """None where it has no number yet."""
    row = _made(packet)
    tracking = row.tracking if row else packet.piece.tracking
    if not tracking:
        return None
    receiver = packet.sheet.receiver(packet.no)
    parcel, of = packet.count
    return Label(
        carrier=_carrier(packet),
        tracking=tracking,
        receiver=_person(receiver),
        sender=_person(_sender(packet, row)),
        route=_route(row, receiver),
        goods=_goods(packet),
        grams=packet.grams,
        parcel=parcel,
        parcels=of,
        order=packet.numbers,
        note="；".join(packet.notes),
        collect=packet.sheet.collect(packet.no),
        printed=printed(now),
    )


def waves(chosen: Iterable[Packet], now: str) -> list[Wave]:
    """One for each warehouse, its boxes numbered as they were chosen."""
    by_warehouse: defaultdict[str, list[Packet]] = defaultdict(list)
    for packet in chosen:
        by_warehouse[packet.piece.warehouse].append(packet)
    return [_wave(name, inside, now) for name, inside in sorted(by_warehouse.items())]


def slip(packet: Packet, now: str) -> Slip:
    shop = merchants.shops.known(packet.sheet.tenant, packet.parts[0].order.shop)
    parcel, of = packet.count
    return Slip(
        shop=shop.name if shop else packet.parts[0].order.shop,
        order=packet.numbers,
        receiver=_person(packet.sheet.receiver(packet.no)),
        lines=tuple(_packed(packet)),
        parcel=parcel,
        parcels=of,
        notes=packet.notes,
        printed=printed(now),
    )


def printed(now: str) -> str:
    """A moment as a clock in China shows it."""
    return datetime.fromisoformat(now).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def _made(packet: Packet) -> Waybill | None:
    """The waybill that it leaves with, or left with."""
    subject, no = packet.place
    row = waybills.living(packet.sheet.tenant, subject).get(no)
    if row is None or row.state is not State.MADE:
        return None
    return row if packet.piece.tracking in ("", row.tracking) else None


def _carrier(packet: Packet) -> str:
    known = merchants.carriers.known(packet.sheet.tenant, packet.piece.carrier)
    return known.name if known else packet.piece.carrier


def _sender(packet: Packet, row: Waybill | None) -> Receiver:
    """As its waybill says; else the warehouse."""
    tenant, warehouse = packet.sheet.tenant, packet.piece.warehouse
    stored = waybills.accounts.known(tenant, row.account) if row else None
    found = calls.sender(tenant, stored, warehouse) if stored else None
    if found:
        return found
    here = merchants.warehouses.known(tenant, warehouse)
    if here is None:
        return Receiver(name=warehouse)
    return Receiver(here.name, "", here.province, here.city, address=here.address)


def _person(who: Receiver) -> Person:
    address = "".join((who.province, who.city, who.district, who.town, who.address))
    return Person(who.name, who.phone, address)


def _route(row: Waybill | None, receiver: Receiver) -> tuple[str, ...]:
    """What the carrier said that it sorts by; else where the parcel goes, in large letters."""
    codes = tuple(row.codes.values()) if row else ()
    return tuple(dict.fromkeys(codes))[:CODES] or (f"{receiver.city} {receiver.district}",)


def _goods(packet: Packet) -> str:
    items = _items([packet])
    units: Counter[str] = Counter()
    for line, source in packet.sources:
        units[_title(items, line, source)] += source.quantity
    return "、".join(f"{name}×{count}" for name, count in units.items())


def _wave(warehouse: str, inside: Sequence[Packet], now: str) -> Wave:
    here = merchants.warehouses.known(inside[0].sheet.tenant, warehouse)
    name = f"{here.name} {warehouse}" if here else warehouse
    places = tuple(_place(no, packet) for no, packet in enumerate(inside, 1))
    return Wave(name, tuple(_takes(inside)), places, printed(now))


def _place(no: int, packet: Packet) -> Place:
    row = _made(packet)
    units = sum(source.quantity for _, source in packet.sources)
    tracking = row.tracking if row else ""
    return Place(no, packet.numbers, units, _carrier(packet), tracking)


def _takes(inside: Sequence[Packet]) -> Iterator[Take]:
    items = _items(inside)
    titles: dict[str, str] = {}
    boxes: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for no, packet in enumerate(inside, 1):
        for line, source in packet.sources:
            titles[source.sku] = _title(items, line, source)
            boxes[source.sku, source.lot][no] += source.quantity
    for (sku, lot), units in boxes.items():
        barcode = items.get(sku, _LIKE).barcode
        yield Take(sku, units.total(), tuple(units.items()), titles[sku], barcode, lot)


def _packed(packet: Packet) -> Iterator[Packed]:
    """What is inside, whichever lots it was taken from."""
    items = _items([packet])
    units: Counter[Packed] = Counter()
    for line, source in packet.sources:
        gift = line.gift or line.no >= FIRST_GIFT
        price = line.unit_price if source.sku == line.sku and not gift else 0
        units[Packed(source.sku, _title(items, line, source), 0, gift, price)] += source.quantity
    for one, count in units.items():
        yield Packed(one.sku, one.title, count, one.gift, one.price)


def _items(inside: Iterable[Packet]) -> Mapping[str, Item]:
    some = list(inside)
    skus = {source.sku for packet in some for _, source in packet.sources}
    return merchants.items_of(some[0].sheet.tenant, sorted(skus))


def _title(items: Mapping[str, Item], line: Line, source: Source) -> str:
    own = line.title if source.sku == line.sku else ""
    return items.get(source.sku, _LIKE).name or own or source.sku
