"""What parcels cost follows what they hold: less of an order, or a part of a shared box."""

from dataclasses import replace
from typing import Any

import pytest

from shared.domain import lots
from shared.domain.apportion import spread
from shared.domain.carrier import Carrier, Zone
from shared.domain.item import Item
from shared.domain.order import Order, Parcel
from shared.domain.place import Tariff
from shared.runtime import cache, clock
from shared.store import capacities, merchants, orders
from shared.store.table import transact
from tests.support import build, mergers
from tests.support.build import Merchant
from tests.support.mail import Mail

KILO = Tariff(1000, 500, 1000, 100)


@pytest.fixture
def shop(acme: Merchant) -> Merchant:
    """Mugs of a kilogram, hats of two; five yuan for a kilogram, one for each more."""
    puts = [
        merchants.carriers.writes(acme.id, Carrier("sf", "顺丰", zones=(Zone(KILO),))),
        merchants.items.writes(acme.id, Item("mug", "mug", weight=1000)),
        merchants.items.writes(acme.id, Item("hat", "hat", weight=2000)),
    ]
    transact(puts=puts)
    for warehouse in list(merchants.warehouses.list_(acme.id)):
        changed = replace(warehouse, carrier="sf", capacity=9)
        merchants.warehouses.replace(acme.id, changed)
    acme.put_stock("mug", 20)
    acme.put_stock("hat", 20)
    cache.forget()
    return acme


def at(merchant: Merchant, order_id: str) -> Order:
    return orders.get(merchant.id, order_id)


def parcel(merchant: Merchant, order_id: str) -> Parcel:
    (one,) = at(merchant, order_id).parcels
    return one


def planned(merchant: Merchant, mail: Mail, **change: object) -> str:
    order_id = str(merchant.place(**change).body["id"])
    mail.pump()
    return order_id


def cut(merchant: Merchant, order_id: str, pieces: int) -> None:
    body = {"lines": [{"line": 1, "quantity": pieces}], "reason": "退"}
    assert merchant.call("POST", f"/v1/orders/{order_id}/cancel", body).status == 200


def used(merchant: Merchant) -> int:
    warehouses = merchants.warehouses.list_(merchant.id)
    rooms = capacities.on(merchant.id, warehouses, lots.day(clock.now()))
    return sum(rooms.used.values())


# --- a part that is called off ---
def test_a_parcel_that_holds_less_costs_less(shop: Merchant, mail: Mail) -> None:
    order_id = planned(shop, mail, lines=[build.line(quantity=5)])
    assert (parcel(shop, order_id).freight, parcel(shop, order_id).grams) == (900, 5000)

    cut(shop, order_id, 3)

    left = parcel(shop, order_id)
    assert (left.freight, left.grams, left.carrier) == (600, 2000, "sf")
    entry = at(shop, order_id).timeline[-1]
    assert (entry.code, entry.args["was"], entry.args["cost"]) == ("part-cancelled", 900, 600)
    why = shop.call("GET", f"/v1/orders/{order_id}/why").body["decisions"][-1]
    assert (why["code"], why["cost"]) == ("part-cancelled", 600)


def test_a_lowered_quantity_is_planned_and_priced_anew(shop: Merchant, mail: Mail) -> None:
    order_id = planned(shop, mail, lines=[build.line(quantity=5)])

    changes = {"lines": [{"line": 1, "quantity": 1}]}
    shop.call("POST", f"/v1/orders/{order_id}/edit", {"changes": changes})
    mail.pump()

    assert (parcel(shop, order_id).freight, parcel(shop, order_id).grams) == (500, 1000)


def test_a_carrier_that_stopped_meanwhile_keeps_the_price_that_was(
    shop: Merchant, mail: Mail
) -> None:
    order_id = planned(shop, mail, lines=[build.line(quantity=5)])
    shop.call("POST", "/v1/carriers/sf/suspend", {})
    cache.forget()

    cut(shop, order_id, 3)

    assert (parcel(shop, order_id).freight, parcel(shop, order_id).grams) == (900, 2000)


