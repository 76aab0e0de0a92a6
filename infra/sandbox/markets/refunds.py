"""What buyers ask a shop to give back: a refund for each line or for all of an order, in fen."""

from dataclasses import dataclass, field

from infra.sandbox.markets.orders import Line, Order, Orders
from infra.sandbox.stand import No

STATUSES = {  # in the words of Taobao, and of who took them over
    "asked": "WAIT_SELLER_AGREE",
    "agreed": "WAIT_BUYER_RETURN_GOODS",
    "refused": "SELLER_REFUSE_BUYER",
    "done": "SUCCESS",
    "closed": "CLOSED",
}


@dataclass(slots=True)
class Refund:
    """`stage`: asked agreed refused done closed. `whole`: of the order and its freight."""

    number: str
    order: Order
    line: Line
    created: float
    modified: float
    stage: str = "asked"
    whole: bool = False
    left: bool = False  # whether the goods had left when it was asked for

    @property
    def lines(self) -> list[Line]:
        return self.order.lines if self.whole else [self.line]

    @property
    def fen(self) -> int:
        return self.order.total if self.whole else self.line.paid


@dataclass
class Refunds:
    """Each change of one is a change of its order too, and makes another version of it."""

    orders: Orders
    by_number: dict[str, Refund] = field(default_factory=dict)
    agreed: str = "done"  # what becomes of one that the merchant agrees to
    whole: bool = False  # whether an order is paid back as a whole

    def ask(self, order: Order, line: Line, now: float) -> Refund:
        number = number_of(line)
        fresh = Refund(number, order, line, float(int(now)), 0.0, whole=self.whole)
        fresh.left = any(one.tracking for one in fresh.lines)
        self.by_number[number] = fresh
        return self.move(number, "asked", now)

    def move(self, number: str, stage: str, now: float) -> Refund:
        """An order all of whose lines were paid back is over."""
        found = self.get(number)
        found.stage = stage
        for line in found.lines:
            line.refund = stage if stage in ("asked", "agreed", "done") else ""
        gone = all(line.refund == "done" for line in found.order.lines)
        self.orders.move(found.order.number, now, "refunded" if gone else "")
        found.modified = max(float(int(now)), found.modified + 1)
        return found

    def come_to(self, order: Order, stage: str, now: float) -> None:
        """Let a buyer want all of an order back, and that come so far."""
        if stage not in STATUSES:
            raise ValueError(f"refund: one of {', '.join(STATUSES)}")
        for line in order.lines[:1] if self.whole else order.lines:
            number = number_of(line)
            if stage == "asked" or number not in self.by_number:
                self.ask(order, line, now)
            if stage != "asked":
                self.move(number, stage, now)

    def decide(self, number: str, version: int | None, now: float, *, agree: bool) -> Refund:
        """The merchant's answer to exactly what he has seen, where he must say what that is."""
        found = self.get(number)
        if found.stage != "asked" or version not in (None, int(found.modified * 1000)):
            raise No("moved")
        return self.move(number, self.agreed if agree else "refused", now)

    def get(self, number: str) -> Refund:
        if number not in self.by_number:
            raise No("no-refund")
        return self.by_number[number]

    def modified(self, start: float, end: float) -> list[Refund]:
        """The oldest change first."""
        found = [one for one in self.by_number.values() if start <= one.modified < end]
        return sorted(found, key=lambda one: (one.modified, one.number))

    def page(self, start: float, end: float, no: int, size: int) -> tuple[list[Refund], int]:
        """A page, from 1, of those changed, the newest first; and how many they are."""
        found = self.modified(start, end)[::-1]
        return found[(no - 1) * size : no * size], len(found)

    def created(self, start: float, end: float) -> list[Refund]:
        return [one for one in self.by_number.values() if start <= one.created < end]

    def of(self, order: Order, *stages: str) -> list[Refund]:
        """An order's own, of these stages or of all."""
        every = (one for one in self.by_number.values() if one.order is order)
        return [one for one in every if one.stage in stages or not stages]


def number_of(line: Line) -> str:
    return f"8{line.sub}"
