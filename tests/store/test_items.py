"""Items at rest: remembered, paged, found by barcode, and bound to the kits made of them."""

from dataclasses import replace
from random import Random

import pytest

from shared.domain.errors import Conflict, Exists, InUse, NotFound, TooLarge
from shared.domain.item import Item, Part
from shared.domain.merchant import Shop
from shared.runtime import cache
from shared.runtime.settings import settings
from shared.store import merchants
from shared.store.pack import pack
from shared.store.shelf import MOST_BYTES
from tests.support import edge
from tests.support.build import Merchant
from tests.support.engine import Engine

items = merchants.items


def kit(sku: str, *parts: str) -> Item:
    return Item(sku, sku, parts=tuple(Part(part) for part in parts))


def stocked(acme: Merchant, *things: Item) -> None:
    for thing in things:
        items.add(acme.id, thing)


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.forget()
    remembered = replace(settings(), cache_seconds=30)
    monkeypatch.setattr("shared.runtime.cache.settings", lambda: remembered)


def test_an_item_comes_back_as_it_was_put(acme: Merchant) -> None:
    item = Item("mug", "马克杯", barcode="690", safety={"hz": 3}, lots=True)

    items.add(acme.id, item)

    found = items.get(acme.id, "mug")
    assert (found.name, found.safety, found.lots, found.version) == ("马克杯", {"hz": 3}, True, 1)
    with pytest.raises(Exists):
        items.add(acme.id, item)


def test_items_are_remembered_and_so_is_their_absence(acme: Merchant, remembering: None) -> None:
    stocked(acme, Item("mug", "杯"))
    first = merchants.items_of(acme.id, ["mug", "none"])

    with edge.failing("BatchGetItem", "ResourceNotFoundException") as refused:
        again = merchants.items_of(acme.id, ["none", "mug"])

    assert list(first) == list(again) == ["mug"]
    assert refused == []
    items.add(acme.id, Item("none", "now there"))
    assert list(merchants.items_of(acme.id, ["none"])) == ["none"]


def test_a_merchant_without_items_is_asked_after_once(acme: Merchant, remembering: None) -> None:
    assert merchants.items_of(acme.id, ["mug"]) == {}

    with edge.failing("Query", "ResourceNotFoundException"):
        assert merchants.items_of(acme.id, ["hat", "lid"]) == {}


def test_items_are_paged_in_the_order_of_their_skus(acme: Merchant) -> None:
    stocked(acme, *(Item(sku, sku) for sku in ("b-2", "a-1", "b-1", "杯", "b-10")))

    first = items.page(acme.id, "", 2)
    rest = items.page(acme.id, first[-1].id, 10)
    some = items.page(acme.id, "b-1", 10, "b-1")

    assert [item.id for item in (*first, *rest)] == ["a-1", "b-1", "b-10", "b-2", "杯"]
    assert [item.id for item in some] == ["b-10"]
    assert [item.id for item in items.page(acme.id, "", 10, "b-1")] == ["b-1", "b-10"]


def test_barcodes_find_their_items_and_follow_them(acme: Merchant, engine: Engine) -> None:
    stocked(acme, Item("mug", "杯", barcode="690"), Item("cup", "杯", barcode="690"))
    items.replace(acme.id, Item("cup", "杯", barcode="691"))

    assert [item.id for item in items.with_barcode(acme.id, "690")] == ["mug"]
    assert [item.id for item in items.with_barcode(acme.id, "691")] == ["cup"]
    assert items.with_barcode(acme.id, "69") == []
    for sku in ("mug", "cup"):
        items.remove(acme.id, sku)
    assert [row for row in engine.owned(acme.id) if row["sk"]["S"].startswith("barcode#")] == []


def test_the_kits_of_an_item_are_known_without_reading_all(acme: Merchant) -> None:
    stocked(
        acme, Item("mug", "杯"), Item("lid", "盖"), kit("set", "mug", "lid"), kit("pair", "mug")
    )

    assert [one.id for one in merchants.kits_with(acme.id, "mug")] == ["pair", "set"]
    assert [one.id for one in merchants.kits_with(acme.id, "lid")] == ["set"]
    assert merchants.kits_with(acme.id, "none") == []

    items.replace(acme.id, kit("set", "lid"))
    items.remove(acme.id, "pair")

    assert merchants.kits_with(acme.id, "mug") == []
    assert items.get(acme.id, "mug").kits == ()


