"""The workbench of what is stopped, and letting it go on: one, many, for some of the reasons."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from functions.api import holds, releases
from functions.steps import review
from shared.runtime import clock
from shared.store import merchants, orders
from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail

RECEIVER = build.document()["receiver"]
UNMAPPED = [{"shop_sku": "TM-1", "quantity": 1, "unit_price": 900}]


def reviewed(acme: Merchant, number: str = "TB-1", **change: Any) -> str:
    order_id = str(acme.place(number=number, **change).body["id"])
    review.review(acme.id, order_id)
    return order_id


def held(acme: Merchant, order_id: str) -> list[str]:
    return [hold["reason"] for hold in acme.order(order_id)["holds"]]


def release(acme: Merchant, order_id: str, *reasons: str) -> Reply:
    body = {"reasons": list(reasons)} if reasons else {}
    return acme.call("POST", f"/v1/orders/{order_id}/release", body)


def many(acme: Merchant, *ids: str, **body: Any) -> Reply:
    return acme.call("POST", "/v1/orders/release", {"order_ids": list(ids), **body})


def listed(acme: Merchant, query: str = "") -> Any:
    reply = acme.call("GET", f"/v1/holds?{query}")
    assert reply.status == 200, reply.body
    return reply.body


def numbers(body: Any) -> list[str]:
    return [one["number"] for one in body["holds"]]


# --- one order ----------------------------------------------------------------


def test_some_reasons_are_set_aside_and_the_others_stay(acme: Merchant) -> None:
    order_id = reviewed(acme, notes={"buyer": "快"}, total=1)

    part = release(acme, order_id, "buyer-note")
    assert (part.status, part.body["status"]) == (200, "held")
    assert held(acme, order_id) == ["amounts"]
    rest = release(acme, order_id, "amounts")

    assert rest.body["status"] == "received"
    review.review(acme.id, order_id)
    assert acme.order(order_id)["status"] == "approved"


def test_without_reasons_all_are_set_aside(acme: Merchant) -> None:
    order_id = reviewed(acme, notes={"buyer": "快"}, total=1)

    assert release(acme, order_id).body["status"] == "received"


def test_a_reason_that_does_not_hold_the_order_is_refused(acme: Merchant) -> None:
    order_id = reviewed(acme, notes={"buyer": "快"})

    reply = release(acme, order_id, "amounts")

    assert (reply.status, reply.body["code"]) == (409, "not-allowed")
    assert held(acme, order_id) == ["buyer-note"]


def test_a_reason_that_there_is_none_of_is_a_fault(acme: Merchant) -> None:
    order_id = reviewed(acme, notes={"buyer": "快"})

    reply = release(acme, order_id, "buyer-note", "whim")

    assert reply.status == 422
    assert [(f["field"], f["code"]) for f in reply.body["faults"]] == [
        ("reasons[1]", "not-one-of")
    ]


def test_what_waits_for_finance_is_let_go_by_finance_alone(acme: Merchant) -> None:
    shop = merchants.shops.get(acme.id, "tmall")
    merchants.shops.replace(acme.id, replace(shop, steps=("finance",)))
    order_id = reviewed(acme, notes={"buyer": "快"})
    clerk = Merchant(acme.id, build.key(acme.id, "orders:write", "orders:read"))
    boss = Merchant(acme.id, build.key(acme.id, "orders:write", "orders:finance", "orders:read"))

    assert release(clerk, order_id).status == 403
    assert release(clerk, order_id, "finance").status == 403
    assert [r["outcome"] for r in many(clerk, order_id).body["results"]] == ["refused"]
    assert release(clerk, order_id, "buyer-note").status == 200
    assert held(acme, order_id) == ["finance"]
    assert release(boss, order_id).body["status"] == "received"


def test_an_address_that_was_confirmed_holds_no_longer(acme: Merchant) -> None:
    order_id = reviewed(acme, receiver={**RECEIVER, "address": "江苏省南京市玄武区"}, total=1)
    assert held(acme, order_id) == ["amounts", "two-addresses"]

    reply = acme.call("POST", f"/v1/orders/{order_id}/confirm-address", {"note": "已电话确认"})
    assert [hold["reason"] for hold in reply.body["holds"]] == ["amounts"]
    release(acme, order_id)
    review.review(acme.id, order_id)

    assert acme.order(order_id)["status"] == "approved"


def test_there_is_nothing_to_confirm_where_the_address_is_not_in_question(acme: Merchant) -> None:
    order_id = reviewed(acme, total=1)

    reply = acme.call("POST", f"/v1/orders/{order_id}/confirm-address")

    assert (reply.status, reply.body["code"]) == (409, "not-allowed")


# --- many ------------------------------------------------------------------------


def test_many_are_answered_one_by_one_and_none_blocks_another(acme: Merchant) -> None:
    one, two = (reviewed(acme, f"TB-{n}", notes={"buyer": "快"}) for n in (1, 2))
    three = reviewed(acme, "TB-3")

    reply = many(acme, one, "0" * 24, three, two, one)

    assert reply.status == 200
    assert [(r["id"], r["outcome"]) for r in reply.body["results"]] == [
        (one, "released"),
        ("0" * 24, "refused"),
        (three, "unchanged"),
        (two, "released"),
    ]
    assert reply.body["results"][1]["problem"]["code"] == "not-found"
    assert reply.body["counts"] == {"released": 2, "refused": 1, "unchanged": 1}


def test_many_are_released_for_one_reason(acme: Merchant) -> None:
    note = {"notes": {"buyer": "快"}}
    one, two = reviewed(acme, "TB-1", **note), reviewed(acme, "TB-2", total=1, **note)
    three = reviewed(acme, "TB-3", total=1)

    reply = many(acme, one, two, three, reasons=["buyer-note"], note="已看")

    outcomes = [r["outcome"] for r in reply.body["results"]]
    assert outcomes == ["released", "lifted", "refused"]
    assert reply.body["results"][1]["holds"] == ["amounts"]


def test_the_orders_of_another_merchant_are_not_found(acme: Merchant, other: Merchant) -> None:
    order_id = reviewed(acme, notes={"buyer": "快"})

    [result] = many(other, order_id).body["results"]

    assert result["problem"]["code"] == "not-found"
    assert held(acme, order_id) == ["buyer-note"]
    assert listed(other)["holds"] == []


def test_the_same_key_is_answered_alike(acme: Merchant) -> None:
    order_id = reviewed(acme, notes={"buyer": "快"})
    body = {"order_ids": [order_id]}

    first = acme.call("POST", "/v1/orders/release", body, Idempotency_Key="r-1")
    again = acme.call("POST", "/v1/orders/release", body, Idempotency_Key="r-1")
    other = acme.call("POST", "/v1/orders/release", {"order_ids": ["x"]}, Idempotency_Key="r-1")

    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.body == first.body
    assert (other.status, other.body["code"]) == (422, "idempotency-key-reused")
    assert acme.codes(order_id).count("released") == 1


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("order_ids", "empty")),
        ({"order_ids": []}, ("order_ids", "empty")),
        ({"order_ids": "TB-1"}, ("order_ids", "wrong-type")),
        ({"order_ids": ["a"] * 101}, ("order_ids", "too-many")),
        ({"order_ids": ["a"], "reasons": ["whim"]}, ("reasons[0]", "not-one-of")),
        ({"order_ids": ["a"], "why": "x"}, ("why", "unknown-field")),
    ],
)
def test_what_is_wrong_is_said(acme: Merchant, body: Any, fault: tuple[str, str]) -> None:
    reply = acme.call("POST", "/v1/orders/release", body)

    assert reply.status == 422
    assert fault in [(f["field"], f["code"]) for f in reply.body["faults"]]


def test_a_hundred_at_once_are_the_most(acme: Merchant) -> None:
    assert releases.MOST == 100


def test_what_was_released_is_reviewed_again(acme: Merchant, mail: Mail) -> None:
    order_id = reviewed(acme, notes={"buyer": "快"})
    mail.waiting.clear()

    many(acme, order_id)

    assert mail.bodies("review") == [{"tenant": acme.id, "order_id": order_id}]


# --- the workbench ----------------------------------------------------------------


@pytest.fixture
def bench(acme: Merchant, mail: Mail) -> Merchant:
    """Four stopped orders: a note, broken sums, both, and one that is short; and one that goes."""
    note = {"notes": {"buyer": "快"}}
    reviewed(acme, "TB-1", **note)
    reviewed(acme, "TB-2", total=1)
    reviewed(acme, "TB-3", total=1, **note)
    acme.place(number="TB-4", lines=[build.line("hat")])
    acme.put_stock("mug", 9)
    acme.place(number="TB-5")
    mail.pump()
    return acme


def test_the_workbench_shows_every_stopped_order_with_its_reasons(bench: Merchant) -> None:
    body = listed(bench)

    assert sorted(numbers(body)) == ["TB-1", "TB-2", "TB-3", "TB-4"]
    assert body["next"] is None
    assert body["counts"] == {"buyer-note": 2, "amounts": 2, "short": 1}
    assert body["counted"] == 4


def test_a_hold_says_whose_it_is_and_until_when(bench: Merchant) -> None:
    one = next(o for o in listed(bench)["holds"] if o["number"] == "TB-2")

    [hold] = one["holds"]
    assert (hold["severity"], hold["owner"], hold["way_out"]) == ("block", "finance", "hand")
    assert hold["deadline"] == clock.later(hold["since"], 24 * 3600)
    assert hold["overdue"] is False
    assert hold["zh"].startswith("金额不平")


def test_an_order_that_is_short_is_shown_with_what_it_lacks(bench: Merchant) -> None:
    [one] = listed(bench, "reason=short")["holds"]

    assert one["status"] == "short"
    assert one["holds"][0]["args"] == {"missing": {"hat": 2}}
    assert one["holds"][0]["way_out"] == "stock"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("reason=amounts", ["TB-2", "TB-3"]),
        ("reason=amounts&owner=service", []),
        ("severity=block", ["TB-2", "TB-3"]),
        ("owner=service", ["TB-1", "TB-3"]),
        ("owner=operations", ["TB-4"]),
        ("shop=tmall&reason=buyer-note", ["TB-1", "TB-3"]),
        ("shop=jd", []),
        ("overdue=false&reason=short", ["TB-4"]),
        ("overdue=true", []),
    ],
)
def test_the_workbench_is_filtered(bench: Merchant, query: str, found: list[str]) -> None:
    assert sorted(numbers(listed(bench, query))) == found


def test_only_the_holds_that_were_asked_for_are_shown(bench: Merchant) -> None:
    found = listed(bench, "reason=amounts")

    assert {h["reason"] for one in found["holds"] for h in one["holds"]} == {"amounts"}
    assert found["counts"] == {"amounts": 2}


def test_a_page_leads_to_the_next_and_only_the_first_counts(bench: Merchant) -> None:
    pages = list(_pages(bench, "limit=3"))

    assert sorted(n for page in pages for n in numbers(page)) == ["TB-1", "TB-2", "TB-3", "TB-4"]
    assert ["counts" in page for page in pages] == [True, False]


def test_a_rare_filter_gives_short_pages_and_loses_nothing(
    bench: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "LOOKED_AT", 1)

    pages = list(_pages(bench, "reason=short"))

    assert [n for page in pages for n in numbers(page)] == ["TB-4"]
    assert len(pages) > 1


def _pages(acme: Merchant, query: str) -> Iterator[Any]:
    cursor = ""
    while True:
        page = listed(acme, f"{query}&cursor={cursor}" if cursor else query)
        yield page
        cursor = page["next"]
        if not cursor:
            return


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("reason=whim", ("reason", "not-one-of")),
        ("severity=high", ("severity", "not-one-of")),
        ("owner=me", ("owner", "not-one-of")),
        ("overdue=maybe", ("overdue", "not-one-of")),
        ("limit=0", ("limit", "out-of-range")),
        ("cursor=x", ("cursor", "bad-cursor")),
        ("status=held", ("status", "unknown-field")),
    ],
)
def test_a_wrong_filter_is_refused(acme: Merchant, query: str, fault: tuple[str, str]) -> None:
    reply = acme.call("GET", f"/v1/holds?{query}")

    assert reply.status == 422
    assert [(f["field"], f["code"]) for f in reply.body["faults"]] == [fault]


def test_what_took_too_long_is_overdue(acme: Merchant) -> None:
    order_id = reviewed(acme, total=1)
    order = orders.get(acme.id, order_id)
    long_ago = clock.later(clock.now(), -25 * 3600)
    entries = (*order.timeline[:-1], replace(order.timeline[-1], at=long_ago))
    orders.save(replace(order, timeline=entries))

    [one] = listed(acme, "overdue=true")["holds"]

    assert one["holds"][0]["since"] == long_ago


# --- what is put right ---------------------------------------------------------


def test_orders_that_waited_for_a_mapping_go_on_when_it_is_imported(
    acme: Merchant, mail: Mail
) -> None:
    order_id = reviewed(acme, lines=UNMAPPED)
    other = reviewed(acme, "TB-2", lines=[{**UNMAPPED[0], "shop_sku": "TM-2"}])
    acme.put_stock("mug", 9)

    skus = [{"shop_sku": "TM-1", "sku": "mug"}]
    acme.call("POST", "/v1/shops/tmall/skus/batch", {"skus": skus})
    mail.pump()

    assert acme.order(order_id)["status"] == "planned"
    assert held(acme, other) == ["sku-unmapped"]


def test_orders_that_waited_for_a_mapping_go_on_when_the_shop_is_changed(
    acme: Merchant, mail: Mail
) -> None:
    order_id = reviewed(acme, lines=UNMAPPED)
    acme.put_stock("mug", 9)

    shop = {"name": "天猫店", "channel": "tmall", "skus": {"TM-1": "mug"}}
    assert acme.call("PUT", "/v1/shops/tmall", shop).status == 200
    mail.pump()

    assert acme.order(order_id)["status"] == "planned"


def test_a_dry_run_wakes_nobody(acme: Merchant, mail: Mail) -> None:
    order_id = reviewed(acme, lines=UNMAPPED)
    mail.waiting.clear()

    skus = [{"shop_sku": "TM-1", "sku": "mug"}]
    acme.call("POST", "/v1/shops/tmall/skus/batch?dry_run=true", {"skus": skus})

    assert mail.bodies("review") == []
    assert held(acme, order_id) == ["sku-unmapped"]
