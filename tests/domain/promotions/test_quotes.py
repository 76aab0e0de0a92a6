"""What holds of every quote, whatever the cart and the promotions: sums, floors, sameness."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import identities, shares, words
from shared.domain.content import Buyer, Content, Receiver
from shared.domain.promotions import quoting
from shared.domain.promotions.cart import BuyerSide, Cart, CartLine, Code, Quote, There
from tests.support import carts
from tests.support.carts import cart, line, off, piece, sets, tiers

Json = dict[str, Any]
SKUS = ("a", "b", "c", "d")


# --- any cart, any promotions ------------------------------------------------------


@st.composite
def cart_lines(draw: st.DrawFn) -> CartLine:
    price = draw(st.integers(0, 5000))
    return line(
        draw(st.sampled_from(SKUS)),
        price,
        draw(st.integers(1, 7)),
        floor=draw(st.sampled_from([0, 0, price // 2, price])),
        add_on=draw(st.sampled_from(["", "", "p0"])),
        weight=draw(st.integers(0, 900)),
    )


_few = st.integers(0, 3)
_fen = st.integers(1, 6000)
_rate = st.integers(1, 10000)
_ways = st.one_of(
    _fen.map(lambda fen: {"off": fen}),
    _rate.map(lambda rate: {"rate": rate}),
    st.integers(0, 3000).map(lambda price: {"price": price}),
)
_brings = st.one_of(
    _fen.map(lambda fen: {"off": fen}),
    _rate.map(lambda rate: {"rate": rate}),
    st.integers(1, 99).map(lambda n: {"points": n, "free_freight": n % 2 == 0, "off": n}),
    st.integers(1, 3).map(lambda n: {"gifts": ["pen", "cup"], "quantity": n}),
)
_thresholds = st.fixed_dictionaries({"amount": st.integers(0, 9000), "pieces": _few})


@st.composite
def benefits(draw: st.DrawFn) -> Json:
    kind = draw(st.sampled_from(["tiers", "tiers", "piece", "sets", "add-on", "points"]))
    if kind == "points":
        spent = {"points": draw(st.integers(1, 50)), "off": draw(st.integers(1, 50))}
        return {"kind": kind, "tiers": [spent], "cap_rate": draw(_rate)}
    if kind == "sets":
        sizes = {"buy": draw(_few), "get": draw(st.integers(1, 3))}
        more = {"together": draw(st.booleans()), "pick": draw(st.sampled_from(PICKS))}
        gets = {"gets": {"skus": ["c"]}} if draw(st.booleans()) else {}
        return {"kind": kind, "tiers": [draw(_ways)], **sizes, **more, **gets}
    bring = _brings if kind == "tiers" else _ways
    return {"kind": kind, "tiers": [{**draw(_thresholds), **draw(bring)}]}


PICKS = ["cheapest", "dearest", "first"]


@st.composite
def promotions(draw: st.DrawFn) -> list[Json]:
    return [
        carts.promotion(
            f"p{at}",
            benefit=draw(benefits()),
            priority=draw(_few),
            exclusive=draw(st.sampled_from([False, False, False, True])),
            group=draw(st.sampled_from(["", "", "g", "h"])),
            coupon=draw(st.sampled_from([False, False, True])),
            scope={"skus": draw(st.lists(st.sampled_from(SKUS), max_size=3, unique=True))},
            limits={"per_order": draw(_few), "budget": draw(st.sampled_from([0, 5000]))},
        )
        for at in range(draw(st.integers(0, 6)))
    ]


@st.composite
def asked(draw: st.DrawFn) -> tuple[Cart, list[Json], list[str]]:
    offers = draw(promotions())
    codes = tuple(Code(f"x{one['id']}", one["id"], 1) for one in offers if one["coupon"])
    return (
        cart(
            *draw(st.lists(cart_lines(), min_size=1, max_size=6)),
            codes=codes,
            buyer=BuyerSide("b1", points=draw(st.integers(0, 500))),
            points=draw(st.integers(0, 500)),
        ),
        offers,
        draw(st.lists(st.sampled_from(["item", "order", "coupon"]), unique=True)),
    )


def answer(ask: tuple[Cart, list[Json], list[str]]) -> Quote:
    whole, offers, by_priority = ask
    return carts.quote(
        whole, *offers, by_priority=tuple(by_priority), postage=carts.POSTAGE, there=THERE
    )


THERE = {"pen": There(2, 100), "cup": There(9, 300)}


@settings(max_examples=120, deadline=None)
@given(asked())
def test_the_identities_hold_and_every_fen_off_has_its_promotion(
    ask: tuple[Cart, list[Json], list[str]],
) -> None:
    found = answer(ask)

    content = Content(carts.NOW, Buyer(), Receiver(), found.lines, found.amounts)
    assert list(identities.broken(content)) == []
    for each in found.lines:
        assert each.priced
        assert each.amount - sum(off.fen for off in each.priced.offs) == each.paid
        assert all(off.fen > 0 for off in each.priced.offs)
    told = sum(fen for one in found.applied for fen in one.lines.values())
    assert told == sum(carts.less(found))
    assert sum(each.priced.freight for each in found.lines if each.priced) == (
        found.amounts.freight
    )
    assert sum(each.priced.earned for each in found.lines if each.priced) == found.earned
    assert sum(each.priced.spent for each in found.lines if each.priced) == found.spent


@settings(max_examples=120, deadline=None)
@given(asked())
def test_no_unit_is_below_its_floor_and_nothing_is_below_nought(
    ask: tuple[Cart, list[Json], list[str]],
) -> None:
    found = answer(ask)

    for wanted, each in zip(ask[0].lines, found.lines, strict=True):
        units = [shares.of(each, at, at + 1) for at in range(each.quantity)]
        assert min(unit.paid for unit in units) >= wanted.floor
        assert sum(unit.paid for unit in units) == each.paid
        for at, unit in enumerate(units):
            assert unit.amount - sum(off.fen for off in unit.offs) == unit.paid, at
    assert found.amounts.freight >= 0
    assert found.amounts.total >= found.amounts.freight


@settings(max_examples=60, deadline=None)
@given(asked())
def test_the_same_cart_gets_the_same_answer_also_a_second_later(
    ask: tuple[Cart, list[Json], list[str]],
) -> None:
    whole, offers, by_priority = ask
    later = replace(whole, at="2026-11-22T10:00:01.000+00:00")

    assert answer(ask) == answer(ask)
    assert answer((later, offers, by_priority)).id == answer(ask).id


@settings(max_examples=60, deadline=None)
@given(asked())
def test_what_limits_a_gift_and_a_group_is_kept(
    ask: tuple[Cart, list[Json], list[str]],
) -> None:
    found = answer(ask)

    given_ = {sku: sum(g.quantity for g in found.gifts if g.sku == sku) for sku in THERE}
    assert all(THERE[sku].pieces >= count for sku, count in given_.items())
    assert len(found.uses) == len({use.counter for use in found.uses})
    assert all(use.times <= use.most for use in found.uses)
    by_id = {one["id"]: one for one in ask[1]}
    for one in found.applied:
        rival = by_id[one.promotion.partition("@")[0]]
        others = [by_id[other.promotion.partition("@")[0]] for other in found.applied
                  if other.lane is one.lane and other is not one]  # fmt: skip
        assert not (rival["exclusive"] and others)


@settings(max_examples=60, deadline=None)
@given(st.lists(cart_lines(), min_size=2, max_size=5), benefits(), st.randoms())
def test_the_order_of_lines_moves_fen_between_them_and_never_the_total(
    lines: list[CartLine], benefit: Json, shuffle: Any
) -> None:
    plain = [each._replace(add_on="") for each in lines]
    other = list(plain)
    shuffle.shuffle(other)
    offer = carts.promotion("p1", benefit=benefit)
    by_price = benefit["kind"] in ("tiers", "points") or benefit.get("pick") != "first"

    one, two = (
        carts.quote(cart(*some, points=90, buyer=BuyerSide("b", points=90)), offer)
        for some in (plain, other)
    )

    assert one.amounts.goods_total == two.amounts.goods_total
    if by_price and not any(each.floor for each in plain):
        assert one.amounts.total == two.amounts.total


# --- what a quote is known by ---------------------------------------------------------

BASE = cart(line("a", 10000), line("b", 500, 2))


def test_a_promotion_that_changes_nothing_leaves_the_quote_as_it_was() -> None:
    book = carts.book(off(100), version=3)
    newer = carts.book(off(100), off(1, "q", amount=10**6), version=4)

    assert quoting.quote(BASE, book, {}).id == quoting.quote(BASE, newer, {}).id


@pytest.mark.parametrize(
    "other",
    [
        (cart(line("a", 10000), line("b", 500)), off(100)),
        (cart(line("a", 10001), line("b", 500, 2)), off(100)),
        (replace(BASE, area=("浙江",)), off(100)),
        (replace(BASE, shop="jd"), off(100)),
        (replace(BASE, codes=(Code("x"),)), off(100)),
        (replace(BASE, buyer=BuyerSide("b2")), off(100)),
        (BASE, off(101)),
        (BASE, off(100, "q")),
        (BASE, off(100, bearer="platform")),
        (BASE, tiers({"off": 100, "points": 1})),
        (BASE, tiers({"off": 100, "gifts": ["pen"]})),
    ],
)
def test_another_cart_or_another_answer_is_another_quote(other: tuple[Cart, Json]) -> None:
    assert carts.quote(*other).id != carts.quote(BASE, off(100)).id


# --- how it is said ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offer", "zh", "en"),
    [
        (off(1, amount=11048), "差 ¥0.50 可用", "¥0.50 more are needed"),
        (tiers({"pieces": 5, "off": 1}), "差 2 件可用", "2 more pieces are needed"),
        (off(1, until="2026-11-01T00:00:00Z"), "不在时间内", "Not at this time"),
        (off(1, limits={"total": 1}), "已用完", "Used up"),
        (
            off(11000, coupon=True, codes=["Abc"]),
            "优惠金额超过订单金额",
            "It is worth as much as the order or more",
        ),
        (off(1, group="g"), "与 more 不可同享", "Cannot be combined with more"),
    ],
)
def test_what_did_not_count_is_said(offer: Json, zh: str, en: str) -> None:
    found = carts.quote(
        replace(BASE, codes=(Code("Abc"),)),
        offer,
        off(2, "more", group="g"),
        room={"p|total": 1},
    )

    (passed,) = [one for one in found.passed if one.promotion == "p@3"]
    assert words.say(f"passed.{passed.code}", "zh", passed.args) == zh
    assert words.say(f"passed.{passed.code}", "en", passed.args) == en


@pytest.mark.parametrize(
    ("offer", "zh"),
    [
        (tiers({"off": 50, "points": 9}), "满额优惠：减 ¥0.50、得 9 积分"),
        (tiers({"gifts": ["pen"], "quantity": 2}), "满额优惠：送 pen x 2"),
        (piece(off=100), "特价：减 ¥3.00"),
        (sets({"rate": 5000}, buy=1, get=1), "多件优惠：减 ¥2.50"),
        (tiers({"off": 50, "free_freight": True}), "满额优惠：减 ¥0.50、免运费 ¥10.00"),
    ],
)
def test_what_counted_is_said(offer: Json, zh: str) -> None:
    (one,) = carts.quote(BASE, offer, postage=carts.POSTAGE).applied

    assert words.say(f"applied.{one.code}", "zh", one.args) == zh


def test_every_code_has_its_words() -> None:
    from shared.domain.promotions.promotion import Kind

    assert {f"applied.{kind}" for kind in Kind} <= words.CATALOGUE.keys()
