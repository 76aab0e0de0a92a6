"""Telling a figure: signed, absolute, the newest last, tried again, given up, written down."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from standardwebhooks import Webhook

import app as product
from functions.channels import push
from shared.domain.delivery import DELAYS
from shared.domain.figure import Figure, FigureState, Verdict
from shared.runtime import clock
from shared.store import figures, selling
from tests.support.build import Merchant
from tests.support.edge import before, failing
from tests.support.engine import Engine
from tests.support.mail import TICK, Mail
from tests.support.receiver import Receiver
from tests.support.told import Stream

Listen = Callable[[Receiver], str]


@pytest.fixture
def counters(engine: Engine) -> Stream:
    return Stream(engine, "stock")


@pytest.fixture
def listen(acme: Merchant, mail: Mail, counters: Stream) -> Listen:
    """Let a receiver ask for figures, give a shop that pushes seven mugs; the secret."""

    def listening(receiver: Receiver) -> str:
        skus = {"TM-2": "mug", "TM-1": "mug", "TM-9": "hat"}
        shop = {"name": "天猫店", "skus": skus, "push": {"on": True}}
        acme.call("PUT", "/v1/shops/tmall", shop)
        hook = {"id": "erp", "url": receiver.url, "events": ["stock.sellable"]}
        secret = str(acme.call("POST", "/v1/webhooks", hook).body["secret"])
        acme.put_stock("mug", 7)
        counters.tell("follow")
        return secret

    return listening


def figure(merchant: Merchant) -> Figure:
    return figures.get(merchant.id, "tmall", "mug")


def due_now(merchant: Merchant) -> None:
    """Turn the clock to when the figure is told again."""
    found = figure(merchant)
    figures.save(found, replace(found, due=clock.now()))


def heard(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(each.body)["data"] for each in receiver.heard]


def test_the_newest_figure_is_told_signed_and_absolute(
    acme: Merchant, mail: Mail, listen: Listen
) -> None:
    with Receiver([200]) as receiver:
        secret = listen(receiver)
        mail.pump()

    [message] = receiver.heard
    Webhook(secret).verify(message.body, message.headers)
    told = json.loads(message.body)
    found = figure(acme)
    assert told["type"] == "stock.sellable"
    assert told["data"] == {
        "event_id": found.message_id,
        "shop": "tmall",
        "sku": "mug",
        "shop_skus": ["TM-1", "TM-2"],
        "units": 7,
        "as_of": found.at,
        "seq": 1,
    }
    assert (found.state, found.sent_units, found.sent_seq) == (FigureState.SENT, 7, 1)


def test_twice_is_once(acme: Merchant, mail: Mail, listen: Listen) -> None:
    with Receiver([200]) as receiver:
        listen(receiver)
        mail.waiting["push"] *= 3
        mail.pump()
        push.push(acme.id, "tmall", ["mug"])

    assert len(receiver.heard) == 1


def test_of_several_changes_only_the_newest_is_told(
    acme: Merchant, mail: Mail, listen: Listen, counters: Stream
) -> None:
    with Receiver([200]) as receiver:
        listen(receiver)
        acme.put_stock("mug", 5)
        counters.tell("follow")
        mail.waiting["push"].reverse()
        mail.pump()

    assert [(one["units"], one["seq"]) for one in heard(receiver)] == [(5, 2)]


def test_a_figure_that_is_overtaken_while_it_is_told_is_followed_by_the_newest(
    acme: Merchant, mail: Mail, listen: Listen, counters: Stream
) -> None:
    """Another tells the newer figure first: ours arrives late, and must not have the last word."""

    def overtake() -> None:
        acme.put_stock("mug", 5)
        counters.tell("follow")
        push.push(acme.id, "tmall", ["mug"])

    with Receiver([200]) as receiver:
        listen(receiver)
        with before("PutItem", overtake):
            push.push(acme.id, "tmall", ["mug"])

    assert [one["units"] for one in heard(receiver)] == [7, 5, 5]
    assert (figure(acme).state, figure(acme).sent_units) == (FigureState.SENT, 5)


def test_one_that_is_never_left_in_peace_comes_again_from_its_queue(
    acme: Merchant, mail: Mail, listen: Listen
) -> None:
    with Receiver([200]) as receiver:
        listen(receiver)
        with failing("PutItem", "ConditionalCheckFailedException"):
            failed = mail.deliver("push", mail.waiting["push"])

    assert failed == {0}
    assert figure(acme).state is FigureState.WAITING


@pytest.mark.parametrize("status", [500, 503, 408, 429, 302, 0])
def test_what_was_not_taken_is_tried_again_later(
    acme: Merchant, mail: Mail, listen: Listen, status: int
) -> None:
    with Receiver([status, 200]) as receiver:
        listen(receiver)
        mail.pump()
        waiting = figure(acme)
        push.push(acme.id, "tmall", ["mug"])
        due_now(acme)
        push.push(acme.id, "tmall", ["mug"])

    assert waiting.state is FigureState.WAITING
    assert waiting.reply
    assert (waiting.reply.verdict, waiting.reply.status) == (Verdict.UNREACHABLE, status)
    assert waiting.due > clock.later(waiting.at, 3)
    assert len(receiver.heard) == 2
    assert receiver.heard[0].headers["webhook-id"] == receiver.heard[1].headers["webhook-id"]
    assert figure(acme).state is FigureState.SENT


def test_the_sweep_finds_what_is_due(acme: Merchant, mail: Mail, listen: Listen) -> None:
    with Receiver([500, 200]) as receiver:
        listen(receiver)
        mail.waiting.clear()
        product.sweep_orders(TICK, None)
        assert {"tenant": acme.id, "shop": "tmall", "sku": "mug"} in mail.bodies("push")

        push.push(acme.id, "tmall", ["mug"])
        mail.waiting.clear()
        product.sweep_orders(TICK, None)
        assert {"tenant": acme.id, "shop": "tmall", "sku": "mug"} not in mail.bodies("push")


def test_after_the_last_try_it_is_given_up(acme: Merchant, mail: Mail, listen: Listen) -> None:
    with Receiver([500]) as receiver:
        listen(receiver)
        for _ in range(len(DELAYS) + 3):
            due_now(acme)
            push.push(acme.id, "tmall", ["mug"])

    assert len(receiver.heard) == len(DELAYS) + 1
    assert figure(acme).state is FigureState.FAILED


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_a_no_is_not_asked_twice(
    acme: Merchant, mail: Mail, listen: Listen, counters: Stream, status: int
) -> None:
    with Receiver([status, 200]) as receiver:
        listen(receiver)
        mail.pump()
        push.push(acme.id, "tmall", ["mug"])
        refused = figure(acme)
        acme.put_stock("mug", 5)
        counters.tell("follow")
        mail.pump()

    assert (refused.state, refused.sent_seq) == (FigureState.REFUSED, 0)
    assert refused.reply
    assert (refused.reply.verdict, refused.reply.status) == (Verdict.REFUSED, status)
    assert len(receiver.heard) == 2
    assert figure(acme).state is FigureState.SENT


def test_where_nobody_listens_it_says_so(acme: Merchant, mail: Mail, listen: Listen) -> None:
    with Receiver([200]) as receiver:
        listen(receiver)
        acme.call("DELETE", "/v1/webhooks/erp")
        acme.call("POST", "/v1/webhooks", {"id": "all", "url": receiver.url})
        mail.pump()

    assert receiver.heard == []
    found = figure(acme)
    assert found.reply
    assert (found.state, found.reply.verdict) == (FigureState.REFUSED, Verdict.NO_RECEIVER)


def test_a_shop_that_was_switched_off_is_told_nothing(
    acme: Merchant, mail: Mail, listen: Listen
) -> None:
    with Receiver([200]) as receiver:
        listen(receiver)
        acme.call("PUT", "/v1/shops/tmall", {"name": "天猫店", "push": {"on": False}})
        mail.pump()

    assert receiver.heard == []
    assert figure(acme).state is FigureState.IDLE


def test_switched_on_again_it_is_told_what_it_missed(
    acme: Merchant, mail: Mail, listen: Listen
) -> None:
    with Receiver([200]) as receiver:
        listen(receiver)
        acme.call("PUT", "/v1/shops/tmall", {"name": "天猫店", "push": {"on": False}})
        mail.pump()
        acme.call("PUT", "/v1/shops/tmall", {"name": "天猫店", "push": {"on": True}})
        (waiting,) = selling.renew(acme.id, "mug", clock.now())
        push.push(acme.id, "tmall", ["mug"])

    assert (waiting.units, waiting.seq) == (7, 2)
    assert [one["units"] for one in heard(receiver)] == [7]


def test_one_receiver_of_two_that_fails_is_asked_again(
    acme: Merchant, mail: Mail, listen: Listen
) -> None:
    with Receiver([200]) as good, Receiver([500, 200]) as bad:
        listen(good)
        hook = {"id": "bad", "url": bad.url, "events": ["stock.sellable"]}
        acme.call("POST", "/v1/webhooks", hook)
        mail.pump()
        due_now(acme)
        push.push(acme.id, "tmall", ["mug"])

    assert {one["seq"] for one in [*heard(good), *heard(bad)]} == {1}
    assert len(bad.heard) == 2
    assert figure(acme).state is FigureState.SENT
