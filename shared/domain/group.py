"""A group of buyers: who has a place, who has paid, and what has become of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from shared.domain.content import Content, OrderType, PaymentState
from shared.domain.hold import Reason
from shared.domain.order import MOVES, Order, Status

GROUP_FAILED = "group-failed"  # why an order was called off


class State(StrEnum):
    OPEN = "open"  # others may join, or some have not paid yet
    SUCCEEDED = "succeeded"  # full, and everybody has paid
    FAILED = "failed"  # its time was over before


@dataclass(frozen=True, slots=True)
class Member:
    """Who has a place. It is taken with the order, and confirmed by its payment."""

    order: str
    buyer: str  # the mark of the buyer's id
    at: str
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """`id` is that of the order which opened it."""

    id: str
    campaign: str
    size: int
    closes: str
    members: tuple[Member, ...] = ()
    least: int = 0  # at the end so many who have paid are enough; 0 = all places
    state: State = State.OPEN
    ended_at: str = ""
    told: bool = False  # every member's order has followed
    created_at: str = ""
    version: int = 0

    @property
    def full(self) -> bool:
        return len(self.members) >= self.size

    @property
    def paid(self) -> int:
        return sum(member.paid for member in self.members)

    @property
    def over(self) -> bool:
        return self.state is not State.OPEN

    def open_at(self, now: str) -> bool:
        return not self.over and now < self.closes

    def takes(self, now: str) -> bool:
        """Whether there is a place in it."""
        return self.open_at(now) and not self.full

    def too_late(self, now: str) -> bool:
        """Whether nobody can join any more, though there may have been a place."""
        formed = self.state is State.SUCCEEDED  # its places are all taken
        return not formed and not self.open_at(now)

    @property
    def due(self) -> str:
        """When the clock must look at it."""
        if self.over:
            return "" if self.told else self.ended_at
        return self.closes

    def has(self, order_id: str) -> bool:
        return any(member.order == order_id for member in self.members)

    def knows(self, buyer: str) -> bool:
        return any(member.buyer == buyer for member in self.members)

    def done(self) -> "Group":
        return replace(self, told=True)

    def joined(self, member: Member) -> "Group":
        return replace(self, members=(*self.members, member))

    def seen(self, orders: Mapping[str, Order], now: str) -> "Group":
        """As its members' orders say at this time: who was called off has left, who paid counts.

        What is over stays as it ended: whoever leaves it then has an after-sale.
        """
        if self.over:
            return self
        here = (m for m in self.members if alive(orders.get(m.order)))
        members = tuple(replace(m, paid=m.paid or has_paid(orders[m.order])) for m in here)
        found = self if members == self.members else replace(self, members=members)
        return found._ended(now)

    def _ended(self, now: str) -> "Group":
        if self.full and self.paid == len(self.members):
            return replace(self, state=State.SUCCEEDED, ended_at=now)
        if self.members and now < self.closes:
            return self
        if self.least and self.paid >= self.least:  # those who did not pay are left out
            members = tuple(member for member in self.members if member.paid)
            return replace(self, state=State.SUCCEEDED, members=members, ended_at=now)
        return replace(self, state=State.FAILED, ended_at=now)


def alive(order: Order | None) -> bool:
    return order is not None and order.status not in (Status.CANCELLED, Status.CLOSED)


def has_paid(order: Order) -> bool:
    payment = order.content.payment
    return payment.cod or payment.state is PaymentState.PAID


def of(content: Content) -> str:
    """The group that an order is part of; empty for most."""
    return content.deal.group if content.deal and content.type is OrderType.GROUP else ""


def waits(order: Order) -> bool:
    """Whether somebody must look at the order's group: it waits for it, or has left it."""
    if not of(order.content):
        return False
    held = any(hold.reason is Reason.GROUP for hold in order.holds)
    return held or order.status is Status.CANCELLED


def followed(group: Group, order: Order, now: str) -> Order:
    """What has become of the group, done to the order of a member; itself if nothing is left."""
    if not group.over or not alive(order):
        return order
    formed = group.state is State.SUCCEEDED and group.has(order.id)
    if not formed:
        may = Status.CANCELLED in MOVES.get(order.status, ())
        return order.cancel(now, "clock", reason=GROUP_FAILED) if may else order
    held = any(hold.reason is Reason.GROUP for hold in order.holds)
    return order.lifted((Reason.GROUP,), now, "clock") if held else order
