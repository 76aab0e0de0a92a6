"""What a warehouse is, and the record of who lets its stock fall below nought."""

from typing import Any

import pytest

from tests.support import edge
from tests.support.build import Merchant

STORE = {
    "id": "bj",
    "name": "北京店",
    "kind": "store",
    "address": "朝阳路 1 号",
    "capacity": 500,
    "shops": ["tmall"],
    "tariff": {"first_weight": 1000, "first_fee": 500, "step_weight": 500, "step_fee": 100},
    "group": "cold",
    "carriers": ["manual", "simulated"],
}


def test_a_warehouse_tells_its_kind_tariff_capacity_and_shops(acme: Merchant) -> None:
    made = acme.call("POST", "/v1/warehouses", STORE)

    assert made.status == 201
    assert made.body.items() >= {**STORE, "negative": False}.items()
    assert acme.call("GET", "/v1/warehouses/bj").body == made.body


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"kind": "tent"}, "kind", "not-one-of"),
        ({"shops": ["tmall", "none"]}, "shops[1]", "unknown-shop"),
        ({"capacity": -1}, "capacity", "out-of-range"),
        ({"carriers": ["manual", "sf"]}, "carriers[1]", "unknown-carrier"),
        ({"group": "x" * 65}, "group", "too-long"),
        ({"tariff": {"step_fee": 1}}, "tariff.step_weight", "missing"),
        ({"tariff": {"fee": 1}}, "tariff.fee", "unknown-field"),
    ],
)
def test_what_a_warehouse_cannot_be_is_named(
    acme: Merchant, change: dict[str, Any], field: str, code: str
) -> None:
    reply = acme.call("POST", "/v1/warehouses", {**STORE, **change})

    assert [(f["field"], f["code"]) for f in reply.body["faults"]] == [(field, code)]


def test_stock_below_nought_is_allowed_and_forbidden_on_the_record(acme: Merchant) -> None:
    acme.call("POST", "/v1/warehouses", STORE)
    for negative in (True, True, False):
        acme.call("PUT", "/v1/warehouses/bj", {**STORE, "negative": negative})
    acme.call("POST", "/v1/warehouses", {**STORE, "id": "sh", "negative": True})

    found = acme.call("GET", "/v1/audits").body["audits"]

    no, yes = {"negative": False}, {"negative": True}
    assert [(one["id"], one["before"], one["after"]) for one in found] == [
        ("sh", no, yes),
        ("bj", yes, no),
        ("bj", no, yes),
    ]
    assert {one["kind"] for one in found} == {"warehouse"}
    assert all(one["by"].startswith("key:") and one["at"] for one in found)


def test_the_record_follows_what_really_was_before(acme: Merchant) -> None:
    acme.call("POST", "/v1/warehouses", STORE)

    def meanwhile() -> None:
        acme.call("PUT", "/v1/warehouses/bj", {**STORE, "negative": True})

    with edge.before("TransactWriteItems", meanwhile):
        reply = acme.call("PUT", "/v1/warehouses/bj", {**STORE, "negative": True})

    assert reply.status == 200
    assert len(acme.call("GET", "/v1/audits").body["audits"]) == 1


def test_the_record_is_read_by_month_and_page(acme: Merchant) -> None:
    acme.call("POST", "/v1/warehouses", {**STORE, "negative": True})
    acme.call("PUT", "/v1/warehouses/bj", STORE)

    first = acme.call("GET", "/v1/audits?limit=1").body
    second = acme.call(
        "GET", f"/v1/audits?limit=1&cursor={first['next'].replace('+', '%2B')}"
    ).body

    assert first["audits"][0]["after"] == {"negative": False}
    assert second["audits"][0]["after"] == {"negative": True}
    assert acme.call("GET", "/v1/audits?month=2020-01").body == {"audits": [], "next": None}
    assert acme.call("GET", "/v1/audits?month=2020-13").status == 422
    assert acme.call("GET", "/v1/audits?month=2020-01&cursor=x").status == 422
