"""Hot SKUs: many buckets, one truth. No unit is stranded, lost, sold twice, or denied."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from functions.steps import reserve, ship
from shared.domain.errors import Conflict, Short, WrongState
from shared.domain.order import Order, Status
from shared.domain.stock import Cause, Heat, Hot, Level, Place, folded
from shared.store import hot, ledgers, merchants, orders, stock
from tests.support import build
from tests.support.build import NOON, Merchant

MUG = Place("mug", "hz")


def heated(acme: Merchant, units: int, number: int) -> None:
    acme.put_stock("mug", units)
    hot.switch_on(acme.id, MUG, number)
    hot.spread(acme.id, MUG)


def buy(acme: Merchant, order_id: str, units: int = 1) -> Order:
    content = build.content(lines=[build.line("mug", units)])
    order = build.order(tenant=acme.id, id=order_id, status=Status.APPROVED, content=content)
    orders.create(order.noted("approved", NOON))
    reserve.reserve(acme.id, order_id)
    return orders.get(acme.id, order_id)


def cancel(acme: Merchant, order: Order) -> Order:
    return stock.write(order, order.cancel(NOON))


def root(acme: Merchant) -> Level:
    level = stock.find_level(acme.id, MUG)
    assert level is not None
    return level


def heat(acme: Merchant) -> Hot:
    level = root(acme)
    assert level.hot is not None
    return level.hot


def sums(acme: Merchant) -> tuple[int, int]:
    """(Free, held) of the counter and its buckets together."""
    levels = stock.levels(acme.id, "mug")
    return sum(level.free for level in levels), sum(level.held for level in levels)


def in_buckets(acme: Merchant) -> list[int]:
    return [level.free for level in stock.in_buckets(acme.id, root(acme))]


def stop_after_one_write(dying: pytest.MonkeyPatch) -> None:
    apply = stock.apply
    done: list[None] = []

    def apply_once(*args: Any) -> None:
        if done:
            raise ConnectionError
        done.append(apply(*args))

    dying.setattr(stock, "apply", apply_once)


# --- on ------------------------------------------------------------------
def test_units_are_divided_evenly_and_none_is_lost(acme: Merchant) -> None:
    heated(acme, 103, 10)

    assert sorted(in_buckets(acme)) == [10] * 7 + [11] * 3
    assert (root(acme).free, sums(acme)) == (0, (103, 0))
    assert heat(acme).filled == frozenset(range(10))


def test_more_buckets_than_one_transaction_takes(acme: Merchant) -> None:
    heated(acme, 1000, 250)

    assert sum(in_buckets(acme)) == 1000
    assert len(heat(acme).filled) == 250


def test_who_stops_while_spreading_leaves_the_rest_where_it_was(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.put_stock("mug", 200)
    hot.switch_on(acme.id, MUG, 100)
    with monkeypatch.context() as dying:
        stop_after_one_write(dying)
        with pytest.raises(ConnectionError):
            hot.spread(acme.id, MUG)

    assert (sum(in_buckets(acme)), root(acme).free) == (178, 22)
    assert hot.spread(acme.id, MUG) == 22
    assert sums(acme) == (200, 0)


def test_more_stock_on_the_way_is_spread_as_well(acme: Merchant) -> None:
    heated(acme, 10, 5)
    more(acme, 10)

    assert hot.spread(acme.id, MUG) == 10
    assert in_buckets(acme) == [4] * 5


def test_switching_on_twice_opens_no_second_set(acme: Merchant) -> None:
    heated(acme, 10, 5)

    hot.switch_on(acme.id, MUG, 7)

    assert (heat(acme).epoch, heat(acme).buckets) == (1, 5)


# --- buying --------------------------------------------------------------
def test_an_order_takes_from_one_bucket_and_leaves_from_it(acme: Merchant) -> None:
    heated(acme, 20, 2)

    order = buy(acme, "1a", 3)

    assert order.sources[0].place.is_bucket
    assert sums(acme) == (17, 3)
    ship.send(order, {1: ("sf", "SF1")}, NOON)
    assert sums(acme) == (17, 0)


def test_all_units_are_sold_and_the_next_buyer_is_told_without_a_write(acme: Merchant) -> None:
    heated(acme, 12, 4)

    bought = [buy(acme, f"{no:02x}").status for no in range(13)]

    assert bought == [Status.PLANNED] * 12 + [Status.SHORT]
    assert heat(acme).heat is Heat.SOLD_OUT
    assert sums(acme) == (0, 12)


def test_an_order_for_more_than_any_bucket_has_gets_what_all_have_together(acme: Merchant) -> None:
    heated(acme, 20, 10)

    order = buy(acme, "1a", 9)

    assert order.status is Status.PLANNED
    assert sums(acme) == (11, 9)
    assert len([units for units in in_buckets(acme) if units]) >= 5  # the others were left alone


def test_an_order_for_more_than_there_is_spoils_nothing_for_smaller_ones(acme: Merchant) -> None:
    heated(acme, 6, 3)

    assert buy(acme, "1a", 7).status is Status.SHORT
    assert heat(acme).heat is Heat.ON
    assert buy(acme, "1b", 6).status is Status.PLANNED


def test_the_tail_is_found_wherever_it_lies(acme: Merchant) -> None:
    """Every bucket is believed to be empty, and one is not."""
    heated(acme, 8, 4)
    orders_ = [buy(acme, f"{no:02x}") for no in range(8)]
    assert buy(acme, "aa").status is Status.SHORT

    cancel(acme, orders_[3])

    assert heat(acme).heat is Heat.ON
    assert buy(acme, "ab").status is Status.PLANNED
    assert buy(acme, "ac").status is Status.SHORT


def test_units_on_the_counter_itself_are_sold_when_the_buckets_are_empty(acme: Merchant) -> None:
    heated(acme, 2, 2)
    buy(acme, "1a")
    buy(acme, "1b")
    more(acme, 1)

    assert buy(acme, "1c").status is Status.PLANNED
    assert buy(acme, "1d").status is Status.SHORT


def test_who_gives_back_while_another_counts_is_not_overlooked(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counter has read every bucket as empty, and is about to say so."""
    heated(acme, 1, 1)
    order = buy(acme, "1a")
    read = stock.in_buckets
    cancelled: list[Order] = []

    def read_then_lose(*args: Any) -> list[Level]:
        seen = read(*args)
        if not cancelled:
            cancelled.append(cancel(acme, order))
        return seen

    with monkeypatch.context() as late:
        late.setattr(stock, "in_buckets", read_then_lose)
        hot.gather(acme.id, MUG, 1)

    assert heat(acme).heat is Heat.ON
    assert buy(acme, "1b").status is Status.PLANNED


