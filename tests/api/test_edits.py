"""Accepted orders are changed by hand: seen first, written once, and only while they may be."""

from typing import Any

import pytest

from shared.store import orders
from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail

THREE: dict[str, Any] = {"lines": [build.line(quantity=3)]}


def placed(acme: Merchant, mail: Mail, **change: Any) -> str:
    """An order that has come as far as it goes by itself."""
    acme.put_stock("mug", 5)
    acme.put_stock("mug", 4, "gz")
    acme.put_stock("hat", 2)
    order_id = str(acme.place(**change).body["id"])
    mail.pump()
    return order_id


def edit(acme: Merchant, order_id: str, preview: bool = False, **changes: Any) -> Reply:
    body = {"changes": changes, "preview": preview}
    return acme.call("POST", f"/v1/orders/{order_id}/edit", body)


def settled(acme: Merchant, mail: Mail, order_id: str) -> dict[str, Any]:
    mail.pump()
    return acme.order(order_id)


def test_a_preview_tells_what_would_happen_and_writes_nothing(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, **THREE)
    before, held = acme.order(order_id), acme.stock("mug")

    shown = edit(acme, order_id, preview=True, lines=[{"line": 1, "quantity": 1}]).body

    assert shown["fields"] == ["lines"]
    assert shown["effects"]["money"] == {
        "before": 2700,
        "after": 900,
        "collect": 0,
        "refund": 1800,
        "lines": [{"line": 1, "before": 2700, "after": 900}],
    }
    stock = shown["effects"]["stock"]
    assert stock["given_back"] == [{"sku": "mug", "warehouse": "hz", "lot": "", "units": 2}]
    assert (stock["taken"], stock["missing"]) == ([], {})
    assert shown["effects"]["status"] == {"before": "planned", "after": "received"}
    assert (acme.order(order_id), acme.stock("mug")) == (before, held)


def test_a_confirmed_edit_does_what_its_preview_told(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, **THREE)
    changes: dict[str, Any] = {
        "lines": [{"line": 1, "quantity": 4}, {"sku": "hat", "quantity": 1, "unit_price": 5}]
    }
    shown = edit(acme, order_id, preview=True, **changes).body

    done = edit(acme, order_id, **changes)

    assert done.status == 200
    assert done.body["effects"] == shown["effects"]
    assert (acme.stock("mug"), acme.stock("hat")) == ((1, 4), (1, 1))
    after = settled(acme, mail, order_id)
    assert after["status"] == "planned"
    assert [(line["no"], line["quantity"]) for line in after["lines"]] == [(1, 4), (2, 1)]
    assert after["amounts"]["total"] == 3605
    assert (acme.stock("mug"), acme.stock("hat")) == ((1, 4), (1, 1))


def test_its_goods_stay_held_while_the_order_is_reviewed_anew(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, **THREE)

    edit(acme, order_id, receiver={"phone": "13900001111"})

    assert acme.order(order_id)["status"] == "received"
    assert acme.stock("mug") == (2, 3)
    assert settled(acme, mail, order_id)["status"] == "planned"
    assert acme.codes(order_id)[-4:] == ["edited", "approved", "reserved-nearest", "planned"]


