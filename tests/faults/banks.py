"""The payment providers of a run: their sandboxes without a socket, in the run's own time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from types import SimpleNamespace
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
import urllib3

from infra.sandbox import alipay, book, desk, mischief, wechat
from infra.sandbox.book import Refund, Trade
from infra.sandbox.mischief import WELL, Mischief, Trick
from infra.sandbox.server import WHOLE, Answer, Request
from shared.runtime import clock
from tests.faults.faults import Fault
from tests.faults.scheduler import Crash, Task, current
from tests.faults.sqs import Strikes
from tests.support import build, sandboxes

NAMES = ("wechat", "alipay")
TRICKS = {
    Fault.UNHEARD: Trick(what="lost"),
    Fault.UNTOLD: Trick(what="cut"),
    Fault.HALF: Trick(what="half"),
    Fault.BUSY: Trick(what="busy"),
    Fault.NO: Trick(what="refuse", code="over"),
    Fault.POOR: Trick(what="refuse", code="balance"),
    Fault.DOWN: Trick(what="broken"),
    Fault.UNKNOWN: Trick(what="unknown"),
    Fault.PENDING: Trick(what="processing"),
    Fault.FORGED: Trick(what="byte"),
    Fault.DELAY: Trick(what="delay", seconds=90),
}
CHANGES = frozenset({"create", "close", "refund"})
MOST_TELLS = 8  # times that a provider tells what it gets no good answer to


@dataclass(frozen=True, slots=True)
class Letter:
    """What a provider tells by itself of one of its payments, or of a refund."""

    provider: str
    number: str
    refund_no: str = ""
    tells: int = 0


class Surroundings(Protocol):
    """What the providers ask of the world."""

    def moment(self) -> str: ...
    def advance(self, seconds: float) -> None: ...
    def fault(self, task: Task, operation: str) -> Fault | None: ...


class Banks:
    """WeChat Pay and Alipay: what they hold, what they will tell, what they were asked."""

    def __init__(self, world: Surroundings, chance: Random, strikes: Strikes) -> None:
        self._world, self._chance, self._strikes = world, chance, strikes
        self._fault: Fault | None = None  # at the call that is being answered
        self._again = False
        self.next: dict[str, Fault] = {}  # what happens at the next call of this kind
        self.letters: list[Letter] = []
        self.asked: list[str] = []  # every call that was answered, by what it does
        self.buyers = False  # whether somebody pays what is open
        keys = sandboxes.keys()
        self.desks: dict[str, Any] = {
            "wechat": _WeChat(keys, pauses=()),
            "alipay": _Alipay(keys, pauses=()),
        }
        for name, one in self.desks.items():
            one.url, one.mischief, one.write = (
                f"https://{name}.example",
                _Tricks(self._take),
                self._told,
            )

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let the providers live in the time of this world."""
        time = SimpleNamespace(time=lambda: _seconds(self._world), sleep=self._world.advance)
        for module in (book, desk, mischief, wechat, alipay):
            patch.setattr(module, "time", time)

    def knows(self, url: str) -> bool:
        return (urlsplit(url).hostname or "").partition(".")[0] in NAMES

    def request(
        self, method: str, url: str, *, body: bytes | None, headers: dict[str, str], **_: Any
    ) -> "Said":
        """Stands where the HTTP client would connect."""
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        given = {name.lower(): value for name, value in headers.items()}
        asked, one = Request(method, target, given, body or b""), self.desks[_name(parts.hostname)]
        answer = one.answer(asked)
        fault = self._fault
        if fault is Fault.TWICE:  # somebody on the way sent it again
            self._again = True
            answer = one.answer(asked)
            self._again = False
        if fault is Fault.CRASH_AFTER:
            raise Crash
        if answer.sent == 0:
            raise urllib3.exceptions.ProtocolError("no answer")
        return Said(answer)

    def _take(self, on: str) -> Trick:
        """What happens to this call. Others go on before it is made."""
        if self._again:
            return WELL
        task = current()
        fault = self._struck(task, on) if task else None
        self._fault = fault = self.next.pop(on, fault)
        if fault is Fault.CRASH_BEFORE:
            raise Crash
        self.asked.append(on)
        return replace(TRICKS[fault], on=on) if fault in TRICKS else WELL

    def _struck(self, task: Task, on: str) -> Fault | None:
        task.pause()
        task.calls += 1
        if task.lasting is Fault.CUT_OFF:
            return Fault.UNHEARD
        return self._world.fault(task, on)

    # --- buyers and their banks ---
    def open(self) -> list[tuple[str, str]]:
        """(Provider, number) of what can be paid."""
        now = _seconds(self._world)
        return [
            (name, trade.number)
            for name, one in self.desks.items()
            for trade in one.book.trades.values()
            if trade.state == "open" and now < trade.expires
        ]

    def pay(self, number: str) -> None:
        """What the buyer does on the phone."""
        one = next(one for one in self.desks.values() if number in one.book.trades)
        one.tell(one.book.pay(number, "buyer"))

    @property
    def busy(self) -> bool:
        """Whether anybody uses them at all."""
        return any(one.book.trades for one in self.desks.values())

    def finish(self) -> None:
        """The banks are done with what took them so long."""
        for one in self.desks.values():
            for refund in one.book.refunds:
                if refund.state == "processing":
                    one.book.settle(refund, "done")
                    one.tell(refund)

    # --- what they tell by themselves ---
    def _told(self, letter: Letter) -> None:
        if self._strikes(Fault.UNWRITTEN):
            return
        self.letters += [letter] * (2 if self._strikes(Fault.DOUBLE) else 1)

    def speak(self, letter: Letter) -> bool:
        """Tell it once, signed anew; whether it was taken."""
        one = self.desks[letter.provider]
        books = one.book
        about = (
            books.find_refund(letter.refund_no)
            if letter.refund_no
            else books.trades[letter.number]
        )
        notice = one.notice(about)
        headers, body = notice.write(WELL)
        status, said = build.spoken("POST", notice.url, body, headers)
        return status in (200, 204) and (letter.provider != "alipay" or said == b"success")

    def back(self, letter: Letter) -> None:
        """What was not taken is told again, for a while."""
        if letter.tells + 1 < MOST_TELLS:
            self.letters.append(replace(letter, tells=letter.tells + 1))

    # --- between two runs ---
    def kept(self) -> tuple[list[Letter], dict[str, Any]]:
        return self.letters, {name: one.book.shown() for name, one in self.desks.items()}

    def restore(self, letters: list[Letter], shown: dict[str, Any]) -> None:
        self.letters = letters
        for name, one in self.desks.items():
            trades = [Trade(**each) for each in shown[name]["trades"]]
            one.book.trades = {trade.number: trade for trade in trades}
            one.book.refunds = [Refund(**each) for each in shown[name]["refunds"]]


