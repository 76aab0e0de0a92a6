"""What must be equal for two orders to share a box: a row for each channel, and each bar."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import merging
from shared.domain.content import Content
from shared.domain.hold import Hold, Reason
from shared.domain.merchant import Merging, Shop
from shared.domain.merging import Bar, Part
from shared.domain.order import Order, Status
from tests.support import build

SPRING, SALE = "2026-03-10T04:00:00.000+00:00", "2026-11-10T04:00:00.000+00:00"
ON = Merging(on=True)
CHANGES: dict[Part, dict[str, Any]] = {
    Part.BUYER: {"buyer": {"id": "buyer-2"}},
    Part.NAME: {"receiver": {"name": "李雷"}},
    Part.PHONE: {"receiver": {"phone": "13900000000"}},
    Part.AREA: {"receiver": {"district": "上城区"}},
    Part.ADDRESS: {"receiver": {"address": "文三路 2 号"}},
    Part.TOKEN: {"receiver": {"token": {"kind": "any", "value": "another"}}},
    Part.COD: {"payment": {"cod": True}},
    Part.CARRIER: {"carrier": "sf"},
}
"""A change of an order that touches this part of a key alone."""
CLEAR = {Part.BUYER, Part.NAME, Part.PHONE, Part.AREA, Part.ADDRESS, Part.COD}
TOKEN = {Part.BUYER, Part.TOKEN, Part.AREA, Part.COD}
ROWS = [
    ("taobao", CLEAR, CLEAR - {Part.ADDRESS}),
    ("tmall", CLEAR, CLEAR - {Part.ADDRESS}),
    ("douyin", CLEAR | {Part.CARRIER}, TOKEN | {Part.CARRIER}),
    ("jd", CLEAR, TOKEN),
    ("wechat-shop", CLEAR, TOKEN),
    ("pdd", CLEAR, TOKEN),
    ("kuaishou", CLEAR, TOKEN),
    ("xiaohongshu", CLEAR, TOKEN),
    ("youzan", CLEAR, TOKEN),
    ("shopify", CLEAR, TOKEN),
    ("own", CLEAR, TOKEN),
    ("dewu-direct", None, None),
    ("taobao-consign", None, None),
    ("tmall-supermarket", None, None),
    ("aikucun", None, None),
    ("zkh", None, None),
]


def test_every_channel_of_the_table_has_its_row_here() -> None:
    assert {channel for channel, *_ in ROWS} == set(merging.WAYS)


@pytest.mark.parametrize(("channel", "clear", "sealed"), ROWS, ids=[row[0] for row in ROWS])
def test_these_must_be_equal(
    channel: str, clear: set[Part] | None, sealed: set[Part] | None
) -> None:
    shop = _shop(channel)

    assert _told_apart(shop, "") == clear
    assert _told_apart(shop, "one") == sealed


def test_a_channel_that_nobody_knows_merges_as_an_own_shop_does() -> None:
    assert _told_apart(_shop("somewhere"), "") == CLEAR


def test_two_shops_never_have_one_key() -> None:
    content = build.content()

    assert merging.marks(content, _shop("own")) != merging.marks(
        content, replace(_shop("own"), id="other")
    )


def test_blanks_capitals_and_the_way_a_phone_is_written_make_no_difference() -> None:
    one = _content(name="Wang X", phone="+86 138-1234-5678", address="文三路1号2幢301")
    other = _content(name="wang x", phone="13812345678", address="文三路 1 号 2 幢 301")

    assert merging.marks(one, _shop("own")) == merging.marks(other, _shop("own"))


def test_a_divider_in_a_name_does_not_make_two_receivers_one() -> None:
    one, other = _content(name="a|b", phone="1"), _content(name="a", phone="b|1")

    assert merging.marks(one, _shop("own")) != merging.marks(other, _shop("own"))


@pytest.mark.parametrize(
    "change",
    [{"buyer": {"name": "王小明"}}, {"pickup": "store-1"}, {"sealed": True}],
    ids=["nobody knows who bought", "the buyer comes for it", "it leaves as it is"],
)
def test_what_never_goes_along_has_no_marks(change: dict[str, Any]) -> None:
    assert merging.marks(build.content(**change), _shop("own")) == ("", "")


def test_a_shop_that_does_not_merge_costs_no_marks() -> None:
    assert merging.marks(build.content(), Shop("s", "s")) == ("", "")


def test_jd_never_merges_cash_on_delivery() -> None:
    order = _order(payment={"cod": True})

    assert merging.marks(order.content, _shop("jd")) == ("", "")
    assert Bar.COD in merging.bars(order, _shop("jd"), SPRING)
    assert merging.bars(order, _shop("pdd"), SPRING) == []


# --- presale ---
def test_in_the_months_of_the_great_sales_presale_keeps_to_itself() -> None:
    months = [f"2026-{month:02d}-15T00:00:00.000+00:00" for month in range(1, 13)]
    order = _order(type="presale")

    quiet = [at for at in months if Bar.PRESALE in merging.bars(order, _shop("own"), at)]

    assert [int(at[5:7]) for at in quiet] == [5, 6, 10, 11]


def test_the_month_is_that_of_china() -> None:
    order = _order(type="presale")

    assert Bar.PRESALE in merging.bars(order, _shop("own"), "2026-04-30T16:00:00.000+00:00")
    assert Bar.PRESALE not in merging.bars(order, _shop("own"), "2026-06-30T16:00:00.000+00:00")


def test_in_march_presale_goes_with_presale_only() -> None:
    presale, spot = _order(type="presale"), _order()

    assert merging.bars(presale, _shop("own"), SPRING) == []
    assert merging.apart(presale, presale, ON) == []
    assert merging.apart(presale, spot, ON) == [Bar.PRESALE_DIFFERS]


def test_where_it_is_switched_on_presale_goes_with_all_in_every_month() -> None:
    presale, spot = _order(lines=[build.line(presale=True)]), _order()
    shop = _shop("own", presale=True)

    assert merging.bars(presale, shop, SALE) == []
    assert merging.apart(presale, spot, shop.merge) == []


# --- what else forbids it ---
@pytest.mark.parametrize(
    ("change", "bar"),
    [
        ({"status": Status.HELD, "holds": (Hold(Reason.MANUAL),)}, Bar.HELD),
        ({"status": Status.SHORT}, Bar.NOT_RESERVED),
        ({"status": Status.SHIPPED}, Bar.NOT_RESERVED),
        ({"merge": "m1"}, Bar.MERGED),
        ({"urgent": True}, Bar.URGENT),
        ({"tags": (merging.CHECK,)}, Bar.CHECK),
        ({"parcels": (replace(build.parcel(1, build.source()), weighed_at=SPRING),)}, Bar.WEIGHED),
    ],
)
def test_an_order_that_stands_so_does_not_go_along(change: dict[str, Any], bar: Bar) -> None:
    assert merging.bars(replace(_order(), **change), _shop("own"), SPRING) == [bar]


def test_what_has_nothing_to_send_does_not_go_along() -> None:
    assert merging.bars(_order(), _shop("own"), SPRING, virtual=True) == [Bar.VIRTUAL]


def test_two_that_demand_different_carriers_do_not_go_together() -> None:
    one, other = _order(carrier="sf"), replace(_order(), carrier="yto")

    assert merging.apart(one, other, ON) == [Bar.CARRIER]
    assert merging.apart(one, _order(), ON) == []


def test_paid_does_not_go_with_cash_on_delivery() -> None:
    one, other = _order(payment={"cod": True}), _order()

    assert merging.apart(one, other, ON) == [Bar.COD_DIFFERS]


def test_other_shops_buyers_and_receivers_are_for_people() -> None:
    other = replace(_order(buyer={"id": "buyer-2"}), shop="jd", key="other")

    assert merging.apart(_order(), other, ON) == [Bar.ANOTHER_SHOP, Bar.ANOTHER_BUYER, Bar.KEY]
    assert not {Bar.ANOTHER_SHOP, Bar.ANOTHER_BUYER, Bar.KEY} & merging.HARD


def test_a_token_that_changes_alone_is_suspicious_in_the_shop_where_that_happens() -> None:
    alone, more = ["receiver.token", "version"], ["receiver.address", "receiver.token"]

    assert merging.suspicious("wechat-shop", alone)
    assert not merging.suspicious("wechat-shop", more)
    assert not merging.suspicious("douyin", alone)


# --- asking the platform ---
def test_only_a_receiver_behind_a_token_is_asked_about() -> None:
    sealed = _order(receiver={"token": _token("one")})

    assert merging.asks(sealed, _shop("taobao"))
    assert not merging.asks(sealed, _shop("pdd"))
    assert not merging.asks(_order(), _shop("taobao"))


def test_an_answer_in_two_texts_means_no_merge() -> None:
    about = ("1111", "2222")

    assert merging.groups(about, [(about, ["1111,2222"])]) == [["1111", "2222"]]
    assert merging.groups(about, [(about, ["1111", "2222"])]) == [["1111"], ["2222"]]


def test_one_order_is_not_asked_about() -> None:
    assert merging.calls(["1"]) == []
    assert merging.groups(["1"], []) == [["1"]]


@given(st.integers(2, 320))
def test_each_two_meet_in_some_call_and_no_call_is_too_large(count: int) -> None:
    orders = [str(number) for number in range(count)]

    calls = merging.calls(orders)

    met = {frozenset(pair) for call in calls for pair in combinations(call, 2)}
    assert max(map(len, calls)) <= merging.MOST_ASKED
    assert len(met) == count * (count - 1) // 2


@given(st.lists(st.integers(0, 4), min_size=2, max_size=150))
def test_several_calls_give_the_groups_that_one_would(homes: list[int]) -> None:
    orders = [str(number) for number in range(len(homes))]
    home = dict(zip(orders, homes, strict=True))

    found = merging.groups(orders, [(call, _answer(call, home)) for call in merging.calls(orders)])

    assert sorted(map(set, found), key=min) == sorted(
        ({o for o in orders if home[o] == each} for each in set(homes)), key=min
    )


def test_an_order_joins_only_those_with_all_of_whom_it_goes() -> None:
    asked = [(("a", "b"), ["a,b"]), (("b", "c"), ["b,c"]), (("a", "c"), ["a", "c"])]

    assert merging.groups(["a", "b", "c"], asked) == [["a", "b"], ["c"]]


def test_answers_that_contradict_each_other_mean_no() -> None:
    about = ("a", "b")

    assert merging.groups(about, [(about, ["a,b"]), (about, ["a", "b"])]) == [["a"], ["b"]]


# --- parts ---
def _told_apart(shop: Shop, token: str) -> set[Part] | None:
    """The parts by whose change an order gets another key; None where it has none at all."""
    plain = _changed(Part.SHOP, token)
    if merging.marks(plain, shop) == ("", ""):
        return None
    wanted = [part for part in CHANGES if token or part is not Part.TOKEN]
    if shop.channel == "jd":  # cash on delivery has no key there
        assert merging.marks(_changed(Part.COD, token), shop) == ("", "")
    return {
        part
        for part in wanted
        if merging.marks(_changed(part, token), shop)[1] != merging.marks(plain, shop)[1]
    }


def _changed(part: Part, token: str) -> Content:
    change = CHANGES.get(part, {})
    sealed = {"token": _token(token)} if token else {}
    receiver = {**build.document()["receiver"], **sealed, **change.get("receiver", {})}
    return build.content(**{**change, "receiver": receiver})


def _token(value: str) -> dict[str, str]:
    return {"kind": "any", "value": value}


def _content(**receiver: str) -> Content:
    return build.content(receiver={**build.document()["receiver"], **receiver})


def _order(**change: Any) -> Order:
    """An order whose goods are held."""
    if receiver := change.get("receiver"):
        change["receiver"] = {**build.document()["receiver"], **receiver}
    content = build.content(**change)
    return build.order(content=content, status=Status.RESERVED, meet="m", key="k")


def _shop(channel: str, **terms: Any) -> Shop:
    return Shop("tmall", channel, channel, merge=Merging(on=True, **terms))


def _answer(about: Sequence[str], home: dict[str, int]) -> list[str]:
    homes = dict.fromkeys(home[each] for each in about)
    return [",".join(each for each in about if home[each] == where) for where in homes]
