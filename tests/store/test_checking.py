"""Counters against ledgers in the table: what is broken is found, what moves is not."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.domain.ledger import Difference, Flaw
from shared.domain.stock import Cause, Change, Place
from shared.runtime import clock
from shared.store import checking, hot, keys, ledgers, postings, stock
from shared.store.table import StockRow
from tests.support import spoil
from tests.support.build import NOON, Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail

HERE = Place("mug", "hz")
LONG = 60.0


def move(acme: Merchant, units: int, place: Place = HERE) -> None:
    change = Change(place, "adjusted", {"free": units}, beyond=True)
    stock.apply(acme.id, [change], Cause("movement", "m", NOON))


def flaws(acme: Merchant) -> list[Flaw]:
    return [one.flaw for one in checking.page(acme.id, "", 100, LONG).differences]


def test_stock_that_orders_moved_has_no_differences(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 20)
    for number in range(4):
        acme.place(number=f"TB-{number}")
    mail.pump()
    acme.call("PUT", "/v1/stock/mug/hz", {"on_hand": 30})

    assert flaws(acme) == []
    assert acme.stock("mug") == (22, 8)


def test_a_counter_that_was_changed_past_its_ledger_is_found_until_it_is_mended(
    acme: Merchant, engine: Engine
) -> None:
    acme.put_stock("mug", 5)
    spoil.counter(engine, acme.id, HERE, "free", -2)

    (one,) = checking.page(acme.id, "", 100, LONG).differences

    assert (one.flaw, one.place, one.counter) == (Flaw.DRIFT, HERE, "free")
    assert (one.shows, one.should) == (3, 5)
    spoil.counter(engine, acme.id, HERE, "free", 2)
    assert flaws(acme) == []


def test_lines_that_were_lost_leave_a_gap(acme: Merchant, engine: Engine) -> None:
    for _ in range(3):
        move(acme, 2)
    ledgers.spill(acme.id, HERE)
    move(acme, 1)
    assert flaws(acme) == []

    spoil.lose_lines(engine, acme.id, HERE, 1)

    assert flaws(acme) == [Flaw.DRIFT, Flaw.GAP]


def test_lines_that_were_lost_at_the_end_are_missed_though_they_add_up_to_nothing(
    acme: Merchant, engine: Engine
) -> None:
    move(acme, 2)
    ledgers.spill(acme.id, HERE)
    move(acme, 3)
    move(acme, -3)
    ledgers.spill(acme.id, HERE)

    spoil.lose_lines(engine, acme.id, HERE, 2)

    assert flaws(acme) == [Flaw.GAP]


def test_stock_below_nought_is_a_difference_where_it_may_not_be(
    acme: Merchant, engine: Engine
) -> None:
    move(acme, -2)
    assert flaws(acme) == [Flaw.BELOW]

    acme.call("PUT", "/v1/warehouses/hz", {"name": "杭州仓", "negative": True})

    assert flaws(acme) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_check_every_place_once(acme: Merchant, limit: int) -> None:
    places = [Place(f"s{n}", warehouse) for n in range(4) for warehouse in ("gz", "hz")]
    for place in places:
        move(acme, 1, place)

    seen: list[Place] = []
    after = ""
    for _ in range(20):
        page = checking.page(acme.id, after, limit, LONG)
        seen += page.places
        if not (after := page.after):
            break

    assert seen == places


def test_when_its_time_is_over_it_says_where_it_stopped(acme: Merchant) -> None:
    move(acme, 1, Place("a", "hz"))
    move(acme, 1, Place("b", "hz"))

    page = checking.page(acme.id, "", 100, seconds=0)

    assert page.places == (Place("a", "hz"),)
    assert checking.page(acme.id, page.after, 100, LONG).places == (Place("b", "hz"),)


def test_stock_that_moves_meanwhile_is_no_difference(acme: Merchant) -> None:
    """Others write and tidy away lines while the place is checked again and again."""
    end = clock.ticks() + 1.0
    move(acme, 1)

    def write(_: int) -> None:
        while clock.ticks() < end:
            move(acme, 1)
            ledgers.spill(acme.id, HERE)

    with ThreadPoolExecutor(3) as pool:
        writing = pool.map(write, range(2))
        found: list[Difference] = []
        while clock.ticks() < end:
            found += checking.page(acme.id, "", 1, LONG).differences
        list(writing)

    assert found == []
    assert flaws(acme) == []


def test_a_long_ledger_is_checked_in_parts_however_little_time_there_is(
    acme: Merchant, engine: Engine
) -> None:
    many = 5 * checking.BETWEEN // 2
    cause = Cause("movement", "m", NOON)
    one = postings.line(Change(HERE, "adjusted", {"free": 1}), cause)
    rows = [
        StockRow(*keys.ledger(acme.id, HERE, seq), v=100, body=postings.packed([one] * 100))
        for seq in range(1, many, 100)
    ]
    with StockRow.batch_write() as batch:
        for row in rows:
            batch.save(row)
    move(acme, many)
    engine.client().update_item(
        **spoil.row(acme.id, HERE),
        UpdateExpression="SET #first = :first",
        ExpressionAttributeNames={"#first": "first"},
        ExpressionAttributeValues={":first": {"N": str(many + 1)}},
    )
    spoil.counter(engine, acme.id, HERE, "free", many - 3)

    parts, after = [], ""
    for _ in range(9):
        parts.append(checking.page(acme.id, after, 100, seconds=0))
        if not (after := parts[-1].after):
            break

    assert [part.places for part in parts] == [(), (), (HERE,)]
    ((), (), (wrong,)) = [part.differences for part in parts]
    assert (wrong.flaw, wrong.shows, wrong.should) == (Flaw.DRIFT, 2 * many - 3, 2 * many)


def test_the_buckets_of_a_hot_sku_are_checked_one_after_the_other(
    acme: Merchant, engine: Engine
) -> None:
    acme.put_stock("mug", 9)
    acme.put_stock("nut", 1)
    hot.switch_on(acme.id, HERE, 3)
    hot.spread(acme.id, HERE)
    last = Place("mug", "hz", "~1.2")
    spoil.counter(engine, acme.id, last, "free", 1)

    whole = checking.page(acme.id, "", 100, LONG)
    stops, after = [], ""
    for _ in range(9):
        part = checking.page(acme.id, after, 100, seconds=0)
        stops.append(part.after)
        if not (after := part.after):
            break

    assert whole.places == (HERE, Place("nut", "hz"))
    assert [one.place for one in whole.differences] == [last]
    assert stops == ["mug#hz#~1.0#on", "mug#hz#~1.1#on", "mug#hz#~1.2#on", "nut#hz##on", ""]
