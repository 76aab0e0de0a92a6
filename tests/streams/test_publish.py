"""Webhook messages: one for each event and receiver, however often the stream tells it."""

import json
import random

import pytest

from shared.domain.delivery import Delivery
from shared.store import deliveries
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream

EVENTS = ["order.accepted", "order.approved", "order.reserved", "order.planned"]


@pytest.fixture
def planned(acme: Merchant, mail: Mail, stream: Stream) -> str:
    """An order that has come as far as it does by itself, before anybody was told."""
    acme.put_stock("mug", 5)
    order_id = str(acme.place().body["id"])
    mail.pump()
    return order_id


def hook(merchant: Merchant, name: str = "erp", events: list[str] | None = None) -> None:
    body = {"id": name, "url": "http://127.0.0.1:9/", "events": events or []}
    assert merchant.call("POST", "/v1/webhooks", body).status == 201


def waiting(merchant: Merchant) -> list[Delivery]:
    day = merchant.call("GET", "/v1/orders").body["orders"][0]["id"]
    today = merchant.order(day)["received_at"][:10].replace("-", "")
    return deliveries.page(merchant.id, today, "", 100)


def types(merchant: Merchant) -> list[str]:
    return [json.loads(delivery.body)["type"] for delivery in reversed(waiting(merchant))]


def test_every_event_becomes_one_delivery(
    acme: Merchant, mail: Mail, stream: Stream, planned: str
) -> None:
    hook(acme)

    stream.tell("publish")

    assert types(acme) == EVENTS
    assert len(mail.bodies("notify")) == 4


def test_told_again_and_out_of_order_it_is_still_one(
    acme: Merchant, stream: Stream, planned: str
) -> None:
    hook(acme)
    records = stream.read() * 2
    random.Random(3).shuffle(records)

    stream.tell("publish", records)
    stream.tell("publish", records)

    assert sorted(types(acme)) == sorted(EVENTS)


def test_every_receiver_gets_its_own_and_only_what_it_asked_for(
    acme: Merchant, stream: Stream, planned: str
) -> None:
    hook(acme, "all")
    hook(acme, "some", ["order.planned", "order.shipped"])

    stream.tell("publish")

    told = [(d.webhook, json.loads(d.body)["type"]) for d in waiting(acme)]
    assert sorted(told) == sorted(
        [("all", event) for event in EVENTS] + [("some", "order.planned")]
    )


def test_without_a_webhook_nothing_waits(
    acme: Merchant, mail: Mail, stream: Stream, planned: str
) -> None:
    stream.tell("publish")

    assert waiting(acme) == []
    assert mail.bodies("notify") == []


def test_another_merchants_webhook_hears_nothing(
    acme: Merchant, other: Merchant, stream: Stream, planned: str, engine: Engine
) -> None:
    hook(other)

    stream.tell("publish")

    assert not [row for row in engine.owned(other.id) if "#deliveries#" in row["pk"]["S"]]


def test_what_is_told_names_the_order_and_nobody(
    acme: Merchant, stream: Stream, planned: str
) -> None:
    hook(acme)

    stream.tell("publish")

    message = json.loads(waiting(acme)[0].body)
    assert message["type"] == "order.planned"
    assert message["data"] == {
        "event_id": f"{planned}.4",
        "order_id": planned,
        "shop": "tmall",
        "number": "TB-1",
        "status": "planned",
        "seq": 4,
        "reason": {"zh": "已分仓：1 个包裹，hz", "en": "Planned: 1 parcels from hz"},
    }
    bodies = "".join(delivery.body for delivery in waiting(acme))
    assert not [secret for secret in ("王小明", "13812345678", "文三路") if secret in bodies]


def test_deliveries_are_listed_the_newest_first_and_paged(
    acme: Merchant, stream: Stream, planned: str
) -> None:
    hook(acme)
    stream.tell("publish")

    first = acme.call("GET", "/v1/deliveries?limit=3").body
    rest = acme.call("GET", f"/v1/deliveries?limit=3&cursor={first['next']}").body

    ids = [delivery["id"] for delivery in [*first["deliveries"], *rest["deliveries"]]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 4
    assert rest["next"] is None
    assert {delivery["state"] for delivery in first["deliveries"]} == {"pending"}


@pytest.mark.parametrize(
    "query", ["day=today", "day=202611", "limit=0", "limit=101", "cursor=nonsense", "cursor=~"]
)
def test_deliveries_that_cannot_be_listed_are_refused(acme: Merchant, query: str) -> None:
    assert acme.call("GET", f"/v1/deliveries?{query}").status == 422
