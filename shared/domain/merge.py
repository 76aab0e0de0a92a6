"""A merge: several orders that share boxes, each with its own goods, and the moves it can make."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Self

from shared.domain import split
from shared.domain.apportion import spread
from shared.domain.content import Line
from shared.domain.errors import Blocked, NotAllowed, NotFound, WrongState
from shared.domain.item import Item
from shared.domain.order import Order, Parcel, Source, Status

STEP = 1000  # between the numbers of two orders' lines, where both are planned as one
Burden = dict[int, tuple[int, int]]
"""Place of an order in the joint one -> its part of a box's freight and grams."""
ON_WAY = (Status.PLANNED, Status.SHIPPING, Status.SHIPPED)
"""Where an order is in its boxes."""


class Stage(StrEnum):
    OPEN = "open"  # some of its boxes have not left
    SHIPPED = "shipped"  # all have
    UNDONE = "undone"  # every order goes its own way again


@dataclass(frozen=True, slots=True)
class Member:
    id: str
    shop: str
    number: str
    key: str = ""  # the mark of its merge key when it was merged


@dataclass(frozen=True, slots=True)
class Box:
    no: int
    warehouse: str
    carrier: str
    members: tuple[str, ...]  # orders that have goods in it
    grams: int = 0  # as weighed
    weighed_at: str = ""
    tracking: str = ""
    shipped_at: str = ""

    @property
    def closed(self) -> bool:
        return bool(self.weighed_at or self.shipped_at)


@dataclass(frozen=True, slots=True)
class Merge:
    id: str
    members: tuple[Member, ...]
    boxes: tuple[Box, ...]
    key: tuple[str, ...] = ()  # the parts of its key; none where a person merged
    rule: str = ""
    by: str = "system"
    note: str = ""
    created_at: str = ""
    stopped: tuple[str, ...] = ()  # orders whose lines must be taken out before it goes on
    stage: Stage = Stage.OPEN
    due: str = ""  # when the clock must look: not all of what leaves is written yet
    digest: str = ""  # of the request, where a person merged
    version: int = 0

    @property
    def ids(self) -> list[str]:
        return [member.id for member in self.members]

    @property
    def numbers(self) -> list[str]:
        return [member.number for member in self.members]

    def box(self, no: int) -> Box:
        found = next((box for box in self.boxes if box.no == no), None)
        if found is None:
            raise NotFound(kind="box", id=f"{self.id}-{no}")
        return found

    def boxes_of(self, order_id: str) -> list[Box]:
        return [box for box in self.boxes if order_id in box.members]

    def stops(self, box: Box) -> bool:
        """Whether somebody's lines have to be taken out of a box."""
        return not set(self.stopped).isdisjoint(box.members)

    def stop(self, order_id: str, to: Status) -> Self:
        """An order's lines must be taken out, which only goes until its boxes are weighed."""
        if any(box.closed for box in self.boxes_of(order_id)):
            raise NotAllowed(order=order_id, status="weighed", to=to)
        return replace(self, stopped=tuple(dict.fromkeys((*self.stopped, order_id))))

    def resume(self, order_id: str) -> Self:
        """Its lines may stay after all."""
        return replace(self, stopped=tuple(each for each in self.stopped if each != order_id))

    def weigh(self, no: int, grams: int, now: str) -> Self:
        """Close a box with its weight; with none, open it again."""
        box = self.box(no)
        self._check_open(box)
        self.check_free([box])
        return self._with(replace(box, grams=grams, weighed_at=now if grams else ""))

    def ship(self, labels: Mapping[int, tuple[str, str]], now: str) -> Self:
        """Boxes leave: number -> (carrier, tracking number). What has left is left as it is."""
        leaving = [box for no in labels if not (box := self.box(no)).shipped_at]
        self._check_open(*leaving)
        self.check_free(leaving)
        after = self
        for box in leaving:
            carrier, tracking = labels[box.no]
            carrier = carrier or box.carrier
            after = after._with(replace(box, carrier=carrier, tracking=tracking, shipped_at=now))
        done = all(box.shipped_at for box in after.boxes)
        return replace(after, stage=Stage.SHIPPED) if done else after

    def without(self, out: Iterable[str]) -> Self:
        """The same with some orders taken out; of fewer than two nothing is left."""
        gone = set(out)
        members = tuple(member for member in self.members if member.id not in gone)
        boxes = (
            replace(box, members=tuple(each for each in box.members if each not in gone))
            for box in self.boxes
        )
        left = replace(
            self,
            members=members,
            boxes=tuple(box for box in boxes if box.members),
            stopped=tuple(each for each in self.stopped if each not in gone),
        )
        if left.boxes and all(box.shipped_at for box in left.boxes):
            return replace(left, stage=Stage.SHIPPED)
        return left if len(members) > 1 else replace(left, stage=Stage.UNDONE)

    def undo(self) -> Self:
        """Every order goes its own way again, which only goes until a box is weighed."""
        self._check_open(*self.boxes)
        if any(box.closed for box in self.boxes):
            raise WrongState(kind="merge", id=self.id, stage="weighed")
        return replace(self, stage=Stage.UNDONE, stopped=())

    def check_free(self, boxes: Sequence[Box]) -> None:
        """Whether nobody's lines have to be taken out of these boxes first, or Blocked."""
        inside = {each for box in boxes for each in box.members}
        if held := [m for m in self.members if m.id in inside and m.id in self.stopped]:
            raise Blocked(
                merge=self.id,
                orders=[member.id for member in held],
                numbers=[member.number for member in held],
            )

    def _check_open(self, *boxes: Box) -> None:
        if self.stage is Stage.UNDONE:
            raise WrongState(kind="merge", id=self.id, stage=self.stage.value)
        if gone := next((box for box in boxes if box.shipped_at), None):
            raise WrongState(kind="box", id=f"{self.id}-{gone.no}", stage="shipped")

    def _with(self, changed: Box) -> Self:
        boxes = tuple(changed if box.no == changed.no else box for box in self.boxes)
        return replace(self, boxes=boxes)


