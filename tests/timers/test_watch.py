"""The clock looks at all stock, tells of what time has done to it, and sends digests."""

import json
from typing import Any

import pytest

import app as product
from shared.domain.alert import Kind
from shared.domain.stock import Cause, Change, Place
from shared.runtime import clock
from shared.store import alerts, deliveries, figures, rounds, stock
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail

HERE = Place("mug", "hz")


def tick() -> None:
    product.watch_stock(TICK, None)


def long_ago(acme: Merchant, sku: str, days: int) -> None:
    rounds.begin(acme.id)
    at = clock.later(clock.now(), -days * 86400)
    change = Change(Place(sku, "hz"), "received", {"free": 5})
    stock.apply(acme.id, [change], Cause("purchase", "p", at))


def digests(acme: Merchant) -> list[dict[str, Any]]:
    today = clock.now()[:10].replace("-", "")
    bodies = [json.loads(one.body) for one in deliveries.page(acme.id, today, "", 100)]
    return [body["data"] for body in bodies if body["type"] == "alert.digest"]


def settings(acme: Merchant, **about: Any) -> None:
    assert acme.call("PUT", "/v1/alert-settings", about).status == 200


@pytest.fixture
def hook(acme: Merchant) -> None:
    acme.call("POST", "/v1/webhooks", {"id": "erp", "url": "http://127.0.0.1:9/"})


def test_every_sku_is_looked_at(acme: Merchant, mail: Mail) -> None:
    for n in range(3):
        long_ago(acme, f"s{n}", 100)
    long_ago(acme, "new", 10)

    tick()

    found = {(one.kind, one.subject.sku) for one in alerts.standing(acme.id)}
    assert found == {(Kind.UNMOVED, f"s{n}") for n in range(3)}


def test_a_shop_hears_of_a_lot_that_has_ended(
    acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written when a lot ends: only its time has come."""
    acme.call("PUT", "/v1/shops/tmall", {"name": "天猫店", "push": {"on": True}})
    rounds.begin(acme.id)
    ends = clock.later(clock.now(), 3 * 86400)[:10]
    lot = Change(Place("milk", "hz", "A"), "received", {"free": 5}, sets={"expires": ends})
    stock.apply(acme.id, [lot], Cause("purchase", "p", clock.now()))
    tick()
    assert figures.of(acme.id, [("tmall", "milk")])["tmall", "milk"].units == 5

    later = clock.later(clock.now(), 5 * 86400)
    monkeypatch.setattr(clock, "now", lambda: later)
    tick()

    assert figures.of(acme.id, [("tmall", "milk")])["tmall", "milk"].units == 0


@pytest.mark.usefixtures("hook")
@pytest.mark.parametrize("wish", ["hourly", "daily"])
def test_a_digest_is_sent_once_for_its_time(acme: Merchant, mail: Mail, wish: str) -> None:
    settings(acme, alert_digest=wish)
    long_ago(acme, "mug", 100)

    for _ in range(3):
        tick()

    (told,) = digests(acme)
    assert told["standing"] == told["opened"] == {"unmoved": 1}
    assert [one["sku"] for one in told["newest"]] == ["mug"]
    mine = [body for body in mail.bodies("notify") if body["tenant"] == acme.id]
    assert len(mine) == 1


@pytest.mark.usefixtures("hook")
@pytest.mark.parametrize("about", [{}, {"alert_digest": "daily", "muted": ["unmoved"]}])
def test_no_digest_is_sent_where_none_is_wanted_or_nothing_is_to_tell(
    acme: Merchant, mail: Mail, about: dict[str, Any]
) -> None:
    settings(acme, **about)
    long_ago(acme, "mug", 100)

    tick()
    tick()

    assert digests(acme) == []
