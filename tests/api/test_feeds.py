"""/v1/feeds: late, doubled and out of order, what a warehouse tells gives the right result."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count, permutations
from random import Random
from time import sleep
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain import buckets
from shared.domain.errors import Conflict
from shared.domain.stock import Cause, Change, Level, Place
from shared.runtime import clock
from shared.store import hot, ledgers, papers, stock
from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail

NOW = clock.now()
NUMBERS = count()


def ago(minutes: float) -> str:
    return clock.later(NOW, -60 * minutes)


def tell(
    acme: Merchant, feed_id: str, kind: str, taken_at: str, *lines: dict[str, Any], **more: Any
) -> Reply:
    body = {"id": feed_id, "warehouse": "hz", "kind": kind, "taken_at": taken_at}
    return acme.call("POST", "/v1/feeds", {**body, "lines": list(lines), **more})


def units(units: int, sku: str = "mug", **more: Any) -> dict[str, Any]:
    return {"sku": sku, "units": units, **more}


def level(acme: Merchant, sku: str = "mug", lot: str = "") -> Level:
    return stock.find_level(acme.id, Place(sku, "hz", lot)) or Level(sku, "hz", lot)


def faults(reply: Reply) -> list[tuple[str, str]]:
    return [(fault["field"], fault["code"]) for fault in reply.body.get("faults", ())]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_full_count_and_late_adjustments_give_99_in_any_order(
    acme: Merchant, order: tuple[int, ...]
) -> None:
    tell(acme, "F-0", "full", ago(30), units(50))
    told = [("full", 7, 100), ("adjust", 8, -2), ("adjust", 6, -1)]

    for at in order:
        kind, minutes, change = told[at]
        assert tell(acme, f"G-{at}", kind, ago(minutes), units(change)).status == 201

    assert level(acme).on_hand == 99


def test_what_left_after_a_count_was_taken_is_not_put_back(acme: Merchant, mail: Mail) -> None:
    tell(acme, "F-0", "full", ago(30), units(10))
    order = acme.place().body["id"]
    mail.pump()
    acme.call("POST", f"/v1/orders/{order}/ship")

    tell(acme, "F-1", "full", ago(1), units(30))

    assert (level(acme).on_hand, level(acme).counted) == (28, ago(1))


def test_a_figure_that_a_person_has_set_is_newer_than_a_count_that_comes_late(
    acme: Merchant,
) -> None:
    acme.put_stock("mug", 10)

    late = tell(acme, "F-1", "full", ago(1), units(30))

    assert (late.body["lines"][0]["change"], level(acme).on_hand) == (None, 10)


def test_an_older_count_and_what_it_covers_change_nothing(acme: Merchant) -> None:
    tell(acme, "F-1", "full", ago(5), units(30))

    older = tell(acme, "F-2", "full", ago(9), units(99))
    covered = tell(acme, "F-3", "adjust", ago(7), units(-5))

    assert [reply.body["lines"][0]["change"] for reply in (older, covered)] == [None, None]
    assert level(acme).on_hand == 30
    lines = [(line.what, line.delta) for line in ledgers.read(acme.id, Place("mug", "hz"))]
    assert lines == [("counted", {"free": 30}), ("outdated", {}), ("outdated", {})]


def test_told_twice_changes_nothing_and_answers_the_same(acme: Merchant) -> None:
    first = tell(acme, "F-1", "adjust", ago(5), units(3))
    again = tell(acme, "F-1", "adjust", ago(5), units(3))
    other = tell(acme, "F-1", "adjust", ago(5), units(4))

    assert (again.status, again.body) == (first.status, first.body)
    assert (other.status, other.body["code"]) == (409, "exists")
    assert level(acme).on_hand == 3


def test_a_count_below_what_was_promised_is_believed(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)
    acme.place()
    mail.pump()

    tell(acme, "F-1", "full", clock.now(), units(1))

    assert (level(acme).free, level(acme).held, level(acme).on_hand) == (-1, 2, 1)


def test_an_adjustment_below_nought_is_refused_unless_the_warehouse_allows_it(
    acme: Merchant,
) -> None:
    tell(acme, "F-0", "full", ago(30), units(2))

    refused = tell(acme, "F-1", "adjust", ago(5), units(1, "hat"), units(-3))
    acme.call("PUT", "/v1/warehouses/hz", {"name": "w", "province": "浙江", "negative": True})
    allowed = tell(acme, "F-1", "adjust", ago(5), units(1, "hat"), units(-3))

    assert (refused.status, refused.body["code"]) == (409, "short")
    assert faults(refused) == [("lines[1].units", "below-nought")]
    assert allowed.status == 201
    assert (level(acme).on_hand, level(acme, "hat").on_hand) == (-1, 1)


def test_all_faults_are_told_at_once(acme: Merchant) -> None:
    body = {
        "warehouse": "moon", "taken_at": clock.later(clock.now(), 900),
        "lines": [units(-1), units(1), {"units": 1, "lot": "~1"}],
    }  # fmt: skip

    missing = acme.call("POST", "/v1/feeds", body)
    wrong = acme.call("POST", "/v1/feeds", {**body, "kind": "some"})

    assert faults(missing) == [
        ("warehouse", "unknown-warehouse"),
        ("kind", "missing"),
        ("id", "missing"),
        ("taken_at", "in-the-future"),
        ("lines[0].units", "out-of-range"),
        ("lines[1].sku", "twice"),
        ("lines[2].lot", "not-an-id"),
        ("lines[2].sku", "missing"),
    ]
    assert ("kind", "not-one-of") in faults(wrong)


def test_a_clock_a_little_ahead_of_ours_is_taken_for_now(acme: Merchant) -> None:
    tell(acme, "F-1", "full", clock.later(clock.now(), 120), units(5))

    assert level(acme).counted <= clock.now()


def test_lots_are_told_with_their_last_days(acme: Merchant) -> None:
    acme.call("POST", "/v1/items", {"id": "milk", "name": "牛奶", "lots": True})

    bare = tell(acme, "F-1", "full", ago(5), units(4, "milk"))
    undated = tell(acme, "F-1", "full", ago(5), units(4, "milk", lot="A"))
    good = tell(acme, "F-1", "full", ago(5), units(4, "milk", lot="A", expires="2099-12-31"))

    assert faults(bare) == [("lines[0].lot", "missing")]
    assert faults(undated) == [("lines[0].expires", "missing")]
    assert good.status == 201
    assert (level(acme, "milk", "A").on_hand, level(acme, "milk", "A").expires) == (
        4,
        "2099-12-31",
    )


def test_five_hundred_lines_are_taken_in_portions(acme: Merchant) -> None:
    lines = [units(number, f"sku-{number}") for number in range(500)]

    reply = tell(acme, "F-1", "full", ago(5), *lines)
    more = tell(acme, "F-2", "full", ago(5), *lines, units(1, "sku-500"))

    assert (reply.status, reply.body["applied"]) == (201, 500)
    assert level(acme, "sku-499").on_hand == 499
    assert faults(more) == [("lines", "too-many")]


def test_a_feed_that_was_cut_goes_on_where_it_stopped(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [units(1, f"sku-{number}") for number in range(200)]
    whole, portions = stock.apply, iter(range(9))

    def cut(*given: Any) -> None:
        if next(portions) == 1:
            raise ConnectionError("cut")
        whole(*given)

    monkeypatch.setattr(stock, "apply", cut)
    broken = tell(acme, "F-1", "adjust", ago(5), *lines)
    waiting = acme.call("GET", "/v1/feeds/F-1").body
    again = tell(acme, "F-1", "adjust", ago(5), *lines)

    assert (broken.status, waiting["applied"], again.body["applied"]) == (500, 90, 200)
    assert {level(acme, f"sku-{number}").on_hand for number in range(200)} == {1}


def test_counts_that_race_are_not_lost(acme: Merchant) -> None:
    """The newest count and all that came after it; whoever was slower looks again."""
    told = [("full", 9, 100)] + [("adjust", 8 - no, 1) for no in range(5)]

    def send(no: int) -> Reply:
        kind, minutes, change = told[no]
        while (reply := tell(acme, f"F-{no}", kind, ago(minutes), units(change))).status == 409:
            pass
        return reply

    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(send, range(6)))

    assert {reply.status for reply in replies} == {201}
    assert level(acme).on_hand == 105


def test_two_feeds_made_up_from_the_same_counters_cannot_both_be_written(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    before = level(acme)
    changes = [Change(before.place, "counted", {"free": n}, fed=before.fed) for n in (1, 2)]

    stock.apply(acme.id, [changes[0]], Cause("feed", "F-1", clock.now()))
    with pytest.raises(Conflict):
        stock.apply(acme.id, [changes[1]], Cause("feed", "F-2", clock.now()))

    assert level(acme).on_hand == 6


def test_a_warehouses_key_may_feed_and_nothing_else(acme: Merchant) -> None:
    warehouse = Merchant(acme.id, build.key(acme.id, "stock:feed"))
    clerk = Merchant(acme.id, build.key(acme.id, "stock:write"))

    assert tell(warehouse, "F-1", "full", ago(5), units(3)).status == 201
    assert tell(clerk, "F-2", "full", ago(4), units(3)).status == 201
    assert warehouse.call("GET", "/v1/stock").status == 403
    assert warehouse.call("PUT", "/v1/stock/mug/hz", {"on_hand": 1}).status == 403


def test_feeds_are_listed_with_how_far_they_came(acme: Merchant) -> None:
    tell(acme, "F-1", "full", ago(5), units(3))
    tell(acme, "F-2", "adjust", ago(4), units(3))

    listed = acme.call("GET", "/v1/feeds?kind=full").body["feeds"]

    assert [(one["id"], one["lines"], one["applied"]) for one in listed] == [("F-1", 1, 1)]
    assert papers.feeds.get(acme.id, "F-2").done


def test_what_left_from_the_buckets_of_a_hot_sale_has_left_the_place(acme: Merchant) -> None:
    """A count from before, or from within the sale, comes after the sale."""
    tell(acme, "F-0", "full", ago(9), units(1000))
    before, root = clock.now(), Place("mug", "hz")
    hot.switch_on(acme.id, root, 2)
    hot.spread(acme.id, root)
    within = clock.now()
    during = tell(acme, "F-1", "full", before, units(995))
    sold = Change(buckets.place(root, 1, 0), "shipped", {"free": -10})
    stock.apply(acme.id, [sold], Cause("order", "1a", clock.later(clock.now(), 0.01)))
    hot.switch_off(acme.id, root)

    tell(acme, "F-1", "full", before, units(995))
    first = level(acme).on_hand
    tell(acme, "F-2", "full", within, units(993))

    assert (during.status, during.body["code"]) == (409, "wrong-state")
    assert (first, level(acme).on_hand) == (985, 983)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("full"), st.integers(500, 900)),
            st.tuples(st.just("adjust"), st.integers(-9, 9)),
            st.tuples(st.just("issue"), st.integers(1, 9)),
        ),
        min_size=1,
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_is_told_late_the_newest_count_and_all_after_it_stand(
    acme: Merchant, events: list[tuple[str, int]], chance: Random
) -> None:
    """Our own goods go at once; what the warehouse saw in between reaches us in any order."""
    sku = f"sku-{next(NUMBERS)}"
    tell(acme, f"{sku}-0", "full", ago(30), units(700, sku))
    expected, late = 700, []
    for kind, change in events:
        moment = clock.now()
        if kind == "issue":
            line = {"sku": sku, "units": change}
            body = {"type": "issue", "warehouse": "hz", "lines": [line]}
            assert acme.call("POST", "/v1/movements", body).status == 201
        else:
            late.append((kind, moment, change))
        expected = (
            change if kind == "full" else expected + (-change if kind == "issue" else change)
        )
        sleep(0.002)  # so that no two things happen in one millisecond

    chance.shuffle(late)
    for number, (kind, moment, change) in enumerate(late, 1):
        assert tell(acme, f"{sku}-{number}", kind, moment, units(change, sku)).status == 201

    assert level(acme, sku).on_hand == expected
