"""The stage clock: how long orders were where, against a stopwatch that ran beside them."""

from collections import Counter, defaultdict
from dataclasses import replace
from math import ceil
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.domain import bottleneck, histogram, stages
from shared.domain.bottleneck import By
from shared.domain.histogram import Durations
from shared.domain.hold import NATURE, Hold, Reason
from shared.domain.order import Order, Status
from shared.domain.stages import Key, Stage
from shared.domain.words import CATALOGUE
from shared.runtime import clock
from tests.support import build
from tests.support.build import NOON
from tests.support.walks import Walk, walk

SHOPS, PLACES = ("tmall", "jd"), ("hz", "gz")
Samples = dict[Key, list[int]]


def after(seconds: float) -> str:
    return clock.later(NOON, seconds)


def held(order: Order, reason: Reason, at: float) -> Order:
    resume = order.resume if order.holds else order.status
    return order.hold((Hold(reason),), resume, after(at))


def entered(walks: list[Walk]) -> Counter[str]:
    """The counters of a day on which all of this was told, event by event."""
    added: Counter[str] = Counter()
    for one in walks:
        for entry in one.order.timeline:
            added.update(stages.counts(one.order, entry))
    return added


def recounted(walks: list[Walk]) -> Samples:
    """Every single duration, as the stopwatch said."""
    found: Samples = defaultdict(list)
    for one in walks:
        for stage, lasted in one.truth.items():
            found[Key(stage, one.order.shop, one.order.parcels[0].warehouse)].append(lasted)
    return found


def nearest_rank(samples: list[int], percent: int) -> float:
    return sorted(samples)[ceil(len(samples) * percent / 100) - 1] / 1000


@settings(max_examples=30)
@given(seed=st.integers(0, 10**9), count=st.integers(1, 40))
def test_the_counters_say_what_a_stopwatch_says(seed: int, count: int) -> None:
    dice = Random(seed)
    walks = [walk(dice, str(n), after(n), SHOPS, *PLACES) for n in range(count)]
    truth = recounted(walks)

    found = stages.counted([entered(walks)])

    assert found.keys() == truth.keys()
    for key, samples in truth.items():
        assert (found[key].count, found[key].milliseconds) == (len(samples), sum(samples))
        for percent in (50, 90, 99):
            exact = nearest_rank(samples, percent)
            assert found[key].percentile(percent) == pytest.approx(exact, rel=0.05, abs=0.1)


@given(st.integers(histogram.LEAST, 10**11))
@example(histogram.LEAST)
def test_no_duration_is_further_than_a_twentieth_from_what_stands_for_it(lasted: int) -> None:
    assert histogram.middle(histogram.bucket(lasted)) == pytest.approx(lasted / 1000, rel=0.05)


@given(st.integers(0, 10**11), st.integers(0, 10**11))
def test_longer_is_never_in_a_lower_bucket(one: int, other: int) -> None:
    assert (one <= other) <= (histogram.bucket(one) <= histogram.bucket(other))


def test_a_hold_counts_for_the_owner_of_its_first_reason() -> None:
    order = build.order().noted("accepted", NOON)
    order = held(order, Reason.BUYER_NOTE, 10)
    order = held(order, Reason.AMOUNTS, 20)
    order = order.release(after(50), only={Reason.BUYER_NOTE})
    order = order.release(after(70))

    spent = stages.durations(order, order.timeline, after(75))

    assert spent == {"review": 15000, "held-service": 60000}


def test_after_a_newer_version_only_what_a_person_stopped_is_a_hold() -> None:
    order = held(build.order().noted("accepted", NOON), Reason.AMOUNTS, 0)
    order = order.hold((Hold(Reason.MANUAL),), order.resume, after(10))

    spent = stages.durations(
        order.renewed(after(20)), order.renewed(after(20)).timeline, after(30)
    )

    assert spent == {"review": 0, "held-finance": 20000, "held-service": 10000}


def test_an_order_waits_for_the_warehouse_whose_parcel_leaves_last() -> None:
    first = build.parcel(1, build.source(warehouse="hz"), shipped_at=after(9))
    later = build.parcel(2, build.source(warehouse="gz"), shipped_at=after(3))

    assert stages.warehouse(build.order(parcels=(first, later))) == "hz"
    assert stages.warehouse(build.order(parcels=(first, replace(later, shipped_at="")))) == "gz"
    assert stages.warehouse(build.order(sources=(build.source(),))) == "hz"
    assert stages.warehouse(build.order()) == ""


def test_the_clocks_of_two_machines_never_make_a_time_negative() -> None:
    order = build.order().noted("accepted", after(1)).to(Status.APPROVED, "approved", NOON)

    assert stages.durations(order, order.timeline) == {"review": 0}


def found(**seconds: list[int]) -> dict[Key, Durations]:
    """`warehouse_hz=[60, 70]`: two orders of that warehouse took that long in that stage."""
    made = {}
    for name, lasted in seconds.items():
        stage, _, place = name.partition("_")
        buckets = Counter(histogram.bucket(each * 1000) for each in lasted)
        made[Key(stage, "tmall", place)] = Durations(buckets, sum(lasted) * 1000)
    return made


def test_the_bottleneck_is_where_most_time_goes_and_the_place_that_loses_most_there() -> None:
    some = found(
        review_hz=[60, 60],
        warehouse_hz=[3600, 3600],
        warehouse_gz=[14400],
        total_hz=[3660, 3660],
        total_gz=[14400],
    )

    worst = bottleneck.bottleneck(some, By.WAREHOUSE)

    assert worst is not None
    assert (worst.stage, worst.place, worst.share, worst.others) == ("warehouse", "gz", 99, 3600)
    assert bottleneck.told(worst, By.WAREHOUSE, "zh") == (
        "瓶颈是仓库作业，占接单到发货时间的 99%；其中gz 仓最慢，平均 4.0 小时，其余平均 60 分钟"
    )
    assert bottleneck.told(worst, By.WAREHOUSE, "en") == (
        "The bottleneck is work in the warehouse: 99 % of the time from received to shipped; "
        "slowest in warehouse gz, 4.0 h on average against 60 min elsewhere"
    )


def test_one_place_alone_is_compared_with_the_next_stage() -> None:
    some = found(review_hz=[30], warehouse_hz=[90], total_hz=[120])

    worst = bottleneck.bottleneck(some, By.SHOP)

    assert worst is not None
    assert bottleneck.told(worst, By.SHOP, "en") == (
        "The bottleneck is work in the warehouse: 75 % of the time from received to shipped "
        "(shop tmall, 1.5 min on average); next comes review with 25 %"
    )


@pytest.mark.parametrize("some", [{}, found(review_hz=[0], total_hz=[0])])
def test_where_nothing_takes_time_there_is_no_bottleneck(some: dict[Key, Durations]) -> None:
    assert bottleneck.bottleneck(some, By.SHOP) is None


def test_every_stage_has_its_words() -> None:
    assert {f"clock.{stage}" for stage in stages.NAMES} <= CATALOGUE.keys()
    assert {*Stage} <= {*stages.NAMES}
    assert {f"held-{nature.owner}" for nature in NATURE.values()} <= {*stages.NAMES}
