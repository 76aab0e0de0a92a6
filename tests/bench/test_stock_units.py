"""What a hold may cost at most: the same limits as in the benchmark."""

import pytest

from functions.steps import reserve
from infra.bench.meter import Meter, total
from infra.bench.stock_units import BUCKETS, CASES, HOT, LIMITS, RELEASED, SHIPPED
from shared.domain.order import Status
from shared.domain.stock import Place
from shared.store import hot, orders, stock
from shared.store.table import connection
from tests.support import build
from tests.support.build import NOON, Merchant
from tests.support.mail import Mail


def stocked(acme: Merchant, case: str) -> list[str]:
    skus = [f"sku-{no}" for no in range(CASES[case])]
    for sku in skus:
        acme.put_stock(sku, 1000)
        if HOT in case:
            hot.switch_on(acme.id, Place(sku, "hz"), BUCKETS)
            hot.spread(acme.id, Place(sku, "hz"))
    return skus


def approved(acme: Merchant, skus: list[str], order_id: str = "1a") -> str:
    content = build.content(lines=[build.line(sku) for sku in skus])
    order = build.order(tenant=acme.id, id=order_id, status=Status.APPROVED, content=content)
    orders.create(order.noted("approved", NOON))
    return order.id


@pytest.mark.parametrize("case", LIMITS)
def test_a_hold_costs_no_more_write_units_than_promised(acme: Merchant, case: str) -> None:
    skus, costs, meter = stocked(acme, case), [], Meter()

    for name in "1234":  # now and then a hold tidies up behind the others, which costs more
        order_id = approved(acme, skus, name)
        with meter.watching(connection().client):
            reserve.reserve(acme.id, order_id)
        costs.append(total(meter.take()).writes)
        assert len(orders.get(acme.id, order_id).holding) == CASES[case]

    assert min(costs) <= LIMITS[case]


def test_a_hold_is_one_transaction_however_many_lines_it_has(acme: Merchant) -> None:
    order_id, meter = approved(acme, stocked(acme, "10 lines")), Meter()

    with meter.watching(connection().client):
        reserve.reserve(acme.id, order_id)

    assert total(meter.take()).calls["TransactWriteItems"] == 1


def test_an_ordinary_sku_pays_nothing_for_hot_ones() -> None:
    assert LIMITS["1 line"] == LIMITS["1 line, hot SKU"]


@pytest.mark.parametrize("case", RELEASED)
@pytest.mark.parametrize(("deed", "limits"), [("cancel", RELEASED), ("ship", SHIPPED)])
def test_what_follows_a_hold_costs_no_more_than_promised(
    acme: Merchant, mail: Mail, case: str, deed: str, limits: dict[str, float]
) -> None:
    skus, meter = stocked(acme, case), Meter()
    order = acme.place(lines=[build.line(sku) for sku in skus]).body["id"]
    mail.pump()

    with meter.watching(connection().client):
        acme.call("POST", f"/v1/orders/{order}/{deed}", {})

    assert total(meter.take()).writes <= limits[case]
    assert stock.levels(acme.id, skus[0])[0].held == 0