class Said:
    """An answer as the HTTP client gives it."""

    def __init__(self, answer: Answer) -> None:
        self.status, self.headers, self._answer = answer.status, answer.headers, answer

    def __enter__(self) -> "Said":
        return self

    def __exit__(self, *_: object) -> None:
        """There is no connection."""

    def read(self, most: int, *, decode_content: bool) -> bytes:
        if self._answer.sent != WHOLE:
            raise urllib3.exceptions.ProtocolError("broken off")
        return self._answer.body


class _Tricks(Mischief):
    def __init__(self, take: Callable[[str], Trick]) -> None:
        super().__init__()
        self._take = take

    def take(self, on: str) -> Trick:
        return self._take(on)


class _Post:
    """A desk that tells nothing at once: others decide when it is heard."""

    name: str
    write: Callable[[Letter], None]

    def tell(self, about: Trade | Refund) -> None:
        self.write(Letter(self.name, about.number, getattr(about, "refund_no", "")))


class _WeChat(_Post, wechat.WeChat):
    name = "wechat"


class _Alipay(_Post, alipay.Alipay):
    name = "alipay"


def _name(host: str | None) -> str:
    return (host or "").partition(".")[0]


def _seconds(world: Surroundings) -> float:
    return float(clock.epoch(world.moment()))
