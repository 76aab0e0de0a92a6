"""Holds that run out by the clock: the order goes on or is cancelled, as the hold says."""

from dataclasses import replace

import pytest

import app as product
from shared.domain.hold import Hold, Reason, Then
from shared.domain.order import Order
from shared.runtime import clock
from shared.store import orders
from tests.support import edge
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail


def hold(seconds: float, then: Then = Then.RELEASE, reason: Reason = Reason.MANUAL) -> Hold:
    """A hold that runs out so many seconds from now, or did so before."""
    return Hold(reason, {}, clock.later(clock.now(), seconds), then)


@pytest.fixture
def planned(acme: Merchant, mail: Mail) -> Order:
    acme.put_stock("mug", 5)
    order_id = acme.place().body["id"]
    mail.pump()
    return orders.get(acme.id, order_id)


def stop(order: Order, *holds: Hold) -> str:
    return orders.save(order.hold(holds, order.status, clock.now())).id


def tick() -> None:
    product.expire_holds(TICK, None)


def test_an_order_that_is_to_be_released_goes_on_where_it_was(
    acme: Merchant, planned: Order
) -> None:
    order_id = stop(planned, hold(-1))

    tick()

    assert acme.order(order_id)["status"] == "planned"
    assert acme.codes(order_id)[-2:] == ["expired", "released"]
    assert acme.stock("mug") == (3, 2)


def test_an_order_that_is_to_be_cancelled_gives_its_stock_back(
    acme: Merchant, planned: Order
) -> None:
    order_id = stop(planned, hold(-1, Then.CANCEL))

    tick()

    assert acme.order(order_id)["status"] == "cancelled"
    assert acme.stock("mug") == (5, 0)
    entries = acme.call("GET", f"/v1/orders/{order_id}/timeline").body["entries"]
    assert [entry["by"] for entry in entries[-2:]] == ["clock", "clock"]


def test_before_its_time_a_hold_holds(acme: Merchant, planned: Order) -> None:
    order_id = stop(planned, hold(60))

    tick()

    assert acme.order(order_id)["status"] == "held"


def test_twice_is_once(acme: Merchant, planned: Order) -> None:
    order_id = stop(planned, hold(-1))

    tick()
    once = orders.get(acme.id, order_id)
    tick()

    assert orders.get(acme.id, order_id) == once


def test_a_hold_without_an_end_is_not_lifted_by_another_that_has_one(
    acme: Merchant, planned: Order
) -> None:
    order_id = stop(planned, hold(-1), Hold(Reason.BLACKLIST, {"matched": ["phone"]}))

    tick()

    order = acme.order(order_id)
    assert order["status"] == "held"
    assert [one["reason"] for one in order["holds"]] == ["blacklist"]


def test_what_ran_out_is_not_raised_again_by_the_review(acme: Merchant, planned: Order) -> None:
    order_id = stop(planned, hold(-1, reason=Reason.RULE), Hold(Reason.BUYER_NOTE))

    tick()

    assert orders.get(acme.id, order_id).waived == (Reason.RULE,)


def test_the_next_hold_runs_out_in_its_own_time(acme: Merchant, planned: Order) -> None:
    order_id = stop(planned, hold(-1), hold(60, Then.CANCEL))

    tick()
    order = orders.get(acme.id, order_id)
    assert [one.then for one in order.holds] == [Then.CANCEL]
    orders.save(replace(order, holds=(hold(-1, Then.CANCEL),)))
    tick()

    assert acme.order(order_id)["status"] == "cancelled"


def test_of_two_that_ran_out_the_one_that_cancels_counts(acme: Merchant, planned: Order) -> None:
    order_id = stop(planned, hold(-1), hold(-2, Then.CANCEL))

    tick()

    assert acme.order(order_id)["status"] == "cancelled"


def test_a_person_who_was_faster_is_not_overruled(acme: Merchant, planned: Order) -> None:
    order_id = stop(planned, hold(-1, Then.CANCEL))
    acme.call("POST", f"/v1/orders/{order_id}/release")

    tick()

    assert acme.order(order_id)["status"] == "planned"


def test_an_order_held_before_review_is_reviewed_when_it_is_released(
    acme: Merchant, mail: Mail
) -> None:
    acme.put_stock("mug", 5)
    order_id = acme.place().body["id"]
    stop(orders.get(acme.id, order_id), hold(-1))
    mail.waiting.clear()

    tick()
    mail.pump()

    assert acme.order(order_id)["status"] == "planned"


def test_what_an_outage_left_undone_is_done_next_time(acme: Merchant, planned: Order) -> None:
    order_id = stop(planned, hold(-1))

    with edge.failing("PutItem", "InternalServerError", 500) as refused:
        tick()
    assert (acme.order(order_id)["status"], bool(refused)) == ("held", True)
    tick()

    assert acme.order(order_id)["status"] == "planned"
