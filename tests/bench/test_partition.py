"""The simulator of a sale: it sells what is there, keeps to the limits, and always the same."""

from random import Random

import pytest

from infra.simulator.events import Clock, Work
from infra.simulator.holds import End
from infra.simulator.partition import (
    READS,
    WRITES,
    Broken,
    Conflicting,
    Database,
    Limit,
    Partition,
    Row,
    Throttled,
    Write,
)
from infra.simulator.sale import Offer, Result, run
from shared.domain.stock import Level

COUNTS = (0, 3, 10)  # buckets


def row(free: int = 0) -> Row:
    return Row(Level("mug", "hz", free=free), Partition(), 100, 45)


def ended(work: Work[object]) -> type[Exception] | None:
    """How some work ends that nobody disturbs."""
    try:
        for _ in work:
            pass
    except (Throttled, Conflicting, Broken) as refused:
        return type(refused)
    return None


# --- the limits ----------------------------------------------------------
def test_no_second_takes_more_than_its_limit() -> None:
    limit, chance, taken = Limit(1000), Random(7), []
    for at in sorted(chance.uniform(0, 5) for _ in range(5000)):
        units = chance.choice((1.0, 2.0, 4.0))
        if limit.has(at, units):
            limit.take(at, units)
            taken.append((at, units))

    for start, _ in taken:
        assert sum(units for at, units in taken if start <= at < start + 0.999) <= 1000
    assert limit.peak > 990


def test_what_is_throttled_costs_nothing() -> None:
    database, counter = Database(Clock(), Random(1)), row(5)
    counter.partition.writes.take(0.0, 999.0)

    assert ended(database.transact([Write(counter, lambda level: level)])) is Throttled
    assert database.spent == 0


def test_two_transactions_at_one_row_conflict_and_both_pay() -> None:
    database, counter = Database(Clock(), Random(1)), row(5)
    first = database.transact([Write(counter, lambda level: level)])
    next(first)

    assert ended(database.transact([Write(counter, lambda level: level)])) is Conflicting
    assert database.spent == 4


def test_a_broken_condition_costs_the_full_price_and_changes_nothing() -> None:
    database, counter = Database(Clock(), Random(1)), row(5)

    assert ended(database.transact([Write(counter, lambda _: None)], more=3)) is Broken
    assert (database.spent, counter.level.free) == (5, 5)


def test_a_row_of_more_than_a_kilobyte_costs_more() -> None:
    assert row().units == 1
    assert Row(Level("mug", "hz", lines=30), Partition(), 100, 45).units == 2


# --- a sale --------------------------------------------------------------
def conserved(result: Result, units: int) -> bool:
    free, held = result.shelf.free, result.shelf.held
    return free >= 0 and held == result.sold and free + held == units


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("seed", range(3))
def test_no_unit_is_lost_or_sold_twice(count: int, seed: int) -> None:
    result = run(Offer(count, 300, 3, units=400, each=(1, 2, 3), seed=seed))

    assert conserved(result, 400)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_refused_while_enough_is_left(count: int, seed: int) -> None:
    result = run(Offer(count, 300, 3, units=300, each=(1, 2, 3), seed=seed))

    refused = [each for each in result.outcomes if each.end is End.SHORT]
    assert all(each.left < each.units for each in refused)


@pytest.mark.parametrize("count", COUNTS)
def test_no_partition_gives_more_than_it_has(count: int) -> None:
    result = run(Offer(count, 5000, 1.5))

    assert all(each.writes.peak <= WRITES for each in result.shelf.partitions)
    assert all(each.reads.peak <= READS for each in result.shelf.partitions)


@pytest.mark.parametrize("rate", [100, 1000, 4000])
def test_more_buckets_never_sell_fewer(rate: float) -> None:
    sold = [run(Offer(count, rate, 1, seed=3)).sold for count in (0, 5, 20, 80)]

    assert sold == sorted(sold)


def test_the_same_seed_gives_the_same_sale() -> None:
    offer = Offer(10, 800, 1, units=500, each=(1, 2))

    assert run(offer).outcomes == run(offer).outcomes


def test_every_order_ends_in_one_way() -> None:
    result = run(Offer(0, 5000, 1, workers=50))

    assert result.ends[End.WAITING] > 0
    assert result.ends.total() == len({each.came for each in result.outcomes})
