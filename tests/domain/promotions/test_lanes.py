"""Which promotions count together: lanes, groups, exclusive ones, codes, limits, time, buyers."""

from itertools import product
from typing import Any, NamedTuple

import pytest

from shared.domain.content import Lane, Off, Use
from shared.domain.promotions import quoting
from shared.domain.promotions.cart import BuyerSide, Code
from tests.support import carts
from tests.support.carts import cart, line, off, percent, piece, promotion, tiers

Json = dict[str, Any]
HUNDRED = line("a", 10000)
ORDER = ("item", "order", "coupon", "points", "freight")


# --- one lane after the other -----------------------------------------------------


@pytest.mark.parametrize(
    ("threshold", "total"),
    [(6000, 5400), (6400, 5400), (6401, 6400), (6800, 6400)],
)
def test_a_lane_sees_the_prices_after_those_before_it(threshold: int, total: int) -> None:
    found = carts.quote(
        cart(line("a", 3000), line("b", 4000)),
        piece("cheaper", rate=2000, scope={"skus": ["a"]}),
        off(1000, "less", amount=threshold),
    )

    assert found.amounts.total == total


def test_an_off_of_the_item_lane_is_a_discount_and_the_others_a_share() -> None:
    found = carts.quote(cart(HUNDRED), piece("p1", off=1000), off(500, "p2"))

    only = carts.priced(found)
    assert (only.amount, only.discount, only.sale, only.share, only.paid) == (
        10000,
        1000,
        9000,
        500,
        8500,
    )
    assert only.priced
    assert only.priced.offs == (Off("p1@3", Lane.ITEM, 1000), Off("p2@3", Lane.ORDER, 500))


def test_within_a_lane_each_sees_what_those_of_greater_priority_left() -> None:
    offers = [
        piece("p1", off=30, benefit={"each": 2}, priority=2),
        piece("p2", off=50, benefit={"each": 1}, priority=1),
    ]

    found = carts.quote(cart(line("a", 50), line("b", 150)), *offers)

    assert {one.name: dict(one.lines) for one in found.applied} == {
        "p1": {1: 30, 2: 30},
        "p2": {1: 20, 2: 50},
    }


def test_nothing_is_ever_below_nought() -> None:
    found = carts.quote(cart(HUNDRED), percent(100, "p1", priority=1), percent(20, "p2"))

    assert found.amounts.total == 0
    assert carts.why(found) == {"p2": "nothing-left"}


def test_a_first_order_and_a_free_freight_of_a_tier() -> None:
    found = carts.quote(
        cart(line("a", 10000, 7)),
        piece("p1", off=1000),
        tiers({"amount": 50000, "free_freight": True}, id_="p2", lane="freight"),
        postage=carts.POSTAGE,
    )

    assert (found.amounts.total, found.amounts.freight) == (63000, 0)


# --- which exclude each other ------------------------------------------------------


@pytest.mark.parametrize(
    ("offers", "by_priority", "counting", "total"),
    [
        ([percent(20, "e", exclusive=True, priority=1), off(1000, "o", priority=5)], True,
         ["e"], 8000),
        ([off(500, "e", exclusive=True, priority=1), off(1000, "o", priority=5)], True,
         ["e"], 9500),
        ([percent(20, "e", exclusive=True, priority=2),
          off(1000, "o", exclusive=True, priority=5)], True, ["o"], 9000),
        ([percent(20, "e", exclusive=True, priority=2),
          off(1000, "o", exclusive=True, priority=5)], False, ["e"], 8000),
        ([percent(20, "e", exclusive=True), off(1500, "o", priority=2), off(1000, "q")], False,
         ["o", "q"], 7500),
        ([off(900, "x", group="g", priority=1), off(1000, "o", group="g")], True, ["x"], 9100),
        ([off(900, "x", group="g", priority=1), off(1000, "o", group="g")], False, ["o"], 9000),
        ([off(900, "x", group="g", priority=1), off(1000, "o", group="h")], False,
         ["x", "o"], 8100),
        ([off(900, "x", group="g", priority=1, amount=20000), off(100, "o", group="g")], True,
         ["o"], 9900),
        ([off(500, "x", group="g", priority=2), off(500, "o", group="g", priority=1)], False,
         ["x"], 9500),
    ],
)  # fmt: skip
def test_priority_or_the_buyers_advantage_decides(
    offers: list[Json], by_priority: bool, counting: list[str], total: int
) -> None:
    lanes = ("order",) if by_priority else ()

    found = carts.quote(cart(HUNDRED), *offers, by_priority=lanes)

    assert carts.counting(found) == counting
    assert found.amounts.total == total


