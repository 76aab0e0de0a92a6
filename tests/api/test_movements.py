"""/v1/movements: each kind moves its counters, all lines or none, and twice is once."""

from typing import Any

import pytest

from shared.domain.stock import Level, Place
from shared.store import ledgers, stock
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail


def move(acme: Merchant, kind: str, *lines: dict[str, Any], **more: Any) -> Reply:
    body = {"type": kind, "warehouse": "hz", "lines": list(lines), **more}
    return acme.call("POST", "/v1/movements", body)


def units(sku: str = "mug", units: int = 0, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "units": units, **more}


def level(acme: Merchant, sku: str = "mug", lot: str = "", warehouse: str = "hz") -> Level:
    return stock.find_level(acme.id, Place(sku, warehouse, lot)) or Level(sku, warehouse, lot)


def faults(reply: Reply) -> list[tuple[str, str]]:
    return [(fault["field"], fault["code"]) for fault in reply.body.get("faults", ())]


@pytest.fixture
def milk(acme: Merchant) -> str:
    """An item that is kept by lot, and sold for a year."""
    item = {"id": "milk", "name": "牛奶", "lots": True, "shelf_life": 365, "no_receive": 90}
    assert acme.call("POST", "/v1/items", item).status == 201
    return "milk"


@pytest.mark.parametrize(
    ("kind", "line", "expected"),
    [
        ("adjust", {"units": 3}, (13, 4)),
        ("adjust", {"units": -3}, (7, 4)),
        ("damage", {"units": 3}, (7, 7)),
        ("restore", {"units": 3}, (13, 1)),
        ("scrap", {"units": 3}, (10, 1)),
        ("customer-return", {"units": 3, "damaged": 1}, (13, 5)),
        ("supplier-return", {"units": 3, "damaged": 1}, (7, 3)),
        ("receipt", {"units": 3, "damaged": 1}, (13, 5)),
        ("issue", {"units": 3}, (7, 4)),
    ],
)
def test_each_kind_moves_its_counters(
    acme: Merchant, kind: str, line: dict[str, Any], expected: tuple[int, int]
) -> None:
    move(acme, "receipt", units(units=10, damaged=4))

    reply = move(acme, kind, {"sku": "mug", **line}, reason="盘亏")

    assert reply.status == 201, reply.body
    assert (level(acme).free, level(acme).damaged) == expected


def test_an_adjustment_needs_its_reason(acme: Merchant) -> None:
    assert faults(move(acme, "adjust", units(units=1))) == [("reason", "missing")]


def test_all_faults_are_told_at_once(acme: Merchant) -> None:
    body = {"type": "gift", "warehouse": "moon", "lines": [units(), units(), {"units": "x"}]}

    reply = acme.call("POST", "/v1/movements", body)

    assert faults(reply) == [
        ("warehouse", "unknown-warehouse"),
        ("type", "not-one-of"),
        ("lines[0].units", "moves-nothing"),
        ("lines[1].units", "moves-nothing"),
        ("lines[1].sku", "twice"),
        ("lines[2].units", "wrong-type"),
        ("lines[2].sku", "missing"),
    ]


def test_a_line_that_lacks_units_is_named_with_its_figures_and_nothing_moves(
    acme: Merchant, mail: Mail
) -> None:
    acme.put_stock("mug", 5)
    acme.place()
    mail.pump()

    reply = move(acme, "issue", units("hat", 1), units("mug", 4))

    assert (reply.status, reply.body["code"]) == (409, "short")
    assert faults(reply) == [("lines[0].units", "lacks-free"), ("lines[1].units", "lacks-free")]
    detail = reply.body["faults"][1]["detail"]
    assert "可用 3" in detail
    assert "2 已占用" in detail
    assert acme.stock("mug") == (3, 2)


def test_more_damaged_units_than_there_are_cannot_go(acme: Merchant) -> None:
    move(acme, "receipt", units(units=2, damaged=1))

    scrap = move(acme, "scrap", units(units=2))
    back = move(acme, "supplier-return", units(units=2, damaged=2))

    assert faults(scrap) == [("lines[0].units", "lacks-damaged")]
    assert faults(back) == [("lines[0].damaged", "lacks-damaged")]
    assert (level(acme).free, level(acme).damaged) == (2, 1)


def test_sent_twice_is_once_and_another_of_that_id_is_refused(acme: Merchant) -> None:
    first = move(acme, "receipt", units(units=2), id="R-1")
    again = move(acme, "receipt", units(units=2), id="R-1")
    other = move(acme, "receipt", units(units=3), id="R-1")

    assert (first.status, first.body) == (again.status, again.body)
    assert (other.status, other.body["code"]) == (409, "exists")
    assert level(acme).free == 2


def test_an_idempotency_key_answers_for_a_movement_without_an_id(acme: Merchant) -> None:
    body = {"type": "receipt", "warehouse": "hz", "lines": [units(units=2)]}

    replies = [acme.call("POST", "/v1/movements", body, Idempotency_Key="k") for _ in range(2)]

    assert replies[0].body == replies[1].body
    assert level(acme).free == 2


