"""Hot SKUs: one counter takes some hundred orders a second, so its units go into several.

Which buckets have units (`Hot.filled`) is only a hint: what counts is the condition of each write.
Only whoever has read every bucket may say that all of them are empty.
"""

from math import ceil

from shared.domain.stock import BUCKET, Heat, Hot, Level, Place

A_SECOND = 100  # orders that one bucket shall have to take: more of them meet and turn back
UNITS = 100  # a bucket with fewer is not worth its own: it runs out too soon
MOST = 500


def wanted(peak: int, units: int) -> int:
    """How many buckets suit `peak` orders a second for so many units."""
    return max(1, min(ceil(peak / A_SECOND), units // UNITS, MOST))


def place(root: Place, epoch: int, number: int) -> Place:
    return Place(root.sku, root.warehouse, f"{BUCKET}{epoch}.{number}")


def epoch_of(bucket: Place) -> int:
    return int(bucket.lot.removeprefix(BUCKET).split(".")[0])


def number_of(bucket: Place) -> int:
    return int(bucket.lot.split(".")[1])


def all_of(root: Level) -> list[Place]:
    hot = root.hot or Hot(0, 0)
    return [place(root.place, hot.epoch, number) for number in range(hot.buckets)]


def chosen(root: Level, chance: float) -> Place:
    """One of the buckets that are thought to have units, or the counter itself."""
    if root.hot is None or root.hot.heat is not Heat.ON or not root.hot.filled:
        return root.place
    filled = sorted(root.hot.filled)
    return place(root.place, root.hot.epoch, filled[int(chance * len(filled))])


def shares(units: int, buckets: int) -> list[int]:
    """Divide so many units as evenly as they go."""
    each, more = divmod(units, buckets)
    return [each + (number < more) for number in range(buckets)]


def to_merge(buckets: list[Level], needed: int) -> list[Level]:
    """The fewest buckets that together have `needed` units; none if one does, or all do not."""
    chosen: list[Level] = []
    for bucket in sorted(buckets, key=lambda level: (-level.free, level.lot)):
        if sum(level.free for level in chosen) >= needed:
            break
        chosen.append(bucket)
    enough = sum(level.free for level in chosen) >= needed
    return chosen if enough and len(chosen) > 1 else []
