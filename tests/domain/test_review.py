"""The findings of the review: one row for what each reason stops, and for what it lets pass."""

from dataclasses import replace
from typing import Any

import pytest

from shared.domain import review
from shared.domain.content import Content, Deal, Receiver
from shared.domain.hold import NATURE, Hold, Reason
from shared.domain.item import Item
from shared.domain.merchant import Merging, Shop
from shared.domain.review import Case, Neighbour
from shared.domain.rules.rule import Result
from shared.domain.ruling import Ruling
from tests.support import build

RECEIVER = build.document()["receiver"]
TOKEN = {"kind": "oaid", "value": "opaque"}
TMALL, OWN = Shop("tmall", "天猫店", "tmall"), Shop("own", "自营")
LATER = "2026-11-21T12:00:00.000+00:00"
MUG = Item("mug", "杯子", cost=800, floor_price=850)
CARD = Item("mug", "充值卡", virtual=True)
COMPANY = {"kind": "company", "title": "明光公司", "tax_id": "91330000"}


def case(
    *,
    shop: Shop = TMALL,
    waived: tuple[Reason, ...] = (),
    blacklisted: tuple[str, ...] = (),
    items: dict[str, Item] | None = None,
    tripped: frozenset[str] = frozenset(),
    neighbours: tuple[Neighbour, ...] = (),
    ruling: Ruling | None = None,
    formed: bool = False,
    deal: Deal | None = None,
    **change: Any,
) -> Case:
    return Case(
        replace(build.content(**change), deal=deal),
        build.NOON,
        shop,
        blacklisted,
        waived,
        items or {},
        tripped,
        neighbours,
        ruling or Ruling(),
        formed,
    )


def held(**given: Any) -> list[Reason]:
    return [hold.reason for hold in review.holds(case(**given))]


def receiver(**change: Any) -> dict[str, Any]:
    return {**RECEIVER, **change}


def neighbour(address: str = RECEIVER["address"], **change: Any) -> Neighbour:
    given = {"mergeable": True, "stuck": False, **change}
    at = Receiver(province="浙江", city="杭州市", district="西湖区", address=address)
    return Neighbour("2b", "TB-2", at, **given)


def presale(state: str, **line: Any) -> dict[str, Any]:
    return {"type": "presale", "payment": {"state": state}, "lines": [build.line(**line)]}


def marked(mark: str) -> tuple[Reason, dict[str, Any]]:
    return Reason(mark), {"marks": [mark]}


