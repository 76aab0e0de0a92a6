"""The orders of the demo: right where they should be, wrong where that is the point."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from infra.demo import merchant, sending, superstore
from infra.demo.orders import Series
from shared.domain import identities, intake
from shared.domain.review import incomplete
from tests.support.build import Merchant

NOW = "2027-01-01T00:00:00.000+00:00"
SERIES = Series("tmall", "TM", 7, datetime(2026, 11, 22, 10, tzinfo=UTC))


def test_every_order_of_the_superstore_file_reads_and_adds_up() -> None:
    documents = superstore.orders(superstore.rows())

    contents = [intake.read(document, latest=NOW).content for document in documents]

    assert len(contents) == 1764
    assert sum(len(content.lines) for content in contents) == 2121
    assert not [content for content in contents if list(identities.broken(content))]
    assert not [content for content in contents if incomplete(content)]


def test_stock_is_put_down_only_where_the_demo_has_warehouses() -> None:
    placed = merchant.stock(superstore.sold(superstore.rows()))

    known = {warehouse["id"] for warehouse in merchant.WAREHOUSES}
    assert {place.warehouse for place in placed} == known
    assert all(units > 0 for units in placed.values())


def test_the_same_series_gives_the_same_orders() -> None:
    assert list(SERIES.orders(50)) == list(SERIES.orders(50))
    assert list(SERIES.orders(20)) == list(SERIES.orders(50))[:20]


def test_a_few_of_the_orders_need_a_person() -> None:
    contents = [intake.read(each, latest=NOW).content for each in SERIES.orders(3000)]

    troubles = Counter(
        {
            "note": sum(bool(content.notes.buyer) for content in contents),
            "cash": sum(content.payment.cod for content in contents),
            "sums": sum(bool(list(identities.broken(content))) for content in contents),
            "address": sum(bool(incomplete(content)) for content in contents),
        }
    )

    assert all(count > 0 for count in troubles.values())
    assert troubles.total() < 0.1 * len(contents)


@pytest.mark.parametrize("no", range(14))
def test_a_malformed_request_is_refused(acme: Merchant, no: int) -> None:
    documents = list(SERIES.orders(14))
    call = sending.malformed(no, documents)

    good = acme.call("POST", "/v1/orders", documents[no])
    bad = acme.call("POST", "/v1/orders", raw=call.body, **call.headers)

    assert good.status == 202, good.body
    assert bad.status in sending.REFUSALS, bad.body
