"""What each kind of promotion takes off which line, and what it lacks where it does not."""

from typing import Any

import pytest

from shared.domain import shares
from shared.domain.promotions.cart import BuyerSide, CartLine, There
from tests.support import carts
from tests.support.carts import cart, line, off, percent, piece, promotion, sets, tiers

Json = dict[str, Any]
SHIRT = line("shirt", 5000, floor=4500)
SHIRTS = line("shirt", 5000, 2, floor=4500)
PHP = line("php", 2000, 3)
STEPS = ({"rate": 1000}, {"amount": 2000, "rate": 1500}, {"amount": 3000, "rate": 2000})
TIERS: list[tuple[str, list[CartLine], Json, list[int]]] = [
    ("an amount in the ratio of the prices", [line("a", 20000), line("b", 60000)], off(40000),
     [10000, 30000]),
    ("the whole cart, and no more", [line("a", 5000), line("b", 15000)], off(100000),
     [5000, 15000]),
    ("with a fen for the earlier", [line(sku, 1000) for sku in "abc"], off(1000), [334, 333, 333]),
    ("never more than a line costs", [line("a", 199), line("b", 299), line("c", 1)], off(100),
     [40, 60, 0]),
    ("no piece below its floor", [SHIRT, line("php", 2000)], off(2000), [500, 1500]),
    ("dropping what there is no room for", [SHIRTS], off(5000), [1000]),
    ("pieces of a line alike", [SHIRTS, PHP], off(2000), [1000, 1000]),
    ("over as many lines as have room",
     [SHIRTS, line("keyboard", 2000, 2, floor=1500), line("mouse", 3000), line("cup", 1000)],
     off(3600), [1000, 1000, 1200, 400]),
    ("by floors of each line",
     [line("a", 1000), line("b", 2000, floor=1900), line("c", 5000, floor=5000),
      line("d", 3000, floor=2600)],
     off(1200), [700, 100, 0, 400]),
    ("nothing below nought", [line("a", 10000)], off(20000), [10000]),
    ("at its threshold", [line("a", 30000)], off(5000, amount=30000), [5000]),
    ("by the highest tier that is reached", [line("a", 30000)],
     tiers({"amount": 10000, "off": 500}, {"amount": 30000, "off": 3000},
           {"amount": 30001, "off": 9000}), [3000]),
    ("by pieces of several lines", [line("a", 100, 2), line("b", 100)],
     tiers({"pieces": 3, "off": 30}), [20, 10]),
    ("each time that the threshold is reached", [line("a", 35000)],
     tiers({"amount": 10000, "off": 1000}, benefit={"repeat": True}), [3000]),
    ("as often as it may repeat", [line("a", 95000)],
     tiers({"amount": 10000, "off": 1000}, benefit={"repeat": True}, limits={"per_order": 5}),
     [5000]),
    ("up to its cap", [line("a", 95000)],
     tiers({"amount": 10000, "off": 1000}, benefit={"repeat": True, "cap": 4500}), [4500]),
    ("a rate from nothing on", [line("a", 1000)], tiers(*STEPS), [100]),
    ("a rate by its first threshold", [line("a", 1000, 2)], tiers(*STEPS), [300]),
    ("a rate by its second threshold", [line("a", 1000, 3)], tiers(*STEPS), [600]),
    ("half of what is enough", [line("a", 3000)], tiers({"amount": 2000, "rate": 5000}), [1500]),
    ("a rate of the whole", [line("a", 6000)], percent(20), [1200]),
    ("a rate of a price with its margin", [line("a", 1100)], percent(10), [110]),
    ("a rate of tenths of a per cent", [line("a", 6000)], tiers({"rate": 1050}), [630]),
    ("a rate up to its cap",
     [line("a", 12000), line("b", 23000), line("c", 30000)],
     tiers({"rate": 1500}, benefit={"cap": 5000}), [923, 1769, 2308]),
    ("only on its goods", [line("a", 100, 2), line("b", 50, 3), line("c", 30, 4)],
     tiers({"amount": 100, "off": 20}, {"amount": 200, "off": 50}, scope={"skus": ["a", "b"]}),
     [29, 21, 0]),
    ("on its categories", [line("a", 100, category="hats"), line("b", 100)],
     off(10, scope={"categories": ["hats"]}), [10, 0]),
    ("not on what is excepted", [line("a", 100), line("b", 100)],
     off(10, scope={"not_skus": ["a"]}), [0, 10]),
]  # fmt: skip
PIECES: list[tuple[str, list[CartLine], Json, list[int]]] = [
    ("a price", [line("a", 1000, 3)], piece(price=900), [300]),
    ("not a higher one", [line("a", 800), line("b", 1000)], piece(price=900), [0, 100]),
    ("a rate, of each piece by itself", [line(sku, price) for sku, price in
     (("a", 104), ("b", 204), ("c", 304), ("d", 404))], piece(rate=1000), [10, 20, 30, 40]),
    ("so many pieces of each line", [line("a", 100), line("b", 150, 5)],
     piece(rate=1000, benefit={"each": 1}), [10, 15]),
    ("so many pieces of the order", [line("a", 1000, 3)],
     piece(rate=1000, limits={"per_order": 1}), [100]),
    ("not below the floor", [line("a", 1000, 3, floor=950)], piece(price=900), [150]),
    ("up to a cap", [line("a", 1000, 3), line("b", 1000)],
     piece(off=100, benefit={"cap": 200}), [150, 50]),
    ("from a threshold on", [line("a", 1000, 2)],
     promotion(benefit={"kind": "piece", "tiers": [{"pieces": 2, "price": 900},
                                                   {"pieces": 3, "price": 800}]}), [200]),
    ("all of it, and never more", [line("a", 1000)], piece(rate=10000), [1000]),
]  # fmt: skip
HALF, FREE = {"rate": 5000}, {"rate": 10000}
FOUR = [line("a", 500), line("b", 500), line("c", 1000), line("d", 1000)]
SWEATER = [line("sweater", 3000), line("A", 500, 2), line("B", 1000, 2)]
GETS: Json = {"gets": {"skus": ["A", "B"]}, "scope": {"skus": ["sweater"]}, "pick": "dearest"}
ONCE: Json = {"limits": {"per_order": 1}}
SETS: list[tuple[str, list[CartLine], Json, list[int]]] = [
    ("the second piece at half", [line("a", 1000, 2)], sets(HALF, buy=1, get=1), [500]),
    ("every second piece", [line("a", 1000, 5)], sets(HALF, buy=1, get=1), [1000]),
    ("the cheaper one of two", [line("a", 1000), line("b", 600)], sets(HALF, buy=1, get=1),
     [0, 300]),
    ("the third piece for nothing", [line("a", 1000), line("b", 600), line("c", 900)],
     sets({"price": 0}, buy=2, get=1), [0, 600, 0]),
    ("pieces for a price together", [line("a", 6000), line("b", 5000), line("c", 4000)],
     sets({"price": 10000}, get=3, together=True), [2000, 1667, 1333]),
    ("a set of the two cheapest free", [line("a", 6500, 2), line("b", 3000)], sets(FREE, get=2),
     [6500, 3000]),
    ("a set with an amount off", [line("a", 6000, 2), line("b", 3000)],
     sets({"off": 5000}, get=2, together=True), [3333, 1667]),
    ("a set at a price for each piece", [line("a", 6000, 2), line("b", 3000)],
     sets({"price": 2000}, get=2), [4000, 1000]),
    ("a set at a price", [line("a", 6000, 2), line("b", 3000)],
     sets({"price": 5000}, get=2, together=True), [2667, 1333]),
    ("the five cheapest for a price", [line("a", 11900, 5), line("b", 10700, 3)],
     sets({"price": 20000}, get=5, together=True), [15285, 20615]),
    ("no set that would be dearer", [line("a", 6000, 3), line("b", 10, 3)],
     sets({"price": 10000}, get=3, together=True, pick="dearest"), [8000, 0]),
    ("sets of three over several lines", [line("a", 500, 2), line("b", 500), line("c", 500)],
     sets({"off": 500}, get=3), [1000, 500, 0]),
    ("so much off each that is given", [line("a", 4762, 21)],
     sets({"off": 500}, buy=3, get=2), [4000]),
    ("so much off each whole group", [line("a", 4762, 21)],
     sets({"off": 500}, get=5, together=True), [2000]),
    ("as many groups as there may be", [line("a", 4762, 21)],
     sets({"off": 500}, get=5, together=True, limits={"per_order": 2}), [1000]),
    ("a rate of each that is given", [line("a", 5000, 20)],
     sets({"rate": 1000}, buy=3, get=2), [4000]),
    ("a rate of the whole group", [line("a", 5000, 20)], sets({"rate": 1000}, get=5), [10000]),
    ("what is bought is not given", FOUR, sets(FREE, buy=2, get=2), [500, 500, 0, 0]),
    ("the dearest of other goods", SWEATER, sets(FREE, buy=1, get=1, **GETS, **ONCE),
     [0, 0, 1000]),
    ("as many of other goods as there are", SWEATER, sets(FREE, buy=1, get=4, **GETS, **ONCE),
     [0, 1000, 2000]),
    ("the cheapest of other goods", SWEATER,
     sets(FREE, buy=1, get=1, **GETS | {"pick": "cheapest"}), [0, 500, 0]),
    ("other goods that count as bought too", [line("A", 500, 2)],
     sets(FREE, buy=1, get=1, gets={"skus": ["A"]}), [500]),
    ("sets up to a cap", [line("a", 1000, 4)], sets(FREE, buy=1, get=1, cap=1500), [1500]),
    ("sets above the floor", [line("a", 1000, 2, floor=800)], sets(HALF, buy=1, get=1), [400]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "offer", "less"),
    [pytest.param(*case, id=name) for name, *case in TIERS + PIECES + SETS],
)
def test_a_promotion_takes_off(lines: list[CartLine], offer: Json, less: list[int]) -> None:
    found = carts.quote(cart(*lines), offer)

    assert carts.less(found) == less
    assert carts.applied(found).fen == sum(less)
    assert carts.applied(found).lines == {no: fen for no, fen in enumerate(less, 1) if fen}


