"""/v1/papers: labels, pick lists and packing slips of parcels that are about to leave."""

import json
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from shared.domain.waybill import State, Waybill
from shared.runtime import clock
from shared.store import waybills
from tests.api.test_reveal import looks
from tests.support import build, mergers
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail

PAPERS = ("labels", "picking", "packing")


def printed(merchant: Merchant, paper: str, *parcels: Any, **more: Any) -> list[str]:
    """The text of each page, without spaces."""
    body = json.dumps({"parcels": list(parcels), **more}).encode()
    headers = {"Authorization": f"Bearer {merchant.token}", "Accept": "application/pdf"}
    status, pdf = build.spoken("POST", f"/v1/papers/{paper}", body, headers)
    assert status == 200, pdf
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def faults(merchant: Merchant, paper: str, *parcels: Any, **more: Any) -> list[tuple[str, str]]:
    reply = merchant.call("POST", f"/v1/papers/{paper}", {"parcels": list(parcels), **more})
    assert reply.status == 422
    return [(fault["field"], fault["code"]) for fault in reply.body["faults"]]


def numbered(merchant: Merchant, order: str, tracking: str, **change: Any) -> None:
    """A carrier has made a waybill for its first parcel."""
    given = {"order": order, "no": "01-1", "parcel": 1, "warehouse": "hz", "carrier": "manual"}
    made = {"mark": "-", "created_at": clock.now(), "state": State.MADE, "tracking": tracking}
    waybills.save(merchant.id, Waybill(**{**given, **made, **change}))


@pytest.fixture
def shop(acme: Merchant) -> Merchant:
    for sku in ("mug", "hat"):
        acme.put_stock(sku, 50)
    acme.call("POST", "/v1/items", {"id": "mug", "name": "马克杯", "barcode": "690123"})
    return acme


@pytest.fixture
def order(shop: Merchant, mail: Mail) -> str:
    placed = shop.place(notes={"buyer": "放门口"}, lines=[build.line("mug", 2)]).body["id"]
    mail.pump()
    shop.call("POST", f"/v1/orders/{placed}/release", {})
    mail.pump()
    assert shop.order(placed)["status"] == "planned"
    return str(placed)


def test_a_label_has_the_carriers_codes_and_its_reader_is_written_down(
    shop: Merchant, engine: Engine, order: str
) -> None:
    numbered(shop, order, "SF1234567890123", codes={"destRouteLabel": "571W-07"})

    (text,) = printed(shop, "labels", {"order": order}, {"order": order, "parcel": 1})

    shown = ("SF1234567890123", "571W-07", "王小明", "13812345678", "马克杯×2", "TB-1", "放门口")
    assert [word for word in (*shown, "杭州仓") if word not in text] == []
    assert [(look["order"], look["purpose"]) for look in looks(engine, shop.id)] == [
        (order, "打印面单")
    ]


def test_a_label_names_the_accounts_sender_and_what_is_to_be_collected(
    shop: Merchant, mail: Mail
) -> None:
    cash = {"state": "unpaid", "cod": True}
    order = shop.place(payment=cash, lines=[build.line("mug", 2)]).body["id"]
    mail.pump()
    sender = {"name": "发货组", "phone": "02188880000", "province": "上海市", "city": "上海市"}
    secrets = {"check_word": "word", "push_key": "key"}
    given = {"id": "sf1", "kind": "sf", "app_key": "app", "customer": "755", "secrets": secrets}
    whole = {**given, "senders": {"": {**sender, "address": "华徐公路 1 号"}}}
    assert shop.call("POST", "/v1/waybill-accounts", whole).status == 201
    numbered(shop, order, "SF1", account="sf1")

    (text,) = printed(shop, "labels", {"order": order})

    shown = ("发货组", "02188880000", "华徐公路1号", "代收货款￥18.00", "杭州市西湖区")
    assert [word for word in shown if word not in text] == []


