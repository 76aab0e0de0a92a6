"""What an order may cost at most: the same limits as in the benchmark."""

import pytest

from infra.bench.meter import Meter, total
from infra.bench.write_units import LIMITS
from shared.store.table import connection
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail


@pytest.mark.parametrize("lines", LIMITS)
def test_an_order_costs_no_more_write_units_than_promised(
    acme: Merchant, mail: Mail, lines: int
) -> None:
    skus = ["mug", "hat"][:lines]
    for sku in skus:
        acme.put_stock(sku, 100)
    meter = Meter()

    with meter.watching(connection().client):
        order = acme.place(lines=[build.line(sku) for sku in skus]).body["id"]
        mail.pump()
        acme.call("POST", f"/v1/orders/{order}/ship", {})

    assert total(meter.take()).writes <= LIMITS[lines]
    assert acme.order(order)["status"] == "shipped"