@pytest.mark.parametrize(
    ("lines", "offer", "code", "args"),
    [
        ([line("a", 29950)], off(5000, amount=30000), "short-amount", {"lacks": 50}),
        ([line("a", 29950)], tiers({"pieces": 3, "off": 1}), "short-pieces", {"count": 2}),
        ([line("a", 100, 2)], sets(HALF, buy=2, get=1), "short-pieces", {"count": 1}),
        ([line("a", 100)], sets(HALF, get=2), "short-pieces", {"count": 1}),
        (
            [line("sweater", 100)],
            sets(FREE, buy=1, get=1, **GETS),
            "none-to-get",
            {"count": 1},
        ),
        ([line("sweater", 9)], sets(FREE, buy=2, get=1, **GETS), "short-pieces", {"count": 1}),
        ([line("a", 100)], off(1, scope={"skus": ["b"]}), "no-goods", {}),
        ([line("a", 100, floor=100)], off(1), "nothing-left", {}),
        ([line("a", 100)], piece(price=100), "nothing-left", {}),
    ],
)
def test_a_promotion_that_does_not_count_says_what_is_lacking(
    lines: list[CartLine], offer: Json, code: str, args: Json
) -> None:
    found = carts.quote(cart(*lines), offer)

    (passed,) = found.passed
    assert (passed.promotion, passed.code, passed.args) == ("p@3", code, args)
    assert sum(carts.less(found)) == 0
    assert found.applied == ()


