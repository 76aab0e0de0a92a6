"""Shops, warehouses, the blacklist, webhooks: made, shown, changed, taken away."""

import subprocess
import sys
from typing import Any

import pytest

from tests.support.build import Merchant
from tests.support.mail import Mail

BRAIN = {
    "mode": "直营",
    "merge": {"on": True, "buffer": 20, "limit": 3, "presale": True, "split": True},
    "steps": ["service", "finance"],
    "promise": 24,
    "warehouse_codes": {"JD-EAST": "hz"},
    "carriers": ["manual"],
    "most_splits": 3,
    "least_split": 5000,
    "deposits": True,
    "pay_within": 15,
    "postage": {"zones": [], "by_weight": True},
    "by_priority": ["coupon"],
}
SHOP = {"id": "jd", "name": "京东店", "channel": "jd", "warehouses": ["hz"], "skus": {"J1": "mug"}}
WAREHOUSE = {"id": "cd", "name": "成都仓", "province": "四川", "serves": ["西藏"], "priority": 5}


@pytest.mark.parametrize(
    ("kind", "thing"),
    [("shops", SHOP), ("shops", {**SHOP, **BRAIN}), ("warehouses", WAREHOUSE)],
    ids=["shop", "all-of-a-shop", "warehouse"],
)
def test_a_thing_is_made_shown_and_changed(
    acme: Merchant, kind: str, thing: dict[str, Any]
) -> None:
    path = f"/v1/{kind}/{thing['id']}"

    made = acme.call("POST", f"/v1/{kind}", thing)
    changed = acme.call("PUT", path, {**thing, "name": "新名字"})

    assert (made.status, changed.status) == (201, 200)
    assert thing.items() <= made.body.items()
    assert acme.call("GET", path).body == changed.body
    assert changed.body in acme.call("GET", f"/v1/{kind}").body[kind]


@pytest.mark.parametrize(("kind", "id_"), [("shops", "tmall"), ("warehouses", "hz")])
def test_what_is_there_is_not_made_again(acme: Merchant, kind: str, id_: str) -> None:
    before = acme.call("GET", f"/v1/{kind}/{id_}").body

    reply = acme.call("POST", f"/v1/{kind}", {"id": id_, "name": "again"})

    assert (reply.status, reply.body["code"]) == (409, "exists")
    assert acme.call("GET", f"/v1/{kind}/{id_}").body == before


@pytest.mark.parametrize("kind", ["shops", "warehouses"])
def test_what_is_not_there_is_not_changed(acme: Merchant, kind: str) -> None:
    assert acme.call("PUT", f"/v1/{kind}/none", {"name": "new"}).status == 404
    assert acme.call("GET", f"/v1/{kind}/none").status == 404


@pytest.mark.parametrize(
    ("path", "body", "field", "code"),
    [
        ("/v1/shops", {"name": "x"}, "id", "missing"),
        ("/v1/shops", {"id": "x"}, "name", "missing"),
        ("/v1/shops", {"id": "a#b", "name": "x"}, "id", "not-an-id"),
        ("/v1/shops", {**SHOP, "merge": {"limit": 1}}, "merge.limit", "out-of-range"),
        ("/v1/shops", {**SHOP, "merge": {"wait": 1}}, "merge.wait", "unknown-field"),
        ("/v1/shops", {**SHOP, "steps": ["boss"]}, "steps", "not-one-of"),
        ("/v1/shops", {**SHOP, "promise": 2161}, "promise", "out-of-range"),
        ("/v1/shops", {**SHOP, "most_splits": 10}, "most_splits", "out-of-range"),
        ("/v1/shops", {**SHOP, "least_split": -1}, "least_split", "out-of-range"),
        ("/v1/shops", {**SHOP, "carriers": ["sf"]}, "carriers[0]", "unknown-carrier"),
        (
            "/v1/shops",
            {**SHOP, "warehouse_codes": {"E": "moon"}},
            "warehouse_codes.E",
            "unknown-warehouse",
        ),
        (
            "/v1/shops",
            {**SHOP, "warehouses": ["hz", "moon"]},
            "warehouses[1]",
            "unknown-warehouse",
        ),
        ("/v1/shops", {**SHOP, "skus": {"J1": 5}}, "skus", "not-short-texts"),
        ("/v1/shops", {**SHOP, "skus": {"J1": "a#b"}}, "skus", "not-an-id"),
        ("/v1/shops", {**SHOP, "active": "yes"}, "active", "wrong-type"),
        ("/v1/shops", {**SHOP, "colour": "red"}, "colour", "unknown-field"),
        ("/v1/warehouses", {"name": "x"}, "id", "missing"),
        ("/v1/warehouses", {**WAREHOUSE, "priority": -1}, "priority", "out-of-range"),
        ("/v1/warehouses", {**WAREHOUSE, "priority": 10_000}, "priority", "out-of-range"),
        ("/v1/warehouses", {**WAREHOUSE, "serves": [1]}, "serves", "not-short-texts"),
        ("/v1/blacklist", {}, "value", "missing"),
        ("/v1/blacklist", {"value": "1", "kind": "cat"}, "kind", "not-one-of"),
        ("/v1/webhooks", {"url": "http://127.0.0.1/"}, "id", "missing"),
        ("/v1/webhooks", {"id": "a"}, "url", "missing"),
        ("/v1/webhooks", {"id": "a", "url": "ftp://a.cn/"}, "url", "bad-url"),
        ("/v1/webhooks", {"id": "a", "url": "nonsense"}, "url", "bad-url"),
        ("/v1/webhooks", {"id": "a", "url": "http://[::1"}, "url", "bad-url"),
        ("/v1/webhooks", {"id": "a", "url": "http://a.cn:x/"}, "url", "bad-url"),
        (
            "/v1/webhooks",
            {"id": "a", "url": "http://a.cn/", "events": ["order.lost"]},
            "events[0]",
            "not-one-of",
        ),
    ],
)
def test_a_faulty_thing_is_refused(
    acme: Merchant, path: str, body: dict[str, Any], field: str, code: str
) -> None:
    before = acme.call("GET", path).body

    reply = acme.call("POST", path, body)

    assert reply.status == 422
    assert (field, code) in [(fault["field"], fault["code"]) for fault in reply.body["faults"]]
    assert acme.call("GET", path).body == before


