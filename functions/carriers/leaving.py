"""With which numbers parcels leave: those of their waybills, unless somebody says otherwise."""

from collections.abc import Iterator, Mapping

from shared.domain.errors import Fault, Invalid
from shared.domain.waybill import State, Waybill
from shared.store import waybills

Labels = dict[int, tuple[str, str]]
"""Parcel number -> (carrier, tracking number)."""


def labels(tenant: str, subject: str, given: Labels, *, other: bool) -> Labels:
    """What was given, and where nothing was what the waybills say.

    `subject`: the order, or the merge whose boxes leave. `other`: another number than the
    waybill's is meant; the carrier is then asked to cancel that.
    """
    if other or not waybills.used(tenant):
        return given
    known = waybills.living(tenant, subject)
    if faults := tuple(_faults(known, given)):
        raise Invalid(faults=faults)
    return {
        no: (known[no].carrier, known[no].tracking) if no in known else label
        for no, label in given.items()
    }


def _faults(known: Mapping[int, Waybill], given: Labels) -> Iterator[Fault]:
    for no, (_, tracking) in given.items():
        row = known.get(no)
        if row and row.state is State.WANTED:
            yield Fault("parcels", "waybill-not-made", {"parcel": no})
        elif row and tracking not in ("", row.tracking):
            args = {"parcel": no, "tracking": row.tracking}
            yield Fault("parcels", "other-waybill", args)