# --- a box that orders share ---
@pytest.fixture
def three(shop: Merchant, mail: Mail) -> list[str]:
    """Two kilograms, two and four in one box of eight, for twelve yuan."""
    mergers.merging(shop)
    two = mergers.wait(shop, mail, "TB-1", "TB-2", placed_at="2026-11-20T10:00:00+08:00")
    hats = [build.line("hat", 2)]
    late = mergers.wait(shop, mail, "TB-3", lines=hats, placed_at="2026-11-20T11:00:00+08:00")
    mergers.lapse(shop, mail)
    return [*two, *late]


def freights(merchant: Merchant, *ids: str) -> list[int]:
    return [parcel(merchant, each).freight for each in ids]


def test_each_order_bears_its_part_of_the_freight(shop: Merchant, three: list[str]) -> None:
    assert freights(shop, *three) == [300, 300, 600]
    assert [parcel(shop, each).grams for each in three] == [2000, 2000, 4000]
    assert used(shop) == 1


@pytest.mark.parametrize("leaves", [0, 1, 2])
def test_whoever_leaves_takes_his_freight_and_the_box_keeps_its_day(
    shop: Merchant, mail: Mail, three: list[str], leaves: int
) -> None:
    merge_id = at(shop, three[0]).merge
    shop.call("POST", f"/v1/orders/{three[leaves]}/cancel", {})

    assert mergers.act(shop, merge_id, "release").status == 200

    left = [each for no, each in enumerate(three) if no != leaves]
    weights = [parcel(shop, each).grams for each in left]
    assert freights(shop, *left) == spread(KILO.fee(sum(weights)), weights)
    assert used(shop) == 1


def test_undone_each_bears_its_own_freight_and_takes_its_own_day(
    shop: Merchant, three: list[str]
) -> None:
    assert mergers.act(shop, at(shop, three[0]).merge, "undo").status == 200

    assert freights(shop, *three) == [600, 600, 800]
    assert used(shop) == 3


def test_who_is_held_and_taken_out_bears_its_own_freight_too(
    shop: Merchant, mail: Mail, three: list[str]
) -> None:
    shop.call("POST", f"/v1/orders/{three[1]}/hold", {})

    assert mergers.act(shop, at(shop, three[0]).merge, "release").status == 200

    assert freights(shop, *three) == [333, 600, 667]
    assert used(shop) == 2


def test_a_box_that_all_have_left_takes_no_day(shop: Merchant, three: list[str]) -> None:
    for each in three:
        shop.call("POST", f"/v1/orders/{each}/cancel", {})

    assert used(shop) == 0


# --- what an edit would mean ---
def test_a_preview_names_the_carrier_and_the_freight_before_and_after(
    shop: Merchant, mail: Mail
) -> None:
    dear = Carrier("yto", "圆通", zones=(Zone(Tariff(1000, 900, 1000, 300), days=1),))
    merchants.carriers.add(shop.id, dear, None)
    cache.forget()
    order_id = planned(shop, mail)

    def previewed(**changes: object) -> dict[str, Any]:
        body = {"changes": changes, "preview": True}
        return dict(shop.call("POST", f"/v1/orders/{order_id}/edit", body).body["effects"])

    other = previewed(carrier="yto")
    away = previewed(receiver={"address": "文二路 1 号"})
    gone = previewed(note="x")

    before = {"warehouse": "hz", "carrier": "sf", "units": 2, "freight": 600}
    assert other["parcels"] == {
        "before": [before],
        "after": [{**before, "carrier": "yto", "freight": 1200}],
    }
    assert other["freight"] == {"before": 600, "after": 1200}
    assert away["parcels"] == gone["parcels"] == {"before": [before], "after": [before]}


def test_where_no_carrier_goes_the_preview_names_none(shop: Merchant, mail: Mail) -> None:
    order_id = planned(shop, mail)
    shop.call("POST", "/v1/carriers/sf/suspend", {"area": "新疆"})
    cache.forget()

    receiver = {"province": "新疆维吾尔自治区", "city": "乌鲁木齐市", "district": "天山区"}
    body = {"changes": {"receiver": receiver}, "preview": True}
    shown = shop.call("POST", f"/v1/orders/{order_id}/edit", body).body["effects"]

    assert [load["carrier"] for load in shown["parcels"]["after"]] == [""]
    assert shown["freight"] == {"before": 600, "after": None}
