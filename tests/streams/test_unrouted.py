"""Orders that wait for stock, kept from their stream: exact, whatever is told twice."""

import json
from typing import Any

import pytest

from shared.runtime import clock
from shared.store import unrouted
from tests.support import build
from tests.support.build import Merchant
from tests.support.edge import before, failing
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream

TMALL = {"tmall"}


def waits(merchant: Merchant, sku: str = "mug", shops: set[str] = TMALL) -> int:
    return unrouted.total(merchant.id, sku, shops, enough=10**9)


def rows(engine: Engine, merchant: Merchant) -> list[tuple[str, str]]:
    """What lies there of orders that wait: (partition, key)."""
    found = [(row["pk"]["S"], row["sk"]["S"]) for row in engine.rows("insight", merchant.id)]
    kinds = (f"{merchant.id}#unrouted#", f"{merchant.id}#waiting#")
    return [at for at in found if at[0].startswith(kinds)]


def kit(merchant: Merchant, sku: str, pick: str) -> None:
    for part in ("cup", "lid"):
        merchant.call("POST", "/v1/items", {"id": part, "name": part})
    parts: list[dict[str, Any]] = [{"sku": "cup", "quantity": 2}, {"sku": "lid"}]
    if pick == "all":
        parts = [{**part, "share": 5000} for part in parts]
    made = merchant.call(
        "POST", "/v1/items", {"id": sku, "name": sku, "parts": parts, "pick": pick}
    )
    assert made.status == 201, made.body


def test_an_order_waits_until_it_has_its_stock(
    acme: Merchant, mail: Mail, stream: Stream, engine: Engine
) -> None:
    acme.place()
    mail.pump()
    stream.tell("count")

    assert waits(acme) == 2

    acme.put_stock("mug", 5)
    order_id = acme.call("GET", "/v1/orders").body["orders"][0]["id"]
    told = len(stream.read())
    mail.deliver("reserve", [json.dumps({"tenant": acme.id, "order_id": order_id})])
    stream.tell("count", stream.read()[told:])

    assert acme.order(order_id)["status"] == "planned"
    assert waits(acme) == 0
    assert rows(engine, acme) == []


def test_an_order_that_gets_its_stock_within_one_batch_is_never_written(
    acme: Merchant, mail: Mail, stream: Stream, engine: Engine
) -> None:
    acme.put_stock("mug", 5)
    acme.place(placed_at=clock.now())
    mail.pump()

    with failing("BatchWriteItem", "ProvisionedThroughputExceededException") as refused:
        failed = stream.tell("count")

    assert (failed, refused) == ([], [])
    assert rows(engine, acme) == []


def test_what_a_shorter_batch_wrote_is_taken_away_by_the_longer_one_that_repeats_it(
    acme: Merchant, mail: Mail, stream: Stream, engine: Engine
) -> None:
    acme.put_stock("mug", 5)
    acme.place()
    stream.tell("count")
    assert waits(acme) == 2

    mail.pump()
    stream.tell("count")

    assert rows(engine, acme) == []


def test_a_version_that_was_overtaken_long_ago_writes_nothing(
    acme: Merchant, mail: Mail, stream: Stream, engine: Engine
) -> None:
    acme.put_stock("mug", 5)
    acme.place()
    mail.pump()

    stream.tell("count", stream.read()[:1])

    assert rows(engine, acme) == []


def test_an_order_that_moves_on_while_it_is_written_down_leaves_nothing(
    acme: Merchant, mail: Mail, stream: Stream, engine: Engine
) -> None:
    """Another reader is told that it has its stock before our rows are there."""
    acme.put_stock("mug", 5)
    acme.place()
    first = list(stream.read())

    def overtake() -> None:
        mail.pump()
        stream.tell("count", stream.read()[1:])

    with before("BatchWriteItem", overtake):
        stream.tell("count", first)

    assert acme.stock("mug") == (3, 2)
    assert rows(engine, acme) == []


def test_told_twice_it_is_counted_once(acme: Merchant, mail: Mail, stream: Stream) -> None:
    acme.place()
    mail.pump()

    for _ in range(2):
        stream.tell("count")
        stream.tell("count", [record for record in stream.read() for _ in range(2)])

    assert waits(acme) == 2