def test_a_dry_run_tells_what_would_be_there_and_writes_nothing(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    body = {"type": "issue", "warehouse": "hz", "lines": [units(units=2)]}

    reply = acme.call("POST", "/v1/movements?dry_run=true", body)

    assert reply.status == 200
    assert reply.body["after"] == [{"sku": "mug", "lot": "", "free": 3, "damaged": 0}]
    assert level(acme).free == 5
    assert acme.call("GET", "/v1/movements").body["movements"] == []


def test_goods_kept_by_lot_come_with_their_lot_and_its_last_day(acme: Merchant, milk: str) -> None:
    bare = move(acme, "receipt", units(milk, 5))
    undated = move(acme, "receipt", units(milk, 5, lot="A"))
    good = move(acme, "receipt", units(milk, 5, lot="A", expires="2099-12-31"))
    again = move(acme, "receipt", units(milk, 5, lot="A"))
    other = move(acme, "receipt", units(milk, 5, lot="A", expires="2099-12-30"))

    assert faults(bare) == [("lines[0].lot", "missing")]
    assert faults(undated) == [("lines[0].expires", "missing")]
    assert good.status == again.status == 201
    assert again.body["lines"][0]["expires"] == "2099-12-31"
    assert faults(other) == [("lines[0].expires", "other-expiry")]
    assert (level(acme, milk, "A").free, level(acme, milk, "A").expires) == (10, "2099-12-31")


def test_goods_not_kept_by_lot_come_without(acme: Merchant, milk: str) -> None:
    acme.call("POST", "/v1/items", {"id": "mug", "name": "杯子"})
    line = units("mug", 1, lot="A", expires="2099-12-31")

    reply = move(acme, "receipt", line, units("cup", 1))

    assert faults(reply) == [
        ("lines[0].lot", "not-by-lot"),
        ("lines[0].expires", "not-by-lot"),
        ("lines[1].sku", "unknown-item"),
    ]


def test_a_kit_has_no_stock_of_its_own(acme: Merchant) -> None:
    acme.call("POST", "/v1/items", {"id": "mug", "name": "杯子"})
    part = {"sku": "mug", "quantity": 2, "share": 10000}
    acme.call("POST", "/v1/items", {"id": "pair", "name": "对杯", "parts": [part]})

    assert faults(move(acme, "receipt", units("pair", 1))) == [("lines[0].sku", "is-a-kit")]


def test_a_warehouse_that_allows_it_may_fall_below_nought_but_not_with_damaged_units(
    acme: Merchant,
) -> None:
    house = {"name": "杭州仓", "province": "浙江", "negative": True}
    acme.call("PUT", "/v1/warehouses/hz", house)

    issued = move(acme, "issue", units(units=3))
    scrapped = move(acme, "scrap", units(units=3))

    assert issued.status == 201
    assert faults(scrapped) == [("lines[0].units", "lacks-damaged")]
    assert (level(acme).free, level(acme).damaged) == (-3, 0)


def test_goods_come_back_from_an_order_that_there_is(acme: Merchant, mail: Mail) -> None:
    order = acme.place().body["id"]

    known = move(acme, "customer-return", units(units=1), order=order)
    strange = move(acme, "customer-return", units(units=1), order="nothing")
    misplaced = move(acme, "receipt", units(units=1), order=order)

    assert (known.status, known.body["order"]) == (201, order)
    assert faults(strange) == [("order", "unknown-order")]
    assert faults(misplaced) == [("order", "unknown-field")]


def test_an_order_that_waits_for_the_goods_is_woken(acme: Merchant, mail: Mail) -> None:
    order = acme.place().body["id"]
    mail.pump()
    assert acme.order(order)["status"] == "short"

    move(acme, "receipt", units(units=2))
    mail.pump()

    assert acme.stock("mug") == (0, 2)


def test_movements_are_listed_the_newest_first_page_by_page(acme: Merchant) -> None:
    for number in range(3):
        move(acme, "receipt", units(units=1), id=f"R-{number}")
    move(acme, "issue", units(units=1), id="I-1")

    first = acme.call("GET", "/v1/movements?limit=2").body
    rest = acme.call("GET", f"/v1/movements?limit=2&cursor={first['next']}").body
    issues = acme.call("GET", "/v1/movements?type=issue").body

    assert {one["id"] for one in first["movements"] + rest["movements"]} == {
        "R-0", "R-1", "R-2", "I-1",
    }  # fmt: skip
    assert rest["next"] is None
    assert [one["id"] for one in issues["movements"]] == ["I-1"]
    assert faults(acme.call("GET", "/v1/movements?cursor=x")) == [("cursor", "bad-cursor")]


def test_the_ledger_tells_the_movement(acme: Merchant) -> None:
    move(acme, "receipt", units(units=2), id="R-1")

    (line,) = ledgers.read(acme.id, Place("mug", "hz"))

    assert (line.what, line.cause, line.id, line.delta) == (
        "received", "movement", "R-1", {"free": 2},
    )  # fmt: skip
    assert line.by.startswith("key:")
