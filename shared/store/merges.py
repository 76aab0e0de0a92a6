"""Merges at rest: which orders share a box."""

from shared.domain.merge import ON_WAY, Merge
from shared.domain.order import Order, Source, Status
from shared.store.documents import Folder
from shared.store.table import Put

folder = Folder("merge", Merge)
TAKEN_OUT = "unmerged"


def following(before: Order, after: Order) -> list[Put]:
    """What the step of an order means for the merge that it is part of.

    One that leaves its boxes otherwise than by shipping stops them, up to the weighing; one that
    comes back while they still wait for it does not.
    """
    if not before.merge:
        return []
    stops, resumes = _stops(before, after), _resumes(before, after)
    if not stops and not resumes:
        return []
    found = folder.get(before.tenant, before.merge)
    changed = found.stop(after.id, after.status) if stops else found.resume(after.id)
    return [folder.writes(before.tenant, changed, changed.due)]


def _stops(before: Order, after: Order) -> bool:
    """Whether what lies in its boxes is no longer what shall be sent."""
    if before.status is not Status.PLANNED:  # some of it has left, or it is stopped already
        return False
    if any(e.code == TAKEN_OUT for e in after.timeline if e.v > before.version):
        return False  # the merge is written with it
    there, shall = _lying(before), _lying(after)
    return after.status not in ON_WAY or after.key != before.key or there != shall


def _resumes(before: Order, after: Order) -> bool:
    back = before.status not in ON_WAY and after.status in ON_WAY
    return back and after.merge == before.merge and _lying(before) == _lying(after)


def _lying(order: Order) -> list[tuple[str, tuple[Source, ...]]]:
    """Which goods of an order lie in which box."""
    return [(parcel.box, parcel.sources) for parcel in order.parcels]
