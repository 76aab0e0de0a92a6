"""/v1/papers: labels, pick lists and packing slips, as PDF"""

from collections.abc import Iterator

from functions.carriers import papers
from functions.carriers.papers import Packet
from shared.domain.errors import NotFound
from shared.domain.reader import Reader
from shared.gateways.papers import labels, packing, picking
from shared.gateways.papers.labels import Size
from shared.runtime.http import PDF, Call, File, Routes
from shared.store import reveals

routes = Routes()
MOST, MOST_PAPERS, MOST_PARCELS = 100, 300, 99
LABELS, SLIPS = "打印面单", "打印发货单"  # why personal data is looked at, unless a caller says


@routes.on("POST", "/v1/papers/labels", "orders:reveal")
def print_labels(call: Call) -> File:
    """One page a parcel that has a number; whoever prints it is written down."""
    body = call.reader()
    size = body.one_of("size", Size, Size.SMALL)
    purpose = body.text("purpose", default=LABELS) or LABELS
    chosen, drawn = _chosen(call, body), []
    for entry, packet in chosen:
        drawn.append(papers.label(packet, call.now))
        if drawn[-1] is None:
            entry.fault("parcel", "no-number", parcel=packet.no)
    _done(body)
    _note(call, [packet for _, packet in chosen], purpose)
    return File("labels.pdf", PDF, labels.pdf([each for each in drawn if each], size))


@routes.on("POST", "/v1/papers/picking", "orders:read")
def print_picking(call: Call) -> File:
    """One list a warehouse, of what is still there; it names nobody."""
    body = call.reader()
    chosen = _chosen(call, body)
    for entry, packet in chosen:
        if packet.piece.left:
            entry.fault("parcel", "parcel-left", parcel=packet.no)
    _done(body)
    waves = papers.waves((packet for _, packet in chosen), call.now)
    return File("picking.pdf", PDF, picking.pdf(waves))


@routes.on("POST", "/v1/papers/packing", "orders:reveal")
def print_packing(call: Call) -> File:
    """One slip a parcel; whoever prints it is written down."""
    body = call.reader()
    prices = body.flag("prices")
    purpose = body.text("purpose", default=SLIPS) or SLIPS
    chosen = [packet for _, packet in _chosen(call, body)]
    _done(body)
    _note(call, chosen, purpose)
    slips = [papers.slip(packet, call.now) for packet in chosen]
    return File("packing.pdf", PDF, packing.pdf(slips, prices=prices))


def _chosen(call: Call, body: Reader) -> list[tuple[Reader, Packet]]:
    """Each parcel once, in the order in which they are asked for, and where it is asked for."""
    found: dict[tuple[str, int], tuple[Reader, Packet]] = {}
    for entry in body.objects("parcels", limit=MOST):
        for packet in _packets(call, entry):
            found.setdefault(packet.place, (entry, packet))
    if len(found) > MOST_PAPERS:
        body.fault("parcels", "too-many", limit=MOST_PAPERS)
    return list(found.values())


def _packets(call: Call, entry: Reader) -> Iterator[Packet]:
    """Those that may be printed of what one entry asks for."""
    order = entry.id("order")
    number = entry.whole("parcel", default=0, least=1, most=MOST_PARCELS)
    entry.done()
    if entry.faults_here("order", "parcel"):
        return
    for packet in _found(call, entry, order, number):
        if packet.stays:
            entry.fault("parcel", "parcel-stays", parcel=packet.no)
        yield packet


def _found(call: Call, entry: Reader, order: str, number: int) -> list[Packet]:
    try:
        found = papers.packets(call.tenant, order, number)
    except NotFound:
        entry.fault("order", "unknown-order")
        return []
    if not found and number:
        entry.fault("parcel", "no-such-parcel")
    elif not found:
        entry.fault("order", "not-planned")
    return found


def _note(call: Call, chosen: list[Packet], purpose: str) -> None:
    for order in dict.fromkeys(order for packet in chosen for order in packet.orders):
        reveals.note(call.tenant, order, call.by, purpose, call.now)


def _done(body: Reader) -> None:
    body.done()
    body.check()
