"""Orders of one buyer wait for each other, and go into one box when their time is over."""

from typing import Any

import pytest

from functions.steps import plan
from shared.domain.merging import CHECK
from shared.domain.order import Order, Status
from shared.gateways import receivers
from shared.store import orders
from tests.support import build, mergers
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail


@pytest.fixture
def shop(acme: Merchant) -> Merchant:
    """A merchant whose shop lets orders meet; there is enough of everything."""
    for sku in ("mug", "hat"):
        acme.put_stock(sku, 50)
    return mergers.merging(acme)


def at(merchant: Merchant, order_id: str) -> Order:
    return orders.get(merchant.id, order_id)


def why(merchant: Merchant, order_id: str, code: str) -> dict[str, Any]:
    entries = merchant.call("GET", f"/v1/orders/{order_id}/timeline").body["entries"]
    return dict(next(entry for entry in entries if entry["code"] == code))


def test_orders_wait_for_half_an_hour_and_share_a_box_then(shop: Merchant, mail: Mail) -> None:
    one, other = mergers.wait(shop, mail, "TB-1", "TB-2")
    assert [at(shop, each).status for each in (one, other)] == [Status.RESERVED] * 2
    assert all(at(shop, each).meeting for each in (one, other))

    mergers.lapse(shop, mail, minutes=29)
    assert at(shop, one).meeting
    mergers.lapse(shop, mail, minutes=2)

    merge = mergers.merge_of(shop, one)
    assert merge["stage"] == "open"
    assert {member["number"] for member in merge["members"]} == {"TB-1", "TB-2"}
    assert mergers.boxes(shop, one) == mergers.boxes(shop, other) == [f"{merge['id']}-1"]
    assert [at(shop, each).status for each in (one, other)] == [Status.PLANNED] * 2
    assert shop.stock("mug") == (46, 4)


def test_every_member_hears_with_whom_by_which_rule_and_what_is_equal(
    shop: Merchant, mail: Mail
) -> None:
    _, other = mergers.met(shop, mail, "TB-1", "TB-2")

    said = why(shop, other, "merged")
    numbers = said["args"]["members"]  # in no certain order: placed at the same time

    assert sorted(numbers) == ["TB-1", "TB-2"]
    assert said["args"] == {
        "merge": at(shop, other).merge,
        "members": numbers,
        "rule": "default",
        "key": ["buyer", "shop", "name", "phone", "area", "address", "cod"],
    }
    assert f"{'、'.join(numbers)} 同箱" in str(said["zh"])
    assert "equal: buyer, shop, name, phone, area, address, way of paying" in str(said["en"])


def test_who_meets_nobody_goes_alone_and_says_so(shop: Merchant, mail: Mail) -> None:
    (one,) = mergers.met(shop, mail, "TB-1")

    assert at(shop, one).status is Status.PLANNED
    assert (at(shop, one).merge, mergers.boxes(shop, one)) == ("", [""])
    assert why(shop, one, "unmet")["args"] == {"rule": "default", "others": {}}


def test_twice_is_once(shop: Merchant, mail: Mail, engine: Engine) -> None:
    one, other = mergers.met(shop, mail, "TB-1", "TB-2")
    once = engine.owned(shop.id)

    for each in (one, other, one):
        plan.plan(shop.id, each)

    assert engine.owned(shop.id) == once


def test_a_nudge_that_comes_too_early_does_nothing(shop: Merchant, mail: Mail) -> None:
    one, _ = mergers.wait(shop, mail, "TB-1", "TB-2")

    plan.plan(shop.id, one)

    assert at(shop, one).meeting


@pytest.mark.parametrize(
    "change",
    [
        {"buyer": {"id": "buyer-2"}},
        {"receiver": mergers.receiver(name="李雷")},
        {"receiver": mergers.receiver(address="文三路 2 号")},
        {"payment": {"cod": True}},
        {"type": "presale"},
    ],
    ids=["buyer", "name", "address", "cash on delivery", "presale"],
)
def test_what_differs_keeps_two_orders_apart(
    shop: Merchant, mail: Mail, change: dict[str, object]
) -> None:
    (one,) = mergers.wait(shop, mail, "TB-1")

    (other,) = mergers.met(shop, mail, "TB-2", **change)

    assert not at(shop, one).merge
    assert not at(shop, other).merge


def test_a_shop_that_does_not_merge_plans_at_once(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 9)

    one, _ = mergers.wait(acme, mail, "TB-1", "TB-2")

    assert acme.codes(one) == ["accepted", "approved", "reserved-nearest", "planned"]