R = Reason
STOPS: list[tuple[Reason, dict[str, Any]]] = [
    (R.UNPAID, {"payment": {"state": "unpaid"}}),
    (R.UNPAID, {"payment": {"state": "part"}}),
    (R.BALANCE, presale("part")),
    (R.BALANCE, {"payment": {"state": "part"}, "lines": [build.line(presale=True)]}),
    (R.UNPAID, presale("unpaid")),
    (R.PRESALE, {"not_before": LATER}),
    (R.GROUP, {"type": "group", "deal": Deal(group="five")}),
    marked("no-ship"),
    marked("risk"),
    marked("refund"),
    marked("address-change"),
    marked("oversold"),
    (R.UNMAPPED, {"lines": [{"shop_sku": "A-1", "quantity": 1, "unit_price": 1}]}),
    (R.AMOUNTS, {"total": 1}),
    (R.PRICE, {"items": {"mug": MUG}, "lines": [build.line(unit_price=849)]}),
    (R.PRICE, {"items": {"mug": replace(MUG, cost=858)}, "lines": [build.line(unit_price=900)]}),
    (R.PRICE, {"items": {"mug": MUG}, "lines": [build.line(unit_price=900, discount=200)]}),
    (R.BREAKER, {"tripped": frozenset({"mug"})}),
    (R.ADDRESS, {"receiver": receiver(phone="")}),
    (R.ADDRESS, {"receiver": receiver(address="")}),
    (R.ADDRESS, {"receiver": {"token": TOKEN, "province": "浙江"}}),
    (R.ADDRESS, {"receiver": {"name": "王小明"}, "pickup": "西湖店"}),
    (R.TWO_ADDRESSES, {"receiver": receiver(address="江苏省南京市玄武区中山路 1 号")}),
    (R.MASKED, {"receiver": receiver(name="王**"), "type": "resend"}),
    (R.MASKED, {"receiver": receiver(phone="138****5678"), "type": "gift"}),
    (R.MASKED, {"receiver": receiver(address="文三路 ** 号"), "type": "exchange"}),
    (R.MASKED, {"receiver": receiver(name="王**"), "shop": OWN}),
    (R.SEVERAL_ADDRESSES, {"neighbours": (neighbour("古墩路 9 号"),)}),
    (R.MERGEABLE, {"neighbours": (neighbour(stuck=True),)}),
    (R.BLACKLIST, {"blacklisted": ("phone",)}),
    (R.BUYER_NOTE, {"notes": {"buyer": "请在周末送"}}),
    (R.SELLER_NOTE, {"notes": {"seller": "老客户"}}),
    (R.INVOICE, {"invoice": {**COMPANY, "tax_id": ""}}),
    (R.INVOICE, {"invoice": {**COMPANY, "kind": "专票", "tax_id": ""}}),
    (R.RULE, {"ruling": Ruling(rule="big@3", result=Result.HOLD)}),
    (R.RULE, {"ruling": Ruling(holds=(Hold(Reason.RULE),))}),
    (R.SERVICE, {"shop": replace(TMALL, steps=("service",))}),
    (R.SERVICE, {"shop": replace(TMALL, steps=("service", "finance"))}),
    (R.SERVICE, {"ruling": Ruling(result=Result.SERVICE)}),
    (R.FINANCE, {"shop": replace(TMALL, steps=("finance",))}),
    (R.FINANCE, {"ruling": Ruling(result=Result.FINANCE)}),
    (R.FINANCE, {"shop": replace(TMALL, steps=("service", "finance")), "waived": (R.SERVICE,)}),
]
PASSES: list[tuple[Reason, dict[str, Any]]] = [
    (R.UNPAID, {}),
    (R.UNPAID, {"payment": {"state": "unpaid", "cod": True}}),
    (R.BALANCE, presale("paid")),
    (R.GROUP, {"type": "group", "deal": Deal(group="five"), "formed": True}),
    (R.GROUP, {"type": "group"}),
    (R.BALANCE, {**presale("part"), "shop": replace(TMALL, deposits=True)}),
    (R.PRESALE, {"not_before": build.NOON}),
    *((Reason(mark), {"marks": []}) for mark in ("no-ship", "risk", "refund")),
    *((Reason(mark), {"tags": [mark]}) for mark in ("address-change", "oversold")),
    (R.UNMAPPED, {"lines": [build.line(shop_sku="A-1")]}),
    (R.AMOUNTS, {"total": 1800}),
    (R.PRICE, {"items": {"mug": MUG}, "lines": [build.line(unit_price=850)]}),
    (R.PRICE, {"items": {"mug": replace(MUG, cost=857)}, "lines": [build.line(unit_price=900)]}),
    (R.PRICE, {"items": {"mug": Item("mug", "杯子")}, "lines": [build.line(unit_price=0)]}),
    (R.PRICE, {"items": {"mug": MUG}, "lines": [build.line(unit_price=0, gift=True)]}),
    (R.PRICE, {"items": {"mug": MUG}, "type": "resend", "lines": [build.line(unit_price=0)]}),
    (R.PRICE, {"items": {"mug": MUG}, "type": "gift", "lines": [build.line(unit_price=0)]}),
    (R.BREAKER, {"tripped": frozenset({"hat"})}),
    (R.ADDRESS, {"receiver": receiver(district="", town="")}),
    (R.ADDRESS, {"receiver": {"token": TOKEN, "province": "浙江", "city": "杭州"}}),
    (R.ADDRESS, {"receiver": {"name": "王小明", "phone": "138"}, "pickup": "西湖店"}),
    (R.ADDRESS, {"receiver": {"phone": "138"}, "items": {"mug": CARD}}),
    (R.TWO_ADDRESSES, {"receiver": receiver(address="上海路 1 号")}),
    (R.TWO_ADDRESSES, {"receiver": receiver(address="浙江省杭州市西湖区文三路")}),
    (R.MASKED, {"receiver": receiver(name="王**")}),  # as the platform shows it
    (R.MASKED, {"receiver": receiver(name="王**", token=TOKEN), "type": "resend"}),
    (R.MASKED, {"receiver": receiver(), "type": "resend"}),
    (R.SEVERAL_ADDRESSES, {"neighbours": (neighbour("文三路1号2幢301"),)}),
    (R.SEVERAL_ADDRESSES, {"neighbours": (neighbour(""),)}),
    (R.MERGEABLE, {"neighbours": (neighbour(),)}),
    (R.MERGEABLE, {"neighbours": (neighbour(stuck=True, mergeable=False),)}),
    (R.BLACKLIST, {"blacklisted": ()}),
    (R.BUYER_NOTE, {"notes": {"buyer": "快"}, "shop": replace(TMALL, hold_notes=False)}),
    (R.SELLER_NOTE, {"notes": {"seller": "快"}, "shop": replace(TMALL, hold_notes=False)}),
    (R.INVOICE, {"invoice": COMPANY}),
    (R.INVOICE, {"invoice": {"kind": "person", "title": "王小明"}}),
    (R.RULE, {"ruling": Ruling(rule="vip@3", result=Result.ALERT)}),
    (R.SERVICE, {"shop": TMALL}),
    (R.FINANCE, {"shop": replace(TMALL, merge=Merging(on=True))}),
]


