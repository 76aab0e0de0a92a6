"""What both sandboxes have: their control, what they heard, and tricks around each call."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from html import escape
from typing import Any
from urllib.parse import parse_qs, quote

from infra.sandbox.book import Book, No, Refund, Trade
from infra.sandbox.mischief import Mischief, Trick
from infra.sandbox.notices import Notice, Notices
from infra.sandbox.server import SILENCE, Answer, Request, said

BUYER = "sandbox-buyer"
KEPT = 1000  # requests that are remembered
PAGE = {"Content-Type": "text/html; charset=utf-8"}
BROKEN = Answer(502, b"<html><h1>502 Bad Gateway</h1></html>", PAGE)


class Desk(ABC):
    """One provider: `provide` answers its calls, `notice` writes what it tells."""

    name = ""

    def __init__(self, book: Book, mischief: Mischief, notices: Notices) -> None:
        self.book, self.mischief, self.notices = book, mischief, notices
        self.heard: list[Request] = []
        self.url = ""  # where this sandbox stands

    @abstractmethod
    def provide(self, request: Request) -> Answer:
        """The answer to a call of the merchant's."""

    @abstractmethod
    def notice(self, about: Trade | Refund) -> Notice:
        """What it tells the merchant by itself, signed."""

    @abstractmethod
    def account(self) -> dict[str, Any]:
        """The merchant's ids and keys, as an account of the product takes them."""

    def answer(self, request: Request) -> Answer:
        if request.path == "/sandbox" or request.path.startswith("/sandbox/"):
            return self._control(request)
        self.heard = [*self.heard[-KEPT:], request]
        try:
            return self.provide(request)
        finally:
            self.book.keep()

    def tell(self, about: Trade | Refund) -> None:
        if about.notify_url:
            self.notices.send(self.notice(about))

    def _control(self, request: Request) -> Answer:
        action = self._actions().get(f"{request.method} {request.path.removeprefix('/sandbox')}")
        if action is None:
            return said({"message": "see docs/sandbox.md"}, 404)
        try:
            return action(_document(request))
        except No as no:
            return said({"message": no.why}, 409)
        except (LookupError, TypeError, ValueError) as error:
            return said({"message": str(error)}, 422)
        finally:
            self.book.keep()

    def _actions(self) -> dict[str, Callable[[dict[str, Any]], Answer]]:
        return {
            "GET ": lambda _: said(self.shown()),
            "GET /account": lambda _: said(self.account()),
            "GET /till": self._till,
            "POST /pay": self._pay,
            "POST /settle": self._settle,
            "POST /tell": self._tell,
            "POST /release": lambda _: said({"released": self.notices.release()}),
            "POST /clock": self._clock,
            "POST /mischief": self._plan,
            "DELETE /mischief": self._behave,
        }

    def shown(self) -> dict[str, Any]:
        return {
            "provider": self.name,
            **self.book.shown(),
            "mischief": self.mischief.shown(),
            "notices": self.notices.shown(),
        }

    def _pay(self, asked: dict[str, Any]) -> Answer:
        trade = self.book.pay(str(asked["number"]), str(asked.get("payer") or BUYER))
        self.tell(trade)
        if asked.get("back") and trade.return_url:
            return Answer(303, headers={"Location": trade.return_url})
        return said({"number": trade.number, "provider_no": trade.provider_no, "state": "paid"})

    def _settle(self, asked: dict[str, Any]) -> Answer:
        """The bank is done with a refund: its end may be `done`, `abnormal` or `closed`."""
        refund = self.book.find_refund(str(asked["refund_no"]))
        self.book.settle(refund, str(asked.get("state", "done")))
        self.tell(refund)
        return said({"refund_no": refund.refund_no, "state": refund.state})

    def _tell(self, asked: dict[str, Any]) -> Answer:
        if "refund_no" in asked:
            self.tell(self.book.find_refund(str(asked["refund_no"])))
        else:
            self.tell(self.book.find(str(asked["number"])))
        return said({"told": True})

    def _clock(self, asked: dict[str, Any]) -> Answer:
        """Let business run ahead: trades expire, the next refund may come, a day is over."""
        self.book.ahead = float(asked["ahead"])
        return said({"ahead": self.book.ahead})

    def _plan(self, asked: dict[str, Any]) -> Answer:
        self.mischief.plan(asked)
        return said(self.mischief.shown(), 201)

    def _behave(self, _: dict[str, Any]) -> Answer:
        self.mischief.clear()
        return said(self.mischief.shown())

    def _till(self, asked: dict[str, Any]) -> Answer:
        """A page on which a person pays."""
        trade = self.book.trades[str(asked["number"])]
        page = (
            f"<!doctype html><title>{self.name} sandbox</title><h1>{escape(trade.title)}</h1>"
            f"<p>{trade.fen / 100:.2f} 元</p>"
            '<form method="post" action="/sandbox/pay">'
            '<input type="hidden" name="back" value="1">'
            f'<input type="hidden" name="number" value="{escape(trade.number)}">'
            "<button>付款 Pay</button></form>"
        )
        return Answer(200, page.encode(), PAGE)

    def till(self, trade: Trade) -> str:
        return f"{self.url}/sandbox/till?number={quote(trade.number, '')}"


def played(trick: Trick, act: Callable[[], Answer]) -> Answer:
    """One call under a trick, as far as it needs no words of the provider's."""
    if trick.is_("lost"):
        return SILENCE
    if trick.is_("broken"):
        return BROKEN
    time.sleep(trick.seconds if trick.is_("delay") else 0)
    answer = act()
    if trick.is_("cut"):
        return SILENCE
    if trick.is_("clock"):
        date = formatdate(trick.now, usegmt=True)
        return replace(answer, headers={**answer.headers, "Date": date})
    if trick.is_("half"):
        return Answer(answer.status, answer.body, answer.headers, max(1, len(answer.body) // 2))
    return answer


def changed(body: bytes) -> bytes:
    """The same with one letter of another case: still JSON, and no longer what was signed."""
    for at, letter in enumerate(body):
        if chr(letter).isascii() and chr(letter).isalpha():
            return body[:at] + bytes([letter ^ 0x20]) + body[at + 1 :]
    return body + b" "


def _document(request: Request) -> dict[str, Any]:
    if request.method == "GET" or not request.body:
        found = parse_qs(request.query)
    elif request.body[:1] in b"{":
        document: dict[str, Any] = json.loads(request.body)
        return document
    else:
        found = parse_qs(request.body.decode())
    return {name: values[-1] for name, values in found.items()}
