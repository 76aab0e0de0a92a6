"""What must be true of parcels, whoever shares which box."""

from collections import Counter
from collections.abc import Iterable, Iterator

from shared.domain.merge import Merge, Stage
from shared.domain.order import Order, Source, Status


def doubled(orders: Iterable[Order]) -> list[str]:
    """Units of a line that lie in more than one parcel, or in a parcel and nowhere in stock."""
    return [said for order in orders for said in _doubled(order)]


def misplaced(orders: Iterable[Order], merges: Iterable[Merge]) -> list[str]:
    """Orders in boxes that do not name them, and merges that name orders which are elsewhere."""
    known = {order.id: order for order in orders}
    found = {merge.id: merge for merge in merges}
    return [
        *(said for order in known.values() for said in _boxed(order, found)),
        *(said for merge in found.values() for said in _named(merge, known)),
    ]


def _doubled(order: Order) -> Iterator[str]:
    have = _units(order.sources)
    lying = _units(source for parcel in order.parcels for source in parcel.sources)
    for at, units in (lying - have).items():
        yield f"{order.id}: {units} units of {at} are in parcels, but not held"
    if order.parcels:
        for at, units in (have - lying).items():
            yield f"{order.id}: {units} units of {at} are held, but in no parcel"


def _boxed(order: Order, merges: dict[str, Merge]) -> Iterator[str]:
    for parcel in order.parcels:
        merge_id, _, no = parcel.box.rpartition("-")
        if merge_id != order.merge:
            yield f"{order.id}: in the box {parcel.box}, but part of the merge {order.merge!r}"
        elif merge_id and order.id not in merges[merge_id].box(int(no)).members:
            yield f"{order.id}: in the box {parcel.box}, which does not know it"


def _named(merge: Merge, orders: dict[str, Order]) -> Iterator[str]:
    for member in merge.members if merge.stage is not Stage.UNDONE else ():
        order = orders[member.id]
        inside = order.merge == merge.id and order.status is not Status.HELD
        if inside == (member.id in merge.stopped):
            yield f"{merge.id}: {member.id} is {order.status}, and stopped: {not inside}"
    for box in merge.boxes:
        left = {orders[each].status for each in box.members} <= {Status.SHIPPED, Status.SHIPPING}
        if bool(box.shipped_at) != left and merge.stage is not Stage.UNDONE and not merge.due:
            yield f"{merge.id}-{box.no}: shipped {box.shipped_at!r}, its orders otherwise"


def _units(sources: Iterable[Source]) -> Counter[tuple[object, ...]]:
    units: Counter[tuple[object, ...]] = Counter()
    for source in sources:
        units[source.line, *source.place] += source.quantity
    return units