def test_a_label_of_what_left_has_the_number_it_left_with(shop: Merchant, order: str) -> None:
    labels = [{"parcel": 1, "tracking": "ZTO-9"}]
    assert shop.call("POST", f"/v1/orders/{order}/ship", {"parcels": labels}).status == 200
    numbered(shop, order, "OLD-1", codes={"destRouteLabel": "571W-07"})

    (text,) = printed(shop, "labels", {"order": order}, size="100x180")

    assert text.count("ZTO-9") == 2
    assert "571W" not in text
    assert "杭州市西湖区" in text


def test_all_that_keeps_parcels_from_being_printed_is_told_at_once(
    shop: Merchant, engine: Engine, mail: Mail, order: str
) -> None:
    bare = shop.place(number="TB-2").body["id"]
    asked: list[Any] = [{"order": "none"}, {"order": order, "parcel": 7}, {"order": bare}]

    told = faults(shop, "labels", *asked, {"order": order}, {}, size="A4")

    assert told == [
        ("size", "not-one-of"),
        ("parcels[0].order", "unknown-order"),
        ("parcels[1].parcel", "no-such-parcel"),
        ("parcels[2].order", "not-planned"),
        ("parcels[4].order", "missing"),
        ("parcels[3].parcel", "no-number"),
    ]
    assert faults(shop, "picking") == [("parcels", "empty")]
    assert looks(engine, shop.id) == []


@pytest.mark.parametrize("paper", PAPERS)
def test_what_shall_not_leave_is_not_printed(shop: Merchant, order: str, paper: str) -> None:
    numbered(shop, order, "SF1")
    shop.call("POST", f"/v1/orders/{order}/hold", {})

    assert faults(shop, paper, {"order": order}) == [("parcels[0].parcel", "parcel-stays")]


def test_a_pick_list_adds_up_what_several_orders_need_and_names_nobody(
    shop: Merchant, engine: Engine, mail: Mail, order: str
) -> None:
    lines = [build.line("mug", 3), build.line("hat", 1)]
    other = shop.place(number="TB-2", lines=lines).body["id"]
    mail.pump()

    (text,) = printed(shop, "picking", {"order": order}, {"order": other})

    shown = ("杭州仓hz", "690123", "马克杯", "1×2、2×3", "TB-1", "TB-2", "2种6件，2格")
    assert [word for word in shown if word not in text] == []
    assert "王小明" not in text
    assert looks(engine, shop.id) == []
    shop.call("POST", f"/v1/orders/{other}/ship", {})
    assert faults(shop, "picking", {"order": other}) == [("parcels[0].parcel", "parcel-left")]


def test_a_packing_slip_says_what_lies_in_the_parcel(
    shop: Merchant, engine: Engine, order: str
) -> None:
    (plain,), (priced,) = (
        printed(shop, "packing", {"order": order}, prices=prices, purpose="补打")
        for prices in (False, True)
    )

    shown = ("发货单天猫店", "TB-1", "王小明", "马克杯", "放门口", "1/1")
    assert [word for word in shown if word not in plain] == []
    assert ("￥" in plain, "￥9.00" in priced) == (False, True)
    assert {look["purpose"] for look in looks(engine, shop.id)} == {"补打"}


def test_a_box_of_several_orders_is_printed_once(
    shop: Merchant, engine: Engine, mail: Mail
) -> None:
    ids = mergers.met(mergers.merging(shop), mail, "TB-1", "TB-2")
    merge = f"merge-{mergers.merge_of(shop, ids[0])['id']}"
    numbered(shop, merge, "SF-BOX")

    some = [{"order": ids[0]}, {"order": ids[1], "parcel": 1}, {"order": merge, "parcel": 1}]
    (label,) = printed(shop, "labels", *some)
    (slip,) = printed(shop, "packing", {"order": ids[1]})

    assert [word for word in ("SF-BOX", "TB-1", "TB-2", "马克杯×4") if word not in label] == []
    assert "合计4" in slip
    assert {look["order"] for look in looks(engine, shop.id)} == set(ids)


def test_a_caller_accepts_what_is_printed(shop: Merchant, order: str) -> None:
    body = json.dumps({"parcels": [{"order": order}]}).encode()

    reply = shop.call("POST", "/v1/papers/picking", raw=body, Accept="application/json")

    assert reply.status == 400