def test_many_buyers_at_once_get_every_unit_and_not_one_more(acme: Merchant) -> None:
    heated(acme, 60, 8)

    with ThreadPoolExecutor(12) as pool:
        bought = list(pool.map(lambda no: patiently(acme, f"{no:03x}"), range(90)))

    assert bought.count(Status.PLANNED) == 60
    assert bought.count(Status.SHORT) == 30
    assert sums(acme) == (0, 60)


def patiently(acme: Merchant, order_id: str) -> Status:
    with suppress(Conflict):
        return buy(acme, order_id).status
    for _ in range(20):  # as the queue would bring it back
        with suppress(Conflict):
            reserve.reserve(acme.id, order_id)
            break
    return orders.get(acme.id, order_id).status


def test_an_order_that_had_buckets_merged_for_it_takes_from_the_right_one(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    heated(acme, 40, 40)
    gather, looks = hot.gather, list[Any]()

    def counted(*args: Any) -> hot.Seen:
        looks.append(args)
        return gather(*args)

    monkeypatch.setattr(hot, "gather", counted)

    assert buy(acme, "1a", 5).status is Status.PLANNED
    assert len(looks) == 1


def test_buckets_below_nought_there_are_none(acme: Merchant) -> None:
    """The warehouse may sell what it does not have: that is written on the counter itself."""
    warehouse = merchants.warehouses.get(acme.id, "hz")
    merchants.warehouses.replace(acme.id, replace(warehouse, negative=True))
    heated(acme, 4, 2)

    bought = [*(buy(acme, f"{no:02x}") for no in range(5)), buy(acme, "1a", 9)]

    assert {order.status for order in bought} == {Status.PLANNED}
    assert in_buckets(acme) == [0, 0]
    assert (root(acme).free, sums(acme)) == (-10, (-10, 14))
    hot.switch_off(acme.id, MUG)
    for order in bought:
        cancel(acme, order)
    assert (root(acme).free, root(acme).held) == (4, 0)


def test_the_lines_of_a_bucket_are_tidied_away_now_and_then(acme: Merchant) -> None:
    heated(acme, 200, 1)

    for no in range(100):
        buy(acme, f"{no:02x}")

    (bucket,) = stock.in_buckets(acme.id, root(acme))
    assert bucket.lines < 100
    told = list(ledgers.read(acme.id, bucket.place))
    assert len(told) == 101
    assert folded(told)["held"] == 100


# --- off -----------------------------------------------------------------
def test_a_cancel_that_meets_the_end_of_the_sale_gives_its_units_back(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has seen that the SKU is hot; before it writes, the buckets are about to be closed."""
    heated(acme, 4, 2)
    order = buy(acme, "1a")
    find, seen = stock.find_level, list[Any]()

    def find_then_cool(*args: Any) -> Level | None:
        level = find(*args)
        if not seen:
            seen.append(level)
            with suppress(ConnectionError), monkeypatch.context() as dying:
                dying.setattr(hot, "_bring_back", broken)
                hot.switch_off(acme.id, MUG)
        return level

    with monkeypatch.context() as late:
        late.setattr(stock, "find_level", find_then_cool)
        assert cancel(acme, order).status is Status.CANCELLED

    assert heat(acme).heat is Heat.COOLING
    assert sums(acme) == (4, 0)


def broken(*_: Any) -> None:
    raise ConnectionError


def test_buckets_are_emptied_though_others_ship_from_them_all_the_time(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    heated(acme, 40, 20)
    held = [buy(acme, f"{no:02x}") for no in range(15)]
    read = stock.find_levels

    def read_then_ship(tenant: str, some: Any) -> list[Level]:
        levels = read(tenant, some)
        if held and len(some) > 2:
            ship.send(held.pop(), {1: ("sf", "SF1")}, NOON)
        return levels

    with monkeypatch.context() as busy:
        busy.setattr(stock, "find_levels", read_then_ship)
        hot.switch_off(acme.id, MUG)

    assert root(acme).hot is None
    assert (root(acme).free, root(acme).held) == (25, len(held))


def test_who_finds_no_peace_says_so_and_never_that_goods_are_lacking(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    heated(acme, 4, 2)
    more(acme, 1)

    def rival(*_: Any) -> None:
        raise Short(missing=["mug"], places=[MUG])

    monkeypatch.setattr(stock, "apply", rival)

    with pytest.raises(Conflict):
        hot.gather(acme.id, MUG, 1)


def test_afterwards_there_is_one_counter_again(acme: Merchant) -> None:
    heated(acme, 500, 200)
    order = buy(acme, "1a", 2)

    hot.switch_off(acme.id, MUG)

    assert root(acme).hot is None
    assert (root(acme).free, root(acme).held) == (498, 2)
    assert [place.lot for place in stock.places(acme.id, "", 500)] == [""]
    assert sorted(s.quantity for s in order.sources) == [2]


def test_what_was_held_in_a_bucket_leaves_from_the_counter(acme: Merchant) -> None:
    heated(acme, 10, 2)
    shipped, called_off = buy(acme, "1a", 2), buy(acme, "1b", 3)
    hot.switch_off(acme.id, MUG)

    ship.send(shipped, {1: ("sf", "SF1")}, NOON)
    cancel(acme, called_off)

    assert (root(acme).free, root(acme).held) == (8, 0)
    assert folded(ledgers.read(acme.id, MUG))["free"] == 8


def test_a_second_sale_has_buckets_of_its_own(acme: Merchant) -> None:
    heated(acme, 10, 2)
    before = buy(acme, "1a", 2)
    hot.switch_off(acme.id, MUG)
    hot.switch_on(acme.id, MUG, 3)
    hot.spread(acme.id, MUG)

    cancel(acme, before)

    assert heat(acme).epoch == 2
    assert sums(acme) == (10, 0)


def test_who_stops_while_cooling_is_followed_by_the_next(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    heated(acme, 400, 200)
    held = [buy(acme, f"{no:02x}", 2) for no in range(6)]
    with monkeypatch.context() as dying:
        stop_after_one_write(dying)
        with pytest.raises(ConnectionError):
            hot.switch_off(acme.id, MUG)

    assert heat(acme).heat is Heat.COOLING
    assert sums(acme) == (388, 12)
    for order in held[:3]:
        cancel(acme, order)
    assert sums(acme) == (394, 6)
    hot.switch_off(acme.id, MUG)
    assert (root(acme).hot, root(acme).free, root(acme).held) == (None, 394, 6)


def test_while_it_is_hot_nobody_counts_what_lies_on_the_counter(acme: Merchant) -> None:
    heated(acme, 10, 2)
    cause = Cause("hand", "-", NOON)

    with pytest.raises(WrongState):
        stock.set_on_hand(acme.id, replace(root(acme), hot=None), 7, cause)

    assert sums(acme) == (10, 0)


def more(acme: Merchant, units: int) -> None:
    from shared.domain.stock import Change

    stock.apply(acme.id, [Change(MUG, "received", {"free": units})], Cause("movement", "M", NOON))


# --- whatever happens ----------------------------------------------------
class Sale(RuleBasedStateMachine):
    """A hot SKU and its buyers, in any order of events; processes that die on the way."""

    number = 0

    def __init__(self) -> None:
        super().__init__()
        Sale.number += 1
        self.acme = build.merchant(f"sale{Sale.number}")
        self.given = 12
        self.acme.put_stock("mug", 12)
        self.open: list[Order] = []
        self.gone = 0
        self.sold = 0

    @rule(number=st.integers(1, 5))
    def heat_up(self, number: int) -> None:
        with suppress(Exception):
            hot.switch_on(self.acme.id, MUG, number)
        hot.spread(self.acme.id, MUG)

    @rule()
    def cool_down(self) -> None:
        hot.switch_off(self.acme.id, MUG)

    @rule(units=st.integers(1, 4))
    def arrive(self, units: int) -> None:
        more(self.acme, units)
        self.given += units

    @rule(units=st.integers(1, 6))
    def buy(self, units: int) -> None:
        self.sold += 1
        free, _ = sums(self.acme)
        order = buy(self.acme, f"{self.sold:024x}", units)
        if order.status is Status.PLANNED:
            self.open.append(order)
        else:
            assert free < units, "a false sold-out"

    @property
    def hot(self) -> bool:
        return root(self.acme).hot is not None

    @precondition(lambda self: self.open)
    @rule()
    def cancel(self) -> None:
        cancel(self.acme, self.open.pop())

    @precondition(lambda self: self.open)
    @rule()
    def ship(self) -> None:
        order = self.open.pop(0)
        ship.send(order, {1: ("sf", "SF1")}, NOON)
        self.gone += sum(source.quantity for source in order.sources)

    @precondition(lambda self: self.hot)
    @rule(needed=st.integers(1, 9))
    def somebody_looks(self, needed: int) -> None:
        with suppress(Short):
            hot.gather(self.acme.id, MUG, needed)

    @invariant()
    def every_unit_is_somewhere(self) -> None:
        levels = stock.levels(self.acme.id, "mug")
        held = sum(source.quantity for order in self.open for source in order.sources)
        assert all(level.free >= 0 and level.held >= 0 for level in levels)
        assert sum(level.held for level in levels) == held
        assert sum(level.free + level.held for level in levels) + self.gone == self.given

    @invariant()
    def every_counter_is_what_its_ledger_says(self) -> None:
        for level in stock.levels(self.acme.id, "mug"):
            found = folded(ledgers.read(self.acme.id, level.place))
            assert (found["free"], found["held"]) == (level.free, level.held)


TestSale = Sale.TestCase
TestSale.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
