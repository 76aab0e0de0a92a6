"""Conditional writes: of two writers one wins, and a write that meets itself has won."""

from dataclasses import replace

import pytest

from shared.domain.errors import Conflict, NotFound
from shared.domain.order import Order, Status
from shared.runtime import clock
from shared.store import orders, table
from shared.store.pack import pack
from shared.store.table import OrderRow
from tests.support import build
from tests.support.build import NOON, Merchant


def row_of(pk: str) -> OrderRow:
    row: OrderRow | None = table.find(OrderRow, (pk, "order"))
    assert row is not None
    return row


@pytest.fixture
def order(acme: Merchant) -> Order:
    return orders.create(build.order(tenant=acme.id, since=NOON).noted("accepted", NOON))


def test_what_was_written_is_what_is_read(order: Order) -> None:
    assert order.version == 1
    assert orders.get(order.tenant, order.id) == order


def test_an_order_is_created_once(acme: Merchant, order: Order) -> None:
    with pytest.raises(Conflict):
        orders.create(build.order(tenant=acme.id).noted("accepted", clock.now()))


def test_of_two_writers_one_gets_a_conflict(order: Order) -> None:
    mine = order.to(Status.APPROVED, "approved", NOON)
    yours = order.to(Status.CANCELLED, "cancelled", NOON)

    saved = orders.save(mine)
    with pytest.raises(Conflict):
        orders.save(yours)

    assert orders.get(order.tenant, order.id) == saved


def test_who_reads_again_may_write(order: Order) -> None:
    orders.save(order.noted("first", NOON))

    again = orders.save(orders.get(order.tenant, order.id).noted("second", NOON))

    assert [entry.code for entry in again.timeline] == ["accepted", "first", "second"]
    assert again.version == 3


def test_a_put_that_meets_itself_is_no_conflict(acme: Merchant) -> None:
    """As after a reply that was cut, when the SDK sends the same row again."""
    row = OrderRow(acme.id, "order", v=1, body=b"same")
    table.put(row, OrderRow.pk.does_not_exist())

    table.put(row, OrderRow.pk.does_not_exist())

    assert row_of(acme.id).body == b"same"


def test_a_put_that_meets_another_is_a_conflict(acme: Merchant) -> None:
    table.put(OrderRow(acme.id, "order", v=1, body=b"mine"), OrderRow.pk.does_not_exist())

    with pytest.raises(Conflict):
        table.put(OrderRow(acme.id, "order", v=1, body=b"yours"), OrderRow.pk.does_not_exist())


def test_an_order_that_nobody_wrote_is_not_found(acme: Merchant) -> None:
    assert orders.find_order(acme.id, "nothing") is None
    with pytest.raises(NotFound) as refused:
        orders.get(acme.id, "nothing")
    assert refused.value.figures == {"kind": "order", "id": "nothing"}


def test_many_orders_are_read_at_once_and_those_that_are_missing_left_out(
    order: Order,
) -> None:
    found = orders.get_many(order.tenant, [order.id, "nothing", order.id])

    assert found == {order.id: order}


def test_a_row_of_an_older_writer_is_read_with_todays_defaults(order: Order) -> None:
    """Fields that were added later have defaults: what lies there stays readable."""
    document = {
        "tenant": order.tenant,
        "id": "old",
        "shop": "tmall",
        "number": "TB-0",
        "received_at": NOON,
        "digest": "-",
        "content": {
            "placed_at": NOON,
            "buyer": {},
            "receiver": {},
            "lines": [],
            "amounts": {"goods_total": 0, "total": 0},
        },
    }
    row = OrderRow(f"{order.tenant}#old", "order", v=3, body=pack(document))
    table.put(row, OrderRow.pk.does_not_exist())

    old = orders.get(order.tenant, "old")

    assert (old.version, old.status, old.content.currency) == (3, Status.RECEIVED, "CNY")


@pytest.mark.parametrize(
    ("status", "work"),
    [
        (Status.RECEIVED, "move"),
        (Status.APPROVED, "move"),
        (Status.SHORT, "move"),
        (Status.RESERVED, "move"),
        (Status.SHIPPED, None),
        (Status.COMPLETED, None),
        (Status.CANCELLED, None),
        (Status.CLOSED, None),
    ],
)
def test_only_an_order_that_waits_is_open_work(
    acme: Merchant, status: Status, work: str | None
) -> None:
    order = build.order(tenant=acme.id, id="ab", since=NOON, status=status)
    orders.create(order)

    row = row_of(f"{acme.id}#ab")

    assert (str(row.work).partition("#")[0] if row.work else None) == work
    assert row.due == (NOON if work else None)


def test_an_order_that_moved_on_is_no_longer_open_work(order: Order) -> None:
    waits = [order_id for tenant, order_id, _ in orders.open_work("move", before="9")
             if tenant == order.tenant]  # fmt: skip
    assert waits == [order.id]

    orders.save(replace(order, status=Status.COMPLETED).noted("completed", NOON))

    assert not [tenant for tenant, _, _ in orders.open_work("move", before="9")
                if tenant == order.tenant]  # fmt: skip
