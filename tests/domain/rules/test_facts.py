"""Facts: what an order is seen to be, and that nothing is looked at before it is asked."""

import pytest

from shared.domain.content import OrderType
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.rules import facts
from shared.domain.rules.facts import FACTS
from shared.domain.words import CATALOGUE
from tests.support import build
from tests.support.rulebook import known

MUG = Item("mug", "马克杯", category="杯", weight=300, volume=900, group="易碎", supplier="厂A")
CARD = Item("card", "礼品卡", category="卡", virtual=True)


def test_facts_come_from_the_order_its_shop_and_its_items() -> None:
    order = known(
        Shop("tmall", "天猫店", channel="taobao", mode="分销"),
        (MUG, CARD),
        lines=[build.line("mug", 2, 900), build.line("card", 1, 5000, weight=5)],
        freight=600,
        tags=["大促"],
        buyer={"id": "b", "level": "金卡"},
        live="room-7",
    )

    wanted = {
        "shop": "tmall",
        "channel": "taobao",
        "mode": "分销",
        "total": 7400,
        "goods_total": 6800,
        "skus": ("mug", "card"),
        "sku_count": 2,
        "pieces": 3,
        "lines": 2,
        "weight": 605,
        "volume": 1800,
        "categories": ("杯", "卡"),
        "goods_groups": ("易碎",),
        "suppliers": ("厂A",),
        "virtual": True,
        "buyer_level": "金卡",
        "tags": ("大促",),
        "live": "room-7",
        "province": "浙江",
    }
    assert {name: order.get(name) for name in wanted} == wanted


def test_gifts_are_no_pieces_and_have_no_price() -> None:
    order = known(lines=[build.line("mug", 2, 900), build.line("pen", 5, 0, gift=True)])

    assert (order.get("pieces"), order.get("lines")) == (2, 2)
    assert order.get("unit_price_least") == 900


@pytest.mark.parametrize(("paid", "rate"), [(1000, 0), (995, 0), (700, 30), (701, 29), (0, 100)])
def test_the_discount_is_in_whole_per_cent_rounded_down(paid: int, rate: int) -> None:
    order = known(lines=[build.line("mug", 1, 1000, discount=1000 - paid)])

    assert order.get("discount_rate") == rate


def test_an_order_of_nothing_but_gifts_has_no_discount() -> None:
    order = known(lines=[build.line("pen", 1, 0, gift=True)])

    assert (order.get("discount_rate"), order.get("unit_price_least")) == (0, 0)


def test_presale_is_a_line_or_the_whole_order() -> None:
    assert known(type=OrderType.PRESALE.value).get("presale")
    assert known(lines=[build.line(presale=True)]).get("presale")
    assert not known().get("presale")


def test_the_hour_and_the_weekday_are_those_of_china() -> None:
    late = known(placed_at="2026-11-21T17:30:00Z")  # Sunday, half past one in the night

    assert (late.get("hour"), late.get("weekday")) == (1, 7)


def test_our_tags_and_the_channels_are_one() -> None:
    order = build.order(content=build.content(tags=["a", "b"]), tags=("b", "c"))

    assert facts.of(order, order.content, None, {}, build.NOON).get("tags") == ("a", "b", "c")


def test_what_only_some_rules_are_told_comes_beside_the_order() -> None:
    assert known(more={"warehouse": "hz", "grams": 1500}).get("grams") == 1500
    assert known(more={"warehouse": "hz"}).get("warehouse") == ("hz",)
    assert known(more={"warehouse": ("hz", "gz")}).get("warehouse") == ("hz", "gz")


def test_a_fact_is_found_out_when_it_is_asked_and_only_once() -> None:
    class Watched(dict[str, Item]):
        asked = 0

        def get(self, *key: object) -> None:  # type: ignore[override]
            Watched.asked += 1

    order = build.order()
    given = facts.of(order, order.content, None, Watched(), build.NOON)

    before = Watched.asked
    values = [given.get("volume"), given.get("volume")]

    assert (before, Watched.asked) == (0, 1)
    assert values == [0, 0]


def test_every_fact_has_its_words() -> None:
    assert {f"fact.{name}" for name in FACTS} <= CATALOGUE.keys()
    assert {c.removeprefix("fact.") for c in CATALOGUE if c.startswith("fact.")} == FACTS.keys()
