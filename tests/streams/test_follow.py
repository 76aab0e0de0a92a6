"""What a change of stock means for the shops: one figure for each shop and SKU, and one push."""

from collections.abc import Iterator

import pytest

from shared.domain.figure import Figure, FigureState
from shared.domain.stock import Cause, Change, Place
from shared.runtime import clock
from shared.store import figures, merchants, stock
from shared.store.table import connection
from tests.support.build import Merchant
from tests.support.edge import before, failing
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream


@pytest.fixture
def counters(engine: Engine) -> Stream:
    return Stream(engine, "stock")


@pytest.fixture(autouse=True)
def _pushing(acme: Merchant, counters: Stream) -> None:
    rule(acme)


def rule(merchant: Merchant, shop: str = "tmall", **change: object) -> None:
    body = {"name": shop, "push": {"on": True, **change}}
    made = merchant.call("PUT", f"/v1/shops/{shop}", body)
    if made.status == 404:
        made = merchant.call("POST", "/v1/shops", {"id": shop, **body})
    assert made.status < 300, made.body


def figure(merchant: Merchant, sku: str = "mug", shop: str = "tmall") -> Figure:
    return figures.of(merchant.id, [(shop, sku)])[shop, sku]


def queued(mail: Mail) -> list[tuple[str, str]]:
    return [(body["shop"], body["sku"]) for body in mail.bodies("push")]