def id_for(orders: Sequence[Order]) -> str:
    """The same orders as they stand now make the same merge."""
    natural = "\n".join(f"{order.id}.{order.version}" for order in orders).encode()
    return blake2b(natural, digest_size=12).hexdigest()


def joint(orders: Sequence[Order]) -> Order:
    """All of them as one order, to be routed and divided together; it is never written."""
    first = orders[0]
    content = first.content
    sums = {
        name: sum(getattr(order.content.amounts, name) for order in orders)
        for name in ("goods_total", "total")
    }
    return replace(
        first,
        content=replace(
            content,
            lines=tuple(_lines(orders, lambda order: order.content.lines)),
            amounts=replace(content.amounts, **sums),
            carrier=next((c for order in orders if (c := order.content.carrier)), ""),
        ),
        gifts=tuple(_lines(orders, lambda order: order.gifts)),
        carrier=next((order.carrier for order in orders if order.carrier), ""),
        sources=joined(orders),
        parcels=(),
        status=Status.RESERVED,
        timeline=(),
    )


def joined(orders: Sequence[Order]) -> tuple[Source, ...]:
    """Their sources, with the numbers of the joint order's lines."""
    return tuple(
        replace(source, line=at * STEP + source.line)
        for at, order in enumerate(orders)
        for source in order.sources
    )


def sharing(orders: Sequence[Order], whole: Order, *, split: bool) -> list[Order]:
    """Those that share a box of the joint order; in several boxes only where that is allowed."""
    inside = [{source.line // STEP for source in parcel.sources} for parcel in whole.parcels]
    boxes = Counter(at for each in inside for at in each)
    shared = {at for each in inside if len(each) > 1 for at in each}
    return [order for at, order in enumerate(orders) if at in shared and (split or boxes[at] == 1)]


def boxes(orders: Sequence[Order], whole: Order) -> tuple[Box, ...]:
    """A box for each parcel of the joint order."""
    return tuple(
        Box(
            parcel.no,
            parcel.warehouse,
            parcel.carrier,
            tuple(
                order.id
                for at, order in enumerate(orders)
                if any(source.line // STEP == at for source in parcel.sources)
            ),
        )
        for parcel in whole.parcels
    )


def supplied(orders: Sequence[Order], sources: Iterable[Source]) -> list[Order]:
    """Each order with its own part of the joint order's sources."""
    found = tuple(sources)
    return [replace(order, sources=tuple(_own(found, at))) for at, order in enumerate(orders)]


def dealt(
    orders: Sequence[Order], whole: Order, merge_id: str, items: Mapping[str, Item]
) -> list[Order]:
    """Each order with its own part of the joint order's parcels, as reserved ones."""
    boxes = [(parcel, _burden(whole, parcel, items)) for parcel in whole.parcels]
    return [
        replace(
            order,
            parcels=tuple(_parcels(boxes, at, merge_id)),
            meeting=False,
            merge=merge_id,
            status=Status.RESERVED,
        )
        for at, order in enumerate(orders)
    ]


def parted(order: Order) -> Order:
    """The order with its parcels as its own again."""
    parcels = tuple(replace(parcel, box="", weighed_at="") for parcel in order.parcels)
    return replace(order, parcels=parcels, merge="")


def labels(merge: Merge, order: Order, boxes: Iterable[int]) -> dict[int, tuple[str, str]]:
    """What an order's parcels in these boxes, as far as they are still here, leave with."""
    names = {f"{merge.id}-{no}": merge.box(no) for no in boxes}
    return {
        parcel.no: (box.carrier, box.tracking)
        for parcel in order.parcels
        if not parcel.shipped_at and (box := names.get(parcel.box))
    }


def _lines(orders: Sequence[Order], of: Any) -> Iterator[Line]:
    for at, order in enumerate(orders):
        yield from (replace(line, no=at * STEP + line.no) for line in of(order))


def _own(sources: Iterable[Source], at: int) -> Iterator[Source]:
    for source in sources:
        if source.line // STEP == at:
            yield replace(source, line=source.line % STEP)


def _burden(whole: Order, parcel: Parcel, items: Mapping[str, Item]) -> Burden:
    """Each order's part of the freight and the weight of a box, by what its goods weigh."""
    inside = sorted({source.line // STEP for source in parcel.sources})
    own = [[s for s in parcel.sources if s.line // STEP == at] for at in inside]
    weights = [split.grams(whole, sources, items) for sources in own]
    freight, grams = (spread(total, weights) for total in (parcel.freight, parcel.grams))
    return dict(zip(inside, zip(freight, grams, strict=True), strict=True))


def _parcels(boxes: Iterable[tuple[Parcel, Burden]], at: int, merge_id: str) -> Iterator[Parcel]:
    """An order's part of each box; the first order in it fills the day."""
    mine = ((parcel, burden) for parcel, burden in boxes if at in burden)
    for no, (parcel, burden) in enumerate(mine, 1):
        freight, grams = burden[at]
        yield replace(
            parcel,
            no=no,
            sources=tuple(_own(parcel.sources, at)),
            box=f"{merge_id}-{parcel.no}",
            freight=freight,
            grams=grams,
            day=parcel.day if at == min(burden) else "",
        )
