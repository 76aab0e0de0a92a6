"""Read what is asked for after a sale, and how a merchant deals with it."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from shared.domain.access import Role
from shared.domain.aftersale import Ask, Came, Kind, Reason, Settings, State, Then, Wanted
from shared.domain.goods import MOST_UNITS, Goods
from shared.domain.intake import MAX_LINES, MAX_QUANTITY
from shared.domain.reader import MAX_FEN, MEDIUM, Reader
from shared.domain.refunding import Asked
from shared.domain.stock import BUCKET


class Side(StrEnum):
    """Who speaks."""

    BUYER = "buyer"
    MERCHANT = "merchant"


MOST_EVIDENCE = 20
MOST_SAID = 100
MOST_DAYS, MOST_HOURS = 90, 30 * 24
CLOCK = "clock"
TOLD = (
    *(State.REQUESTED, State.REFUNDING, State.REFUNDED),
    *(State.REJECTED, State.WITHDRAWN, State.CLOSED),
)
"""What a platform may tell of an after-sale of its own."""


@dataclass(frozen=True, slots=True)
class Request:
    no: str
    asked: Asked
    reason: Reason
    note: str
    intercept: bool
    warehouse: str
    evidence: tuple[str, ...]
    step: State
    digest: str = ""  # of the request


def request(body: Reader) -> Request:
    kind = _kind(body)
    asked = Asked(
        kind=kind,
        pieces=_pieces(body, kind),
        fen=_fen(body, kind),
        freight=body.whole("freight", least=0) if body.has("freight") else None,
        wanted=_wanted(body, kind),
    )
    body.seen.add("freight")
    return Request(
        no=body.id("no", default=""),
        asked=asked,
        reason=body.one_of("reason", Reason, Reason.OTHER),
        note=body.text("note", default="", limit=MEDIUM),
        intercept=body.flag("intercept") and kind is Kind.REFUND,
        warehouse=body.id("warehouse", default=""),
        evidence=evidence(body, required=False),
        step=_step(body),
    )


def evidence(body: Reader, *, required: bool = True) -> tuple[str, ...]:
    """Short texts, and addresses of pictures, which are https."""
    found = []
    for at, item in enumerate(body.items("evidence", limit=MOST_EVIDENCE, required=required)):
        one = Reader({"text": item}, f"evidence[{at}]", body.faults)
        text = one.text("text", limit=MEDIUM)
        if "://" in text and not _is_address(text):
            one.fault("text", "bad-url")
        found.append(text)
    return tuple(dict.fromkeys(found))


def came(body: Reader, delivery: str) -> tuple[tuple[Came, Goods], ...]:
    """What came in one delivery, each SKU and lot once."""
    found: list[tuple[Came, Goods]] = []
    for line in body.objects("lines", limit=MAX_LINES):
        goods = Goods(
            line.id("sku"), line.id("lot", default=""), line.day("expires"), line.day("made")
        )
        if goods.lot.startswith(BUCKET):
            line.fault("lot", "not-an-id")
        good = line.whole("good", default=0, most=MOST_UNITS)
        damaged = line.whole("damaged", default=0, most=MOST_UNITS)
        if not good + damaged and not line.faults_here("good", "damaged"):
            line.fault("good", "out-of-range", least=1, most=MOST_UNITS)
        if (goods.sku, goods.lot) in {(each.sku, each.lot) for _, each in found}:
            line.fault("lot" if goods.lot else "sku", "twice")
        line.done()
        found.append((Came(delivery, goods.sku, good, damaged, goods.lot), goods))
    return tuple(found)


def settings(body: Reader) -> Settings:
    usual = Settings()
    return Settings(
        answer_hours=body.whole("answer_hours", default=usual.answer_hours, most=MOST_HOURS),
        answer=body.one_of("answer", Then, usual.answer),
        return_days=body.whole("return_days", default=usual.return_days, most=MOST_DAYS),
        receive_days=body.whole("receive_days", default=usual.receive_days, most=MOST_DAYS),
        receive=body.one_of("receive", Then, usual.receive),
        intercept=body.one_of("intercept", Ask, usual.intercept),
        warehouse=body.id("warehouse", default=""),
        limits=_limits(body.object("limits", required=False)),
    )


def _limits(limits: Reader) -> dict[str, int]:
    found = {name: limits.whole(name) for name in (*map(str, Role), CLOCK) if limits.has(name)}
    limits.seen.update((*map(str, Role), CLOCK))
    limits.done()
    return found


def _kind(body: Reader) -> Kind:
    """There is no usual kind: it must be told."""
    if not body.has("kind"):
        body.fault("kind", "missing")
    return body.one_of("kind", Kind, Kind.REFUND)


def _pieces(body: Reader, kind: Kind) -> dict[int, int]:
    """Line -> pieces. A refund without any is of all that is left; money alone is for none."""
    pieces: dict[int, int] = {}
    needed = kind not in (Kind.REFUND, Kind.COMPENSATION)
    for line in body.objects("lines", limit=MAX_LINES, required=needed):
        no = line.whole("line", least=1, most=MAX_QUANTITY)
        if no in pieces:
            line.fault("line", "twice")
        pieces[no] = line.whole("quantity", least=1, most=MAX_QUANTITY)
        line.done()
    if pieces and kind is Kind.COMPENSATION:
        body.fault("lines", "not-for-kind", service=kind.value)
    return pieces


def _fen(body: Reader, kind: Kind) -> int | None:
    body.seen.add("fen")
    if kind is Kind.COMPENSATION:
        return body.whole("fen", least=1)
    if not body.has("fen"):
        return None
    if kind in (Kind.RESEND, Kind.REPAIR):
        body.fault("fen", "not-for-kind", service=kind.value)
    return body.whole("fen", most=MAX_FEN)


def _wanted(body: Reader, kind: Kind) -> tuple[Wanted, ...]:
    found = []
    for line in body.objects("wanted", limit=MAX_LINES, required=False):
        sku, quantity = line.id("sku"), line.whole("quantity", least=1, most=MAX_QUANTITY)
        found.append(Wanted(sku, quantity, line.whole("unit_price", default=0)))
        line.done()
    if found and kind is not Kind.EXCHANGE:
        body.fault("wanted", "not-for-kind", service=kind.value)
    return tuple(found)


def _step(body: Reader) -> State:
    step = body.one_of("state", State, State.REQUESTED)
    if step not in TOLD:
        body.fault("state", "not-one-of", choices=[each.value for each in TOLD])
    return step


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username
