"""A simulated platform, the shop that takes its orders in, and the orders that were made there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from infra.rehearsal import tally
from infra.rehearsal.tally import Row, Truth
from infra.sandbox.control import Control
from shared.domain.order import Order, id_for


@dataclass
class Stage:
    tenant: str
    platform: str
    shop: str
    control: Control
    prefix: str = ""  # of the codes that the merchant gave to what is sold there
    ids: dict[str, str] = field(default_factory=dict)  # ours, by the platform's numbers
    faults: int = 0  # that it made meanwhile

    def begin(self, tricks: Iterable[dict[str, Any]]) -> None:
        """Plan what goes wrong, and nothing else."""
        self.control.behave()
        self.faults -= self._fired()
        for trick in tricks:
            self.control.post("/mischief", **trick)

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self.faults += self._fired()
        self.control.behave()

    def make(self, orders: int, since: float = 0.0, until: float = 0.0) -> None:
        """Let buyers order, now or between two moments, in seconds before now."""
        asked = {"n": orders, "since": since, "until": until, "prefix": self.prefix}
        for number in self.control.post("/orders", **asked)["made"]:
            self.ids[number] = id_for(self.tenant, self.shop, number)

    def truth(self) -> dict[str, Truth]:
        """How each order stands on the platform, by its number."""
        return dict(self.control.get("/truth")["orders"])

    def row(self, found: Mapping[str, Order], late: float) -> Row:
        """`found`: orders by our ids."""
        held = {number: found[id_] for number, id_ in self.ids.items() if id_ in found}
        row = tally.row(self.platform, list(self.ids), held, self.truth(), late)
        return replace(row, faults=self.faults)

    def _fired(self) -> int:
        """Calls and pushes that went wrong so far."""
        pushes = [one for one in self.control.get()["mischief"]["done"] if one["on"] == "notice"]
        calls: dict[str, int] = self.control.get("/truth")["fired"]
        return len(pushes) + sum(calls.values())
