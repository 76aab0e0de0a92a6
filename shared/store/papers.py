"""The papers behind what comes, goes and is counted: one folder for each kind."""

from collections.abc import Iterable, Iterator
from itertools import count

from shared.domain import buckets, counting
from shared.domain.count import Count
from shared.domain.counting import Seen
from shared.domain.feed import Feed
from shared.domain.goods import Goods, Known
from shared.domain.movement import Movement
from shared.domain.purchase import Purchase
from shared.domain.stock import Level, Place, Posting
from shared.domain.transfer import Transfer
from shared.store import ledgers, merchants, stock
from shared.store.documents import Folder

purchases = Folder("purchase", Purchase)
movements = Folder("movement", Movement)
counts = Folder("count", Count)
feeds = Folder("feed", Feed)
transfers = Folder("transfer", Transfer)


def seen(tenant: str, place: Place, moment: str) -> Seen:
    """The counters of a place, and what was written since shortly before `moment`."""
    found = ledgers.book(tenant, place, newest_first=True)
    if found is None:
        return Seen(Level(*place))
    level, newest_first = found
    written = counting.recent(newest_first, moment)
    epochs = {int(line.id): None for line in written if line.cause == "hot"}
    if level.hot:
        epochs[level.hot.epoch] = None
        level = stock.whole(tenant, level)
    beside = (line for epoch in epochs for line in _in_buckets(tenant, place, epoch, moment))
    return Seen(level, [*written, *beside])


def known(tenant: str, warehouse: str, goods: Iterable[Goods]) -> dict[Place, Known]:
    """What we know of these goods where they lie."""
    places = {one.at(warehouse) for one in goods}
    items = merchants.items_of(tenant, sorted({place.sku for place in places}))
    kept = bool(items) or merchants.items.kept(tenant)
    levels = {level.place: level for level in stock.find_levels(tenant, sorted(places))}
    return {
        place: Known(items.get(place.sku), levels.get(place) or Level(*place), kept)
        for place in places
    }


def _in_buckets(tenant: str, root: Place, epoch: int, moment: str) -> Iterator[Posting]:
    """What was written in the buckets of a hot sale: units that left there left the place, too."""
    for number in count():
        bucket = buckets.place(root, epoch, number)
        found = ledgers.book(tenant, bucket, newest_first=True)
        if found is None:
            return
        yield from counting.recent(found[1], moment)