def test_what_the_floors_left_no_room_for_is_said() -> None:
    found = carts.quote(cart(SHIRTS), off(5000))

    assert carts.applied(found).args["brings"] == [
        {"what": "less", "less": 1000},
        {"what": "floored", "dropped": 4000},
    ]


def test_goods_that_are_cheaper_already_may_be_left_out() -> None:
    php = line("php", 2000)
    catalogue = piece("c", off=250, scope={"skus": ["php"]})

    found = carts.quote(
        cart(SHIRTS, php, line("symfony", 4000)), catalogue, off(2700, scope={"full_price": True})
    )

    assert carts.less(found) == [1000, 250, 1700]


@pytest.mark.parametrize(
    ("lines", "offer", "units", "back"),
    [
        ([line("a", 15000), line("b", 6000)], percent(20), 1, 12000),
        ([line("a", 5000, 6)], tiers({"amount": 30000, "rate": 1000}), 5, 22500),
        ([line("a", 10000, 3)], off(1000), 1, 9667),
        ([line("a", 334, 3)], off(1), 3, 1001),
    ],
)
def test_what_comes_back_for_pieces_of_the_first_line_is_what_they_cost(
    lines: list[CartLine], offer: Json, units: int, back: int
) -> None:
    found = carts.quote(cart(*lines), offer)

    assert shares.of(found.lines[0], 0, units).paid == back


