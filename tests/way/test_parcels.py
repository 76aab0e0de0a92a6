"""How orders are divided, where their lines come from, and what stops them, from end to end."""

from typing import Any

import pytest

from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail

SKUS = ("mug", "hat", "pen")


def done(acme: Merchant, method: str, path: str, body: Any) -> Any:
    reply = acme.call(method, path, body)
    assert reply.status < 300, reply.body
    return reply.body


def change(acme: Merchant, path: str, **more: Any) -> None:
    done(acme, "PUT", path, {**acme.call("GET", path).body, **more})


def cutting(acme: Merchant, *cuts: dict[str, Any]) -> None:
    rules = [{"id": "cut", "name": "拆", "kind": "split", "then": {"cuts": list(cuts)}}]
    done(acme, "PUT", "/v1/rules/draft", {"version": 0, "rules": rules})
    done(acme, "POST", "/v1/rules/publish", {"note": "-"})


def stocked(acme: Merchant, **where: str) -> None:
    """So that each SKU lies in one warehouse only."""
    for sku, warehouse in where.items():
        acme.put_stock(sku, 20, warehouse)


def placed(acme: Merchant, mail: Mail, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    order_id = acme.place(lines=list(lines), **more).body["id"]
    mail.pump()
    return acme.order(order_id)


def parcels(order: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(p["warehouse"], [s["sku"] for s in p["sources"]]) for p in order["parcels"]]


def stopped_by(order: dict[str, Any]) -> list[str]:
    return [hold["reason"] for hold in order["holds"]]


def one_each(*skus: str, price: int = 900) -> list[dict[str, Any]]:
    return [build.line(sku, 1, price) for sku in skus]


def test_a_rule_divides_what_one_warehouse_sends(acme: Merchant, mail: Mail) -> None:
    stocked(acme, mug="hz", hat="hz", pen="gz")
    cutting(acme, {"by": "item"})

    order = placed(acme, mail, *one_each(*SKUS))

    assert parcels(order) == [("hz", ["mug"]), ("hz", ["hat"]), ("gz", ["pen"])]
    entry = acme.call("GET", f"/v1/orders/{order['id']}/timeline").body["entries"][-1]
    assert (entry["code"], entry["args"]["rule"]) == ("planned-chosen", "cut@1")


@pytest.mark.parametrize(
    "more", [{"payment": {"cod": True}}, {"sealed": True}, {"pickup": "store-9"}]
)
def test_what_must_stay_whole_comes_from_one_place_or_waits(
    acme: Merchant, mail: Mail, more: dict[str, Any]
) -> None:
    stocked(acme, mug="hz", hat="hz", pen="gz")
    cutting(acme, {"by": "item"})

    whole = placed(acme, mail, *one_each("mug", "hat"), **more)
    apart = placed(acme, mail, *one_each("mug", "pen"), **more, number="TB-2")

    assert parcels(whole) == [("hz", ["mug", "hat"])]
    assert (apart["status"], stopped_by(apart)) == ("held", ["split-limit"])
    assert acme.stock("pen", "gz") == (20, 0)


def test_more_parcels_than_the_shop_allows_are_a_hold_that_keeps_the_stock(
    acme: Merchant, mail: Mail
) -> None:
    stocked(acme, mug="hz", hat="hz", pen="hz")
    cutting(acme, {"by": "item"})
    change(acme, "/v1/shops/tmall", most_splits=2)

    order = placed(acme, mail, *one_each(*SKUS))

    assert (order["status"], stopped_by(order)) == ("held", ["split-limit"])
    assert acme.stock("mug") == (19, 1)
    done(acme, "POST", f"/v1/orders/{order['id']}/release", {"note": "分三个"})
    mail.pump()
    assert len(acme.order(order["id"])["parcels"]) == 3


@pytest.mark.parametrize(("price", "status"), [(6000, "planned"), (2000, "held")])
def test_an_order_is_divided_only_where_each_part_is_worth_it(
    acme: Merchant, mail: Mail, price: int, status: str
) -> None:
    stocked(acme, mug="hz", hat="gz")
    change(acme, "/v1/shops/tmall", least_split=5000)

    order = placed(acme, mail, *one_each("mug", "hat", price=price))

    assert (order["status"], order["holds"] != []) == (status, status == "held")
    assert set(stopped_by(order)) <= {"split-limit"}


def test_who_lets_it_go_all_the_same_has_it_divided(acme: Merchant, mail: Mail) -> None:
    stocked(acme, mug="hz", hat="gz")
    change(acme, "/v1/shops/tmall", least_split=5000)
    order = placed(acme, mail, *one_each("mug", "hat"))
    assert order["status"] == "held"

    done(acme, "POST", f"/v1/orders/{order['id']}/release", {"note": "分开发"})
    mail.pump()

    assert parcels(acme.order(order["id"])) == [("hz", ["mug"]), ("gz", ["hat"])]


def test_gifts_that_lie_elsewhere_do_not_go_alone(acme: Merchant, mail: Mail) -> None:
    stocked(acme, mug="hz", pen="gz")

    order = placed(acme, mail, build.line("mug", 1), build.line("pen", 1, 0, gift=True))

    assert (order["status"], stopped_by(order)) == ("held", ["only-gifts"])


def test_an_order_of_gifts_may_go(acme: Merchant, mail: Mail) -> None:
    stocked(acme, pen="hz")

    order = placed(acme, mail, build.line("pen", 1, 0, gift=True), type="gift")

    assert order["status"] == "planned", order["holds"]


def test_a_line_goes_from_the_warehouse_that_its_platform_appointed(
    acme: Merchant, mail: Mail
) -> None:
    change(acme, "/v1/shops/tmall", warehouse_codes={"CN-SOUTH": "gz"})
    stocked(acme, mug="hz", hat="hz")
    acme.put_stock("mug", 20, "gz")

    order = placed(acme, mail, build.line("mug", 1, warehouse="CN-SOUTH"), build.line("hat", 1))

    assert parcels(order) == [("gz", ["mug"]), ("hz", ["hat"])]


def test_an_appointed_warehouse_never_falls_back(acme: Merchant, mail: Mail) -> None:
    change(acme, "/v1/shops/tmall", warehouse_codes={"CN-SOUTH": "gz"})
    stocked(acme, mug="hz")

    lacking = placed(acme, mail, build.line("mug", 1, warehouse="CN-SOUTH"))
    unknown = placed(acme, mail, build.line("mug", 1, warehouse="CN-X"), number="TB-2")

    assert lacking["status"] == "short"
    assert (unknown["status"], stopped_by(unknown)) == ("held", ["no-warehouse"])
    assert "CN-X" in unknown["holds"][0]["zh"]
    assert acme.stock("mug") == (20, 0)


def test_goods_that_must_be_kept_cold_come_from_a_cold_store(acme: Merchant, mail: Mail) -> None:
    change(acme, "/v1/warehouses/gz", group="cold")
    done(acme, "POST", "/v1/items", {"id": "milk", "name": "奶", "group": "cold"})
    stocked(acme, milk="hz", mug="hz")
    acme.put_stock("milk", 20, "gz")

    order = placed(acme, mail, build.line("milk", 1), build.line("mug", 1))

    assert parcels(order) == [("gz", ["milk"]), ("hz", ["mug"])]


def test_a_platform_that_takes_one_number_is_told_of_the_first_that_left(
    acme: Merchant, mail: Mail
) -> None:
    change(acme, "/v1/shops/tmall", channel="jd")
    stocked(acme, mug="hz", hat="gz")
    order = placed(acme, mail, *one_each("mug", "hat"))

    sent = {"parcels": [{"parcel": 2, "carrier": "sf", "tracking": "SF2"}]}
    shipped = done(acme, "POST", f"/v1/orders/{order['id']}/ship", sent)

    assert shipped["writeback"] == [
        {"parcel": 1, "tracking": "", "lines": [1], "told": "note"},
        {"parcel": 2, "tracking": "SF2", "lines": [1, 2], "told": "number"},
    ]


def test_what_need_not_be_sent_needs_no_carrier_that_goes_there(
    acme: Merchant, mail: Mail
) -> None:
    done(acme, "POST", "/v1/carriers", {"id": "zto", "name": "中通", "unreached": ["浙江"]})
    change(acme, "/v1/warehouses/hz", carrier="zto")
    done(acme, "POST", "/v1/items", {"id": "code", "name": "充值码", "virtual": True})
    stocked(acme, code="hz")

    order = placed(acme, mail, *one_each("code"))

    assert (order["status"], order["parcels"][0]["freight"]) == ("planned", 0)


def test_a_shop_ships_only_with_its_own_carriers(acme: Merchant, mail: Mail) -> None:
    done(acme, "POST", "/v1/carriers", {"id": "zto", "name": "中通"})
    change(acme, "/v1/shops/tmall", carriers=["zto"])
    stocked(acme, mug="hz")

    order = placed(acme, mail, *one_each("mug"))

    assert [parcel["carrier"] for parcel in order["parcels"]] == ["zto"]


def test_no_freight_by_any_carrier_is_a_hold_and_not_a_lack_of_stock(
    acme: Merchant, mail: Mail
) -> None:
    only_there = {"areas": ["新疆"], "tariff": {"first_weight": 1000, "first_fee": 900}}
    done(acme, "POST", "/v1/carriers", {"id": "zto", "name": "中通", "zones": [only_there]})
    for warehouse in ("hz", "gz"):
        change(acme, f"/v1/warehouses/{warehouse}", carrier="zto")
    stocked(acme, mug="hz")

    order = placed(acme, mail, *one_each("mug"))

    assert (order["status"], stopped_by(order)) == ("held", ["unreachable"])
    assert "zto 不到此地" in order["holds"][0]["zh"]


def test_a_warehouse_that_nobody_ships_from_to_there_is_passed_over(
    acme: Merchant, mail: Mail
) -> None:
    done(acme, "POST", "/v1/carriers", {"id": "yd", "name": "韵达", "unreached": ["浙江"]})
    change(acme, "/v1/warehouses/hz", carrier="yd")
    tariff = {"first_weight": 1000, "first_fee": 900}
    change(acme, "/v1/warehouses/gz", tariff=tariff)
    for warehouse in ("hz", "gz"):
        acme.put_stock("mug", 20, warehouse)

    order = placed(acme, mail, *one_each("mug"))

    assert [(p["warehouse"], p["freight"]) for p in order["parcels"]] == [("gz", 900)]