def test_who_gave_way_says_to_whom() -> None:
    found = carts.quote(cart(HUNDRED), off(900, "x", group="g"), off(1000, "o", group="g"))

    (passed,) = found.passed
    assert (passed.name, passed.code, passed.args) == ("x", "not-with", {"name": "o"})


def test_of_two_prices_of_a_group_each_line_has_its_own_best() -> None:
    found = carts.quote(
        cart(line("a", 1000), line("b", 1000)),
        piece("member", rate=1000, group="price", priority=1),
        piece("flash", price=500, group="price", scope={"skus": ["b"]}),
    )

    assert carts.less(found) == [100, 500]
    assert {one.name: dict(one.lines) for one in found.applied} == {
        "member": {1: 100},
        "flash": {2: 500},
    }
    assert found.passed == ()


@pytest.mark.parametrize("by_priority", [(), ("item",)])
def test_each_line_of_thirty_prices_has_what_it_would_have_alone(by_priority: Any) -> None:
    rates = [100 + 37 * (at * 7 % 30) for at in range(30)]
    offers = [
        piece(f"p{at:02}", rate=rate, group="price", priority=at, scope={"not_skus": [f"s{at}"]})
        for at, rate in enumerate(rates)
    ]
    goods = [line(f"s{no}", 1000 + no, floor=(1000 + no) * (no % 2)) for no in range(20, 30)]

    found = carts.quote(cart(*goods), *offers, by_priority=by_priority)

    alone = [carts.quote(cart(each), *offers, by_priority=by_priority) for each in goods]
    assert carts.less(found) == [carts.less(one)[0] for one in alone]
    assert set(carts.counting(found)) == {name for one in alone for name in carts.counting(one)}


def test_a_price_of_a_group_says_what_was_floored_only_of_the_lines_that_have_it() -> None:
    goods = [line("a", 1000, floor=800), line("b", 1000, floor=1000)]

    found = carts.quote(cart(*goods), piece(price=500, group="price"))

    assert carts.applied(found).args["brings"] == [
        {"what": "less", "less": 200},
        {"what": "floored", "dropped": 300},
    ]


def test_what_has_no_group_stands_beside_the_best_price_of_a_line() -> None:
    offers = [
        piece("flash", price=600, group="price", priority=3),
        piece("member", rate=5000, group="price", priority=1),
        piece("extra", off=300, priority=2, scope={"skus": ["a"]}),
    ]

    found = carts.quote(cart(line("a", 1000), line("b", 1000)), *offers)

    assert carts.less(found) == [700, 500]


def test_a_group_counts_only_where_two_touch_the_same_goods() -> None:
    offers = [off(100, sku, group="g", scope={"skus": [sku]}) for sku in "ab"]

    found = carts.quote(cart(line("a", 1000), line("b", 1000)), *offers)

    assert carts.less(found) == [100, 100]


@pytest.mark.parametrize("count", [3, 5, 12, 40])
def test_the_best_choice_is_never_worse_than_that_by_priority(count: int) -> None:
    offers = [
        tiers(
            {"amount": 500 * (at % 5), "off": 100 + 37 * (at * 7 % 11)},
            id_=f"p{at:02}",
            priority=at * 5 % 7,
            group=f"g{at % 4}",
            scope={"skus": ["a", "b"] if at % 3 else ["b", "c"]},
        )
        for at in range(count)
    ]
    asked = cart(line("a", 2000), line("b", 3000), line("c", 500))

    best = carts.quote(asked, *offers)

    assert best.amounts.total <= carts.quote(asked, *offers, by_priority=ORDER).amounts.total


