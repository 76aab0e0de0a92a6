"""Take waybills for parcels, one for each, and give back those that nobody wants."""

import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from functions.carriers import calls, parcels
from functions.carriers.calls import Using
from functions.carriers.parcels import Sheet
from functions.channels.access import cipher
from shared.domain.content import Receiver
from shared.domain.errors import Conflict, Fault, NotFound
from shared.domain.report import wait
from shared.domain.waybill import State, Waybill, first, lacking, settled
from shared.gateways import queues
from shared.gateways.carriers import port
from shared.gateways.carriers.port import Find, Form, Made, Print
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Forged, Unclear
from shared.runtime import clock
from shared.store import waybills

AGAIN = (Why.LATER, Why.LIMITED, Why.CLOCK)
NOT_THERE = (Why.DONE, Why.ABSENT)  # what a carrier says of one that he has not, or not any more
NAMED = ("token", "no-collect", "no-sender", "account")  # refusals that have words of their own
LEASE = 120  # seconds for which one process asks alone
PUT_OFF = 600  # seconds after which is looked again at what cannot be asked for yet
ROUNDS = 5  # tries when somebody else wrote the same waybill
Change = Callable[[Waybill], Waybill]


def label(tenant: str, order_id: str) -> None:
    """Whatever an order, or a merge, needs of its carriers now."""
    if not waybills.used(tenant):
        return
    sheet = parcels.of(tenant, order_id)
    _serve(sheet)
    if sheet.merge:
        _serve(parcels.of(tenant, sheet.merge))


def _serve(sheet: Sheet) -> None:
    """What nobody wants goes first: nothing new is taken while a carrier may have the old."""
    ties = [_cleared(parcels.of(sheet.tenant, tie)) for tie in sheet.ties]
    clear = _cleared(sheet) and all(ties)
    rows = waybills.of(sheet.tenant, sheet.subject)
    now = clock.now()
    for row in [*rows, *(_fresh(sheet, rows) if clear else [])]:
        if row.state is not State.WANTED or not row.ready(now):
            continue
        if clear and not sheet.pieces[row.parcel].held:
            _take(sheet, row)
        elif row.due <= now:
            later = clock.later(now, PUT_OFF)
            _write(sheet.tenant, row, lambda it, later=later: replace(it, due=later))  # type: ignore[misc]


def _cleared(sheet: Sheet) -> bool:
    """Whether no carrier has any more what nobody wants."""
    now = clock.now()
    for changed in settled(waybills.of(sheet.tenant, sheet.subject), sheet.pieces, now):
        waybills.save(sheet.tenant, changed)
    rows = waybills.of(sheet.tenant, sheet.subject)
    going = [_cancel(sheet.tenant, row) for row in rows if row.going]
    return all(row.over for row in going)


def _fresh(sheet: Sheet, rows: list[Waybill]) -> list[Waybill]:
    """Those that are taken without anybody asking."""
    automatic = [
        piece
        for piece in sheet.pieces.values()
        if not piece.held and parcels.fitting(sheet.tenant, piece, automatic=True)
    ]
    return [
        waybills.save(sheet.tenant, first(sheet.subject, piece, rows, "system", clock.now()))
        for piece in lacking(rows, automatic)
    ]


def _take(sheet: Sheet, row: Waybill) -> None:
    try:
        to = _using(sheet, row)
        wanted = parcels.request(sheet, row, _sender(to, row.warehouse), to.by.caps)
    except Rejected as no:
        why, note = _why(no), no.text
        _write(sheet.tenant, row, lambda it: it.stuck(why, note))
        return
    unknown = row.asked
    mine = replace(row, account=to.id).trying(clock.now(), clock.later(clock.now(), LEASE))
    asking = waybills.save(sheet.tenant, mine)  # before the call: whoever dies in it is known
    made, change = _asked(to, wanted, unknown)
    told = _write(sheet.tenant, asking, change)
    if made and made.label:
        keep(sheet.tenant, told, made.label)
    if told.ready(clock.now()):
        queues.later("label", {"tenant": sheet.tenant, "order_id": sheet.subject})


def _asked(to: Using, wanted: port.Waybill, unknown: bool) -> tuple[Made | None, Change]:
    """What was made, and what is to be written. After an unknown outcome it is looked up first."""
    now, none = clock.now(), False  # whether it is certain that there is none
    try:
        made = to.do(lambda wire, link: to.by.find(wire, link, wanted)) if unknown else None
        none = made is None
        made = made or to.do(lambda wire, link: to.by.create(wire, link, wanted))
    except Rejected as no:
        known, refusal = none and no.why is not Why.DONE, no
        return None, lambda it: _failed(it.refused() if known else it, refusal)
    except (Unclear, Forged) as unclear:
        note = str(unclear)[:200]
        return None, lambda it: _later(it, "unclear", note)
    return made, lambda it: it.made(made.tracking, made.subs, made.ref, dict(made.codes), now)