# --- what is brought beside ----------------------------------------------------


def test_a_tier_may_bring_money_off_free_freight_and_points_at_once() -> None:
    found = carts.quote(
        cart(line("a", 100, 2), line("b", 50, 3), line("c", 30, 4)),
        tiers(
            {"amount": 100, "off": 20},
            {"amount": 200, "off": 50, "free_freight": True, "points": 100},
            scope={"skus": ["a", "b"]},
        ),
        postage=carts.POSTAGE,
    )

    assert (found.amounts.goods_total, found.amounts.total, found.fee) == (470, 420, 1000)
    assert [each.priced.earned for each in found.lines if each.priced] == [57, 43, 0]
    assert (found.earned, found.amounts.freight) == (100, 0)
    assert [one["what"] for one in carts.applied(found).args["brings"]] == [
        "less",
        "freight",
        "earned",
    ]


@pytest.mark.parametrize(("pieces", "gifts"), [(1, 0), (2, 1), (7, 3), (9, 3)])
def test_gifts_repeat_up_to_their_limit(pieces: int, gifts: int) -> None:
    gift = tiers({"pieces": 2, "gifts": ["pen"]}, benefit={"repeat": True},
                 limits={"per_order": 3})  # fmt: skip

    found = carts.quote(cart(line("a", 100, pieces)), gift)

    assert [(one.sku, one.quantity) for one in found.gifts] == [("pen", gifts)] * bool(gifts)
    assert found.amounts.total == 100 * pieces


CHOICE = {"gifts": ["pen", "cup", "bag"]}
STOCK = {"pen": There(1, 100), "cup": There(5, 900), "bag": There(0, 2000)}


@pytest.mark.parametrize(
    ("benefit", "quantity", "wishes", "there", "given"),
    [
        ({}, 1, (), STOCK, "pen"),
        ({}, 2, (), STOCK, "cup"),
        ({"pick": "dearest"}, 1, (), STOCK, "cup"),
        ({"pick": "cheapest"}, 1, (), STOCK, "pen"),
        ({}, 1, ("cup",), STOCK, "cup"),
        ({}, 1, ("bag",), STOCK, "pen"),
        ({"pick": "dearest"}, 1, (), {}, None),
        ({}, 6, (), STOCK, None),
        ({}, 6, (), None, "pen"),
    ],
)
def test_one_gift_of_several_is_chosen_among_those_that_are_there(
    benefit: Json,
    quantity: int,
    wishes: tuple[str, ...],
    there: dict[str, There] | None,
    given: str | None,
) -> None:
    gift = tiers({**CHOICE, "quantity": quantity}, benefit=benefit)

    found = carts.quote(cart(line("a", 100), wishes=wishes), gift, there=there)

    assert [one.sku for one in found.gifts] == ([given] if given else [])
    assert carts.why(found) == ({} if given else {"p": "gift-short"})


def test_what_the_cart_takes_itself_and_other_gifts_leave_fewer_to_give() -> None:
    there = {"pen": There(3)}
    gifts = [tiers({"gifts": ["pen"], "points": 1}, id_=name) for name in ("p1", "p2")]

    found = carts.quote(cart(line("pen", 100, 2)), *gifts, there=there)

    assert [one.promotion for one in found.gifts] == ["p1@3"]
    assert carts.why(found) == {"p2": "gift-short"}
    assert carts.counting(found) == ["p1", "p2"]


# --- points, add-ons, freight ----------------------------------------------------

SPEND = promotion(benefit={"kind": "points", "tiers": [{"points": 100, "off": 100}],
                           "cap_rate": 5000})  # fmt: skip


