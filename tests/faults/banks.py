"""The payment providers of a run."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest

from infra.sandbox import alipay, book, desk, mischief, wechat
from infra.sandbox.book import Refund, Trade
from infra.sandbox.mischief import WELL
from tests.faults.faults import Fault
from tests.faults.outside import Outside, Surroundings
from tests.faults.sqs import Strikes
from tests.support import build, sandboxes

MOST_TELLS = 8  # times that a provider tells what it gets no good answer to


@dataclass(frozen=True, slots=True)
class Letter:
    """What a provider tells by itself of one of its payments, or of a refund."""

    provider: str
    number: str
    refund_no: str = ""
    tells: int = 0


class Banks(Outside):
    """WeChat Pay and Alipay: what they hold, what they will tell, what they were asked."""

    def __init__(self, world: Surroundings, chance: Random, strikes: Strikes) -> None:
        keys = sandboxes.keys()
        ours: dict[str, Any] = {
            "wechat": _WeChat(keys, pauses=()),
            "alipay": _Alipay(keys, pauses=()),
        }
        super().__init__(world, ours)
        self._chance, self._strikes = chance, strikes
        self.letters: list[Letter] = []
        self.buyers = False  # whether somebody pays what is open
        for one in ours.values():
            one.write = self._told

    def install(self, patch: pytest.MonkeyPatch) -> None:
        self.live(patch, book, desk, mischief, wechat, alipay)

    # --- buyers and their banks ---
    def open(self) -> list[tuple[str, str]]:
        """(Provider, number) of what can be paid."""
        now = self.seconds()
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
