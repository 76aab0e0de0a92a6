"""By when an order must have left, why, and whether it will."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from shared.domain import stages, words
from shared.domain.content import Content, PaymentState
from shared.domain.hold import NATURE
from shared.domain.merchant import Shop
from shared.domain.order import Order, Status
from shared.domain.stages import HELD, STAGE, WAY, Stage

USUAL = 48  # hours from payment, where neither shop nor platform says otherwise
HOURS: dict[str, int] = {
    "taobao": 48,
    "tmall": 48,
    "jd": 48,
    "pdd": 48,
    "douyin": 48,
    "kuaishou": 48,
    "wechat-shop": 48,
    "xiaohongshu": 48,
    "youzan": 72,
    "shopify": 72,
    "dewu-direct": 24,
    "taobao-consign": 48,
    "tmall-supermarket": 24,
    "aikucun": 48,
    "zkh": 24,
    "own": USUAL,
}
"""What each platform asks of its merchants, in hours from payment; a shop may set its own."""
URGENT = 24  # hours for whatever is urgent
CHINA = timedelta(hours=8)
SLACK = timedelta(hours=1)  # by which the clock's walk may be ahead of what it can see
WAITS = {
    Status.RECEIVED,
    Status.HELD,
    Status.APPROVED,
    Status.SHORT,
    Status.RESERVED,
    Status.PLANNED,
    Status.SHIPPING,
}
CHANGING = {"accepted", "updated", "amended", "edited"}
"""Entries with which the time by which an order must leave may be another than before."""
Paces = Mapping[tuple[str, str], float]
"""(Stage, warehouse) -> seconds within which nine in ten were done; warehouse "" = all."""


class Why(StrEnum):
    HAND = "hand"  # a person said so
    CHANNEL = "channel"  # the channel promised it
    PRESALE = "presale"  # so many hours after the goods are to be there
    URGENT = "urgent"  # so many hours, since it is urgent
    SHOP = "shop"  # the shop's own hours
    PLATFORM = "platform"  # those of its platform


class State(StrEnum):
    LATE = "late"
    BREACH = "breach-forecast"  # at the usual pace it will be late
    SOON = "soon"  # its time is near


@dataclass(frozen=True, slots=True)
class Deadline:
    at: str
    why: Why
    hours: int = 0  # that it follows from


@dataclass(frozen=True, slots=True)
class Delay:
    """The stage in which most of an order's time went."""

    stage: str
    seconds: float
    share: int  # percent of the time since it was received


def hours(shop: Shop | None) -> int:
    """From payment, for an order of no special kind."""
    return shop.promise or HOURS.get(shop.channel, USUAL) if shop else USUAL


def ship_by(order: Order, shop: Shop | None) -> Deadline:
    content = order.content
    if order.promise:
        return Deadline(order.promise, Why.HAND)
    if content.ship_by:
        return Deadline(content.ship_by, Why.CHANNEL)
    usual = hours(shop)
    allowed = min(usual, URGENT) if order.urgent else usual
    begun = content.paid_at or content.placed_at
    if content.deal and content.deal.days:
        days = 24 * content.deal.days
        return Deadline(_later(begun, days), Why.CHANNEL, days)
    there = max(_there(content), default="")
    if there > begun:
        return Deadline(_later(there, allowed), Why.PRESALE, allowed)
    return Deadline(_later(begun, allowed), _rule(shop, urgent=allowed < usual), allowed)


def runs(order: Order) -> bool:
    """Whether its clock runs: it has not left, and is paid or will be on delivery."""
    payment = order.content.payment
    return order.status in WAITS and (payment.state is PaymentState.PAID or payment.cod)


def rank(order: Order, shop: Shop | None) -> str:
    """Sorts orders as they should be worked on: urgent ones, then by their time and arrival.

    Those for which goods were set aside come first, as they were placed.
    """
    if order.content.deal and order.content.deal.aside:
        return f"!{order.received_at}"
    return f"{'' if order.urgent else '~'}{ship_by(order, shop).at}{order.received_at}"


def walked(moment: str, shop: Shop | None, lead: int) -> str:
    """The newest time of placing whose orders must be looked at now."""
    return _later(moment, lead - hours(shop))


def stands_apart(order: Order, shop: Shop | None, lead: int, at: str) -> bool:
    """Whether the clock's walk over orders by the time they were placed would come by too late.

    It must leave earlier than others of its shop, or the walk may have passed it before `at`.
    """
    usual = _later(order.content.placed_at, hours(shop))
    comes_by = _text(_moment(usual) - timedelta(hours=lead) - SLACK)
    return ship_by(order, shop).at < usual or at >= comes_by


def forecast(order: Order, paces: Paces, now: str) -> str:
    """When it will have left if the stages to come take as long as usual; empty = nobody knows."""
    if not paces:
        return ""
    place = stages.warehouse(order)
    spent = stages.durations(order, order.timeline, now)
    left = 0.0
    for stage in _to_come(order):
        usual = paces.get((stage, place), paces.get((stage, ""), 0.0))
        left += max(0.0, usual - spent.get(stage, 0) / 1000)
    return _text(_moment(now) + timedelta(seconds=left))


def state(deadline: Deadline, expected: str, now: str) -> State:
    if deadline.at <= now:
        return State.LATE
    return State.BREACH if expected > deadline.at else State.SOON


def delay(order: Order, now: str) -> Delay | None:
    """Where most of its time went until now; None while no time has passed."""
    spent = stages.durations(order, order.timeline, now)
    whole = sum(spent.values())
    if not whole:
        return None
    stage = max(spent, key=lambda each: spent[each])
    return Delay(stage, spent[stage] / 1000, round(spent[stage] * 100 / whole))


def told(found: Deadline | Delay, language: str) -> str:
    if isinstance(found, Deadline):
        return words.say(f"promise.{found.why}", language, {"hours": found.hours})
    args: dict[str, Any] = {"stage": words.say(f"clock.{found.stage}", language)}
    args |= {"mean": words.lasting(found.seconds, language), "share": found.share}
    return words.say("promise.spent", language, args)


def _rule(shop: Shop | None, *, urgent: bool) -> Why:
    if urgent:
        return Why.URGENT
    return Why.SHOP if shop and shop.promise else Why.PLATFORM


def _there(content: Content) -> Iterator[str]:
    """From when on each part of it can be shipped."""
    if content.not_before:
        yield content.not_before
    for line in content.lines:
        if line.ship_on:  # a day in China
            yield _text(datetime.fromisoformat(line.ship_on).replace(tzinfo=UTC) - CHINA)


def _to_come(order: Order) -> list[str]:
    """The stages that an order has before it, the one that it is in first."""
    status = order.resume if order.status is Status.HELD else order.status
    rest: list[str] = list(WAY[WAY.index(STAGE[status]) :])
    if order.parcels and all(parcel.weighed_at for parcel in order.parcels):
        rest = [Stage.HANDOVER]
    held = [HELD + NATURE[order.holds[0].reason].owner] if order.holds else []
    return [*held, *rest]


def _later(moment: str, hours: int) -> str:
    return _text(_moment(moment) + timedelta(hours=hours))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