def test_the_best_choice_of_few_is_the_best_of_all() -> None:
    offs = [[(300, 0), (500, 4500)], [(200, 0), (900, 4900)], [(100, 0), (150, 0)]]
    offers = [
        [off(fen, f"p{group}{at}", amount=amount, group=f"g{group}", priority=9 - 3 * group - at)
         for at, (fen, amount) in enumerate(some)]
        for group, some in enumerate(offs)
    ]  # fmt: skip
    asked = cart(line("a", 5000))

    found = carts.quote(asked, *[one for some in offers for one in some])

    totals = [carts.quote(asked, *some).amounts.total for some in product(*offers)]
    assert found.amounts.total <= min(totals)


# --- coupons -----------------------------------------------------------------------


def coupon(fen: int, *codes: str, id_: str = "c", **more: Any) -> Json:
    return off(fen, id_, coupon=True, codes=list(codes), **more)


@pytest.mark.parametrize(
    ("offer", "codes", "less", "why"),
    [
        (coupon(1000, "Abc"), ["Abc"], 1000, {}),
        (coupon(1000, "Abc"), ["abc"], 0, {"abc": "no-such-code"}),
        (coupon(1000, "Abc"), [], 0, {}),
        (coupon(1000, "Abc"), ["Abc", "Abc"], 1000, {}),
        (coupon(1000, "Abc", "Def"), ["Abc", "Def"], 1000, {"c": "once"}),
        (coupon(10000, "Abc"), ["Abc"], 0, {"c": "exceeds-payable"}),
        (coupon(9999, "Abc"), ["Abc"], 9999, {}),
        (coupon(1000, "Abc", amount=10050), ["Abc"], 0, {"c": "short-amount"}),
        (coupon(1000, "Abc", scope={"shops": ["jd"]}), ["Abc"], 0, {"c": "not-here"}),
        (coupon(1000, "Abc", active=False), ["Abc"], 0, {"Abc": "no-such-code"}),
        (coupon(1000, "Abc", until="2026-11-22T10:00:00Z"), ["Abc"], 0, {"c": "not-now"}),
    ],
)
def test_a_coupon_counts_once_and_never_takes_all(
    offer: Json, codes: list[str], less: int, why: dict[str, str]
) -> None:
    found = carts.quote(cart(HUNDRED, codes=tuple(map(Code, codes))), offer)

    assert carts.less(found) == [less]
    assert carts.why(found) == why
    assert found.codes == (tuple(codes[:1]) if less else ())
    assert [one.coupon for one in found.applied] == list(found.codes)


@pytest.mark.parametrize(
    ("code", "used", "less", "why"),
    [
        (Code("X1", "c", most=1), 0, 500, {}),
        (Code("X1", "c", most=1), 1, 0, {"c": "used-up"}),
        (Code("X1", "c", most=0), 9, 500, {}),
        (Code("X1", "c", why="not-now"), 0, 0, {"c": "not-now"}),
        (Code("X1", "gone"), 0, 0, {"X1": "no-such-code"}),
    ],
)
def test_a_code_may_be_issued_by_itself_and_for_so_many_orders(
    code: Code, used: int, less: int, why: dict[str, str]
) -> None:
    offer = coupon(500)

    found = carts.quote(cart(HUNDRED, codes=(code,)), offer, room={"code|X1": used})

    assert (carts.less(found), carts.why(found)) == ([less], why)
    counted = (Use("code|X1", 1, 1),) if less and code.most else ()
    assert found.uses == counted


def test_a_coupon_of_half_is_capped_and_spread_over_its_goods() -> None:
    offer = tiers(
        {"amount": 350, "rate": 5000},
        benefit={"cap": 70},
        coupon=True,
        codes=["HALF"],
        scope={"skus": ["a", "b"]},
    )

    found = carts.quote(
        cart(line("a", 200), line("b", 150), line("c", 120), codes=(Code("HALF"),)), offer
    )

    assert carts.paid(found) == [160, 120, 120]


# --- limits ------------------------------------------------------------------------