def test_an_older_version_told_late_changes_nothing(
    acme: Merchant, mail: Mail, stream: Stream
) -> None:
    acme.place(version=1)
    acme.place(version=2, lines=[build.line(quantity=9)])
    first, second = stream.read()
    stream.tell("count", [second])

    stream.tell("count", [first])

    assert waits(acme) == 9


@pytest.mark.parametrize("action", ["cancel", "hold"])
def test_a_cancelled_order_waits_no_more_and_a_held_one_does(
    acme: Merchant, mail: Mail, stream: Stream, action: str
) -> None:
    order_id = acme.place().body["id"]
    mail.pump()
    stream.tell("count")
    told = len(stream.read())

    acme.call("POST", f"/v1/orders/{order_id}/{action}", {})
    stream.tell("count", stream.read()[told:])

    assert waits(acme) == (2 if action == "hold" else 0)


def test_a_held_order_that_keeps_its_stock_does_not_wait(
    acme: Merchant, mail: Mail, stream: Stream
) -> None:
    acme.put_stock("mug", 5)
    order_id = acme.place().body["id"]
    mail.pump()
    acme.call("POST", f"/v1/orders/{order_id}/hold", {})

    stream.tell("count")

    assert waits(acme) == 0


def test_a_newer_version_with_other_lines_leaves_nothing_of_the_old_ones(
    acme: Merchant, mail: Mail, stream: Stream, engine: Engine
) -> None:
    acme.place(version=1, lines=[build.line("mug"), build.line("hat", 3)])
    stream.tell("count")
    told = len(stream.read())

    acme.place(version=2, lines=[build.line("hat", 4)])
    stream.tell("count", stream.read()[told:])

    assert (waits(acme, "mug"), waits(acme, "hat")) == (0, 4)
    assert len(rows(engine, acme)) == 2


def test_a_kit_of_all_parts_waits_for_its_parts(
    acme: Merchant, mail: Mail, stream: Stream
) -> None:
    kit(acme, "set", "all")
    acme.place(lines=[build.line("set", 3)])

    stream.tell("count")

    assert [waits(acme, sku) for sku in ("set", "cup", "lid")] == [0, 6, 3]


def test_a_kit_of_any_one_part_waits_as_itself(acme: Merchant, mail: Mail, stream: Stream) -> None:
    kit(acme, "any", "one")
    acme.place(lines=[build.line("any", 3)])

    stream.tell("count")

    assert [waits(acme, sku) for sku in ("any", "cup", "lid")] == [3, 0, 0]


def test_a_line_that_stands_for_no_item_yet_waits_for_nothing(
    acme: Merchant, mail: Mail, stream: Stream, engine: Engine
) -> None:
    acme.place(lines=[{"shop_sku": "?", "quantity": 1, "unit_price": 900}])

    assert stream.tell("count") == []
    assert rows(engine, acme) == []


def test_only_the_shops_that_are_asked_for_count_and_reading_stops_at_enough(
    acme: Merchant, mail: Mail, stream: Stream
) -> None:
    acme.call("POST", "/v1/shops", {"id": "jd", "name": "京东"})
    for shop in ("tmall", "jd"):
        for number in range(5):
            acme.place(shop=shop, number=f"{shop}-{number}")
    stream.tell("count")

    assert waits(acme) == 10
    assert waits(acme, shops={"tmall", "jd"}) == 20
    assert waits(acme, shops={"pdd"}) == 0
    assert unrouted.total(acme.id, "mug", {"tmall", "jd"}, enough=5) == 6


def test_another_merchants_orders_are_not_ours(
    acme: Merchant, other: Merchant, mail: Mail, stream: Stream
) -> None:
    other.place()

    stream.tell("count")

    assert (waits(acme), waits(other)) == (0, 2)


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_wherever_a_batch_breaks_off_it_is_finished_when_it_comes_again(
    acme: Merchant, mail: Mail, stream: Stream, engine: Engine, writes: int
) -> None:
    """Ends in the middle of bringing order to rows, then sees a longer batch."""
    acme.put_stock("mug", 5)
    acme.place()

    with failing("BatchWriteItem", "ValidationException", after=writes):
        assert stream.tell("count") != []
    mail.pump()
    stream.tell("count")

    assert rows(engine, acme) == []
