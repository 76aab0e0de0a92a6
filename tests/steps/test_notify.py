"""Telling a webhook: signed, tried again, given up, and written down, with a real server."""

import json
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
import urllib3
from standardwebhooks import Webhook, WebhookVerificationError

from functions.steps import notify
from shared.domain.delivery import DELAYS, Delivery, DeliveryState
from shared.gateways import web
from shared.runtime import clock
from shared.store import deliveries
from tests.support.build import Merchant
from tests.support.mail import Mail
from tests.support.receiver import Receiver
from tests.support.told import Stream

Send = Callable[[Receiver], tuple[Delivery, str]]


@pytest.fixture
def send(acme: Merchant, mail: Mail, stream: Stream) -> Send:
    """Register a receiver, let one order come, and try its first message once."""

    def sent(receiver: Receiver) -> tuple[Delivery, str]:
        hook = {"id": "erp", "url": receiver.url, "events": ["order.accepted"]}
        secret = acme.call("POST", "/v1/webhooks", hook).body["secret"]
        acme.place()
        stream.tell("publish")
        [body] = mail.bodies("notify")
        mail.pump()
        return deliveries.get(acme.id, body["delivery_id"]), secret

    return sent


def due_now(delivery: Delivery) -> None:
    """Turn the clock to when the delivery is tried again."""
    deliveries.save(replace(delivery, due=clock.now()))


def test_the_signature_is_one_that_the_reference_library_accepts(send: Send) -> None:
    with Receiver([200]) as receiver:
        delivery, secret = send(receiver)

    [heard] = receiver.heard
    message = Webhook(secret).verify(heard.body, heard.headers)
    assert message["type"] == "order.accepted"
    assert heard.headers["Content-Type"] == "application/json"
    assert delivery.state is DeliveryState.DONE
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(heard.body + " ", heard.headers)


@pytest.mark.parametrize("status", [200, 201, 204])
def test_any_yes_ends_it(send: Send, status: int) -> None:
    with Receiver([status]) as receiver:
        delivery, _ = send(receiver)

    assert delivery.state is DeliveryState.DONE
    assert [t.status for t in delivery.tries] == [status]


@pytest.mark.parametrize("status", [301, 400, 404, 429, 500, 503])
def test_anything_else_is_tried_again_later(send: Send, status: int) -> None:
    with Receiver([status]) as receiver:
        delivery, _ = send(receiver)

    assert delivery.state is DeliveryState.PENDING
    wait = clock.seconds_between(delivery.tries[-1].at, delivery.due)
    assert 0.7 * DELAYS[0] <= wait <= 1.3 * DELAYS[0] + 1
    assert len(receiver.heard) == 1  # a redirect is not followed


def test_after_a_failure_the_next_try_may_succeed(acme: Merchant, send: Send) -> None:
    with Receiver([500, 200]) as receiver:
        delivery, secret = send(receiver)
        due_now(delivery)
        notify.notify(acme.id, delivery.id)

    done = deliveries.get(acme.id, delivery.id)
    assert done.state is DeliveryState.DONE
    assert [t.status for t in done.tries] == [500, 200]
    first, second = receiver.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]  # to tell doubles by
    assert first.body == second.body
    Webhook(secret).verify(second.body, second.headers)


def test_who_says_gone_is_left_alone(send: Send) -> None:
    with Receiver([410]) as receiver:
        delivery, _ = send(receiver)

    assert delivery.state is DeliveryState.GONE
    assert delivery.id not in [found for _, found in deliveries.due("9")]


def test_told_twice_it_is_sent_once(acme: Merchant, send: Send) -> None:
    with Receiver([200]) as receiver:
        delivery, _ = send(receiver)
        notify.notify(acme.id, delivery.id)

    assert len(receiver.heard) == 1


def test_before_its_time_nothing_is_sent(acme: Merchant, send: Send) -> None:
    with Receiver([500]) as receiver:
        delivery, _ = send(receiver)
        notify.notify(acme.id, delivery.id)

    assert len(receiver.heard) == 1


def test_nobody_there_is_a_failed_try(acme: Merchant, send: Send) -> None:
    with Receiver([0]) as receiver:
        cut, _ = send(receiver)
    due_now(cut)
    notify.notify(acme.id, cut.id)

    tries = deliveries.get(acme.id, cut.id).tries
    assert [t.status for t in tries] == [0, 0]
    assert all(t.note for t in tries)


def test_who_does_not_answer_in_time_is_a_failed_try(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "TIMEOUT", urllib3.Timeout(connect=1, read=0.2))

    with Receiver([200], slow=0.6) as receiver:
        began = time.monotonic()
        delivery, _ = send(receiver)
        took = time.monotonic() - began

    assert delivery.tries[-1].status == 0
    assert "Timeout" in delivery.tries[-1].note
    assert took < 2


def test_the_tenth_failure_is_the_last(acme: Merchant, send: Send) -> None:
    with Receiver([500]) as receiver:
        delivery, _ = send(receiver)
        for _ in range(9):
            due_now(deliveries.get(acme.id, delivery.id))
            notify.notify(acme.id, delivery.id)

    last = deliveries.get(acme.id, delivery.id)
    assert last.state is DeliveryState.FAILED
    assert len(last.tries) == len(receiver.heard) == 10


def test_a_failed_one_can_be_sent_again_by_hand(acme: Merchant, mail: Mail, send: Send) -> None:
    with Receiver([410, 200]) as receiver:
        delivery, _ = send(receiver)
        reply = acme.call("POST", f"/v1/deliveries/{delivery.id}/retry")
        mail.pump()

    assert (reply.status, reply.body["state"]) == (200, "pending")
    assert [t.status for t in deliveries.get(acme.id, delivery.id).tries] == [410, 200]
    assert len(receiver.heard) == 2


def test_a_webhook_that_was_removed_hears_nothing_more(
    acme: Merchant, mail: Mail, stream: Stream
) -> None:
    with Receiver([200]) as receiver:
        acme.call("POST", "/v1/webhooks", {"id": "erp", "url": receiver.url})
        acme.place()
        stream.tell("publish")
        acme.call("DELETE", "/v1/webhooks/erp")
        mail.pump()

    assert receiver.heard == []
    shown = acme.call("GET", "/v1/deliveries").body["deliveries"]
    assert {one["state"] for one in shown} == {"gone"}


def test_every_try_is_shown(acme: Merchant, send: Send) -> None:
    with Receiver([500]) as receiver:
        send(receiver)

    [shown] = acme.call("GET", "/v1/deliveries").body["deliveries"]
    assert [one["status"] for one in shown["tries"]] == [500]
    assert shown["webhook"] == "erp"
    assert "王" not in json.dumps(shown, ensure_ascii=False)
