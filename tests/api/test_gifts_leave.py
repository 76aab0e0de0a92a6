"""Gifts of promotions go with what they were given for, as far as they have not left."""

from dataclasses import replace
from typing import Any

import pytest

from shared.domain import grounds, partial
from shared.domain.content import Basis, Deal, Grounds, Line
from shared.domain.order import Order, Parcel, Source
from shared.store import orders, stock
from tests.support import build, deals
from tests.support.build import Merchant
from tests.support.mail import Mail

WHY = Grounds(2, "along@1", (Basis(1, 2999, 3),), amount=2000)


@pytest.fixture
def mall(acme: Merchant, mail: Mail) -> Merchant:
    deals.shop(acme)
    acme.call("POST", "/v1/items", {"id": "pen", "name": "笔", "price": 300})
    acme.put_stock("pen", 100)
    return acme


def gift(**tier: Any) -> dict[str, Any]:
    repeat = tier.pop("repeat", False)
    benefit = {"kind": "tiers", "tiers": [{"gifts": ["pen"], **tier}], "repeat": repeat}
    return {"id": "along", "name": "满赠", "benefit": benefit}


def bought(acme: Merchant, mail: Mail, *promotions: dict[str, Any]) -> str:
    """Three mugs, their gift, and stock for all of it."""
    deals.publish(acme, *promotions)
    made = deals.order(acme, "N-1", deals.cart(("mug", 3)), manner="cod")
    mail.pump()
    return str(made.body["id"])


def pieces(acme: Merchant, order_id: str) -> dict[str, int]:
    return {line["sku"]: line["quantity"] for line in acme.order(order_id)["lines"]}


@pytest.mark.parametrize(
    ("promotion", "gone", "left"),
    [
        (gift(amount=3000), 1, {"mug": 2}),
        (gift(pieces=3), 1, {"mug": 2}),
        (gift(amount=2000), 1, {"mug": 2, "pen": 1}),
        (gift(amount=2000), 2, {"mug": 1}),
        (gift(amount=1000, repeat=True), 1, {"mug": 2, "pen": 2}),
        (gift(pieces=2, quantity=2, repeat=True), 1, {"mug": 2, "pen": 2}),
        (gift(), 2, {"mug": 1, "pen": 1}),
    ],
)
def test_a_gift_goes_with_the_pieces_that_it_was_given_for(
    mall: Merchant, mail: Mail, promotion: dict[str, Any], gone: int, left: dict[str, int]
) -> None:
    order = bought(mall, mail, promotion)
    before = pieces(mall, order)

    cut = {"lines": [{"line": 1, "quantity": gone}]}
    assert mall.call("POST", f"/v1/orders/{order}/cancel", cut).status == 200

    assert pieces(mall, order) == left
    fewer = before["pen"] - left.get("pen", 0)
    assert mall.codes(order).count("gift-withdrawn") == bool(fewer)
    held = {sku: sum(level.held for level in stock.levels(mall.id, sku)) for sku in ("mug", "pen")}
    assert held == {"mug": left["mug"], "pen": left.get("pen", 0)}


def test_what_another_promotion_took_off_before_counts_for_the_threshold(
    mall: Merchant, mail: Mail
) -> None:
    first = deals.less(600, 1, priority=9)
    order = bought(mall, mail, first, gift(amount=1600))
    assert pieces(mall, order) == {"mug": 3, "pen": 1}

    mall.call("POST", f"/v1/orders/{order}/cancel", {"lines": [{"line": 1, "quantity": 1}]})

    assert pieces(mall, order) == {"mug": 2, "pen": 1}
    mall.call("POST", f"/v1/orders/{order}/cancel", {"lines": [{"line": 1, "quantity": 1}]})
    assert pieces(mall, order) == {"mug": 1}


def test_a_preview_of_an_edit_names_the_gift_that_would_go(mall: Merchant, mail: Mail) -> None:
    order = bought(mall, mail, gift(amount=3000))
    changes = {"changes": {"lines": [{"line": 1, "quantity": 2}]}}

    seen = mall.call("POST", f"/v1/orders/{order}/edit", {**changes, "preview": True})
    assert seen.body["effects"]["gifts_withdrawn"] == {"pen": 1}
    assert pieces(mall, order) == {"mug": 3, "pen": 1}

    assert mall.call("POST", f"/v1/orders/{order}/edit", changes).status == 200
    assert pieces(mall, order) == {"mug": 2}
    assert mall.codes(order).count("gift-withdrawn") == 1


def test_all_goods_given_back_before_shipping_end_the_order_with_its_gift(
    mall: Merchant, mail: Mail
) -> None:
    order = bought(mall, mail, gift(amount=3000))
    path, asked = f"/v1/orders/{order}/after-sales", {"kind": "refund", "fen": 0}
    mall.call("PUT", "/v1/after-sale-settings", {"intercept": "weighed"})
    lines = {**asked, "lines": [{"line": 1, "quantity": 3}]}

    seen = mall.call("POST", f"{path}/preview", lines)
    assert (seen.body["gifts_withdrawn"], seen.body["last"]) == ({"pen": 1}, True)

    no = mall.call("POST", path, lines).body["no"]
    assert mall.call("POST", f"{path}/{no}/agree").status == 200
    assert orders.get(mall.id, order).status == "cancelled"
    assert sum(level.held for level in stock.levels(mall.id, "pen")) == 0


def test_a_gift_that_has_left_stays_the_buyers() -> None:
    order = sent("2026-01-01T00:00:00.000+00:00")

    assert grounds.lost(order.content, {1: 3}) == {2: 1}
    assert partial.less(order, {1: 2}).content.lines[-1].gift
    assert not partial.less(sent(""), {1: 2}).content.lines[-1].gift


def sent(at: str) -> Order:
    """A gift in a parcel of its own, which left at that time."""
    made = build.order()
    bought_ = replace(made.content.lines[0], no=1, quantity=3)
    lines = (bought_, Line(2, "pen", 1, 0, 0, 0, 0, gift=True))
    content = replace(made.content, lines=lines, deal=Deal(grounds=(WHY,)))
    sources = (Source(1, bought_.sku, "hz", 3), Source(2, "pen", "hz", 1))
    parcels = (
        Parcel(1, "hz", "sf", sources[:1]),
        Parcel(2, "hz", "sf", sources[1:], shipped_at=at),
    )
    return replace(made, content=content, sources=sources, parcels=parcels)
