"""Units set aside until a time are given back when it has come, once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

import app as product
from shared.domain.errors import Conflict
from shared.domain.stock import Cause, Place
from shared.domain.stock_hold import StockHold
from shared.runtime import clock
from shared.store import ledgers, stock, stock_holds, table
from tests.support import edge
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail


def put(acme: Merchant, hold_id: str = "h-1", **more: Any) -> StockHold:
    """A hold of 8 mugs that runs out in an hour."""
    body = {
        "lines": [{"sku": "mug", "warehouse": "hz", "units": 8}],
        "until": clock.later(clock.now(), 3600),
        **more,
    }
    reply = acme.call("PUT", f"/v1/stock-holds/{hold_id}", body)
    assert reply.status == 200, reply.body
    return stock_holds.folder.get(acme.id, hold_id)


def run_out(acme: Merchant, hold: StockHold) -> StockHold:
    """Let its time have come a second ago."""
    over = replace(hold, until=clock.later(clock.now(), -1))
    table.transact([stock_holds.folder.writes(acme.id, over, over.until)])
    return stock_holds.folder.get(acme.id, hold.id)


def release(acme: Merchant, hold: StockHold, by: str) -> None:
    """Give it back as one who read it as `hold`."""
    after, changes = stock_holds.released(acme.id, hold)
    cause = Cause("hold", hold.id, clock.now(), by)
    stock.apply(acme.id, changes, cause, [stock_holds.folder.writes(acme.id, after)])


def tick() -> None:
    product.expire_holds(TICK, None)


def state(acme: Merchant, hold_id: str = "h-1") -> str:
    return str(acme.call("GET", f"/v1/stock-holds/{hold_id}").body["state"])


@pytest.fixture
def over(acme: Merchant) -> StockHold:
    acme.put_stock("mug", 10)
    return run_out(acme, put(acme))


def test_a_hold_that_ran_out_gives_its_units_back_once(acme: Merchant, over: StockHold) -> None:
    tick()
    tick()

    assert state(acme) == "released"
    assert acme.stock("mug") == (10, 0)
    last = next(ledgers.read(acme.id, Place("mug", "hz"), newest_first=True))
    assert (last.what, last.by) == ("released", "clock")


def test_a_hold_whose_time_has_not_come_stays(acme: Merchant) -> None:
    acme.put_stock("mug", 10)
    put(acme)
    put(acme, "h-2", until=None, lines=[{"sku": "mug", "warehouse": "hz", "units": 1}])

    tick()

    assert (state(acme), state(acme, "h-2")) == ("open", "open")
    assert acme.stock("mug") == (1, 9)


def test_a_hold_that_was_prolonged_in_time_stays(acme: Merchant, over: StockHold) -> None:
    put(acme)

    tick()

    assert (state(acme), acme.stock("mug")) == ("open", (2, 8))


def test_who_released_it_before_the_clock_is_not_repeated(acme: Merchant, over: StockHold) -> None:
    acme.call("POST", "/v1/stock-holds/h-1/release")

    with pytest.raises(Conflict):  # the clock had read it before
        release(acme, over, "clock")
    tick()

    assert acme.stock("mug") == (10, 0)


def test_of_all_who_release_at_once_one_does(acme: Merchant, over: StockHold) -> None:
    def released(by: str) -> bool:
        try:
            release(acme, over, by)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(released, ["clock", "person"] * 3))

    assert sum(done) == 1
    assert acme.stock("mug") == (10, 0)


def test_what_an_outage_left_undone_is_done_next_time(acme: Merchant, over: StockHold) -> None:
    with edge.failing("TransactWriteItems", "InternalServerError", 500) as refused:
        tick()
    assert (state(acme), bool(refused)) == ("open", True)

    tick()

    assert (state(acme), acme.stock("mug")) == ("released", (10, 0))


def test_units_that_the_clock_gave_back_wake_the_orders_that_wait(
    acme: Merchant, over: StockHold, mail: Mail
) -> None:
    order_id = acme.place(lines=[{"sku": "mug", "quantity": 9, "unit_price": 900}]).body["id"]
    mail.pump()
    assert acme.order(order_id)["status"] == "short"

    tick()
    mail.pump()

    assert acme.order(order_id)["status"] == "planned"
