"""Orders that wait, routed anew together."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import cheapest, replanning
from shared.domain.loads import Problem
from shared.domain.order import Source
from shared.domain.replanning import Step, Waiting, units
from shared.domain.routing import Free, Want

NAMES = ["a", "b", "c"]
SKUS = ["mug", "hat"]


def waiting(order: str, fees: dict[str, int], *sources: tuple[str, str], **needs: int) -> Waiting:
    """An order for units of SKUs, each parcel for a fee; it holds a unit from each source."""
    wants = [Want(no, n, (((sku, 1),),)) for no, (sku, n) in enumerate(needs.items(), 1)]
    problem = Problem(wants, list(fees), {}, lambda name, *_: fees[name], {}, {})
    lines = {sku: no for no, sku in enumerate(needs, 1)}
    held = tuple(Source(lines[sku], sku, name, 1) for sku, name in sources)
    return Waiting(order, problem, held)


def steps(free: Free, *pool: Waiting) -> list[Step]:
    return list(replanning.improvements(pool, free))


def test_an_order_moves_to_where_it_has_become_cheaper() -> None:
    one = waiting("1", {"a": 500, "b": 900}, ("mug", "b"), mug=1)

    (step,) = steps({"mug": {"a": 1}}, one)

    assert (step.ids, step.before, step.after) == (("1",), (900,), (500,))
    assert step.sources[0][0].warehouse == "a"


def test_nothing_moves_where_nothing_is_gained() -> None:
    one = waiting("1", {"a": 500, "b": 500}, ("mug", "b"), mug=1)

    assert steps({"mug": {"a": 1}}, one) == []


def test_two_orders_change_places() -> None:
    one = waiting("1", {"a": 500, "b": 900}, ("mug", "b"), mug=1)
    other = waiting("2", {"a": 900, "b": 500}, ("mug", "a"), mug=1)

    (step,) = steps({}, one, other)

    assert sorted(step.ids) == ["1", "2"]
    assert (sum(n or 0 for n in step.before), sum(step.after)) == (1800, 1000)


def test_two_give_way_to_one_where_all_together_cost_less() -> None:
    """A parcel less for one order is worth more than what the others pay."""
    large = waiting("1", {"a": 900, "b": 900}, ("mug", "b"), ("hat", "a"), mug=1, hat=1)
    first = waiting("2", {"a": 500, "b": 510}, ("mug", "a"), mug=1)

    (step,) = steps({}, large, first)

    assert step.ids == ("1", "2")
    assert step.after == (900, 510)


def test_who_would_lose_more_than_others_gain_stays() -> None:
    one = waiting("1", {"a": 500, "b": 600}, ("mug", "b"), mug=1)
    other = waiting("2", {"a": 500, "b": 900}, ("mug", "a"), mug=1)

    assert steps({}, one, other) == []


def test_an_order_gives_way_to_one_that_is_short() -> None:
    holder = waiting("1", {"a": 500, "b": 500}, ("mug", "b"), mug=1)
    short = waiting("2", {"b": 700}, mug=1)

    (step,) = steps({"mug": {"a": 1}}, holder, short)

    assert step.ids == ("2", "1")
    assert (step.before, step.after) == ((None, 500), (700, 500))


def test_nobody_becomes_short_for_another() -> None:
    holder = waiting("1", {"a": 900}, ("mug", "a"), mug=1)
    short = waiting("2", {"a": 100}, mug=1)

    assert steps({}, holder, short) == []


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[Waiting], Free]:
    """Orders that hold what they got, one after the other, and what is left."""
    fees = st.integers(1, 9)
    free = {sku: {name: draw(st.integers(0, 3)) for name in NAMES} for sku in SKUS}
    pool = []
    for no in range(draw(st.integers(1, 5))):
        fee = {name: 100 * draw(fees) for name in NAMES}
        skus = draw(st.lists(st.sampled_from(SKUS), min_size=1, max_size=2, unique=True))
        asked = waiting(str(no), fee, **{sku: draw(st.integers(1, 2)) for sku in skus})
        pool.append(_served(asked, free, upside_down=draw(st.booleans())))
    return pool, free


def _served(asked: Waiting, free: Free, *, upside_down: bool) -> Waiting:
    """By the cheapest way, or by a bad one; short if there is none."""
    names = sorted(NAMES, reverse=upside_down)
    problem = asked.problem
    greedy = Problem(problem.wants, names, free, problem.freight, {}, {})
    found = cheapest.choose(greedy if not upside_down else _flat(greedy))
    if found is None:
        return asked
    for source in found.cover.sources:
        free[source.sku][source.warehouse] -= source.quantity
    return Waiting(asked.id, problem, found.cover.sources)


def _flat(problem: Problem) -> Problem:
    return Problem(problem.wants, problem.names, problem.free, lambda *_: 1, {}, {})


@given(pools())
@settings(max_examples=100, deadline=None)
def test_the_sum_never_rises_and_no_unit_is_lost(made: tuple[list[Waiting], Free]) -> None:
    pool, free = made
    there = _all(free) + sum((units(each.sources) for each in pool), Counter())
    held = {each.id: each.sources for each in pool}

    for step in replanning.improvements(pool, free):
        known = [cost for cost in step.before if cost is not None]
        assert len(known) < len(step.before) or sum(step.after) < sum(known)
        for order, sources in zip(step.ids, step.sources, strict=True):
            held[order] = sources

    used = sum((units(sources) for sources in held.values()), Counter())
    assert used <= there
    for each in pool:
        if each.sources:
            needs = {want.ways[0][0][0]: want.quantity for want in each.problem.wants}
            got = Counter[str]()
            for source in held[each.id]:
                got[source.sku] += source.quantity
            assert dict(got) == needs


def _all(free: Free) -> Counter[tuple[str, str]]:
    return Counter({(sku, name): n for sku, had in free.items() for name, n in had.items()})
