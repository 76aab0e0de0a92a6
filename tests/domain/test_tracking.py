"""What becomes of a parcel: one state from its events, and what is wrong with it."""

from itertools import permutations

import pytest

from shared.domain import tracking
from shared.domain.tracking import Event, Finding, Kind, Limits, Trouble
from shared.domain.words import CATALOGUE

NOW = "2026-11-25T00:00:00.000+00:00"
LIMITS = Limits(quiet=48, delivery=24)


def at(hour: int) -> str:
    return f"2026-11-{22 + hour // 24:02}T{hour % 24:02}:00:00.000+00:00"


def events(*kinds: Kind) -> list[Event]:
    """One an hour."""
    return [Event(at(hour), kind) for hour, kind in enumerate(kinds)]


GONE = (Kind.ACCEPTED, Kind.PICKED, Kind.TRANSIT)


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ((), None),
        (GONE, Kind.TRANSIT),
        ((*GONE, Kind.DELIVERING, Kind.PROBLEM), Kind.PROBLEM),
        ((*GONE, Kind.PROBLEM, Kind.DELIVERING, Kind.SIGNED), Kind.SIGNED),
        ((*GONE, Kind.SIGNED, Kind.TRANSIT), Kind.SIGNED),
        ((*GONE, Kind.SIGNED, Kind.PROBLEM), Kind.SIGNED),
        ((*GONE, Kind.SIGNED, Kind.RETURNING), Kind.RETURNING),
        ((*GONE, Kind.REFUSED, Kind.DELIVERING, Kind.SIGNED), Kind.SIGNED),
        ((*GONE, Kind.REFUSED, Kind.RETURNING, Kind.DELIVERING), Kind.RETURNING),
        ((*GONE, Kind.RETURNING, Kind.TRANSIT, Kind.SIGNED), Kind.RETURNED),
        ((*GONE, Kind.RETURNING, Kind.SIGNED_BY_OTHER), Kind.RETURNED),
        ((*GONE, Kind.RETURNING, Kind.RETURNED, Kind.SIGNED), Kind.RETURNED),
        ((*GONE, Kind.LOST), Kind.LOST),
        ((*GONE, Kind.LOST, Kind.DELIVERING), Kind.DELIVERING),
        ((Kind.ACCEPTED, Kind.CANCELLED), Kind.CANCELLED),
    ],
)
def test_the_state_follows_from_the_events(kinds: tuple[Kind, ...], state: Kind | None) -> None:
    assert tracking.fold(events(*kinds)).state is state


def test_neither_order_nor_doubles_change_anything() -> None:
    told = events(Kind.PICKED, Kind.DELIVERING, Kind.PROBLEM, Kind.SIGNED)
    once = tracking.fold(told)

    assert all(tracking.fold([*some, *some]) == once for some in permutations(told))
    assert once.events == tuple(told)
    assert (once.picked_at, once.out_since, once.since) == (at(0), at(1), at(3))


def test_events_of_the_same_second_come_in_the_order_of_their_kind() -> None:
    same = [Event(at(0), kind) for kind in (Kind.SIGNED, Kind.PICKED, Kind.DELIVERING)]

    assert tracking.fold(same).state is Kind.SIGNED


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (events(*GONE), [Finding(Trouble.NO_MOVEMENT, at(2), 70)]),
        ([Event(at(30), Kind.TRANSIT)], []),
        ([], [Finding(Trouble.NO_MOVEMENT, at(1), 71)]),
        (
            [Event(at(40), Kind.DELIVERING), Event(at(60), Kind.LOCKER)],
            [Finding(Trouble.SLOW_DELIVERY, at(40), 32)],
        ),
        ([Event(at(60), Kind.DELIVERING)], []),
        ([Event(at(70), Kind.PROBLEM)], [Finding(Trouble.PROBLEM, at(70), 2)]),
        ([Event(at(70), Kind.REFUSED)], [Finding(Trouble.RETURNED, at(70), 2)]),
        (events(Kind.RETURNING, Kind.SIGNED), [Finding(Trouble.RETURNED, at(1), 71)]),
        (events(Kind.SIGNED_BY_OTHER), [Finding(Trouble.SIGNED_BY_OTHER, at(0), 72)]),
        (events(Kind.SIGNED), []),
        (events(Kind.CANCELLED), []),
        ([Event(at(71), Kind.LOST)], [Finding(Trouble.LOST, at(71), 1)]),
    ],
)
def test_what_is_wrong_is_found(told: list[Event], found: list[Finding]) -> None:
    assert tracking.exceptions(told, NOW, LIMITS, handed_over=at(1)) == found


def test_before_it_is_handed_over_nothing_is_awaited() -> None:
    assert tracking.exceptions([], NOW, LIMITS) == []
    assert tracking.exceptions(events(Kind.ACCEPTED), NOW, LIMITS, handed_over=at(60)) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("快件已揽收", Kind.PICKED),
        ("商家已下单，等待揽收", Kind.ACCEPTED),
        ("快件离开【上海中转场】，发往【杭州】", Kind.TRANSIT),
        ("快件已到达【杭州余杭营业部】", Kind.ARRIVED),
        ("正在派送途中，请您准备签收（派件人：张三）", Kind.DELIVERING),
        ("快件已存入丰巢快递柜，请凭取件码取件", Kind.LOCKER),
        ("快件已暂存至菜鸟驿站，请凭取件码及时领取", Kind.LOCKER),
        ("已签收，签收人凭取货码签收", Kind.SIGNED),
        ("快件已从快递柜取出", Kind.SIGNED),
        ("已签收，签收人：本人", Kind.SIGNED),
        ("已签收，签收人：菜鸟驿站代收点", Kind.SIGNED),
        ("已签收，签收人：门卫代收", Kind.SIGNED_BY_OTHER),
        ("派送不成功，电话无法联系", Kind.PROBLEM),
        ("收件人拒收", Kind.REFUSED),
        ("快件已退回，正在返回寄件地", Kind.RETURNING),
        ("退回件已签收", Kind.RETURNED),
        ("快件在运输途中遗失", Kind.LOST),
        ("快件清关中", Kind.CUSTOMS),
        ("运单已取消", Kind.CANCELLED),
        ("Departed from facility", Kind.TRANSIT),
    ],
)
def test_words_are_read_where_there_is_no_code(text: str, kind: Kind) -> None:
    assert tracking.read(text) is kind


@pytest.mark.parametrize(
    ("kind", "text", "finer"),
    [
        (Kind.PROBLEM, "快件丢失", Kind.LOST),
        (Kind.PROBLEM, "客户拒收", Kind.REFUSED),
        (Kind.PROBLEM, "天气原因延误", Kind.PROBLEM),
        (Kind.SIGNED, "前台代签", Kind.SIGNED_BY_OTHER),
        (Kind.TRANSIT, "门卫代收", Kind.TRANSIT),
    ],
)
def test_words_tell_more_than_a_coarse_code(kind: Kind, text: str, finer: Kind) -> None:
    assert tracking.finer(kind, text) is finer


def test_everything_has_its_word() -> None:
    assert {f"tracking.{kind.value}" for kind in Kind} <= CATALOGUE.keys()
    assert {f"trouble.{what.value}" for what in Trouble} <= CATALOGUE.keys()