def test_a_blacklist_entry_shows_no_number(acme: Merchant) -> None:
    entry = acme.call("POST", "/v1/blacklist", {"value": "13800001111", "note": "三次拒收"})

    assert entry.status == 201
    assert entry.body.keys() == {"id", "kind", "note", "created_at"}
    assert "13800001111" not in str(acme.call("GET", "/v1/blacklist").body)


def test_a_number_is_on_the_blacklist_once_until_it_is_taken_off(acme: Merchant) -> None:
    entry = acme.call("POST", "/v1/blacklist", {"value": "13800001111"}).body

    again = acme.call("POST", "/v1/blacklist", {"value": "13800001111"})
    gone = acme.call("DELETE", f"/v1/blacklist/{entry['id']}")
    twice = acme.call("DELETE", f"/v1/blacklist/{entry['id']}")

    assert (again.status, gone.status, twice.status) == (409, 200, 404)
    assert acme.call("GET", "/v1/blacklist").body == {"entries": []}


def test_a_webhooks_secret_is_shown_once(acme: Merchant) -> None:
    hook = {"id": "erp", "url": "http://127.0.0.1:9/a", "events": ["order.shipped"]}

    made = acme.call("POST", "/v1/webhooks", hook)

    assert made.status == 201
    assert made.body["secret"].startswith("whsec_")
    shown = acme.call("GET", "/v1/webhooks/erp").body
    assert shown == {**hook, "active": True}
    assert acme.call("GET", "/v1/webhooks").body == {"webhooks": [shown]}


def test_a_webhook_that_was_removed_is_gone(acme: Merchant) -> None:
    acme.call("POST", "/v1/webhooks", {"id": "erp", "url": "http://127.0.0.1:9/"})

    gone = acme.call("DELETE", "/v1/webhooks/erp")

    assert gone.body == {"id": "erp", "removed": True}
    assert acme.call("GET", "/v1/webhooks/erp").status == 404


def test_a_shops_warehouses_alone_serve_it(acme: Merchant, mail: Mail) -> None:
    acme.call("PUT", "/v1/shops/tmall", {"name": "天猫店", "warehouses": ["gz"]})
    acme.put_stock("mug", 5, "hz")
    acme.put_stock("mug", 5, "gz")

    order_id = acme.place().body["id"]
    mail.pump()

    assert [parcel["warehouse"] for parcel in acme.order(order_id)["parcels"]] == ["gz"]


def test_a_warehouse_that_is_switched_off_serves_nobody(acme: Merchant, mail: Mail) -> None:
    acme.call("PUT", "/v1/warehouses/hz", {"name": "杭州仓", "active": False})
    acme.put_stock("mug", 5, "hz")

    order_id = acme.place().body["id"]
    mail.pump()

    assert acme.order(order_id)["status"] == "short"


def test_the_product_can_be_imported_where_there_is_nothing() -> None:
    """At import nothing touches AWS or demands a variable."""
    done = subprocess.run(
        [sys.executable, "-c", "import app; print(len(app.app.routes))"],
        env={"PATH": ""},
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20
