"""What every platform's sandbox has: orders, pushes of their changes, and shipments."""

import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, ClassVar

from infra.sandbox.markets.orders import STATES, Order, Orders
from infra.sandbox.markets.refunds import Refunds
from infra.sandbox.mischief import Trick
from infra.sandbox.notices import PAUSES, Notice
from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No, Stand

SHIFTED = 10  # orders that change while a list is read
SEEDS = 500_000  # with more of them numbers would pass 2^53, as not every reader bears


class Market(Stand):
    """One shop on one platform."""

    pushes = False  # whether it tells of changes by HTTP
    tells_name = True  # whether its keys show what the shop is called
    holds_refunds = True  # whether it shows that a buyer wants the money back
    refuses = True  # whether a refund before the goods have left can be refused by a call
    sent = "shipped"  # the state of an order whose parcels have all left
    tricks: ClassVar[dict[str, str]] = {
        "shift": "changes some orders while a list is read",
        "part": "takes some of a batch",
    }

    def __init__(self, pauses: tuple[float, ...] = PAUSES) -> None:
        super().__init__(pauses)
        self.orders = Orders()
        self.refunds = Refunds(self.orders)
        self.told: dict[str, list[tuple[str, str]]] = {}  # number -> (carrier, tracking)
        self.shelf: dict[str, int] = {}  # "item:sku" -> units shown
        self.seed = int(time.time() / 10) % SEEDS  # of orders whose numbers none had before
        self.between: Iterator[tuple[str, str]] = iter(())  # changes while lists are read

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

    def change(self, number: str, state: str = "", **change: object) -> Order:
        """Move an order, and tell of it where the platform tells."""
        order = self.orders.move(number, self.now, state, **change)
        if self.push_url and (notice := self.push(order)):
            self.notices.send(notice)
        return order

    def shift(self, trick: Trick) -> None:
        """While a list is read some orders change, and so their places in it."""
        for number, state in islice(self.between, SHIFTED):
            self.change(number, state)
        if trick.is_("shift"):
            for number in list(self.orders.by_number)[:SHIFTED]:
                memo = self.orders.by_number[number].memo
                self.orders.move(number, self.now, memo=f"{memo}.")

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

    def shown(self) -> dict[str, Any]:
        return {
            "platform": self.name,
            "orders": len(self.orders.by_number),
            "pushes": self.pushes,
            "push_url": self.push_url,
            "expires": self.expires,
            "mischief": self.mischief.shown(),
        }

    def state_of(self, order: Order) -> str:
        held = order.refunding and order.state == "ready"
        return "on-hold" if held else order.state

    def _actions(self) -> dict[str, Callable[[dict[str, Any]], Answer]]:
        return super()._actions() | {"POST /orders": self._make, "POST /change": self._change}

    def _make(self, asked: dict[str, Any]) -> Answer:
        """`n` orders between `since` and `until`, in seconds before now."""
        since, until = float(asked.get("since", 3600)), float(asked.get("until", 0))
        seed, prefix = int(asked.get("seed", self.seed)), str(asked.get("prefix", ""))
        made = self.orders.make(int(asked["n"]), self.now - since, self.now - until, seed, prefix)
        for number in made if self.push_url else []:
            if notice := self.push(self.orders.by_number[number]):
                self.notices.send(notice)
        return said({"made": made}, 201)

    def _change(self, asked: dict[str, Any]) -> Answer:
        """Move an order to another state, or let a buyer want the money for it back."""
        number, state = str(asked["number"]), str(asked.get("state", ""))
        if state not in ("", *STATES):
            raise ValueError(f"state: one of {', '.join(STATES)}")
        if asked.get("refund"):
            self.refunds.come_to(self.orders.by_number[number], str(asked["refund"]), self.now)
        order = self.change(number, state)
        return said({"number": number, "state": self.state_of(order)})
