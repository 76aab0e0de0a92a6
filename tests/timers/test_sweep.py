"""The sweep: what stood still is nudged, at growing distances, and goes on."""

from dataclasses import replace
from typing import Any

import pytest

import app as product
from functions.steps import accept
from functions.steps.accept import Manner
from functions.timers import sweep
from shared.domain.delivery import Delivery
from shared.gateways import queues
from shared.runtime import clock
from shared.store import deliveries, orders
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail


def tick() -> None:
    product.sweep_orders(TICK, None)


def arrived(merchant: Merchant, ago: float, **change: Any) -> str:
    """An order that came `ago` seconds ago, whose first nudge was lost."""
    then = clock.later(clock.now(), -ago)
    document = build.document(placed_at=clock.later(then, -60), **change)
    taken = accept.accept(merchant.id, document, Manner(then, "test"))
    queues.drop()
    return taken.order.id


def nudged(mail: Mail, merchant: Merchant, queue: str = "review") -> list[str]:
    return [b["order_id"] for b in mail.bodies(queue) if b["tenant"] == merchant.id]


def test_an_order_whose_nudge_was_lost_is_found(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)
    order_id = arrived(acme, 90)

    tick()

    assert nudged(mail, acme) == [order_id]
    mail.pump()
    assert acme.order(order_id)["status"] == "planned"


def test_all_nudges_may_be_lost_and_the_order_still_arrives(acme: Merchant, mail: Mail) -> None:
    """Every message is lost: only the sweep moves it, one step a time."""
    acme.put_stock("mug", 5)
    mail.lost = True
    order_id = arrived(acme, 90)

    for status in ("received", "approved", "planned"):
        assert acme.order(order_id)["status"] == status
        mail.lost = False
        tick()
        mail.lost = True
        for queue in ("review", "reserve"):
            mail.deliver(queue, mail.waiting.pop(queue, []))

    assert acme.stock("mug") == (3, 2)


def test_who_has_only_just_come_is_left_alone(acme: Merchant, mail: Mail) -> None:
    arrived(acme, 30)

    tick()

    assert nudged(mail, acme) == []


@pytest.mark.parametrize(
    ("ago", "found"), [(90, True), (150, True), (210, False), (270, True), (400, False)]
)
def test_the_longer_it_stands_the_more_seldom_it_is_nudged(
    acme: Merchant, mail: Mail, ago: float, found: bool
) -> None:
    arrived(acme, ago)

    tick()

    assert bool(nudged(mail, acme)) is found


def test_a_short_order_is_looked_at_again_when_stock_came_unseen(
    acme: Merchant, mail: Mail
) -> None:
    order_id = arrived(acme, 150)
    mail.waiting["review"] = []
    tick()
    mail.pump()
    assert acme.order(order_id)["status"] == "short"
    acme.put_stock("mug", 5)

    tick()

    assert nudged(mail, acme, "reserve") == [order_id]
    mail.pump()
    assert acme.order(order_id)["status"] == "planned"


@pytest.mark.parametrize("verb", ["hold", "cancel"])
def test_what_waits_for_a_person_or_has_ended_is_not_nudged(
    acme: Merchant, mail: Mail, verb: str
) -> None:
    order_id = arrived(acme, 90)
    acme.call("POST", f"/v1/orders/{order_id}/{verb}")

    tick()

    assert nudged(mail, acme) == []


def test_a_released_order_begins_to_wait_anew(acme: Merchant, mail: Mail) -> None:
    order_id = arrived(acme, 90)
    acme.call("POST", f"/v1/orders/{order_id}/hold")
    acme.call("POST", f"/v1/orders/{order_id}/release")
    mail.waiting.clear()

    tick()

    assert nudged(mail, acme) == []
    since = orders.get(acme.id, order_id).since
    assert clock.seconds_between(since, clock.now()) < 30


def test_an_order_that_too_much_was_paid_for_is_settled_though_nobody_said_so(
    acme: Merchant, mail: Mail
) -> None:
    order_id = arrived(acme, 90, payments=[{"amount": 9900, "captured": 9900}])
    order = orders.get(acme.id, order_id)
    gone = orders.save(order.cancel(clock.later(clock.now(), -90), "test"))
    tick()

    assert nudged(mail, acme, "settle") == [order_id]
    back = replace(gone.content.payments[0], refunded=9900)
    orders.save(replace(gone, content=replace(gone.content, payments=(back,))))
    mail.waiting.clear()
    tick()
    assert nudged(mail, acme, "settle") == []


def test_the_sweep_says_how_many_it_nudged(acme: Merchant, mail: Mail) -> None:
    arrived(acme, 90, number="a")
    arrived(acme, 90, number="b")
    mail.waiting.clear()
    queues.drop()

    said = sweep.sweep()
    queues.flush()

    told = [body for name, bodies in mail.waiting.items() if name != "notify" for body in bodies]
    assert said == len(told) >= 2


def test_a_message_to_a_webhook_whose_time_has_come_is_sent(acme: Merchant, mail: Mail) -> None:
    past, future = clock.later(clock.now(), -1), clock.later(clock.now(), 60)
    stamp = "20261122110000000"
    for name, due in (("due", past), ("later", future)):
        deliveries.create(Delivery(acme.id, f"{stamp}-{name}", "erp", "e.1", "{}", due=due))

    tick()

    waiting = [b["delivery_id"] for b in mail.bodies("notify") if b["tenant"] == acme.id]
    assert waiting == [f"{stamp}-due"]
