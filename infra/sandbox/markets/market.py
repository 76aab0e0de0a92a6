"""What every platform's sandbox has: orders, tokens, limits, pushes, tricks and a control."""

import json
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from infra.sandbox.desk import BROKEN, KEPT, played
from infra.sandbox.markets.orders import Order, Orders
from infra.sandbox.mischief import ANSWERS, WELL, Mischief, Trick
from infra.sandbox.notices import PAUSES, Notice, Notices
from infra.sandbox.server import Answer, Request, said

TRICKS = {
    "expired": "has ended the token",
    "shift": "changes some orders while a list is read",
    "part": "takes some of a batch",
}
LIFE = 30 * 86400  # seconds of a token
SHIFTED = 10  # orders that change while a list is read, under the trick `shift`


class No(Exception):
    """What the platform refuses; each says it in its own code."""

    def __init__(self, why: str, note: str = "") -> None:
        super().__init__(why)
        self.why, self.note = why, note


@dataclass
class Tokens:
    access: str = field(default_factory=lambda: f"tok-{secrets.token_hex(8)}")
    refresh: str = field(default_factory=lambda: f"again-{secrets.token_hex(8)}")
    ends: float = field(default_factory=lambda: time.time() + LIFE)

    def renewed(self, refresh: str) -> "Tokens":
        """New ones; the old ones end with it."""
        if refresh != self.refresh:
            raise No("refresh")
        return Tokens()


