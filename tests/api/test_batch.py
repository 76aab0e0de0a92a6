"""POST /v1/orders/batch: what becomes of each order, and of the stock."""

from typing import Any

import pytest

from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail


def place(merchant: Merchant, *documents: Any, **more: Any) -> Reply:
    return merchant.call("POST", "/v1/orders/batch", {"orders": list(documents), **more})


def outcomes(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.body
    return [result["outcome"] for result in reply.body["results"]]


def faults(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault["field"], fault["code"]) for fault in result["problem"]["faults"]]


def count(merchant: Merchant) -> int:
    return len(merchant.call("GET", "/v1/orders?limit=100").body["orders"])


THREE_LINES = [build.line("v1", 10), build.line("v2", 33), build.line("v3", 17)]


@pytest.fixture
def stocked(acme: Merchant) -> Merchant:
    for sku in ("v1", "v2", "v3"):
        acme.put_stock(sku, 100)
    return acme


def test_every_order_gets_its_own_answer(acme: Merchant) -> None:
    acme.place(number="old")
    acme.place(number="other", total=1)

    reply = place(
        acme,
        build.document("new"),
        build.document("old"),
        build.document("old", version=2, tags=["vip"]),
        build.document("other", total=2),
        build.document("bad", total=-1),
    )

    assert outcomes(reply) == ["accepted", "repeated", "updated", "conflict", "refused"]
    assert reply.body["counts"] == dict.fromkeys(outcomes(reply), 1)
    assert [result["index"] for result in reply.body["results"]] == [0, 1, 2, 3, 4]
    assert reply.body["results"][3]["problem"]["differences"].keys() == {"amounts.total"}
    assert faults(reply.body["results"][4]) == [("total", "out-of-range")]


def test_the_same_order_twice_in_a_batch_is_taken_once(stocked: Merchant) -> None:
    document = build.document(lines=THREE_LINES)

    reply = place(stocked, document, document, stock="now")

    assert outcomes(reply) == ["accepted", "repeated"]
    assert stocked.stock("v2") == (67, 33)


def test_stock_now_takes_the_stock_with_the_order(stocked: Merchant, mail: Mail) -> None:
    reply = place(stocked, build.document(lines=THREE_LINES), stock="now")

    levels = [stocked.stock(sku) for sku in ("v1", "v2", "v3")]
    assert levels == [(90, 10), (67, 33), (83, 17)]
    mail.pump()
    assert stocked.order(reply.body["results"][0]["id"])["status"] == "planned"
    assert [stocked.stock(sku) for sku in ("v1", "v2", "v3")] == levels


def test_stock_now_refuses_an_order_of_which_one_line_is_short(stocked: Merchant) -> None:
    stocked.put_stock("v3", 5)

    reply = place(stocked, build.document(lines=THREE_LINES), stock="now")

    assert outcomes(reply) == ["refused"]
    assert faults(reply.body["results"][0]) == [("lines[2]", "short")]
    assert count(stocked) == 0
    assert [stocked.stock(sku) for sku in ("v1", "v2", "v3")] == [(100, 0), (100, 0), (5, 0)]


def test_stock_now_names_every_line_of_a_sku_that_is_short(stocked: Merchant) -> None:
    lines = [build.line("v1", 60), build.line("v2", 1), build.line("v1", 60)]

    reply = place(stocked, build.document(lines=lines), stock="now")

    assert faults(reply.body["results"][0]) == [("lines[0]", "short"), ("lines[2]", "short")]


def test_stock_now_leaves_a_short_orders_neighbours_alone(stocked: Merchant) -> None:
    reply = place(
        stocked,
        build.document("a", lines=[build.line("v1", 60)]),
        build.document("b", lines=[build.line("v1", 60)]),
        build.document("c", lines=[build.line("v1", 40)]),
        stock="now",
    )

    assert outcomes(reply) == ["accepted", "refused", "accepted"]
    assert stocked.stock("v1") == (0, 100)


def test_an_order_taken_with_its_stock_is_repeated_although_none_is_left(
    stocked: Merchant,
) -> None:
    document = build.document(lines=[build.line("v1", 100)])
    place(stocked, document, stock="now")

    reply = place(stocked, document, stock="now")

    assert outcomes(reply) == ["repeated"]
    assert stocked.stock("v1") == (0, 100)


def test_an_order_taken_with_its_stock_gives_it_back_when_it_is_cancelled(
    stocked: Merchant,
) -> None:
    reply = place(stocked, build.document(lines=THREE_LINES), stock="now")

    stocked.call("POST", f"/v1/orders/{reply.body['results'][0]['id']}/cancel")

    assert [stocked.stock(sku) for sku in ("v1", "v2", "v3")] == [(100, 0)] * 3


def test_a_held_order_keeps_the_stock_that_came_with_it(stocked: Merchant, mail: Mail) -> None:
    document = build.document(lines=[build.line("v1", 10)], notes={"buyer": "快"})

    order_id = place(stocked, document, stock="now").body["results"][0]["id"]
    mail.pump()

    assert stocked.order(order_id)["status"] == "held"
    assert stocked.stock("v1") == (90, 10)
    stocked.call("POST", f"/v1/orders/{order_id}/release")
    mail.pump()
    assert stocked.order(order_id)["status"] == "planned"
    assert stocked.stock("v1") == (90, 10)


def test_stock_now_refuses_more_skus_than_one_write_can_hold(acme: Merchant) -> None:
    lines = [build.line(f"s{n}", 1) for n in range(120)]
    for line in lines:
        acme.put_stock(line["sku"], 1)

    reply = place(acme, build.document(lines=lines), stock="now")

    assert outcomes(reply) == ["refused"]
    assert count(acme) == 0