@pytest.mark.parametrize(
    ("has", "wants", "spent", "less"),
    [
        (1000, 1000, 1000, [667, 333]),
        (1000, 350, 300, [200, 100]),
        (250, 1000, 200, [133, 67]),
        (9000, 9000, 1500, [1000, 500]),
        (99, 500, 0, [0, 0]),
        (500, 0, 0, [0, 0]),
    ],
)
def test_points_are_spent_in_whole_steps_up_to_a_part_of_the_price(
    has: int, wants: int, spent: int, less: list[int]
) -> None:
    asked = cart(line("a", 2000), line("b", 1000), buyer=BuyerSide("b1", points=has), points=wants)

    found = carts.quote(asked, SPEND)

    assert (found.spent, carts.less(found)) == (spent, less)
    assert sum(each.priced.spent for each in found.lines if each.priced) == spent
    assert carts.why(found) == ({"p": "short-points"} if has < 100 else {})


ADD_ON = promotion(
    "p",
    scope={"not_skus": ["mug"]},
    limits={"per_order": 2},
    benefit={
        "kind": "add-on",
        "tiers": [{"amount": 10000, "price": 990}],
        "gets": {"skus": ["mug", "cup"]},
    },
)


@pytest.mark.parametrize(
    ("main", "added", "less", "passed"),
    [
        (10000, line("mug", 3000, 2, add_on="p"), 4020, None),
        (10000, line("mug", 3000, 3, add_on="p"), 4020, None),
        (9950, line("mug", 3000, add_on="p"), 0, ("short-amount", {"lacks": 50})),
        (10000, line("hat", 3000, add_on="p"), 0, ("not-an-add-on", {"skus": ("hat",)})),
        (10000, line("mug", 3000, add_on="q"), 0, ("no-such-promotion", {"id": "q"})),
        (10000, line("mug", 3000), 0, None),
    ],
)
def test_an_add_on_has_its_price_where_enough_else_is_bought(
    main: int, added: CartLine, less: int, passed: tuple[str, Json] | None
) -> None:
    found = carts.quote(cart(line("a", main), added), ADD_ON)

    assert carts.less(found) == [0, less]
    assert [(one.code, one.args) for one in found.passed] == ([passed] if passed else [])


FREIGHTS = [
    ({"free_freight": True}, 0),
    ({"free_freight": True, "pieces": 12}, 0),
    ({"free_freight": True, "pieces": 13}, 1000),
    ({"free_freight": True, "amount": 2400}, 0),
    ({"free_freight": True, "amount": 2400, "pieces": 12}, 0),
    ({"free_freight": True, "amount": 2401, "pieces": 12}, 1000),
    ({"off": 300}, 700),
    ({"off": 3000}, 0),
    ({"rate": 2500}, 750),
]


@pytest.mark.parametrize(("tier", "freight"), FREIGHTS)
def test_freight_is_free_or_cheaper_from_its_thresholds_on(tier: Json, freight: int) -> None:
    asked = cart(line("a", 200, 2), line("b", 200, 10))

    found = carts.quote(asked, tiers(tier, lane="freight"), postage=carts.POSTAGE)

    assert (found.fee, found.amounts.freight) == (1000, freight)
    assert found.amounts.total == 2400 + freight
    assert sum(each.priced.freight for each in found.lines if each.priced) == freight
    if freight < 1000:
        assert carts.applied(found).fen == 1000 - freight


def test_a_discount_of_goods_leaves_freight_alone() -> None:
    found = carts.quote(cart(line("a", 10000)), off(20000), postage=carts.POSTAGE)

    assert (found.amounts.discount, found.amounts.freight, found.amounts.total) == (
        10000,
        1000,
        1000,
    )


def test_freight_is_shared_by_pieces_that_are_carried() -> None:
    asked = cart(line("a", 100, 2), line("b", 100, 10), line("card", 100, ships=False))

    found = carts.quote(asked, postage=carts.postage(3000))

    assert [each.priced.freight for each in found.lines if each.priced] == [500, 2500, 0]


def test_what_nothing_is_sent_to_is_said() -> None:
    zoned = carts.postage(3000, "浙江")

    assert not carts.quote(cart(line("a", 100), area=("西藏", "拉萨")), postage=zoned).sent
    assert carts.quote(cart(line("a", 100), area=("浙江省",)), postage=zoned).sent
    assert carts.quote(cart(line("a", 100, ships=False)), postage=zoned).sent


def test_a_percentage_of_each_unit_and_one_of_the_order_follow_each_other() -> None:
    found = carts.quote(cart(line("a", 155880)), piece("p1", rate=1000), percent(10, "p2"))

    assert carts.priced(found).sale == 140292
    assert carts.priced(found).paid == 126263