LIMITS = {"total": 100, "per_buyer": 2, "per_day": 10, "budget": 5000}
COUNTERS = ("p|total", "p|2026-11-22", "p|b1", "p|budget")


@pytest.mark.parametrize(
    ("room", "why"),
    [
        ({}, {}),
        ({"p|total": 99, "p|b1": 1, "p|2026-11-22": 9, "p|budget": 4000}, {}),
        ({"p|total": 100}, {"p": "used-up"}),
        ({"p|b1": 2}, {"p": "used-up-by-you"}),
        ({"p|2026-11-22": 10}, {"p": "used-up-today"}),
        ({"p|2026-11-21": 10}, {}),
        ({"p|budget": 4001}, {"p": "budget-spent"}),
    ],
)
def test_a_limited_promotion_counts_as_long_as_there_is_room(
    room: dict[str, int], why: dict[str, str]
) -> None:
    asked = cart(HUNDRED, buyer=BuyerSide("b1"))
    offer = off(1000, limits=LIMITS)

    found = carts.quote(asked, offer, room=room)

    assert carts.why(found) == why
    assert carts.less(found) == [0 if why else 1000]
    uses = [Use("p|total", 1, 100), Use("p|2026-11-22", 1, 10), Use("p|b1", 1, 2),
            Use("p|budget", 1000, 5000)]  # fmt: skip
    assert list(found.uses) == ([] if why else uses)


def test_what_can_be_asked_for_is_known_before() -> None:
    asked = cart(HUNDRED, buyer=BuyerSide("b1"), codes=(Code("X1", "c", most=1),))
    book = carts.book(
        off(1000, limits=LIMITS),
        coupon(1, limits={"total": 5}),
        tiers({"gifts": ["pen", "cup"]}, id_="g"),
        off(1, "elsewhere", limits={"total": 1}, scope={"shops": ["jd"]}),
    )

    assert set(quoting.counters(asked, book)) == {*COUNTERS, "c|total", "code|X1"}
    assert quoting.gifts(asked, book) == ("pen", "cup")


def test_a_promotion_is_used_once_by_an_order_that_has_it_on_several_lines() -> None:
    offer = piece(off=10, group="g", limits={"total": 5})

    found = carts.quote(cart(line("a", 100), line("b", 100)), offer)

    assert found.uses == (Use("p|total", 1, 5),)


# --- for whom and when ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "buyer", "why"),
    [
        ({"levels": ["gold"]}, BuyerSide("b1", "gold"), {}),
        ({"levels": ["gold"]}, BuyerSide("b1", "silver"), {"p": "level"}),
        ({"new_buyers": True}, BuyerSide("b1", orders=0), {}),
        ({"new_buyers": True}, BuyerSide("b1", orders=1), {"p": "not-new"}),
        ({"new_buyers": True}, BuyerSide("b1"), {"p": "buyer-unknown"}),
        ({"shops": ["tm"], "channels": ["taobao", "jd"]}, BuyerSide(), {}),
    ],
)
def test_a_promotion_may_be_for_some_buyers_only(
    scope: Json, buyer: BuyerSide, why: dict[str, str]
) -> None:
    found = carts.quote(cart(line("a", 5000), buyer=buyer), percent(20, scope=scope))

    assert found.amounts.total == (5000 if why else 4000)
    assert carts.why(found) == why


def test_nobody_hears_of_what_is_for_another_shop_or_switched_off() -> None:
    offers = [
        off(1, "p1", scope={"shops": ["jd"]}),
        off(1, "p2", scope={"channels": ["jd"]}),
        off(1, "p3", active=False),
        coupon(1, "Abc"),
    ]

    assert carts.quote(cart(HUNDRED), *offers).passed == ()


def test_a_limit_for_each_buyer_needs_to_know_the_buyer() -> None:
    assert carts.why(carts.quote(cart(HUNDRED), off(1, limits={"per_buyer": 1}))) == {
        "p": "buyer-unknown"
    }