def test_stock_now_refuses_an_order_with_an_item_that_is_not_mapped(stocked: Merchant) -> None:
    line = {"shop_sku": "A-1", "quantity": 1, "unit_price": 1}

    reply = place(stocked, build.document(lines=[line]), stock="now")

    assert faults(reply.body["results"][0]) == [("lines[0]", "short")]


def test_stock_skip_closes_the_order_and_touches_no_stock(stocked: Merchant, mail: Mail) -> None:
    reply = place(stocked, build.document(lines=THREE_LINES), stock="skip")
    mail.pump()

    order_id = reply.body["results"][0]["id"]
    assert outcomes(reply) == ["accepted"]
    assert stocked.order(order_id)["status"] == "closed"
    assert [stocked.stock(sku) for sku in ("v1", "v2", "v3")] == [(100, 0)] * 3


def test_stock_later_takes_the_order_and_gets_the_stock_on_its_way(
    stocked: Merchant, mail: Mail
) -> None:
    stocked.put_stock("v3", 5)

    order_id = place(stocked, build.document(lines=THREE_LINES)).body["results"][0]["id"]

    assert stocked.stock("v1") == (100, 0)
    mail.pump()
    assert stocked.order(order_id)["status"] == "short"


def test_refuse_all_takes_none_if_one_is_faulty(acme: Merchant) -> None:
    reply = place(
        acme,
        build.document("a"),
        build.document("b", total=-1),
        build.document("c", shop="nowhere"),
        on_fault="refuse-all",
    )

    assert reply.status == 422
    assert faults({"problem": reply.body}) == [
        ("orders[1].total", "out-of-range"),
        ("orders[2].shop", "unknown-shop"),
    ]
    assert count(acme) == 0


def test_refuse_all_takes_all_if_none_is_faulty(acme: Merchant) -> None:
    reply = place(acme, build.document("a"), build.document("b"), on_fault="refuse-all")

    assert outcomes(reply) == ["accepted", "accepted"]


def test_refuse_all_with_stock_now_takes_none_if_one_is_short(stocked: Merchant) -> None:
    reply = place(
        stocked,
        build.document("a", lines=[build.line("v1", 60)]),
        build.document("b", lines=[build.line("v2", 1), build.line("v1", 60)]),
        on_fault="refuse-all",
        stock="now",
    )

    assert reply.status == 422
    assert faults({"problem": reply.body}) == [("orders[1].lines[1]", "short")]
    assert count(stocked) == 0
    assert stocked.stock("v1") == (100, 0)


def test_refuse_all_with_stock_now_takes_all_if_there_is_enough_for_all(
    stocked: Merchant,
) -> None:
    before = build.document("before", lines=[build.line("v1", 10)])
    place(stocked, before, stock="now")
    half = build.document("a", lines=[build.line("v1", 45)])
    rest = build.document("b", lines=[build.line("v1", 45)])
    batch = (before, half, half, rest)  # what is repeated takes nothing more

    reply = place(stocked, *batch, on_fault="refuse-all", stock="now")

    assert outcomes(reply) == ["repeated", "accepted", "repeated", "accepted"]
    assert stocked.stock("v1") == (0, 100)


def test_stock_now_repeats_an_order_that_came_without_its_stock(stocked: Merchant) -> None:
    document = build.document(lines=[build.line("v1", 101)])
    place(stocked, document)

    reply = place(stocked, document, stock="now")

    assert outcomes(reply) == ["repeated"]


def test_keep_drops_what_the_order_can_do_without(acme: Merchant) -> None:
    document = build.document(notes={"buyer": "x" * 1001}, tags=["vip"])

    reply = place(acme, document, on_fault="keep")

    result = reply.body["results"][0]
    assert result["outcome"] == "accepted"
    assert [(f["field"], f["code"]) for f in result["dropped"]] == [("notes.buyer", "too-long")]
    order = acme.order(result["id"])
    assert (order["notes"], order["tags"]) == ({"buyer": "", "seller": ""}, ["vip"])


@pytest.mark.parametrize("on_fault", ["refuse", "keep"])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"placed_at": "2999-01-01T00:00:00Z"}, "placed_at"),
        ({"lines": [build.line(weight=-5)]}, "lines[0].weight"),
        ({"currency": "USD"}, "currency"),
        ({"lines": []}, "lines"),
    ],
)
def test_what_matters_refuses_the_order_in_any_case(
    acme: Merchant, on_fault: str, change: dict[str, Any], field: str
) -> None:
    reply = place(acme, build.document(**change), build.document("ok"), on_fault=on_fault)

    assert outcomes(reply) == ["refused", "accepted"]
    assert [name for name, _ in faults(reply.body["results"][0])] == [field]


def test_an_order_that_is_no_object_is_refused_by_itself(acme: Merchant) -> None:
    reply = place(acme, 5, build.document())

    assert outcomes(reply) == ["refused", "accepted"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "orders"),
        ({"orders": []}, "orders"),
        ({"orders": {}}, "orders"),
        ({"orders": [build.document()] * 101}, "orders"),
        ({"orders": [build.document()], "on_fault": "ignore"}, "on_fault"),
        ({"orders": [build.document()], "stock": "maybe"}, "stock"),
        ({"orders": [build.document()], "mode": "x"}, "mode"),
    ],
)
def test_a_faulty_batch_is_refused_whole(acme: Merchant, body: dict[str, Any], field: str) -> None:
    reply = acme.call("POST", "/v1/orders/batch", body)

    assert reply.status == 422
    assert field in [fault["field"] for fault in reply.body["faults"]]
    assert count(acme) == 0