@pytest.mark.parametrize(
    ("reason", "given"), STOPS, ids=[f"{r}-{n}" for n, (r, _) in enumerate(STOPS)]
)
def test_it_stops_an_order_for_this_reason_alone(reason: Reason, given: dict[str, Any]) -> None:
    assert held(**given) == [reason]


@pytest.mark.parametrize(
    ("reason", "given"), PASSES, ids=[f"{r}-{n}" for n, (r, _) in enumerate(PASSES)]
)
def test_it_lets_an_order_pass_that_looks_alike(reason: Reason, given: dict[str, Any]) -> None:
    assert held(**given) == []


def test_every_finding_is_tested_both_ways() -> None:
    assert {reason for reason, _ in STOPS} == set(review.FINDINGS)
    assert {reason for reason, _ in PASSES} == set(review.FINDINGS)


def test_every_reason_has_its_nature() -> None:
    assert NATURE.keys() == set(Reason)


def test_an_order_is_stopped_for_everything_at_once() -> None:
    found = held(payment={"state": "unpaid"}, total=1, notes={"buyer": "快"}, marks=["risk"])

    assert found == [R.UNPAID, R.RISK, R.AMOUNTS, R.BUYER_NOTE]


@pytest.mark.parametrize("missing", ["name", "phone", "province", "city", "address"])
def test_what_the_address_lacks_is_named(missing: str) -> None:
    assert review.incomplete(build.content(receiver=receiver(**{missing: ""}))) == [missing]


@pytest.mark.parametrize(
    ("reason", "given"), STOPS, ids=[f"{r}-{n}" for n, (r, _) in enumerate(STOPS)]
)
def test_what_a_person_set_aside_is_not_raised_again_unless_only_its_cause_may_go(
    reason: Reason, given: dict[str, Any]
) -> None:
    waived = (*given.get("waived", ()), reason)

    found = held(**{**given, "waived": waived})

    assert (reason in found) is not NATURE[reason].waivable


def test_at_most_three_broken_sums_and_three_cheap_lines_are_listed() -> None:
    lines = [build.line(f"s{n}", amount=1) for n in range(9)]
    dear = {f"s{n}": Item(f"s{n}", "", cost=900) for n in range(9)}

    assert held(lines=lines) == [R.AMOUNTS] * 3
    assert held(lines=[build.line(f"s{n}") for n in range(9)], items=dear) == [R.PRICE] * 3


def test_a_presale_is_looked_at_again_when_its_time_has_come() -> None:
    [hold] = review.holds(case(not_before=LATER))

    assert (hold.until, hold.then) == (LATER, "release")


def test_who_waits_for_another_order_waits_a_day_at_most() -> None:
    [hold] = review.holds(case(neighbours=(neighbour(stuck=True),)))

    assert hold.until == LATER
    assert hold.args == {"orders": ["TB-2"]}


def test_a_cheap_line_says_what_it_should_have_brought() -> None:
    [hold] = review.holds(case(items={"mug": MUG}, lines=[build.line(unit_price=800)]))

    assert hold.args == {"line": 1, "sku": "mug", "expected": 850, "found": 800}


def test_two_addresses_name_both_regions_and_nothing_of_the_person() -> None:
    [hold] = review.holds(case(receiver=receiver(address="江苏省南京市玄武区中山路 1 号")))

    assert hold.args == {"here": "浙江杭州", "there": "江苏南京"}


def test_the_address_of_a_token_is_compared_by_its_area_alone() -> None:
    given: dict[str, Any] = {"receiver": receiver(token=TOKEN, address="文三路***")}

    assert held(**given, neighbours=(neighbour("古墩路 9 号"),)) == []
    away = replace(neighbour(), receiver=Receiver(province="浙江", city="宁波市"))
    assert held(**given, neighbours=(away,)) == [R.SEVERAL_ADDRESSES]


def test_a_step_that_a_rule_asks_for_names_the_rule() -> None:
    [hold] = review.holds(case(ruling=Ruling("big@3", Result.FINANCE, "超过一万")))

    assert hold.args == {"rule": "big@3", "note": "超过一万"}


def test_what_is_looked_at_of_a_content_does_not_change_it() -> None:
    content: Content = build.content()

    review.holds(Case(content))

    assert content == build.content()