@pytest.mark.parametrize(
    ("when", "on"),
    [
        ({"since": "2026-11-22T18:00:00+08:00"}, True),
        ({"since": "2026-11-22T18:00:01+08:00"}, False),
        ({"until": "2026-11-22T18:00:00+08:00"}, False),
        ({"until": "2026-11-22T18:00:01+08:00"}, True),
        ({"days": [7]}, True),
        ({"days": [1, 6]}, False),
        ({"hours": [{"from": "18:00", "to": "20:00"}]}, True),
        ({"hours": [{"from": "10:00", "to": "18:00"}]}, False),
        ({"hours": [{"from": "08:00", "to": "09:00"}, {"from": "17:59", "to": "24:00"}]}, True),
        ({"days": [7], "hours": [{"from": "00:00", "to": "12:00"}]}, False),
    ],
)
def test_times_are_half_open_and_hours_are_those_of_china(when: Json, on: bool) -> None:
    found = carts.quote(cart(HUNDRED), off(100, **when))

    assert carts.why(found) == ({} if on else {"p": "not-now"})


# --- campaigns -----------------------------------------------------------------------


class Terms(NamedTuple):
    campaign: str
    prices: dict[str, int]
    offs: dict[str, Off]


def test_the_price_of_a_campaign_takes_the_place_of_the_item_lane() -> None:
    terms = Terms("group-buy", {"a": 8000}, {})
    offers = [piece("flash", price=100), off(500, "less")]

    found = carts.quote(cart(HUNDRED, line("b", 900), terms=terms), *offers)

    assert (carts.priced(found).unit_price, carts.priced(found).discount) == (8000, 0)
    assert carts.priced(found, 2).sale == 100
    assert found.amounts.total == 8000 + 100 - 500


def test_a_deposit_that_counts_for_more_comes_off_before_its_lane() -> None:
    terms = Terms("presale", {}, {"a": Off("presale@1", Lane.ORDER, 300, platform=True)})

    found = carts.quote(cart(line("a", 10000, 2), terms=terms), off(500, amount=19400))

    only = carts.priced(found).priced
    assert only
    assert only.offs == (
        Off("presale@1", Lane.ORDER, 600, platform=True),
        Off("p@3", Lane.ORDER, 500),
    )
    assert [one.code for one in found.applied] == ["campaign", "tiers"]


def test_who_bears_it_is_kept_with_what_it_took_off() -> None:
    found = carts.quote(cart(HUNDRED), off(100, bearer="platform"))

    only = carts.priced(found).priced
    assert only
    assert only.offs == (Off("p@3", Lane.ORDER, 100, platform=True),)
    assert carts.applied(found).platform


def test_points_are_earned_by_what_is_paid_in_their_lane() -> None:
    earn = tiers({"amount": 100, "points": 1}, benefit={"repeat": True}, lane="points")

    found = carts.quote(cart(line("a", 10000), line("b", 5050)), off(1000, "o"), earn)

    assert found.earned == 140
    assert [each.priced.earned for each in found.lines if each.priced] == [93, 47]


def test_points_are_there_for_one_promotion_only() -> None:
    spend = [
        promotion(
            f"p{at}",
            scope={"skus": [sku]},
            benefit={"kind": "points", "tiers": [{"points": 100, "off": fen}]},
        )
        for at, (sku, fen) in enumerate((("a", 50), ("b", 80)))
    ]
    asked = cart(HUNDRED, line("b", 9000), buyer=BuyerSide("b1", points=100), points=100)

    found = carts.quote(asked, *spend)

    assert (found.spent, carts.less(found)) == (100, [0, 80])
    assert carts.why(found) == {"p0": "not-with"}


def test_a_free_gift_leaves_when_its_reason_leaves() -> None:
    gift = tiers({"amount": 9500, "gifts": ["pen"]}, lane="coupon")

    assert carts.quote(cart(HUNDRED), gift).gifts
    assert not carts.quote(cart(HUNDRED), gift, off(501, "o")).gifts


def test_an_unknown_add_on_and_a_coupon_may_stand_side_by_side() -> None:
    asked = cart(HUNDRED, line("b", 100, add_on="p9"), codes=(Code("nope"),))

    assert [one.code for one in carts.quote(asked, off(1)).passed] == [
        "no-such-code",
        "no-such-promotion",
    ]