def test_a_kit_may_change_all_of_its_fifty_parts_at_once(acme: Merchant) -> None:
    old, new = ([f"{side}{no}" for no in range(50)] for side in ("old", "new"))
    stocked(acme, *(Item(sku, sku) for sku in (*old, *new)), kit("set", *old))

    items.replace(acme.id, kit("set", *new))

    assert all(merchants.kits_with(acme.id, sku) for sku in new)
    assert not any(merchants.kits_with(acme.id, sku) for sku in old)
    for sku in old:
        items.remove(acme.id, sku)


def test_a_part_of_a_kit_is_not_removed(acme: Merchant) -> None:
    stocked(acme, Item("mug", "杯"), kit("set", "mug"))

    with pytest.raises(InUse) as refused:
        items.remove(acme.id, "mug")

    assert refused.value.figures["users"] == ["set"]
    assert items.get(acme.id, "mug").active
    items.remove(acme.id, "set")
    items.remove(acme.id, "mug")
    with pytest.raises(NotFound):
        items.get(acme.id, "mug")


def test_a_kit_is_not_made_of_a_part_that_changed_meanwhile(acme: Merchant) -> None:
    stocked(acme, Item("mug", "杯"))
    known = items.fresh(acme.id, ["mug"])
    items.replace(acme.id, Item("mug", "杯", active=False))

    with pytest.raises(Conflict):
        items.save(acme.id, None, kit("set", "mug"), known)

    assert items.find(acme.id, "set") is None


def test_two_who_change_an_item_at_once_do_not_overwrite_each_other(acme: Merchant) -> None:
    stocked(acme, Item("mug", "杯"))
    seen = items.get(acme.id, "mug")
    items.save(acme.id, seen, Item("mug", "first"), {})

    with pytest.raises(Conflict):
        items.save(acme.id, seen, Item("mug", "second"), {})

    assert items.get(acme.id, "mug").name == "first"


def test_a_part_does_not_go_when_a_kit_of_it_came_meanwhile(acme: Merchant) -> None:
    stocked(acme, Item("mug", "杯"))
    known = items.fresh(acme.id, ["mug"])

    def meanwhile() -> None:
        items.save(acme.id, None, kit("set", "mug"), known)

    with edge.before("PutItem", meanwhile), pytest.raises(Conflict):
        items.remove(acme.id, "mug")

    assert items.get(acme.id, "mug").kits == ("set",)


def test_no_kit_is_made_of_a_part_that_is_just_going(acme: Merchant) -> None:
    stocked(acme, Item("mug", "杯"))
    known = items.fresh(acme.id, ["mug"])

    def meanwhile() -> None:
        with pytest.raises(Conflict):
            items.save(acme.id, None, kit("set", "mug"), known)

    with edge.before("TransactWriteItems", meanwhile):
        items.remove(acme.id, "mug")

    assert items.fresh(acme.id, ["mug", "set"]) == {}


def test_five_thousand_mappings_fit_a_shop(acme: Merchant) -> None:
    skus = {
        f"TM-{no * 7919 % 10**9:09d}-{no % 13}": f"SKU-{no * 104729 % 10**7}" for no in range(5000)
    }
    shop = Shop("tmall", "天猫店", "tmall", skus=skus)

    merchants.shops.replace(acme.id, shop)

    assert len(pack(shop)) < MOST_BYTES / 2
    assert merchants.shops.get(acme.id, "tmall").skus == skus


def test_a_thing_that_no_row_can_hold_is_refused(acme: Merchant) -> None:
    dice = Random(7)
    codes = [
        "".join(chr(dice.randrange(0x4E00, 0x9F00)) for _ in range(64)) for _ in range(10_000)
    ]
    shop = Shop("tmall", "天猫店", skus=dict(zip(codes[::2], codes[1::2], strict=True)))

    with pytest.raises(TooLarge):
        merchants.shops.replace(acme.id, shop)
