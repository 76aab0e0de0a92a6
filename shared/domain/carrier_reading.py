"""Read carriers and tariffs as a merchant sends them."""

from shared.domain.carrier import Carrier, Suspension, Zone
from shared.domain.place import Tariff
from shared.domain.reader import Reader

MOST_ZONES = 2000
MOST_AREAS = 1000  # of one zone, or that are not reached
MOST_SUSPENSIONS = 200
MOST_SIZE = 10**9  # grams, fen
MOST_DAYS = 365
LONGEST_AREA = 100
LONGEST_NOTE = 200
DEPTH = 4  # province, city, district, town


def read(body: Reader, carrier_id: str = "") -> Carrier:
    """A carrier by itself; whatever is wrong with it is among the faults of `body`."""
    carrier = Carrier(
        id=carrier_id or body.id("id"),
        name=body.text("name"),
        cod=body.flag("cod", default=True),
        zones=tuple(map(_zone, body.objects("zones", limit=MOST_ZONES, required=False))),
        divisor=body.whole("divisor", default=0, most=MOST_SIZE),
        remote=_remote(body.object("remote", required=False)),
        unreached=_areas(body, "unreached"),
        suspensions=_suspensions(body),
        most_weight=body.whole("most_weight", default=0, most=MOST_SIZE),
        active=body.flag("active", default=True),
    )
    _check_once(body, carrier)
    body.seen.add("id")
    body.done()
    return carrier


def suspension(given: Reader, since: str = "") -> Suspension:
    """`since`: from when on it holds if nothing is said."""
    found = Suspension(
        area(given, "area"),
        given.time("from", default="") or since,
        given.time("to", default=""),
        given.text("note", default="", limit=LONGEST_NOTE),
    )
    if found.until and found.until <= found.since:
        given.fault("to", "not-after", other="from")
    given.done()
    return found


def tariff(given: Reader) -> Tariff:
    names = ("first_weight", "first_fee", "step_weight", "step_fee")
    found = Tariff(*(given.whole(name, default=0, most=MOST_SIZE) for name in names))
    if found.step_fee and not found.step_weight:
        given.fault("step_weight", "missing")
    given.done()
    return found


def area(given: Reader, name: str) -> str:
    """`浙江`, `浙江/杭州` or `浙江/杭州/西湖`; empty if it is not given."""
    found = given.text(name, default="", limit=LONGEST_AREA)
    if found and not _is_area(found):
        given.fault(name, "not-an-area")
    return found


def _zone(given: Reader) -> Zone:
    zone = Zone(
        tariff(given.object("tariff")),
        _areas(given, "areas"),
        given.id("warehouse", default=""),
        given.whole("days", default=0, most=MOST_DAYS),
    )
    given.done()
    return zone


def _areas(given: Reader, name: str) -> tuple[str, ...]:
    areas = given.texts(name, limit=MOST_AREAS)
    for at, each in enumerate(areas):
        if not _is_area(each):
            given.fault(f"{name}[{at}]", "not-an-area")
    return areas


def _is_area(text: str) -> bool:
    parts = text.split("/")
    return len(parts) <= DEPTH and all(part.strip() for part in parts)


def _remote(given: Reader) -> dict[str, int]:
    """Area -> fen more."""
    if len(given.value) > MOST_AREAS:
        given.fault("", "too-many", limit=MOST_AREAS)
    for name in given.value:
        if not _is_area(name) or len(name) > LONGEST_AREA:
            given.fault(name[:LONGEST_AREA], "not-an-area")
    return {name: given.whole(name, most=MOST_SIZE) for name in given.value}


def _suspensions(body: Reader) -> tuple[Suspension, ...]:
    some = body.objects("suspensions", limit=MOST_SUSPENSIONS, required=False)
    return tuple(map(suspension, some))


def _check_once(body: Reader, carrier: Carrier) -> None:
    """From one warehouse each area is in one zone, so that it has one price."""
    seen: set[tuple[str, str]] = set()
    for at, zone in enumerate(carrier.zones):
        for name in zone.areas or ("",):
            if (zone.warehouse, name) in seen:
                body.fault(f"zones[{at}].areas", "twice")
            seen.add((zone.warehouse, name))
