"""Promotions from documents: read, refused with every fault at its place, and written back."""

from typing import Any

import pytest

from shared.domain.content import Lane
from shared.domain.errors import Invalid
from shared.domain.promotions import reading
from shared.domain.promotions.promotion import Kind, Pick
from tests.support import carts
from tests.support.carts import off, piece, promotion, sets, tiers

Json = dict[str, Any]
FULL = promotion(
    lane="order",
    priority=7,
    exclusive=True,
    group="price",
    bearer="platform",
    active=False,
    since="2026-11-01T00:00:00.000+00:00",
    until="2026-12-01T00:00:00.000+00:00",
    days=[1, 7],
    hours=[{"from": "20:00", "to": "22:00"}],
    scope={
        "skus": ["a"],
        "categories": ["hats"],
        "not_skus": ["b"],
        "shops": ["tm"],
        "channels": ["taobao"],
        "levels": ["gold"],
        "new_buyers": True,
        "full_price": True,
    },
    limits={"total": 1, "per_buyer": 2, "per_day": 3, "budget": 4, "per_order": 5},
    benefit={
        "kind": "tiers",
        "cap": 900,
        "pick": "dearest",
        "tiers": [
            {"amount": 1000, "off": 100, "points": 5},
            {"amount": 2000, "pieces": 2, "rate": 2000, "free_freight": True},
            {"amount": 3000, "pieces": 3, "off": 900, "gifts": ["pen", "cup"], "quantity": 2},
        ],
    },
)
KINDS = [
    FULL,
    off(100, coupon=True, codes=["Abc"]),
    tiers({"pieces": 2, "gifts": ["pen"]}, benefit={"repeat": True}),
    tiers({"free_freight": True}),
    piece(price=0, benefit={"each": 2, "cap": 100, "pick": "first"}),
    sets({"rate": 5000}, buy=1, get=1, pick="dearest"),
    sets({"price": 1000}, get=3, together=True, gets={"skus": ["a"], "categories": ["hats"]}),
    promotion(
        benefit={"kind": "add-on", "gets": {}, "tiers": [{"amount": 1, "pieces": 2, "off": 3}]}
    ),
    promotion(
        benefit={
            "kind": "points",
            "tiers": [{"amount": 9, "points": 100, "off": 1}],
            "cap_rate": 5000,
            "cap": 9,
        }
    ),
]


@pytest.mark.parametrize("document", KINDS)
def test_a_promotion_reads_as_it_was_written(document: Json) -> None:
    book = carts.book(document)

    assert carts.book(*map(reading.written, book.promotions)) == book


def test_everything_that_a_document_may_say_is_kept() -> None:
    (read,) = carts.book(FULL).promotions

    written = reading.written(read)
    assert {name: written[name] for name in FULL} == FULL


@pytest.mark.parametrize(
    ("document", "lane"),
    [
        (off(1), Lane.ORDER),
        (off(1, coupon=True), Lane.COUPON),
        (off(1, lane="item"), Lane.ITEM),
        (tiers({"free_freight": True}), Lane.FREIGHT),
        (tiers({"free_freight": True}, coupon=True), Lane.FREIGHT),
        (tiers({"off": 1, "free_freight": True}), Lane.ORDER),
        (piece(off=1), Lane.ITEM),
        (piece(off=1, coupon=True), Lane.COUPON),
        (sets({"off": 1}, get=2), Lane.ITEM),
        (KINDS[-1], Lane.POINTS),
    ],
)
def test_a_lane_follows_from_the_benefit_where_none_is_named(document: Json, lane: Lane) -> None:
    assert carts.book(document).promotions[0].lane is lane


def test_what_is_not_said_is_as_usual() -> None:
    (read,) = carts.book(tiers({"gifts": ["pen"]})).promotions

    assert (read.benefit.kind, read.benefit.pick) == (Kind.TIERS, Pick.FIRST)
    assert read.active
    assert (read.since, read.until, read.days, read.hours) == ("", "", (), ())


