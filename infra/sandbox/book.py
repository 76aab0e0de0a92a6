"""What the sandbox's merchant has sold and given back: the provider's side of each payment."""

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

CHINA = timezone(timedelta(hours=8))


class No(Exception):
    """What the provider refuses; each adapter's other side says it in its own code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True)
class Trade:
    number: str
    fen: int
    title: str
    method: str
    notify_url: str
    expires: float
    return_url: str = ""
    provider_no: str = ""
    created: float = 0
    state: str = "open"  # open, paid, closed
    seen: bool = True  # whether a buyer has come to it: before that Alipay knows of no trade
    payer: str = ""
    paid_at: float = 0


@dataclass(slots=True)
class Refund:
    number: str  # of the trade
    refund_no: str
    fen: int
    reason: str = ""
    notify_url: str = ""
    provider_no: str = ""
    created: float = 0
    state: str = "processing"  # processing, done, closed, abnormal
    done_at: float = 0


@dataclass
class Book:
    """One merchant's trades and refunds, with the provider's limits on refunds."""

    most: int  # refunds of a trade; 0 = any number
    gap: float  # seconds between two of them
    days: int  # after the payment
    file: Path | None = None  # where it is kept between two starts
    trades: dict[str, Trade] = field(default_factory=dict)
    refunds: list[Refund] = field(default_factory=list)
    ahead: float = 0  # seconds that business runs ahead of the clock
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        if self.file and self.file.exists():
            kept = json.loads(self.file.read_text())
            self.trades = {each["number"]: Trade(**each) for each in kept["trades"]}
            self.refunds = [Refund(**each) for each in kept["refunds"]]

    def now(self) -> float:
        return time.time() + self.ahead

    def keep(self) -> None:
        if not self.file:
            return
        with self.lock:
            draft = self.file.with_suffix(".draft")
            draft.write_text(json.dumps(self.shown()))
            draft.replace(self.file)

    def shown(self) -> dict[str, list[dict[str, object]]]:
        with self.lock:
            return {
                "trades": [asdict(each) for each in self.trades.values()],
                "refunds": [asdict(each) for each in self.refunds],
            }

    def open(self, wanted: Trade, number: Callable[[], str]) -> Trade:
        """A new trade, or the same one again."""
        with self.lock:
            known = self.trades.get(wanted.number)
            if known is None:
                wanted.created, wanted.provider_no = self.now(), number()
                self.trades[wanted.number] = wanted
                return wanted
            self._lapse(known)
            if known.state != "open":
                raise No(known.state)
            if (known.fen, known.method) != (wanted.fen, wanted.method):
                raise No("used")
            known.seen = known.seen or wanted.seen
            return known

    def find(self, number: str) -> Trade:
        with self.lock:
            known = self.trades.get(number)
            if known is None or not known.seen:
                raise No("absent")
            self._lapse(known)
            return known

    def by_provider_no(self, provider_no: str) -> Trade:
        for trade in list(self.trades.values()):
            if trade.provider_no == provider_no and trade.paid_at:
                return trade
        raise No("absent")

    def pay(self, number: str, payer: str) -> Trade:
        """What the buyer does on the phone."""
        with self.lock:
            known = self.trades.get(number)
            if known is None:
                raise No("absent")
            self._lapse(known)
            if known.state != "open":
                raise No(known.state)
            known.state, known.seen = "paid", True
            known.payer, known.paid_at = payer, self.now()
            return known

    def close(self, number: str) -> Trade:
        with self.lock:
            known = self.find(number)
            if known.state != "open":
                raise No(known.state)
            known.state = "closed"
            return known

    def refund(self, wanted: Refund, number: Callable[[], str]) -> tuple[Refund, bool]:
        """(The refund, whether it is new.) The same number is the same refund."""
        with self.lock:
            trade = self.find(wanted.number)
            earlier = self.of(wanted.number)
            for each in earlier:
                if each.refund_no == wanted.refund_no:
                    if each.fen != wanted.fen:
                        raise No("used")
                    return each, False
            self._allow(trade, earlier, wanted.fen)
            wanted.created, wanted.provider_no = self.now(), number()
            self.refunds.append(wanted)
            return wanted, True

    def settle(self, refund: Refund, state: str) -> None:
        with self.lock:
            refund.state, refund.done_at = state, self.now() if state == "done" else 0

    def find_refund(self, refund_no: str, number: str = "") -> Refund:
        with self.lock:
            for each in self.refunds:
                if each.refund_no == refund_no and (not number or each.number == number):
                    return each
        raise No("no-refund")

    def of(self, number: str) -> list[Refund]:
        return [each for each in self.refunds if each.number == number]

    def returned(self, number: str) -> int:
        """Fen that went back, or are on their way."""
        return sum(each.fen for each in self.of(number) if each.state != "closed")

    def day(self, day: str) -> tuple[list[Trade], list[Refund]]:
        """What was paid, and what was given back, on a day in China."""
        with self.lock:
            paid = [t for t in self.trades.values() if t.paid_at and date(t.paid_at) == day]
            return paid, [each for each in self.refunds if date(each.created) == day]

    def _allow(self, trade: Trade, earlier: Iterable[Refund], fen: int) -> None:
        counted = [each for each in earlier if each.state != "closed"]
        rules = {
            "unpaid": trade.state != "paid",
            "late": self.now() - trade.paid_at > self.days * 86400,
            "many": bool(self.most) and len(counted) >= self.most,
            "soon": any(self.now() - each.created < self.gap for each in counted),
            "over": self.returned(trade.number) + fen > trade.fen,
        }
        for why, broken in rules.items():
            if broken:
                raise No(why)

    def _lapse(self, trade: Trade) -> None:
        if trade.state == "open" and self.now() > trade.expires:
            trade.state = "closed"


def local(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, CHINA)


def date(moment: float) -> str:
    return local(moment).strftime("%Y-%m-%d")


def digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def yuan(fen: int) -> str:
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def fen(text: str) -> int:
    whole, _, part = text.partition(".")
    if not (whole + part).isdecimal() or len(part) > 2:  # noqa: PLR2004
        raise No("param")
    return int(whole or 0) * 100 + int(f"{part:0<2}")