def _cancel(tenant: str, row: Waybill) -> Waybill:
    """The waybill as it stands after the carrier was asked to forget it, if it is time."""
    if not row.ready(clock.now()):
        return row
    try:
        to = calls.using(tenant, row.account)
    except NotFound:
        return _write(tenant, row, lambda it: it.stuck("account"))
    if not row.tracking and to.by.caps.find is Find.AGAIN:  # looking it up would make it
        return _write(tenant, row, lambda it: it.stuck("unknown"))
    trying = waybills.save(tenant, row.trying(clock.now(), clock.later(clock.now(), LEASE)))
    return _write(tenant, trying, _called_off(to, row))


def _called_off(to: Using, row: Waybill) -> Change:
    try:
        if made := _known(to, row):
            to.do(lambda wire, link: to.by.cancel(wire, link, made, "不发货"))
    except Rejected as no:
        if no.why in NOT_THERE:
            return Waybill.cancelled
        refusal = no
        return lambda it: _failed(it, refusal)
    except (Unclear, Forged) as unclear:
        note = str(unclear)[:200]
        return lambda it: _later(it, "unclear", note)
    return Waybill.cancelled


def _known(to: Using, row: Waybill) -> Made | None:
    if row.tracking:
        return made_of(row)
    nobody = Receiver()
    wanted = port.Waybill(row.idem, row.carrier, nobody, nobody, goods=(), grams=0)
    return to.do(lambda wire, link: to.by.find(wire, link, wanted))


def made_of(row: Waybill, label: Print | None = None) -> Made:
    return Made(row.idem, row.carrier, row.tracking, row.subs, row.ref, label, row.codes)


def _failed(row: Waybill, no: Rejected) -> Waybill:
    note = f"{no.code} {no.text}".strip()[:200]
    if no.why in (*AGAIN, Why.DONE) or row.over:
        return _later(row, no.why.value, note)
    return row.stuck(_why(no), note)


def _later(row: Waybill, why: str, note: str) -> Waybill:
    if row.over:  # a person has seen to it
        return row
    return row.later(why, note, clock.later(clock.now(), wait(row.tries)))


def _why(no: Rejected) -> str:
    return no.code if no.code in NAMED else no.why.value


def _using(sheet: Sheet, row: Waybill) -> Using:
    """With the account of its first try, or the one that fits; raises Rejected without one."""
    chosen = row.account or parcels.choice(sheet.tenant, sheet.pieces[row.parcel])
    if isinstance(chosen, Fault):
        raise Rejected(Why.REFUSED, "account", str(chosen.args["accounts"]))
    stored = waybills.accounts.find(sheet.tenant, chosen if isinstance(chosen, str) else chosen.id)
    if stored is None or not stored.active:
        raise Rejected(Why.REFUSED, "account", row.account)
    return calls.use(sheet.tenant, stored)


def _sender(to: Using, warehouse: str) -> Receiver:
    """Raises Rejected where nobody is named."""
    found = calls.sender(to.tenant, to.stored, warehouse)
    if found is None:
        raise Rejected(Why.REFUSED, "no-sender", warehouse)
    return found


def _write(tenant: str, row: Waybill, change: Change) -> Waybill:
    """What a carrier did must not be lost, nor what a person wants meanwhile."""
    for _ in range(ROUNDS):
        with suppress(Conflict):
            return waybills.save(tenant, change(row))
        row = waybills.get(tenant, row.order, row.no)
    raise Conflict(order=row.order)


def keep(tenant: str, row: Waybill, what: Print) -> None:
    """Sealed: a label names the receiver."""
    plain = f"{what.form.value}\n{what.url}\n".encode() + what.content
    sealed = cipher(tenant).seal_bytes(zlib.compress(plain, 9), f"label/{row.idem}")
    waybills.keep_label(tenant, row, sealed)


def kept(tenant: str, row: Waybill) -> Print | None:
    sealed = waybills.label(tenant, row)
    if sealed is None:
        return None
    plain = zlib.decompress(cipher(tenant).open_bytes(sealed, f"label/{row.idem}"))
    form, url, content = plain.split(b"\n", 2)
    return Print(Form(form.decode()), content, url.decode())