def test_another_address_lets_the_goods_come_from_there(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    south = {"province": "广东省", "city": "广州市", "district": "", "address": "天河路 1 号"}

    edit(acme, order_id, receiver=south)

    assert (acme.stock("mug"), acme.stock("mug", "gz")) == ((5, 0), (2, 2))
    parcels = settled(acme, mail, order_id)["parcels"]
    assert [parcel["warehouse"] for parcel in parcels] == ["gz"]


def test_who_gets_it_is_encrypted_and_found_by_his_new_phone(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    was = orders.get(acme.id, order_id)

    edit(acme, order_id, receiver={"name": "李雷", "phone": "13900001111"})

    order = orders.get(acme.id, order_id)
    assert "李雷" not in repr(order)
    assert "13900001111" not in repr(order)
    assert order.phone_mark != was.phone_mark
    revealed = acme.call("GET", f"/v1/orders/{order_id}?purpose=test").body["receiver"]
    assert (revealed["name"], revealed["phone"], revealed["city"]) == (
        "李雷",
        "13900001111",
        "杭州市",
    )


def test_a_new_receiver_takes_the_place_of_the_platforms_token(acme: Merchant, mail: Mail) -> None:
    receiver = {**build.document()["receiver"], "token": {"kind": "oaid", "value": "xyz"}}
    order_id = placed(acme, mail, receiver=receiver)

    edit(acme, order_id, receiver={"address": "文二路 9 号"})

    assert orders.get(acme.id, order_id).content.receiver.token == ""


def test_the_whole_order_moves_to_another_warehouse(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)

    done = edit(acme, order_id, warehouse="gz").body["effects"]

    assert (acme.stock("mug"), acme.stock("mug", "gz")) == ((5, 0), (2, 2))
    there = {"warehouse": "gz", "carrier": "manual", "units": 2, "freight": 0}
    assert done["parcels"]["after"] == [there]
    after = settled(acme, mail, order_id)
    assert [parcel["warehouse"] for parcel in after["parcels"]] == ["gz"]
    assert after["ours"]["warehouse"] == "gz"


def test_a_warehouse_without_the_goods_is_told_first_and_then_refused(
    acme: Merchant, mail: Mail
) -> None:
    order_id = placed(acme, mail, lines=[build.line(quantity=5)])
    before = acme.order(order_id)

    shown = edit(acme, order_id, preview=True, warehouse="gz")
    refused = edit(acme, order_id, warehouse="gz")

    assert shown.body["effects"]["stock"]["missing"] == {"mug": 1}
    assert (refused.status, refused.body["code"]) == (409, "short")
    assert (acme.order(order_id), acme.stock("mug"), acme.stock("mug", "gz")) == (
        before,
        (0, 5),
        (4, 0),
    )


def test_more_than_there_is_changes_nothing(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    acme.put_stock("mug", 2)  # another buyer has the rest
    acme.put_stock("mug", 0, "gz")

    refused = edit(acme, order_id, lines=[{"line": 1, "quantity": 5}])

    assert (refused.status, refused.body["code"]) == (409, "short")
    assert acme.stock("mug") == (0, 2)
    assert acme.order(order_id)["status"] == "planned"


def test_a_carrier_is_chosen_by_hand(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)

    done = edit(acme, order_id, carrier="manual")

    assert done.status == 200
    after = settled(acme, mail, order_id)
    assert (after["status"], after["parcels"][0]["carrier"]) == ("planned", "manual")
    assert acme.stock("mug") == (3, 2)


def test_what_only_people_read_changes_at_any_time(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    acme.call("POST", f"/v1/orders/{order_id}/ship")

    done = edit(acme, order_id, note="易碎", tags=["vip"])

    assert (done.status, done.body["status"]) == (200, "shipped")
    assert done.body["ours"]["tags"] == ["vip"]
    shown = acme.call("GET", f"/v1/orders/{order_id}?purpose=x").body
    assert shown["notes"]["seller"] == "易碎"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("receiver", {"phone": "13900001111"}),
        ("lines", [{"line": 1, "quantity": 1}]),
        ("surcharge", -100),
        ("warehouse", "gz"),
        ("carrier", "manual"),
        ("urgent", True),
        ("promise", "2099-01-01T00:00:00Z"),
    ],
)
def test_what_has_left_is_not_changed_and_the_reason_is_given(
    acme: Merchant, mail: Mail, part: str, value: Any
) -> None:
    order_id = placed(acme, mail)
    acme.call("POST", f"/v1/orders/{order_id}/ship")
    before = acme.order(order_id)

    for preview in (True, False):
        refused = edit(acme, order_id, preview, **{part: value})

        assert (refused.status, refused.body["code"]) == (409, "locked")
        faults = [(fault["field"], fault["code"]) for fault in refused.body["faults"]]
        assert faults == [(f"changes.{part}", "has-left")]
    assert acme.order(order_id) == before


def test_a_stale_preview_is_not_confirmed(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    seen = edit(acme, order_id, preview=True, tags=["vip"]).body["version"]
    acme.call("POST", f"/v1/orders/{order_id}/hold")

    body = {"changes": {"tags": ["vip"]}, "version": seen}
    stale = acme.call("POST", f"/v1/orders/{order_id}/edit", body)

    assert (stale.status, stale.body["code"]) == (409, "stale")
    assert stale.body["differences"]["status"] == {"was": "planned", "is": "held"}
    fresh = stale.body["differences"]["version"]["is"]
    body["version"] = fresh
    assert acme.call("POST", f"/v1/orders/{order_id}/edit", body).status == 200


def test_what_is_null_stays_as_it_is(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)

    done = edit(acme, order_id, tags=["vip"], warehouse=None, receiver=None, lines=None)

    assert (done.status, done.body["status"], done.body["ours"]["edited"]) == (200, "planned", [])


def test_the_same_key_edits_once(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    path, body = f"/v1/orders/{order_id}/edit", {"changes": {"surcharge": 300}}

    first = acme.call("POST", path, body, Idempotency_Key="e1")
    again = acme.call("POST", path, body, Idempotency_Key="e1")

    assert (first.body, again.headers["Idempotency-Replayed"]) == (again.body, "true")
    assert acme.order(order_id)["amounts"]["total"] == 2100
    assert acme.codes(order_id).count("edited") == 1


def test_a_surcharge_below_nought_is_given_back(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)

    done = edit(acme, order_id, surcharge=-300).body

    assert (done["effects"]["money"]["refund"], done["effects"]["money"]["collect"]) == (300, 0)
    assert (done["amounts"]["total"], done["amounts"]["adjustment"]) == (1500, -300)
    assert settled(acme, mail, order_id)["status"] == "planned"


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, {("changes", "empty")}),
        ({"colour": "red"}, {("changes.colour", "unknown-field")}),
        ({"lines": [{"line": 9, "quantity": 1}]}, {("changes.lines[0].line", "not-in-document")}),
        (
            {"lines": [{"line": 1, "quantity": 1}, {"line": 1, "quantity": 3}]},
            {("changes.lines[1].line", "twice")},
        ),
        ({"lines": [{"line": 1, "quantity": 0}]}, {("changes.lines", "empty")}),
        (
            {"lines": [{"quantity": 1}]},
            {("changes.lines[0].sku", "missing"), ("changes.lines[0].unit_price", "missing")},
        ),
        ({"surcharge": -9999}, {("changes.surcharge", "too-much")}),
        ({"warehouse": "moon"}, {("changes.warehouse", "unknown-warehouse")}),
        ({"carrier": "pigeon"}, {("changes.carrier", "unknown-carrier")}),
        ({"promise": "2020-01-01T00:00:00Z"}, {("changes.promise", "not-in-the-future")}),
        ({"receiver": {"shoe": "44"}}, {("changes.receiver.shoe", "unknown-field")}),
        (
            {"moves": [{"line": 1, "quantity": 0, "from": "hz", "to": "gz"}]},
            {("changes.moves[0].quantity", "out-of-range")},
        ),
        (
            {"moves": [{"line": 1, "quantity": 1, "from": "hz", "to": "hz"}]},
            {("changes.moves[0].to", "twice")},
        ),
        (
            {"moves": [{"line": 1, "quantity": 3, "from": "hz", "to": "gz"}]},
            {("changes.moves[0].quantity", "out-of-range")},
        ),
        (
            {"moves": [{"line": 1, "quantity": 1, "from": "hz", "to": "gz"}], "carrier": "manual"},
            {("changes.moves", "either-or")},
        ),
    ],
)
def test_every_fault_of_an_edit_is_told_and_nothing_moves(
    acme: Merchant, mail: Mail, changes: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    order_id = placed(acme, mail)
    before = acme.order(order_id)

    refused = edit(acme, order_id, **changes)

    assert refused.status == 422
    assert {(fault["field"], fault["code"]) for fault in refused.body["faults"]} == faults
    assert (acme.order(order_id), acme.stock("mug")) == (before, (3, 2))


# --- a line that stands for nothing yet ---
UNMAPPED: dict[str, Any] = {"lines": [{"shop_sku": "TM-1", "quantity": 2, "unit_price": 900}]}


@pytest.mark.parametrize("remember", [False, True])
def test_a_line_is_told_what_it_stands_for_and_that_may_be_remembered(
    acme: Merchant, mail: Mail, remember: bool
) -> None:
    order_id = placed(acme, mail, **UNMAPPED)
    other = placed(acme, mail, number="TB-2", **UNMAPPED)
    assert acme.order(order_id)["status"] == "held"

    row = {"line": 1, "sku": "mug", "remember": remember}
    shown = edit(acme, order_id, preview=True, lines=[row])
    done = edit(acme, order_id, lines=[row])

    assert (shown.status, done.status, done.body["lines"][0]["sku"]) == (200, 200, "mug")
    assert done.body["amounts"]["total"] == 1800
    assert settled(acme, mail, order_id)["status"] == "planned"
    assert acme.order(other)["status"] == ("planned" if remember else "held")
    mapped = acme.call("GET", "/v1/shops/tmall/skus").body["skus"]
    assert mapped == ([{"shop_sku": "TM-1", "sku": "mug"}] if remember else [])


def test_what_a_line_stands_for_is_not_changed(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)

    refused = edit(acme, order_id, lines=[{"line": 1, "sku": "hat"}])

    faults = [(fault["field"], fault["code"]) for fault in refused.body["faults"]]
    assert faults == [("changes.lines[0].sku", "is-mapped")]


def test_who_may_not_map_codes_may_not_have_them_remembered(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, **UNMAPPED)
    acme.token = build.key(acme.id, "orders:read", "orders:write")

    row = {"line": 1, "sku": "mug", "remember": True}

    assert edit(acme, order_id, lines=[row]).status == 403
    assert edit(acme, order_id, lines=[{"line": 1, "sku": "mug"}]).status == 200


# --- units to another warehouse ---
def test_some_units_move_to_another_warehouse(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, **THREE)

    done = edit(acme, order_id, moves=[{"line": 1, "quantity": 2, "from": "hz", "to": "gz"}])

    assert (acme.stock("mug"), acme.stock("mug", "gz")) == ((4, 1), (2, 2))
    stock = done.body["effects"]["stock"]
    assert [(each["warehouse"], each["units"]) for each in stock["taken"]] == [("gz", 2)]
    parcels = settled(acme, mail, order_id)["parcels"]
    assert [(p["warehouse"], p["sources"][0]["quantity"]) for p in parcels] == [
        ("hz", 1),
        ("gz", 2),
    ]


def test_an_emptied_parcel_goes(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, **THREE)

    edit(acme, order_id, moves=[{"line": 1, "quantity": 3, "from": "hz", "to": "gz"}])

    parcels = settled(acme, mail, order_id)["parcels"]
    assert [(parcel["no"], parcel["warehouse"]) for parcel in parcels] == [(1, "gz")]


def test_a_target_that_lacks_the_units_moves_nothing(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, **THREE)
    acme.put_stock("mug", 1, "gz")
    before = acme.order(order_id)

    refused = edit(acme, order_id, moves=[{"line": 1, "quantity": 2, "from": "hz", "to": "gz"}])

    assert (refused.status, refused.body["code"]) == (409, "short")
    assert (acme.stock("mug"), acme.stock("mug", "gz")) == ((2, 3), (1, 0))
    assert acme.order(order_id) == before


def test_a_warehouse_may_fall_below_nought_where_that_is_allowed(
    acme: Merchant, mail: Mail
) -> None:
    gz = {"name": "广州仓", "province": "广东", "city": "广州市", "negative": True}
    acme.call("PUT", "/v1/warehouses/gz", gz)
    order_id = placed(acme, mail, **THREE)
    acme.put_stock("mug", 1, "gz")

    done = edit(acme, order_id, moves=[{"line": 1, "quantity": 2, "from": "hz", "to": "gz"}])

    assert done.status == 200
    assert acme.stock("mug", "gz") == (-1, 2)


def test_a_line_stays_where_the_platform_appointed_it(acme: Merchant, mail: Mail) -> None:
    shop = {"name": "天猫店", "channel": "tmall", "warehouse_codes": {"W1": "hz"}}
    assert acme.call("PUT", "/v1/shops/tmall", shop).status == 200
    order_id = placed(acme, mail, lines=[build.line(quantity=3, warehouse="W1")])

    refused = edit(acme, order_id, moves=[{"line": 1, "quantity": 1, "from": "hz", "to": "gz"}])

    assert (refused.status, refused.body["faults"][0]["code"]) == (422, "not-served")
    assert acme.stock("mug") == (2, 3)


def test_cash_on_delivery_is_not_divided(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, payment={"state": "unpaid", "cod": True}, **THREE)

    refused = edit(acme, order_id, moves=[{"line": 1, "quantity": 1, "from": "hz", "to": "gz"}])
    whole = edit(acme, order_id, moves=[{"line": 1, "quantity": 3, "from": "hz", "to": "gz"}])

    assert (refused.status, refused.body["faults"][0]["code"]) == (422, "not-divided")
    assert whole.status == 200


def test_units_move_only_once_there_are_parcels(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, notes={"buyer": "请尽快"})

    refused = edit(acme, order_id, moves=[{"line": 1, "quantity": 1, "from": "hz", "to": "gz"}])

    assert (refused.status, refused.body["faults"][0]["code"]) == (409, "not-planned")
    assert acme.order(order_id)["status"] == "held"


# --- urgent ---
def test_an_urgent_order_waits_for_nobody(acme: Merchant, mail: Mail) -> None:
    shop = {"name": "天猫店", "channel": "tmall", "merge": {"on": True}}
    assert acme.call("PUT", "/v1/shops/tmall", shop).status == 200
    order_id = placed(acme, mail)
    assert acme.order(order_id)["status"] == "reserved"

    done = acme.call("POST", f"/v1/orders/{order_id}/urgent", {"urgent": True})

    assert (done.status, done.body["ours"]["urgent"]) == (200, True)
    assert settled(acme, mail, order_id)["status"] == "planned"
    again = acme.call("POST", f"/v1/orders/{order_id}/urgent", {"urgent": True})
    assert again.status == 200
    assert acme.codes(order_id).count("edited") == 1


# --- what the channel says later ---
def newer(acme: Merchant, version: int = 2, **change: Any) -> Reply:
    return acme.place(version=version, **change)


def test_the_channels_order_sent_again_after_an_edit_is_still_the_same(
    acme: Merchant, mail: Mail
) -> None:
    order_id = placed(acme, mail)
    edit(acme, order_id, receiver={"phone": "13900001111"}, lines=[{"line": 1, "quantity": 1}])

    again = acme.place()

    assert again.status == 200
    assert acme.codes(order_id).count("edited") == 1
    assert settled(acme, mail, order_id)["lines"][0]["quantity"] == 1
    assert "updated" not in acme.codes(order_id)


def test_what_the_channel_did_not_change_stays_as_we_edited_it(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    edit(acme, order_id, receiver={"phone": "13900001111"}, note="易碎")

    newer(acme, lines=[build.line(quantity=3)])

    after = settled(acme, mail, order_id)
    shown = acme.call("GET", f"/v1/orders/{order_id}?purpose=x").body
    assert (after["status"], after["lines"][0]["quantity"]) == ("planned", 3)
    assert (shown["receiver"]["phone"], shown["notes"]["seller"]) == ("13900001111", "易碎")
    assert "overruled" not in acme.codes(order_id)
    assert shown["ours"]["edited"] == ["receiver", "note"]


def test_what_the_channel_changed_takes_the_place_of_our_edit(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    edit(acme, order_id, receiver={"phone": "13900001111"}, lines=[{"line": 1, "quantity": 1}])

    receiver = {**build.document()["receiver"], "phone": "13700002222"}
    newer(acme, receiver=receiver)

    settled(acme, mail, order_id)
    shown = acme.call("GET", f"/v1/orders/{order_id}?purpose=x").body
    assert (shown["receiver"]["phone"], shown["lines"][0]["quantity"]) == ("13700002222", 1)
    entries = acme.call("GET", f"/v1/orders/{order_id}/timeline").body["entries"]
    told = [entry for entry in entries if entry["code"] == "overruled"]
    assert [entry["args"]["fields"] for entry in told] == [["receiver"]]
    assert "13700002222" not in str(entries)


def test_after_the_channel_took_all_back_the_order_is_its_own_again(
    acme: Merchant, mail: Mail
) -> None:
    order_id = placed(acme, mail)
    edit(acme, order_id, lines=[{"line": 1, "quantity": 1}])

    newer(acme, lines=[build.line(quantity=3)])

    assert orders.get(acme.id, order_id).origin is None
    assert settled(acme, mail, order_id)["amounts"]["total"] == 2700


def test_the_timeline_names_what_was_edited_and_nothing_of_a_person(
    acme: Merchant, mail: Mail
) -> None:
    order_id = placed(acme, mail)

    edit(
        acme, order_id, receiver={"phone": "13900001111", "name": "李雷"}, note="易碎", surcharge=5
    )

    entries = acme.call("GET", f"/v1/orders/{order_id}/timeline").body["entries"]
    (entry,) = (each for each in entries if each["code"] == "edited")
    assert entry["by"].startswith("key:")
    assert entry["args"]["fields"] == ["receiver", "surcharge", "note"]
    assert entry["args"]["effects"] == {"total": [1800, 1805], "collect": 5}
    assert not any(secret in str(entries) for secret in ("13900001111", "李雷", "易碎"))


# --- cancel in part ---
def cancel(acme: Merchant, order_id: str, *lines: tuple[int, int]) -> Reply:
    body = {"lines": [{"line": no, "quantity": pieces} for no, pieces in lines], "reason": "退"}
    return acme.call("POST", f"/v1/orders/{order_id}/cancel", body)


def test_a_part_is_called_off_and_the_rest_goes_on(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, **THREE)

    done = cancel(acme, order_id, (1, 1))

    assert (done.status, done.body["status"], done.body["money"]["refund"]) == (
        200,
        "planned",
        900,
    )
    assert acme.stock("mug") == (3, 2)
    assert [p["sources"][0]["quantity"] for p in done.body["parcels"]] == [2]
    assert acme.codes(order_id)[-1] == "part-cancelled"


def test_calling_off_every_piece_calls_off_the_order(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, **THREE)
    first = cancel(acme, order_id, (1, 1)).body["money"]["refund"]

    done = cancel(acme, order_id, (1, 2))

    assert (done.body["status"], first + done.body["money"]["refund"]) == ("cancelled", 2700)
    assert acme.stock("mug") == (5, 0)


def test_what_is_called_off_already_is_not_called_off_twice(acme: Merchant, mail: Mail) -> None:
    lines = [build.line(quantity=1), build.line("hat", 1)]
    order_id = placed(acme, mail, lines=lines)
    assert cancel(acme, order_id, (2, 1)).status == 200

    again = cancel(acme, order_id, (2, 1))

    assert (again.status, again.body["faults"][0]["code"]) == (422, "not-in-document")


def test_of_what_has_left_nothing_is_called_off(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 2)
    acme.put_stock("mug", 2, "gz")
    order_id = str(acme.place(lines=[build.line(quantity=4)]).body["id"])
    mail.pump()
    acme.call("POST", f"/v1/orders/{order_id}/ship", {"parcels": [{"parcel": 1}]})

    refused = cancel(acme, order_id, (1, 3))
    done = cancel(acme, order_id, (1, 2))

    assert (refused.status, refused.body["faults"][0]["code"]) == (422, "is-packed")
    assert (done.body["status"], done.body["money"]["refund"]) == ("shipped", 1800)
    assert (acme.stock("mug"), acme.stock("mug", "gz")) == ((0, 0), (2, 0))


def test_a_short_order_that_needs_less_goes_on(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, lines=[build.line(quantity=10)])
    assert acme.order(order_id)["status"] == "short"

    cancel(acme, order_id, (1, 7))

    assert settled(acme, mail, order_id)["status"] == "planned"


def test_an_order_that_is_over_is_not_called_off_in_part(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    cancel(acme, order_id, (1, 2))

    again = cancel(acme, order_id, (1, 1))

    assert (again.status, again.body["code"]) == (409, "not-allowed")


def test_what_was_called_off_stays_so_when_the_channel_tells_something_else(
    acme: Merchant, mail: Mail
) -> None:
    order_id = placed(acme, mail, **THREE)
    cancel(acme, order_id, (1, 1))

    assert acme.place(**THREE).status == 200
    newer(acme, tags=["vip"], **THREE)
    newer(acme, version=3, receiver={**build.document()["receiver"], "city": "宁波市"}, **THREE)

    after = settled(acme, mail, order_id)
    assert (after["status"], after["lines"][0]["quantity"]) == ("planned", 2)
    assert acme.stock("mug") == (3, 2)
    newer(acme, version=4, lines=[build.line(quantity=4)])
    assert settled(acme, mail, order_id)["lines"][0]["quantity"] == 4


def test_a_part_is_called_off_once_under_one_key(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, **THREE)
    path, body = f"/v1/orders/{order_id}/cancel", {"lines": [{"line": 1, "quantity": 1}]}

    first = acme.call("POST", path, body, Idempotency_Key="c1")
    again = acme.call("POST", path, body, Idempotency_Key="c1")

    assert first.body == again.body
    assert acme.stock("mug") == (3, 2)


# --- in one box with others ---
@pytest.fixture
def merged(acme: Merchant, mail: Mail) -> list[str]:
    """Two planned orders of one buyer, put into one box by hand."""
    first = placed(acme, mail)
    second = placed(acme, mail, number="TB-2")
    assert acme.call("POST", "/v1/merges", {"orders": [first, second]}).status == 201
    return [first, second]


def test_a_member_that_is_edited_stops_the_box_until_it_is_taken_out(
    acme: Merchant, mail: Mail, merged: list[str]
) -> None:
    (merge,) = acme.call("GET", "/v1/merges").body["merges"]

    edit(acme, merged[0], receiver={"phone": "13900001111"})

    mail.pump()
    blocked = acme.call("POST", f"/v1/merges/{merge['id']}/ship", {"boxes": [{"box": 1}]})
    assert (blocked.status, blocked.body["code"]) == (409, "blocked")
    assert acme.order(merged[0])["parcels"][0]["box"] == ""
    assert acme.call("POST", f"/v1/merges/{merge['id']}/release").status == 200
    for order_id in merged:
        assert settled(acme, mail, order_id)["status"] == "planned"


def test_a_member_of_a_weighed_box_is_not_edited(
    acme: Merchant, mail: Mail, merged: list[str]
) -> None:
    (merge,) = acme.call("GET", "/v1/merges").body["merges"]
    acme.call("POST", f"/v1/merges/{merge['id']}/weigh", {"box": 1, "grams": 900})

    refused = edit(acme, merged[0], receiver={"phone": "13900001111"})
    cut = cancel(acme, merged[0], (1, 1))

    assert [fault["code"] for fault in refused.body["faults"]] == ["is-weighed"]
    assert [fault["code"] for fault in cut.body["faults"]] == ["is-packed"]


def test_a_member_that_is_called_off_in_part_stops_the_box(
    acme: Merchant, mail: Mail, merged: list[str]
) -> None:
    (merge,) = acme.call("GET", "/v1/merges").body["merges"]

    assert cancel(acme, merged[0], (1, 1)).status == 200

    blocked = acme.call("POST", f"/v1/merges/{merge['id']}/ship", {"boxes": [{"box": 1}]})
    assert (blocked.status, blocked.body["code"]) == (409, "blocked")
    acme.call("POST", f"/v1/merges/{merge['id']}/release")
    assert settled(acme, mail, merged[0])["parcels"][0]["sources"][0]["quantity"] == 1
