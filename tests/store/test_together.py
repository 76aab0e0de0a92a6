"""Several orders change in one write, and each keeps its own lines in the ledger."""

from collections import Counter
from dataclasses import replace

import pytest

from shared.domain.errors import Conflict, Short
from shared.domain.order import Order, Source, Status
from shared.domain.stock import Place
from shared.store import ledgers, orders, stock
from tests.support import build
from tests.support.build import NOON, Merchant


def reserved(acme: Merchant, order_id: str, *sources: Source) -> Order:
    order = build.order(tenant=acme.id, id=order_id, number=order_id, status=Status.APPROVED)
    before = orders.create(order.noted("approved", NOON))
    after = replace(before, sources=sources).to(Status.RESERVED, "reserved", NOON)
    return stock.write(before, after) if sources else before


def moved(order: Order, *sources: Source) -> tuple[Order, Order]:
    return order, replace(order, sources=sources).noted("replanned", NOON)


def held_by(acme: Merchant, place: Place) -> Counter[str]:
    """Units that each order holds there, by the ledger."""
    held: Counter[str] = Counter()
    for line in ledgers.read(acme.id, place):
        held[line.id] += line.delta.get("held", 0)
    return +held


def test_two_orders_give_each_other_their_places(acme: Merchant) -> None:
    acme.put_stock("mug", 1, "hz")
    acme.put_stock("mug", 1, "gz")
    one = reserved(acme, "0a" * 12, build.source(quantity=1, warehouse="hz"))
    other = reserved(acme, "0b" * 12, build.source(quantity=1, warehouse="gz"))

    stock.write_all(
        [
            moved(one, build.source(quantity=1, warehouse="gz")),
            moved(other, build.source(quantity=1, warehouse="hz")),
        ]
    )

    assert acme.stock("mug", "hz") == acme.stock("mug", "gz") == (0, 1)
    assert held_by(acme, Place("mug", "hz")) == {other.id: 1}
    assert held_by(acme, Place("mug", "gz")) == {one.id: 1}


def test_what_one_gives_back_another_takes_in_the_same_write(acme: Merchant) -> None:
    acme.put_stock("mug", 3)
    one = reserved(acme, "0a" * 12, build.source(quantity=3))
    other = reserved(acme, "0b" * 12)
    taking = replace(other, sources=(build.source(quantity=2),))

    stock.write_all(
        [(one, one.cancel(NOON)), (other, taking.to(Status.RESERVED, "reserved", NOON))]
    )

    assert acme.stock("mug") == (1, 2)
    assert held_by(acme, Place("mug", "hz")) == {other.id: 2}


def test_if_one_of_them_changed_meanwhile_none_is_written(acme: Merchant) -> None:
    acme.put_stock("mug", 4)
    one = reserved(acme, "0a" * 12, build.source(quantity=1))
    other = reserved(acme, "0b" * 12, build.source(quantity=1))
    orders.save(other.noted("amended", NOON))

    with pytest.raises(Conflict):
        stock.write_all([(one, one.cancel(NOON)), (other, other.cancel(NOON))])

    assert acme.stock("mug") == (2, 2)
    assert orders.get(acme.id, one.id) == one


def test_if_together_they_want_too_much_none_gets_any(acme: Merchant) -> None:
    acme.put_stock("mug", 3)
    orders_ = [reserved(acme, "0a" * 12), reserved(acme, "0b" * 12)]
    wanting = [replace(each, sources=(build.source(quantity=2),)) for each in orders_]

    with pytest.raises(Short):
        stock.write_all(
            [
                (before, after.to(Status.RESERVED, "reserved", NOON))
                for before, after in zip(orders_, wanting, strict=True)
            ]
        )

    assert acme.stock("mug") == (3, 0)
