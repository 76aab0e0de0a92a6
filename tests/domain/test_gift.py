"""What is given along: so many sets for so many pieces, from what there is, to so many orders."""

import pytest

from shared.domain import gift
from shared.domain.content import Line
from shared.domain.gift import Grant, Promise
from shared.domain.order import FIRST_GIFT, Order, Status
from shared.domain.rules.rule import Each, Give, Limit
from tests.support import build

DAY = "2026-11-20"
EVERY_TWO = Give("cup", 1, per=2, most=3)
FIRST_HUNDRED = Give("cup", limit=Limit(100, Each.DAY))


def order(pieces: int = 7) -> Order:
    return build.order(content=build.content(lines=[build.line(quantity=pieces)]))


def given(
    give: Give, pieces: int = 7, short: tuple[str, ...] = (), full: bool = False
) -> gift.Given:
    def there(lines: tuple[Line, ...]) -> bool:
        return lines[-1].sku not in short

    promises = [Promise("cups", "cups@2", give)]
    return gift.given(order(pieces), promises, DAY, there, lambda grant: not full)


def units(found: gift.Given) -> dict[str, int]:
    return {line.sku: line.quantity for line in found.lines}


@pytest.mark.parametrize(
    ("pieces", "sets"), [(0, 0), (1, 0), (2, 1), (3, 1), (6, 3), (7, 3), (8, 3), (9, 3), (700, 3)]
)
def test_for_every_two_pieces_one_set_and_three_at_most(pieces: int, sets: int) -> None:
    assert gift.sets(EVERY_TWO, pieces) == sets


def test_without_a_most_there_are_as_many_as_the_pieces_bring() -> None:
    assert gift.sets(Give("cup", per=2), 700) == 350


def test_without_a_per_it_is_given_once() -> None:
    assert gift.sets(Give("cup", most=3), 700) == 1


@pytest.mark.parametrize(("of", "sets"), [((), 3), (("mug",), 3), (("hat",), 0)])
def test_only_pieces_of_these_goods_count(of: tuple[str, ...], sets: int) -> None:
    assert units(given(Give("cup", per=2, of=of))) == ({"cup": sets} if sets else {})


def test_a_set_is_so_many_units() -> None:
    assert units(given(Give("cup", 5, per=2, most=3))) == {"cup": 15}


def test_too_few_pieces_are_given_nothing_and_nothing_is_said() -> None:
    assert given(EVERY_TWO, pieces=1) == gift.Given()


def test_a_gift_is_a_line_of_its_own_that_costs_nothing() -> None:
    [line] = given(EVERY_TWO).lines

    assert line == Line(FIRST_GIFT, "cup", 3, 0, 0, 0, 0, gift=True)


def test_gifts_that_were_bought_with_the_order_bring_no_more_gifts() -> None:
    bought = [build.line(quantity=1), build.line("pen", 9, 0, gift=True)]
    one = build.order(content=build.content(lines=bought))

    found = gift.given(one, [Promise("r", "r@1", EVERY_TWO)], DAY, lambda _: True, lambda _: True)

    assert found.lines == ()


def test_several_rules_give_several_lines() -> None:
    promises = [Promise(sku, f"{sku}@1", Give(sku)) for sku in ("cup", "pen")]

    found = gift.given(order(), promises, DAY, lambda _: True, lambda _: True)

    assert [(line.no, line.sku) for line in found.lines] == [(501, "cup"), (502, "pen")]
    assert found.rules == ("cup@1", "pen@1")


def test_what_is_short_is_replaced_by_the_next_that_is_there() -> None:
    give = Give("cup", instead=("pen", "bag"))

    found = given(give, short=("cup", "pen"))

    assert units(found) == {"bag": 1}
    assert found.short == ("cup", "pen")
    assert found.rules == ("cups@2",)


def test_when_nothing_is_there_nothing_is_given() -> None:
    found = given(Give("cup", instead=("pen",)), short=("cup", "pen"))

    assert found == gift.Given(short=("cup", "pen"))


def test_whoever_comes_too_late_is_given_nothing() -> None:
    assert given(FIRST_HUNDRED, full=True) == gift.Given(spent=("cups@2",))


@pytest.mark.parametrize(("each", "counter"), [(Each.DAY, DAY), (Each.TOTAL, gift.TOTAL)])
def test_an_order_counts_once_towards_a_limited_number(each: Each, counter: str) -> None:
    give = Give("cup", 2, per=2, limit=Limit(100, each))
    one = build.order(gifts=given(give).lines)

    assert gift.grants(one) == {Grant("cups", counter, 100)}


def test_an_order_that_was_called_off_counts_no_longer() -> None:
    one = build.order(gifts=given(FIRST_HUNDRED).lines, status=Status.CANCELLED)

    assert gift.grants(one) == frozenset()


def test_an_unlimited_gift_counts_towards_nothing() -> None:
    assert gift.grants(build.order(gifts=given(EVERY_TWO).lines)) == frozenset()
