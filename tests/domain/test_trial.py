"""Trials: the same orders by two books, and what they come to."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.domain import trial
from shared.domain.item import Item, Part
from shared.domain.merchant import Merging, Shop
from shared.domain.order import Entry, Order, Status
from shared.domain.place import Warehouse
from shared.domain.planning import Desk
from shared.domain.rules.rule import Book
from shared.domain.trial import Outcome, Past
from tests.support import build
from tests.support.rulebook import book, leaf, rule

ITEMS = {"mug": Item("mug", "马克杯", cost=300), "pen": Item("pen", "笔", cost=50)}
HZ = Warehouse("hz", "杭州仓", "浙江", "杭州市")
MERGING = Shop("tmall", "天猫店", merge=Merging(on=True, buffer=30, limit=3))
LIMITED = rule("pens", "gift", then={"sku": "pen", "limit": {"orders": 2, "each": "total"}})


def past(no: int = 1, *, shop: Shop | None = None, free: int = 9, **change: Any) -> Past:
    order = build.order(id=f"{no:02x}", number=f"TB-{no}", **change)
    desk = Desk(build.NOON, shop or Shop("tmall", "天猫店"), ITEMS, (HZ,))
    return Past(order, order.content, desk, {sku: {"hz": free} for sku in ITEMS})


def replayed(there: Book, *some: Past) -> list[Outcome]:
    return trial.replay(some, there, Counter())


def told(there: Book, *some: Past) -> dict[str, Any]:
    sums = trial.compared(
        replayed(Book(), *some), replayed(there, *some), ITEMS.values(), trial.Sums
    )
    return dict(sums["difference"])


def test_an_order_goes_the_whole_way_from_its_beginning() -> None:
    shipped = past(status=Status.SHIPPED, parcels=(build.parcel(1, build.source()),))

    (outcome,) = replayed(Book(), shipped)

    assert outcome.order.status is Status.PLANNED
    assert [p.warehouse for p in outcome.order.parcels] == ["hz"]
    assert outcome.holds == ()


def test_what_stops_an_order_does_not_end_its_way() -> None:
    (outcome,) = replayed(book(rule("r")), past())

    assert outcome.holds == ("rule",)
    assert len(outcome.order.parcels) == 1


def test_what_there_is_no_stock_of_has_no_parcels_and_brings_nothing() -> None:
    (outcome,) = replayed(Book(), past(free=0))
    sums = trial.Sums()

    sums.add(outcome, lambda sku: 300)

    assert (outcome.holds, outcome.order.parcels) == (("short",), ())
    assert (sums.held, sums.paid, sums.cost) == (1, 0, 0)


def test_gifts_that_are_limited_go_to_the_first() -> None:
    some = [past(no) for no in (1, 2, 3)]

    outcomes = replayed(book(LIMITED), *some)

    assert [len(each.order.gifts) for each in outcomes] == [1, 1, 0]
    assert told(book(LIMITED), *some)["gifts"] == {"pen": 2}


def test_a_gift_that_is_not_there_is_not_given() -> None:
    few = replace(past(), free={"mug": {"hz": 9}, "pen": {}})

    assert told(book(LIMITED), few)["gift_cost"] == 0


def test_tags_that_rules_gave_are_given_anew_and_those_of_people_stay() -> None:
    entry = Entry(1, 1, build.NOON, "tagged", Status.RECEIVED, args={"tags": ["old"]})
    tagged = past(tags=("old", "by hand"), timeline=(entry,))

    (without,) = replayed(Book(), tagged)
    (with_,) = replayed(book(rule("t", "tags", then={"tags": ["new"]})), tagged)

    assert without.order.tags == ("by hand",)
    assert with_.order.tags == ("by hand", "new")


def test_a_rule_may_ask_for_the_tags_that_another_gave() -> None:
    rules = (
        rule("t", "tags", then={"tags": ["vip"]}),
        rule("r", when=leaf("tags", any=["vip"]), then={"result": "alert"}),
    )

    (outcome,) = replayed(book(*rules), past())

    assert (outcome.alert, outcome.rules) == (True, ("r@3",))


def test_who_was_blacklisted_then_is_blacklisted_still() -> None:
    holds = [{"reason": "blacklist", "matched": ["phone"]}]
    entry = Entry(1, 1, build.NOON, "held", Status.HELD, args={"holds": holds})

    (outcome,) = replayed(Book(), past(timeline=(entry,)))

    assert outcome.holds == ("blacklist",)


# --- boxes that orders share ---------------------------------------------------------


def meeting(no: int, minute: int, key: str = "k") -> Past:
    moment = f"2026-11-20T12:{minute:02d}:00.000+00:00"
    return past(no, shop=MERGING, content=build.content(placed_at=moment), meet="m", key=key)


def test_orders_that_meet_in_time_share_a_box() -> None:
    outcomes = replayed(Book(), meeting(1, 0), meeting(2, 29), meeting(3, 30), meeting(4, 5, "x"))

    assert [each.met for each in outcomes] == [("TB-1", "TB-2"), ("TB-1", "TB-2"), (), ()]
    assert [each.boxes for each in outcomes] == [1, 0, 1, 1]


def test_no_more_orders_meet_than_the_shop_allows() -> None:
    outcomes = replayed(Book(), *(meeting(no, no) for no in range(1, 6)))

    assert sum(each.boxes for each in outcomes) == 2
    assert [len(each.met) for each in outcomes] == [3, 3, 3, 2, 2]


def test_what_is_held_meets_nobody() -> None:
    held = book(rule("r", "hold", when=leaf("shop", in_=["tmall"])))

    assert [each.met for each in replayed(held, meeting(1, 0), meeting(2, 1))] == [(), ()]


# --- what it comes to ------------------------------------------------------------------


def test_a_kit_costs_what_its_parts_cost_where_it_has_no_cost_of_its_own() -> None:
    kit = Item("set", "套装", parts=(Part("mug", 2), Part("pen", 1)))

    cost = trial.costs([*ITEMS.values(), kit, Item("box", "礼盒", cost=900, parts=kit.parts)])

    assert (cost("set"), cost("box"), cost("unknown")) == (650, 900, 0)


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=4))
def test_the_same_book_makes_no_difference(prices: list[int]) -> None:
    some = [
        past(no, content=build.content(lines=[build.line("mug", 1, price)]))
        for no, price in enumerate(prices)
    ]
    there = book(rule("r", when=leaf("total", at_least=5000)), LIMITED)

    found = trial.compared(
        replayed(there, *some), replayed(there, *some), ITEMS.values(), trial.Sums
    )

    assert found["changed"] == 0
    assert all(value in (0, {}) for value in found["difference"].values())
    margin = found["before"]["margin"]
    assert margin == sum(prices) - 300 * len(prices) - found["before"]["gift_cost"]


def test_examples_are_few_and_say_what_differs() -> None:
    some = [past(no) for no in range(25)]

    found = trial.compared(
        replayed(Book(), *some), replayed(book(rule("r")), *some), (), trial.Sums
    )

    assert (found["changed"], len(found["examples"])) == (25, trial.EXAMPLES)
    assert found["examples"][0]["changes"] == ["holds"]
    assert [found["examples"][0][side]["holds"] for side in ("before", "after")] == [[], ["rule"]]


def test_nothing_of_the_order_itself_is_changed() -> None:
    one = past(status=Status.SHIPPED)
    before: Order = one.order

    replayed(book(LIMITED, rule("t", "tags")), one)

    assert one.order is before
    assert one.order.gifts == ()
