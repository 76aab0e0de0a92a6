"""What waybills are for: the parcels of an order, or the boxes of a merge, with their receiver."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from functions.channels.access import cipher
from shared.domain import split
from shared.domain.aftersale import State
from shared.domain.content import Content, Receiver, personal
from shared.domain.errors import Fault
from shared.domain.item import Item
from shared.domain.merge import Box, Merge, Stage
from shared.domain.order import Order, Parcel, Source, Status
from shared.domain.waybill import MERGE, Account, Piece, Waybill, former
from shared.gateways.carriers import port, registry
from shared.gateways.carriers.port import Goods, Token
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.vault import Cipher
from shared.store import aftersales, meeting, merchants, merges, orders, waybills

OPEN = (Status.PLANNED, Status.SHIPPING)
MOST_GOODS, LONGEST = 5, 20  # kinds of goods that a carrier is told; signs of a name


@dataclass(frozen=True)
class Part:
    """What of one order lies in a parcel."""

    order: Order
    parcel: Parcel


@dataclass(frozen=True)
class Sheet:
    """Everything that goes under the waybills of one order, or of one merge."""

    tenant: str
    subject: str
    parts: Mapping[int, tuple[Part, ...]]  # by the number of the parcel, or of the box
    boxes: Mapping[int, Box]
    ties: tuple[str, ...]  # under what else waybills for the same goods may lie
    merge: str = ""  # under what those of the boxes lie that an order shares
    stopped: bool = False  # somebody's lines have to be taken out first

    @cached_property
    def pieces(self) -> dict[int, Piece]:
        return {no: self._piece(no, parts) for no, parts in self.parts.items()}

    @cached_property
    def opened(self) -> dict[str, Content]:
        """By order."""
        own = cipher(self.tenant)
        there = {part.order.id: part.order for parts in self.parts.values() for part in parts}
        return {each.id: _opened(own, each) for each in there.values()}

    def receiver(self, no: int) -> Receiver:
        return self.opened[self.parts[no][0].order.id].receiver

    def collect(self, no: int) -> int:
        """Fen that the receiver pays: with the first parcel of each order, once."""
        return sum(
            max(0, content.amounts.total - sum(p.captured - p.refunded for p in content.payments))
            for order, parcel in ((part.order, part.parcel) for part in self.parts[no])
            if (content := order.content).payment.cod
            and parcel.no == min(each.no for each in order.parcels)
        )

    def _piece(self, no: int, parts: tuple[Part, ...]) -> Piece:
        shown = self.boxes.get(no) or parts[0].parcel
        return Piece(
            no,
            shown.warehouse,
            shown.carrier,
            self._mark(no, shown.warehouse, shown.carrier),
            left=bool(shown.shipped_at),
            tracking=shown.tracking,
            held=self.stopped or any(part.order.status not in OPEN for part in parts),
            stopped=any(_intercepted(part) for part in parts),
        )

    def _mark(self, no: int, warehouse: str, carrier: str) -> str:
        """Keyed: of whom it is for, nobody learns anything from it."""
        goods = [(part.order.id, part.parcel.sources) for part in self.parts[no]]
        said = (warehouse, carrier, goods, self.receiver(no), self.collect(no))
        return cipher(self.tenant).mark(repr(said))


def of(tenant: str, subject: str) -> Sheet:
    """Raises NotFound where there is neither such an order nor such a merge."""
    if subject.startswith(MERGE):
        return _of_merge(tenant, merges.folder.get(tenant, subject.removeprefix(MERGE)))
    order = orders.get(tenant, subject)
    own = {p.no: (Part(order, p),) for p in order.parcels if not p.box}
    merge = MERGE + order.merge if order.merge else ""
    return Sheet(tenant, subject, own, {}, tuple(former(order)), merge)


def _of_merge(tenant: str, merged: Merge) -> Sheet:
    members = [] if merged.stage is Stage.UNDONE else meeting.members(tenant, merged)
    inside = {
        box.no: tuple(
            Part(order, parcel)
            for order in members
            for parcel in order.parcels
            if parcel.box == f"{merged.id}-{box.no}"
        )
        for box in merged.boxes
    }
    return Sheet(
        tenant,
        MERGE + merged.id,
        {no: parts for no, parts in inside.items() if parts},
        {box.no: box for box in merged.boxes},
        tuple(merged.ids),
        stopped=bool(merged.stopped),
    )


def _opened(own: Cipher, order: Order) -> Content:
    return personal(order.content, lambda at, v: own.open(v, f"{order.id}/{at}"))


def _intercepted(part: Part) -> bool:
    """Whether the buyer wants back what lies in it, and it shall be stopped."""
    lines = {source.line for source in part.parcel.sources}
    return any(
        sale.state is State.INTERCEPTING and lines & sale.pieces.keys()
        for sale in aftersales.of(part.order.tenant, part.order.id)
    )


def fitting(tenant: str, piece: Piece, *, automatic: bool = False) -> list[Account]:
    """The accounts that a parcel's waybill may be taken with."""
    return [
        one
        for one in waybills.accounts.all_known(tenant)
        if one.active and (one.automatic or not automatic)
        if serves(one, piece.warehouse, piece.carrier)
    ]