def test_a_change_of_stock_is_worked_out_and_queued(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    acme.put_stock("mug", 7)

    counters.tell("follow")

    found = figure(acme)
    assert (found.units, found.seq, found.state) == (7, 1, FigureState.WAITING)
    assert mail.bodies("push") == [{"tenant": acme.id, "shop": "tmall", "sku": "mug"}]


def test_many_changes_of_one_batch_are_one_push_of_the_newest(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    for units in (7, 9, 4):
        acme.put_stock("mug", units)

    counters.tell("follow")

    assert (figure(acme).units, figure(acme).seq) == (4, 1)
    assert queued(mail) == [("tmall", "mug")]


def test_told_again_nothing_is_written_or_queued(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    acme.put_stock("mug", 7)
    counters.tell("follow")

    with failing("PutItem", "ValidationException") as refused:
        failed = counters.tell("follow")

    assert (failed, refused) == ([], [])
    assert queued(mail) == [("tmall", "mug")]


def test_a_change_that_leaves_the_figure_as_it_was_is_not_pushed(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    rule(acme, ceiling=5)
    acme.put_stock("mug", 7)
    counters.tell("follow")

    acme.put_stock("mug", 9)
    counters.tell("follow")

    assert figure(acme).seq == 1
    assert queued(mail) == [("tmall", "mug")]


def test_only_shops_that_push_and_sell_it_are_told(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    rule(acme, "jd", on=False)
    rule(acme, "pdd")
    hats = {"name": "hats", "skus": {"H1": "hat"}, "push": {"on": True}}
    acme.call("POST", "/v1/shops", {"id": "hats", **hats})
    closed = {"name": "shut", "active": False, "push": {"on": True}}
    acme.call("POST", "/v1/shops", {"id": "shut", **closed})
    acme.put_stock("mug", 7)

    counters.tell("follow")

    assert sorted(queued(mail)) == [("pdd", "mug"), ("tmall", "mug")]


def test_a_shop_counts_its_own_warehouses_alone(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    south = {"name": "south", "warehouses": ["gz"], "push": {"on": True}}
    acme.call("POST", "/v1/shops", {"id": "south", **south})
    acme.put_stock("mug", 7, "hz")
    acme.put_stock("mug", 2, "gz")

    counters.tell("follow")

    assert (figure(acme).units, figure(acme, shop="south").units) == (9, 2)


def test_orders_that_wait_lower_the_figure_and_push_it(
    acme: Merchant, mail: Mail, counters: Stream, stream: Stream
) -> None:
    acme.put_stock("mug", 7)
    counters.tell("follow")
    acme.place()

    stream.tell("count")

    assert (figure(acme).units, figure(acme).seq) == (5, 2)
    mail.pump()
    stream.tell("count")
    counters.tell("follow")
    assert (figure(acme).units, figure(acme).seq) == (5, 2)
    assert acme.stock("mug") == (5, 2)


def test_kits_follow_their_parts(acme: Merchant, mail: Mail, counters: Stream) -> None:
    for sku in ("A", "B"):
        acme.call("POST", "/v1/items", {"id": sku, "name": sku})
    parts = [{"sku": "A", "quantity": 2, "share": 5000}, {"sku": "B", "share": 5000}]
    acme.call("POST", "/v1/items", {"id": "set", "name": "set", "parts": parts})
    acme.put_stock("A", 7)
    acme.put_stock("B", 5)

    counters.tell("follow")

    assert figure(acme, "set").units == 3
    assert ("tmall", "set") in queued(mail)


def test_safety_stock_is_kept_back(acme: Merchant, mail: Mail, counters: Stream) -> None:
    acme.call("POST", "/v1/items", {"id": "mug", "name": "mug", "safety": {"*": 3}})
    rule(acme, "plain", form="plain")
    acme.put_stock("mug", 7)

    counters.tell("follow")

    assert (figure(acme).units, figure(acme, shop="plain").units) == (4, 7)


def test_a_refused_result_leaves_the_old_figure_and_is_listed(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    rule(acme, formula="sellable - 5")
    acme.put_stock("mug", 7)
    counters.tell("follow")

    acme.put_stock("mug", 4)
    counters.tell("follow")

    found = figure(acme)
    assert (found.units, found.seq, found.refused, found.result) == (2, 1, "negative", "-1")
    assert figures.refused(acme.id) == [found]
    assert queued(mail) == [("tmall", "mug")]

    acme.put_stock("mug", 7)
    counters.tell("follow")

    assert figures.refused(acme.id) == []
    assert figure(acme).seq == 1


def test_a_first_result_that_is_refused_shows_nothing(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    rule(acme, formula="sellable / held")
    acme.put_stock("mug", 7)

    counters.tell("follow")

    (found,) = figures.refused(acme.id)
    assert (found.units, found.refused) == (None, "division-by-zero")
    assert queued(mail) == []


def test_who_read_older_counters_than_another_reads_again(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    """Between reading the counters and writing the figure, more stock comes and is followed."""
    acme.put_stock("mug", 7)
    first = list(counters.read())

    def meanwhile() -> None:
        acme.put_stock("mug", 9)
        counters.tell("follow", counters.read()[len(first) :])

    with before("PutItem", meanwhile):
        failed = counters.tell("follow", first)

    assert failed == []
    assert figure(acme).units == 9


def test_a_batch_that_fails_comes_again(acme: Merchant, counters: Stream) -> None:
    acme.put_stock("mug", 7)

    with failing("PutItem", "ValidationException"):
        failed = counters.tell("follow")

    assert failed == [{"itemIdentifier": counters.records[0]["dynamodb"]["SequenceNumber"]}]
    assert counters.tell("follow") == []
    assert figure(acme).units == 7


def test_rows_that_are_no_counters_are_passed_over(acme: Merchant, counters: Stream) -> None:
    rows = [("hold#h1", "document"), ("mug", "ledger#hz##0000000001")]
    shown = [{"pk": {"S": f"{acme.id}#{pk}"}, "sk": {"S": sk}} for pk, sk in rows]
    records = [{"dynamodb": {"SequenceNumber": "7", "Keys": keys}} for keys in shown]

    assert counters.tell("follow", records) == []
    assert figure(acme).version == 0


def test_units_set_aside_for_a_shop_count_for_that_shop_alone(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    rule(acme, "jd")
    acme.put_stock("mug", 10)
    lines = [{"sku": "mug", "warehouse": "hz", "units": 4}]
    terms = {"kind": "appointed", "shop": "jd", "lines": lines}
    assert acme.call("PUT", "/v1/stock-holds/for-jd", terms).status == 200

    counters.tell("follow")
    assert (figure(acme).units, figure(acme, shop="jd").units) == (6, 10)

    acme.call("POST", "/v1/stock-holds/for-jd/release")
    counters.tell("follow")
    counters.tell("follow", list(reversed(counters.records)))
    assert (figure(acme).units, figure(acme, shop="jd").units) == (10, 10)


def test_units_held_by_hand_count_for_nobody(acme: Merchant, mail: Mail, counters: Stream) -> None:
    acme.put_stock("mug", 10)
    lines = [{"sku": "mug", "warehouse": "hz", "units": 4}]
    acme.call("PUT", "/v1/stock-holds/h-1", {"kind": "manual", "lines": lines})

    counters.tell("follow")

    assert figure(acme).units == 6


def test_a_rule_that_is_newer_than_what_was_remembered_counts(
    acme: Merchant, mail: Mail, counters: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered = tuple(merchants.shops.list_(acme.id))
    rule(acme, formula="sellable * 2")
    acme.put_stock("mug", 7)

    with monkeypatch.context() as old:
        old.setattr(merchants.shops, "all_known", lambda tenant: remembered)
        counters.tell("follow")

    assert figure(acme).units == 14


def test_another_merchants_shops_learn_nothing(
    acme: Merchant, other: Merchant, mail: Mail, counters: Stream
) -> None:
    other.put_stock("mug", 7)

    counters.tell("follow")

    assert queued(mail) == []
    assert figures.refused(other.id) == []


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The operations that the database is asked for."""
    seen: list[str] = []
    events = connection().client.meta.events
    events.register("before-parameter-build", lambda model, **_: seen.append(model.name), "asked")
    yield seen
    events.unregister("before-parameter-build", unique_id="asked")


def test_where_no_shop_pushes_and_nothing_is_watched_a_batch_is_one_read(
    acme: Merchant, counters: Stream, asked: list[str]
) -> None:
    rule(acme, on=False)
    for sku in ("mug", "hat", "pen"):
        acme.put_stock(sku, 7)
    counters.tell("follow")  # the clock has been told of the merchant
    for sku in ("mug", "hat", "pen"):
        sell(acme, sku)
    counters.read()
    asked.clear()

    counters.tell("follow")

    assert asked.count("BatchGetItem") == 1
    assert set(asked) <= {"BatchGetItem", *SETTINGS}


SETTINGS = ("Query", "GetItem")
"""Of shops, items, alerts and rounds: remembered for a while, but not in these tests."""


def sell(merchant: Merchant, sku: str) -> None:
    change = Change(Place(sku, "hz"), "shipped", {"free": -1})
    stock.apply(merchant.id, [change], Cause("order", "1a", clock.now()))


def test_the_buckets_of_a_hot_sku_count_together(
    acme: Merchant, mail: Mail, counters: Stream
) -> None:
    acme.put_stock("mug", 100)
    assert acme.call("PUT", "/v1/hot-sales/mug/hz", {"buckets": 4}).status == 200

    counters.tell("follow")

    assert figure(acme).units == 100
    assert queued(mail) == [("tmall", "mug")]
