"""A long history: its older part lies beside the order, and comes back in order."""

import pytest

from shared.domain.errors import Conflict
from shared.domain.order import Order
from shared.store import orders
from tests.support import build
from tests.support.build import NOON, Merchant
from tests.support.engine import Engine


def told(tenant: str, entries: int) -> Order:
    order = orders.create(build.order(tenant=tenant, since=NOON).noted("accepted", NOON))
    for n in range(1, entries):
        order = orders.save(orders.get(tenant, order.id).noted(f"note-{n}", NOON))
    return order


@pytest.mark.parametrize("entries", [1, 40, 41, 75, 110])
def test_no_entry_is_lost_and_all_come_back_in_order(
    acme: Merchant, engine: Engine, entries: int
) -> None:
    order = told(acme.id, entries)

    timeline = orders.timeline(acme.id, order.id)

    assert [entry.seq for entry in timeline] == list(range(1, entries + 1))
    assert timeline[-1].code == ("accepted" if entries == 1 else f"note-{entries - 1}")
    kept = orders.get(acme.id, order.id).timeline
    assert len(kept) <= orders.KEPT
    beside = [row for row in engine.rows("orders") if row["pk"]["S"] == f"{acme.id}#{order.id}"]
    assert (len(beside) - 1) * orders.SPILLED + len(kept) == entries


def test_a_rival_who_spills_as_well_does_no_harm(acme: Merchant) -> None:
    order = told(acme.id, 40)
    orders.save(order.noted("mine", NOON))

    with pytest.raises(Conflict):
        orders.save(order.noted("yours", NOON))

    assert [entry.code for entry in orders.timeline(acme.id, order.id)][-1] == "mine"
    assert len(orders.timeline(acme.id, order.id)) == 41


def test_the_api_shows_it_whole(acme: Merchant) -> None:
    order = told(acme.id, 45)

    reply = acme.call("GET", f"/v1/orders/{order.id}/timeline")

    assert [entry["seq"] for entry in reply.body["entries"]] == list(range(1, 46))