def test_two_shops_never_merge_by_themselves(shop: Merchant, mail: Mail) -> None:
    shop.call("POST", "/v1/shops", {"id": "jd", "name": "京东店", "channel": "own"})
    (one,) = mergers.wait(shop, mail, "TB-1")

    mergers.met(shop, mail, "TB-1", shop="jd")

    assert not at(shop, one).merge


def test_of_seven_the_first_five_go_and_the_other_two_in_the_next_run(
    shop: Merchant, mail: Mail
) -> None:
    ids = [
        mergers.wait(shop, mail, f"TB-{no}", placed_at=f"2026-11-20T10:00:0{no}+08:00")[0]
        for no in range(1, 8)
    ]

    mergers.lapse(shop, mail)

    found = [at(shop, each).merge for each in ids]
    assert [found.count(each) for each in found] == [5] * 5 + [2] * 2
    members = mergers.merge_of(shop, ids[0])["members"]
    assert [member["number"] for member in members] == [f"TB-{no}" for no in range(1, 6)]


def test_those_who_cannot_go_together_do_not_keep_the_next_one_waiting(
    shop: Merchant, mail: Mail
) -> None:
    mergers.merging(shop, limit=2)
    shop.put_stock("cap", 9, "gz")
    lines = {"TB-1": "mug", "TB-2": "cap", "TB-3": "mug"}

    ids = [
        mergers.wait(shop, mail, number, lines=[build.line(sku, 1)])[0]
        for number, sku in lines.items()
    ]
    mergers.lapse(shop, mail)

    assert [at(shop, each).status for each in ids] == [Status.PLANNED] * 3


def test_an_order_that_demands_a_carrier_brings_it_along(shop: Merchant, mail: Mail) -> None:
    (one,) = mergers.wait(shop, mail, "TB-1")

    (other,) = mergers.met(shop, mail, "TB-2", carrier="sf")

    assert [at(shop, each).parcels[0].carrier for each in (one, other)] == ["sf", "sf"]


def test_who_is_held_does_not_go_along(shop: Merchant, mail: Mail) -> None:
    one, other, third = mergers.wait(shop, mail, "TB-1", "TB-2", "TB-3")
    shop.call("POST", f"/v1/orders/{other}/hold", {})

    mergers.lapse(shop, mail)

    assert {m["id"] for m in mergers.merge_of(shop, one)["members"]} == {one, third}
    assert at(shop, third).merge == at(shop, one).merge
    assert at(shop, other).status is Status.HELD


def test_one_that_is_let_go_meets_those_who_are_there_then(shop: Merchant, mail: Mail) -> None:
    one, other = mergers.wait(shop, mail, "TB-1", "TB-2")
    shop.call("POST", f"/v1/orders/{one}/hold", {})

    shop.call("POST", f"/v1/orders/{one}/release", {})
    mail.pump()

    assert at(shop, one).merge == at(shop, other).merge != ""


def test_an_order_cancelled_while_it_waits_gives_its_goods_back(
    shop: Merchant, mail: Mail
) -> None:
    one, other = mergers.wait(shop, mail, "TB-1", "TB-2")

    shop.call("POST", f"/v1/orders/{one}/cancel", {})
    mergers.lapse(shop, mail)

    assert not at(shop, other).merge
    assert shop.stock("mug") == (48, 2)


def test_why_others_did_not_go_along_is_said(shop: Merchant, mail: Mail) -> None:
    one, other = mergers.wait(shop, mail, "TB-1", "TB-2")
    shop.call("POST", f"/v1/orders/{other}/hold", {})

    mergers.lapse(shop, mail)

    said = why(shop, one, "unmet")
    assert said["args"] == {"rule": "default", "others": {"TB-2": "held"}}
    assert "TB-2 (已挂起)" in str(said["zh"])


def test_goods_move_to_one_warehouse_if_that_has_all(shop: Merchant, mail: Mail) -> None:
    shop.put_stock("cap", 9, "gz")
    (one,) = mergers.wait(shop, mail, "TB-1")
    (other,) = mergers.wait(shop, mail, "TB-2", lines=[build.line("cap", 1)])
    shop.put_stock("cap", 5, "hz")

    mergers.lapse(shop, mail)

    assert at(shop, one).merge == at(shop, other).merge != ""
    assert {s.warehouse for each in (one, other) for s in at(shop, each).sources} == {"hz"}
    assert (shop.stock("cap", "hz"), shop.stock("cap", "gz")) == ((4, 1), (9, 0))
    assert why(shop, other, "merge-moved")["args"] == {"warehouses": ["hz"], "was": ["gz"]}


