"""What has not to be sent costs no freight, weighs nothing, and does not decide on warehouses."""

from dataclasses import replace

import pytest

from shared.domain import planning, routing, sites
from shared.domain.carrier import Carrier, Zone
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.order import Order, Status
from shared.domain.place import Strategy, Tariff, Warehouse
from shared.domain.planning import Desk
from shared.domain.routing import Cover, Free
from tests.support import build

NEAR, FAR = Tariff(1000, 1000, 1000, 500), Tariff(1000, 300, 1000, 500)
ITEMS = {
    "mug": Item("mug", "mug", weight=1000),
    "code": Item("code", "code", weight=9000, volume=9000, virtual=True),
}
WAREHOUSES = tuple(Warehouse(name, name, "浙江", carrier="zto") for name in ("a", "b"))
ZTO = Carrier("zto", "中通", zones=(Zone(NEAR, warehouse="a"), Zone(FAR, warehouse="b")))
SHOP = Shop("tmall", "", sourcing=Strategy.CHEAPEST)
DESK = Desk(build.NOON, SHOP, ITEMS, WAREHOUSES, {"zto": ZTO})
Stock = dict[str, dict[str, int]]


def ordered(*skus: str) -> Order:
    lines = [build.line(sku, 1) for sku in skus]
    return build.order(content=build.content(lines=lines), status=Status.RESERVED)


def chosen(order: Order, free: Free, desk: Desk = DESK) -> Cover | None:
    wants = routing.wants(order.lines, desk.items)
    return sites.chosen(sites.terms(order, desk), wants, free)


@pytest.mark.parametrize(
    ("skus", "free", "expected"),
    [
        # what is sent goes where that is cheapest, whatever a code would weigh
        (("mug", "code"), {"mug": {"a": 1, "b": 1}, "code": {"a": 1, "b": 1}}, ("b",)),
        # a code elsewhere does not draw the mug there
        (("mug", "code"), {"mug": {"a": 1, "b": 1}, "code": {"a": 1}}, ("a", "b")),
        # nothing is sent: the nearest that has it
        (("code",), {"code": {"a": 1, "b": 1}}, ("a",)),
        (("mug", "code"), {"mug": {"a": 1}}, None),
    ],
)
def test_what_is_not_sent_does_not_decide(
    skus: tuple[str, ...], free: Stock, expected: tuple[str, ...] | None
) -> None:
    found = chosen(ordered(*skus), free)

    assert (tuple(sorted(found.warehouses)) if found else None) == expected
    if found:
        assert [source.sku for source in found.sources] == list(skus)


def test_it_costs_and_weighs_nothing() -> None:
    order = ordered("mug", "code")
    found = chosen(order, {"mug": {"a": 1}, "code": {"a": 1}})

    assert found is not None
    assert found.cost == 1000
    (parcel,) = planning.planned(replace(order, sources=found.sources), DESK).parcels
    assert (parcel.freight, parcel.grams) == (1000, 1000)


def test_codes_that_lie_apart_are_no_reason_for_more_warehouses_than_may_serve() -> None:
    desk = replace(DESK, shop=replace(SHOP, most_splits=1))

    found = chosen(ordered("mug", "code"), {"mug": {"a": 1, "b": 1}, "code": {"a": 1}}, desk)

    assert found is not None
    assert found.warehouses == ("a",)