@pytest.mark.parametrize(
    ("document", "faults"),
    [
        ({}, {"id": "missing", "name": "missing", "benefit": "missing"}),
        (off(1, "a|b"), {"id": "not-a-promotion-id"}),
        (off(1, "a@b"), {"id": "not-a-promotion-id"}),
        (off(1, "code"), {"id": "not-a-promotion-id"}),
        (off(1, wieght=1), {"wieght": "unknown-field"}),
        (off(1, lane="freight-lane"), {"lane": "not-one-of"}),
        (piece(off=1, lane="freight"), {"lane": "wrong-lane"}),
        (tiers({"free_freight": True}, lane="order"), {"lane": "wrong-lane"}),
        (tiers({"gifts": ["pen"]}, lane="freight"), {"lane": "wrong-lane"}),
        (off(1, codes=["x"]), {"codes": "only-of-coupons"}),
        (off(1, days=[0]), {"days": "out-of-range"}),
        (off(1, days=[True]), {"days": "out-of-range"}),
        (off(1, hours=[{"from": "8:00", "to": "9"}]), {"hours[0].from": "not-a-clock-time"}),
        (off(1, hours=[{"from": "10:00", "to": "09:00"}]), {"hours[0].to": "not-after"}),
        (
            off(1, since="2026-11-02T00:00:00Z", until="2026-11-01T00:00:00Z"),
            {"until": "not-after"},
        ),
        (off(1, bearer="bank"), {"bearer": "not-one-of"}),
        (off(1, scope={"skus": ["a"], "not_skus": ["a"]}), {"scope.not_skus": "contradicts"}),
        (off(1, scope={"sku": ["a"]}), {"scope.sku": "unknown-field"}),
        (off(1, limits={"total": -1}), {"limits.total": "out-of-range"}),
        (promotion(benefit={"kind": "magic", "x": 1}), {"benefit.kind": "not-one-of"}),
        (promotion(benefit={}), {"benefit.kind": "missing"}),
        (tiers(), {"benefit.tiers": "empty"}),
        (tiers({}), {"benefit.tiers[0]": "brings-nothing"}),
        (tiers({"off": 1, "rate": 1}), {"benefit.tiers[0].rate": "either-or"}),
        (tiers({"rate": 10001}), {"benefit.tiers[0].rate": "out-of-range"}),
        (tiers({"off": 0}), {"benefit.tiers[0].off": "out-of-range"}),
        (tiers({"off": 1, "price": 1}), {"benefit.tiers[0].price": "unknown-field"}),
        (tiers({"off": 1, "quantity": 2}), {"benefit.tiers[0].quantity": "unknown-field"}),
        (tiers({"off": 1}, benefit={"repeat": True}), {"benefit.repeat": "repeats-one-tier"}),
        (
            tiers({"amount": 5, "rate": 1}, benefit={"repeat": True}),
            {"benefit.repeat": "repeats-one-tier"},
        ),
        (off(1, benefit={"kind": "points"}), {"benefit.tiers": "missing"}),
        (piece(), {"benefit.tiers[0]": "brings-nothing"}),
        (piece(off=1, price=0), {"benefit.tiers[0].price": "either-or"}),
        (piece(off=1, benefit={"buy": 1}), {"benefit.buy": "unknown-field"}),
        (sets({"off": 1}, get=0), {"benefit.get": "out-of-range"}),
        (
            promotion(benefit={"kind": "sets", "get": 2, "tiers": [{"off": 1}, {"off": 2}]}),
            {"benefit.tiers": "too-many"},
        ),
        (sets({"off": 1}, get=1, gets={"x": 1}), {"benefit.gets.x": "unknown-field"}),
    ],
)
def test_a_faulty_promotion_is_refused_with_the_place(
    document: Json, faults: dict[str, str]
) -> None:
    if document.get("benefit", {}).get("kind") == "points":
        document["benefit"].pop("tiers", None)

    with pytest.raises(Invalid) as refused:
        carts.book(document)

    found = {fault.field: fault.code for fault in refused.value.faults}
    assert {f"promotions[0].{place}": code for place, code in faults.items()}.items() <= (
        found.items()
    )


def test_the_same_id_twice_is_a_fault() -> None:
    with pytest.raises(Invalid) as refused:
        carts.book(off(1), off(2))

    (fault,) = refused.value.faults
    assert (fault.field, fault.code) == ("promotions[1].id", "twice")