def test_goods_that_lie_apart_are_not_merged(shop: Merchant, mail: Mail) -> None:
    shop.put_stock("cap", 9, "gz")
    (one,) = mergers.wait(shop, mail, "TB-1")

    (other,) = mergers.met(shop, mail, "TB-2", lines=[build.line("cap", 1)])

    assert [at(shop, each).merge for each in (one, other)] == ["", ""]
    said = [why(shop, each, "unmet")["args"]["others"] for each in (one, other)]
    assert {"TB-2": "no-box"} in said or {"TB-1": "no-box"} in said  # whoever was first


@pytest.mark.parametrize(("allowed", "together"), [(False, False), (True, True)])
def test_a_split_order_is_merged_only_where_that_is_allowed(
    shop: Merchant, mail: Mail, allowed: bool, together: bool
) -> None:
    mergers.merging(shop, split=allowed)
    shop.put_stock("cap", 9, "gz")
    (one,) = mergers.wait(shop, mail, "TB-1")

    (other,) = mergers.met(shop, mail, "TB-2", lines=[build.line(), build.line("cap", 1)])

    assert bool(at(shop, one).merge) is together
    assert len(at(shop, other).parcels) == 2


def test_a_token_that_changed_alone_is_never_merged_silently(shop: Merchant, mail: Mail) -> None:
    mergers.merging(shop, "wechat-shop")
    sealed = {"receiver": mergers.receiver(token={"kind": "hash_code", "value": "one"})}
    one, other = mergers.wait(shop, mail, "TB-1", "TB-2", **sealed)
    changed = {"receiver": mergers.receiver(token={"kind": "hash_code", "value": "two"})}

    shop.place(number="TB-1", version=2, **changed)
    shop.place(number="TB-2", version=2, **changed)
    mail.pump()
    mergers.lapse(shop, mail)

    assert CHECK in at(shop, one).tags
    assert why(shop, one, "merge-check")
    assert "TB-1 (收货密文变过" in str(why(shop, one, "unmet")["zh"])
    assert not at(shop, one).merge
    assert not at(shop, other).merge


# --- asking the platform ---
OAID = {"receiver": mergers.receiver(token={"kind": "oaid", "value": "o"})}


def _says(monkeypatch: pytest.MonkeyPatch, *answer: str) -> list[tuple[tuple[str, str], ...]]:
    asked: list[tuple[tuple[str, str], ...]] = []

    def ask(tenant: str, shop: object, pairs: list[tuple[str, str]]) -> list[str]:
        asked.append(tuple(pairs))
        return list(answer)

    monkeypatch.setitem(receivers.ways, "taobao", ask)
    return asked


def test_behind_a_token_the_platform_says_who_goes_together(
    shop: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    mergers.merging(shop, "taobao")
    asked = _says(monkeypatch, "TB-1,TB-2")

    (one,) = mergers.wait(shop, mail, "TB-1", **OAID)
    there = {"receiver": {**OAID["receiver"], "address": "密文二"}}
    (other,) = mergers.met(shop, mail, "TB-2", **there)

    assert [sorted(about) for about in asked] == [[("TB-1", "o"), ("TB-2", "o")]]
    assert at(shop, one).merge == at(shop, other).merge != ""


def test_the_platforms_no_is_a_no(
    shop: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    mergers.merging(shop, "taobao")
    _says(monkeypatch, "TB-1", "TB-2")

    one, other = mergers.met(shop, mail, "TB-1", "TB-2", **OAID)

    assert not at(shop, one).merge
    assert not at(shop, other).merge


def test_where_nobody_can_ask_orders_stay_apart(shop: Merchant, mail: Mail) -> None:
    mergers.merging(shop, "taobao")

    one, _ = mergers.met(shop, mail, "TB-1", "TB-2", **OAID)

    assert not at(shop, one).merge


# --- the simulated carrier ---
def test_the_simulated_carrier_takes_a_box_whole_and_once(
    shop: Merchant, mail: Mail, engine: Engine
) -> None:
    mergers.merging(shop, carrier="simulated")

    one, other = mergers.met(shop, mail, "TB-1", "TB-2")

    parcels = [at(shop, each).parcels[0] for each in (one, other)]
    assert [at(shop, each).status for each in (one, other)] == [Status.SHIPPED] * 2
    assert parcels[0].tracking == parcels[1].tracking != ""
    assert mergers.merge_of(shop, one)["stage"] == "shipped"
    assert shop.stock("mug") == (46, 0)
    assert parcels[0].box == parcels[1].box