def serves(account: Account, warehouse: str, carrier: str) -> bool:
    """Whether an account makes waybills there for a carrier, and its adapter can."""
    can = registry.of(account.kind).carriers
    return account.serves(warehouse, carrier) and carrier in can


def choice(tenant: str, piece: Piece) -> Account | Fault:
    """The one account for a parcel; where several fit, the one that takes by itself."""
    found = fitting(tenant, piece)
    own = [one for one in found if one.automatic]
    if len(found) != 1 and len(own) != 1:
        names = ", ".join(one.id for one in found)
        args = {"warehouse": piece.warehouse, "carrier": piece.carrier, "accounts": names}
        if found:
            return Fault("account", "several-waybill-accounts", args)
        return Fault("account", "no-waybill-account", args)
    return found[0] if len(found) == 1 else own[0]


def request(sheet: Sheet, row: Waybill, sender: Receiver, caps: port.Caps) -> port.Waybill:
    """What the carrier is asked for; raises Rejected for what he could not do well."""
    parts = sheet.parts[row.parcel]
    sources = [source for part in parts for source in part.parcel.sources]
    box = sheet.boxes.get(row.parcel)
    weighed = box.grams if box and box.weighed_at else 0
    collect = sheet.collect(row.parcel)
    if collect and not caps.collect:
        raise Rejected(Why.REFUSED, "no-collect")
    items = merchants.items_of(sheet.tenant, sorted({source.sku for source in sources}))
    return port.Waybill(
        idem=row.idem,
        carrier=row.carrier,
        sender=sender,
        receiver=_person(sheet, row.parcel, caps),
        goods=tuple(_goods(sources, items)),
        grams=weighed or sum(part.parcel.grams for part in parts),
        volume=sum(split.volume(part.order, part.parcel.sources, items) for part in parts),
        collect=collect,
    )


def _person(sheet: Sheet, no: int, caps: port.Caps) -> Receiver | Token:
    """In plain, or the platform's stand-in where the carrier opens it himself."""
    person, order = sheet.receiver(no), sheet.parts[no][0].order
    if not person.token:
        return person
    if person.token_kind not in caps.tokens:
        raise Rejected(Why.REFUSED, "token", person.token_kind)
    return Token(person.token_kind, person.token, order.number, person)


def _goods(sources: Iterable[Source], items: Mapping[str, Item]) -> Iterator[Goods]:
    """A few words of what is inside, never more than a carrier needs."""
    units: Counter[str] = Counter()
    for source in sources:
        units[source.sku] += source.quantity
    for sku in list(units)[:MOST_GOODS]:
        name = items[sku].name if sku in items else sku
        yield Goods(name[:LONGEST], units[sku])