class Market(ABC):
    """One shop on one platform: `provide` answers its calls, in its words."""

    name = ""
    app_key, app_secret = "12345678", "sandbox-app-secret"
    pushes = False  # whether it tells of changes by HTTP
    expires = True  # whether its tokens end, and can be renewed
    tells_name = True  # whether its keys show what the shop is called
    holds_refunds = True  # whether it shows that a buyer wants the money back
    sent = "shipped"  # the state of an order whose parcels have all left

    def __init__(self, pauses: tuple[float, ...] = PAUSES) -> None:
        self.orders, self.tokens = Orders(), Tokens()
        self.mischief = Mischief({**ANSWERS, **TRICKS})
        self.notices = Notices(self.mischief, self.heard_well, pauses)
        self.heard: list[Request] = []
        self.told: dict[str, list[tuple[str, str]]] = {}  # number -> (carrier, tracking)
        self.shelf: dict[str, int] = {}  # "item:sku" -> units shown
        self.ahead = 0.0
        self.url = self.push_url = ""
        self.fired: dict[str, int] = {}
        self.between: Iterator[str] = iter(())  # orders that change while lists are read

    @abstractmethod
    def provide(self, request: Request, trick: Trick) -> Answer:
        """The answer to a call; raises No."""

    @abstractmethod
    def refuse(self, _: Request, no: No) -> Answer:
        """The same refusal in the platform's words."""

    @abstractmethod
    def call_of(self, request: Request) -> str:
        """By what name tricks are played on a call: list, order, ship, stock, token, other."""

    def link(self) -> dict[str, Any]:
        """What a merchant enters to be connected."""
        return {
            "app_key": self.app_key,
            "seller": "",
            "secrets": {
                "app_secret": self.app_secret,
                "access_token": self.tokens.access,
                "refresh_token": self.tokens.refresh,
            },
            "endpoint": self.url,
        }

    def push(self, order: Order) -> Notice | None:  # noqa: ARG002
        """What it tells of a change by itself, signed."""
        return None

    def heard_well(self, status: int, body: bytes) -> bool:  # noqa: ARG002
        """Whether a push was answered as it must be."""
        return status // 100 == 2  # noqa: PLR2004

    @property
    def now(self) -> float:
        return time.time() + self.ahead

    def wait(self, seconds: float) -> None:
        """Time goes by, without anybody waiting."""
        self.ahead += seconds

    def answer(self, request: Request) -> Answer:
        if request.path == "/sandbox" or request.path.startswith("/sandbox/"):
            return self._control(request)
        self.heard = [*self.heard[-KEPT:], request]
        trick = self.mischief.take(self.call_of(request))
        if trick is not WELL:
            self.fired[trick.what] = self.fired.get(trick.what, 0) + 1
        return played(trick, lambda: self._answered(request, trick))

    def change(self, number: str, state: str = "", **change: object) -> Order:
        """Move an order, and tell of it where the platform tells."""
        order = self.orders.move(number, self.now, state, **change)
        if self.push_url and (notice := self.push(order)):
            self.notices.send(notice)
        return order

    def shift(self, trick: Trick) -> None:
        """While a list is read some orders change, and so their places in it."""
        if trick.is_("shift"):
            numbers = list(islice(self.between, SHIFTED)) or list(self.orders.by_number)[:SHIFTED]
            for number in numbers:
                order = self.orders.by_number[number]
                self.orders.move(number, self.now, memo=f"{order.memo}.")

    def ship(self, number: str, carrier: str, tracking: str, subs: tuple[str, ...] = ()) -> Order:
        """A parcel of some lines, or of all; raises No."""
        order = self.orders.get(number)
        if order is None:
            raise No("absent")
        lines = [line for line in order.lines if not subs or line.sub in subs]
        if any((carrier, tracking) == one for one in self.told.get(number, [])):
            raise No("done")
        if order.refunding:
            raise No("refund")
        if order.state not in ("ready", "partly") or any(line.tracking for line in lines):
            raise No("state")
        for line in lines:
            line.tracking = tracking
        self.told.setdefault(number, []).append((carrier, tracking))
        whole = all(line.tracking for line in order.lines)
        return self.change(number, "shipped" if whole else "partly", carrier=carrier)

    def truth(self) -> dict[str, Any]:
        """How everything stands, for whoever compares."""
        return {
            "orders": {
                order.number: {
                    "state": self.state_of(order),
                    "total": order.total,
                    "parcels": self.told.get(order.number, []),
                }
                for order in self.orders
            },
            "shelf": self.shelf,
            "fired": self.fired,
        }

    def state_of(self, order: Order) -> str:
        held = order.refunding and order.state == "ready"
        return "on-hold" if held else order.state

    def _answered(self, request: Request, trick: Trick) -> Answer:
        try:
            if trick.is_("busy"):
                raise No("busy")
            if trick.is_("expired"):
                self.tokens = replace(self.tokens, access=f"tok-{secrets.token_hex(8)}")
                raise No("token")
            answer = self.provide(request, trick)
        except No as no:
            return self.refuse(request, no)
        except (LookupError, TypeError, ValueError) as error:
            return self.refuse(request, No("param", str(error)))
        return BROKEN if trick.is_("unknown") else answer

    def _control(self, request: Request) -> Answer:
        action = self._actions().get(f"{request.method} {request.path.removeprefix('/sandbox')}")
        if action is None:
            return said({"message": "see docs/sandbox.md"}, 404)
        try:
            return action(json.loads(request.body or b"{}"))
        except No as no:
            return said({"message": no.why}, 409)
        except (LookupError, TypeError, ValueError) as error:
            return said({"message": str(error)}, 422)

    def _actions(self) -> dict[str, Callable[[dict[str, Any]], Answer]]:
        return {
            "GET ": lambda _: said({"platform": self.name, "mischief": self.mischief.shown()}),
            "GET /account": lambda _: said(self.link()),
            "GET /truth": lambda _: said(self.truth()),
            "POST /orders": self._make,
            "POST /change": self._change,
            "POST /push": self._push_to,
            "POST /clock": self._clock,
            "POST /mischief": self._plan,
            "DELETE /mischief": self._behave,
        }

    def _make(self, asked: dict[str, Any]) -> Answer:
        """`n` orders between `since` and `until`, in seconds before now."""
        since, until = float(asked.get("since", 3600)), float(asked.get("until", 0))
        made = self.orders.make(
            int(asked["n"]), self.now - since, self.now - until, int(asked.get("seed", 1))
        )
        for number in made if self.push_url else []:
            if notice := self.push(self.orders.by_number[number]):
                self.notices.send(notice)
        return said({"made": made}, 201)

    def _change(self, asked: dict[str, Any]) -> Answer:
        """Move an order to another state, or let a buyer want the money for it back."""
        number, state = str(asked["number"]), str(asked.get("state", ""))
        if asked.get("refund"):
            for line in self.orders.by_number[number].lines:
                line.refund = str(asked["refund"])
        order = self.change(number, state)
        return said({"number": number, "state": self.state_of(order)})

    def _push_to(self, asked: dict[str, Any]) -> Answer:
        self.push_url = str(asked["url"])
        return said({"url": self.push_url})

    def _clock(self, asked: dict[str, Any]) -> Answer:
        self.ahead = float(asked["ahead"])
        return said({"ahead": self.ahead})

    def _plan(self, asked: dict[str, Any]) -> Answer:
        self.mischief.plan(asked)
        return said(self.mischief.shown(), 201)

    def _behave(self, _: dict[str, Any]) -> Answer:
        self.mischief.clear()
        return said(self.mischief.shown())
