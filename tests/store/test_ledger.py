"""The ledger: a line for every change, none twice and none lost, wherever it lies."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.domain.errors import Conflict, Short
from shared.domain.stock import Cause, Change, Place, folded
from shared.store import keys, ledgers, postings, stock
from shared.store.table import StockRow, connection, find
from tests.support.build import NOON, Merchant

MUG = Place("mug", "hz")
BY_HAND = Cause("hand", "-", NOON, "key:1")


def move(acme: Merchant, units: int, what: str = "adjusted") -> None:
    stock.apply(acme.id, [Change(MUG, what, {"free": units})], BY_HAND)


def numbers(acme: Merchant, **way: Any) -> list[int]:
    return [posting.seq for posting in ledgers.read(acme.id, MUG, **way)]


def row(acme: Merchant) -> Any:
    return find(StockRow, keys.stock(acme.id, MUG))


def spilled(acme: Merchant) -> Iterator[int]:
    connection()
    pk, _ = keys.stock(acme.id, MUG)
    return (int(one.v) for one in StockRow.query(pk, StockRow.sk.startswith("ledger#")))


def test_a_line_says_what_was_done_when_and_by_whom(acme: Merchant) -> None:
    told = Cause("feed", "F-1", NOON, "key:1", "2026-11-20T11:58:00.000+00:00")

    stock.apply(acme.id, [Change(MUG, "counted", {"free": 7, "damaged": 2})], told)

    (line,) = ledgers.read(acme.id, MUG)
    assert (line.seq, line.what, line.cause, line.id, line.by) == (
        1,
        "counted",
        "feed",
        "F-1",
        "key:1",
    )
    assert (line.at, line.as_of) == (NOON, "2026-11-20T11:58:00.000+00:00")
    assert line.delta == {"free": 7, "damaged": 2}


def test_what_is_refused_leaves_no_line(acme: Merchant) -> None:
    move(acme, 3)

    with pytest.raises(Short):
        move(acme, -4)

    assert numbers(acme) == [1]


def test_long_tails_move_aside_and_are_read_in_their_order(acme: Merchant) -> None:
    for units in range(1, 31):
        move(acme, units)
        if units % 7 == 0:
            ledgers.spill(acme.id, MUG)

    assert list(spilled(acme)) == [7, 7, 7, 7]
    assert len(row(acme).tail) == 2
    assert numbers(acme) == list(range(1, 31))
    assert numbers(acme, newest_first=True) == list(range(30, 0, -1))
    assert folded(ledgers.read(acme.id, MUG))["free"] == row(acme).free == sum(range(1, 31))


def test_who_stops_after_the_first_write_loses_and_doubles_nothing(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        move(acme, 1)
    with monkeypatch.context() as stopped:
        stopped.setattr(ledgers, "update", lambda change: None)
        ledgers.spill(acme.id, MUG)
    assert numbers(acme) == [1, 2, 3, 4, 5]

    move(acme, 1)
    ledgers.spill(acme.id, MUG)
    move(acme, 1)

    assert numbers(acme) == [1, 2, 3, 4, 5, 6, 7]
    assert list(spilled(acme)) == [6]


def test_a_slower_one_does_not_take_away_what_a_faster_one_moved(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read fewer lines, and writes them after the other has moved more."""
    for _ in range(3):
        move(acme, 1)
    before = row(acme)
    move(acme, 1)
    ledgers.spill(acme.id, MUG)
    move(acme, 1)

    with monkeypatch.context() as late:
        late.setattr(ledgers, "find", lambda table, key: before)
        ledgers.spill(acme.id, MUG)

    assert numbers(acme) == numbers(acme, newest_first=True)[::-1] == [1, 2, 3, 4, 5]


def test_a_faster_one_that_knew_less_leaves_no_line_twice(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row ends before the row that the other writes in its place."""
    for _ in range(3):
        move(acme, 1)
    with monkeypatch.context() as stopped:
        stopped.setattr(ledgers, "update", lambda change: None)
        move(acme, 1)
        ledgers.spill(acme.id, MUG)  # four lines in the row, none removed
    connection()
    counters = row(acme)
    counters.update([StockRow.first.set(4), StockRow.tail.set(counters.tail[3:])])  # three removed
    move(acme, 1)
    ledgers.spill(acme.id, MUG)
    move(acme, 1)

    assert numbers(acme) == numbers(acme, newest_first=True)[::-1] == [1, 2, 3, 4, 5, 6]


def test_many_at_once_lose_no_line(acme: Merchant) -> None:
    move(acme, 500)

    def sell(no: int) -> None:
        move(acme, -1, "shipped")
        if no % 5 == 0:
            ledgers.spill(acme.id, MUG)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sell, range(60)))

    assert numbers(acme) == list(range(1, 62))
    assert folded(ledgers.read(acme.id, MUG))["free"] == row(acme).free == 440


def test_two_who_count_from_the_same_sight_are_not_both_believed(acme: Merchant) -> None:
    stock.apply(acme.id, [Change(MUG, "counted", {"free": 5}, fed=0)], BY_HAND)

    with pytest.raises(Conflict):
        stock.apply(acme.id, [Change(MUG, "counted", {"free": 5}, fed=0)], BY_HAND)

    assert acme.stock("mug") == (5, 0)


def test_a_counter_with_a_usual_tail_stays_within_one_write_unit(acme: Merchant) -> None:
    order = Cause("order", "0123456789abcdef01234567", NOON)
    for _ in range(postings.LONG):
        change = Change(MUG, "released", {"free": -20, "held": 20}, beyond=True)
        stock.apply(acme.id, [change], order)

    assert _size(row(acme).serialize()) < 1024


def _size(item: dict[str, dict[str, Any]]) -> int:
    """As DynamoDB counts: names and values in bytes, lists with three more and one an element."""
    return sum(len(name.encode()) + _bytes(value) for name, value in item.items())


def _bytes(value: dict[str, Any]) -> int:
    ((kind, inner),) = value.items()
    match kind:
        case "S":
            return len(str(inner).encode())
        case "N":
            return (len(str(inner).lstrip("-")) + 1) // 2 + 1 + str(inner).startswith("-")
        case "B":
            return len(inner)
    return 3 + sum(1 + _bytes(one) for one in inner)
