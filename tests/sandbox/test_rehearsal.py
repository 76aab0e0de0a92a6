"""The rehearsal of a sale: its curve, its tally, and one small sale on a stack of its own."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.cli import rehearse
from infra.cli.exits import Stop
from infra.rehearsal import curve, tally
from infra.sandbox.markets.taobao import Taobao
from infra.sandbox.markets.youzan import Youzan
from shared.domain.content import ChannelState
from shared.domain.order import Order, Status, id_for
from shared.store import orders
from tests.support import stack
from tests.support.build import Merchant
from tests.support.mail import Mail

PLACED, TAKEN = "2026-11-20T12:00:00.000+00:00", "2026-11-20T12:00:04.500+00:00"


@pytest.mark.parametrize(
    ("count", "seconds"), [(0, 5), (1, 1), (7, 60), (1000, 300), (10_000, 300), (3, 100)]
)
def test_every_order_of_a_peak_has_its_second(count: int, seconds: int) -> None:
    found = curve.curve(count, seconds)

    assert (len(found), sum(found), min(found)) == (seconds, count, 0 if seconds > 1 else count)


def test_most_orders_come_in_the_middle() -> None:
    found = curve.curve(10_000, 100)

    assert found == found[::-1]
    assert max(found) in found[48:52]
    assert sum(found[25:75]) > 8_000


@pytest.mark.parametrize(("count", "parts"), [(10, [4, 3, 3]), (2, [1, 1, 0])])
def test_orders_are_divided_evenly_among_platforms(count: int, parts: list[int]) -> None:
    assert curve.divided(count, 3) == parts


@pytest.mark.parametrize("market", [Taobao, Youzan])
def test_only_what_a_platform_can_do_wrong_is_planned(market: Any) -> None:
    one = market(pauses=())
    for trick in curve.tricks(200, pushes=one.pushes, expires=one.expires):
        one.mischief.plan(trick)

    planned = Counter(trick.on for trick in one.mischief.planned)
    assert (planned["order"], planned["ship"], planned["list"]) == (11, 10, 5)
    assert bool(planned["notice"]) is one.pushes


@pytest.mark.parametrize(
    ("values", "part", "found"),
    [([], 0.5, 0), ([3], 0.99, 3), ([4, 1, 3, 2], 0.5, 2), (list(range(1, 101)), 0.99, 99)],
)
def test_a_percentile_is_one_of_the_values(values: list[float], part: float, found: float) -> None:
    assert tally.percentile(values, part) == found


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("5m", 300), ("1h", 3600), ("0s", None), ("x", None)],
)
def test_a_time_is_read(text: str, seconds: int | None) -> None:
    if seconds is None:
        with pytest.raises(Stop):
            rehearse.seconds(text)
    else:
        assert rehearse.seconds(text) == seconds


@pytest.fixture
def shipped(acme: Merchant, mail: Mail) -> Order:
    """It left in one parcel, 4.5 s after it was placed."""
    acme.put_stock("mug", 5)
    acme.place(number="T-1")
    mail.pump()
    order_id = id_for(acme.id, "tmall", "T-1")
    acme.call("POST", f"/v1/orders/{order_id}/ship", {})
    order = orders.get(acme.id, order_id)
    content = replace(order.content, placed_at=PLACED, state=ChannelState.SHIPPED)
    return replace(order, content=content, received_at=TAKEN)


def there(order: Order, state: str = "shipped", parcels: int = 1) -> dict[str, Any]:
    known = [("YTO", order.parcels[0].tracking)] * parcels
    return {"state": state, "total": order.content.amounts.total, "parcels": known}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, ""),
        ({"parcels": 0}, "untold"),
        ({"parcels": 2}, "doubled"),
        ({"state": "completed"}, "differ"),
    ],
)
def test_a_platform_and_we_are_compared(shipped: Order, said: dict[str, Any], wrong: str) -> None:
    truth = {"T-1": there(shipped, **said)}

    row = tally.row("taobao", ["T-1"], {"T-1": shipped}, truth, late=10)

    assert {n for n in ("lost", "doubled", "untold", "differ") if getattr(row, n)} == {wrong} - {
        ""
    }
    assert (row.orders, row.shipped, row.waiting, row.p50, row.p99) == (1, 1, {}, 4.5, 4.5)


def test_what_is_not_here_is_lost_and_what_came_late_is_late(shipped: Order) -> None:
    held = replace(shipped, status=Status.SHORT, number="T-2", parcels=())
    truth = {"T-1": there(shipped), "T-2": {**there(shipped), "parcels": []}, "T-3": {}}

    row = tally.row("taobao", list(truth), {"T-1": shipped, "T-2": held}, truth, late=4)

    assert (row.lost, row.late, row.waiting) == (1, 2, {"short": 1})


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_a_small_sale_loses_nothing_whatever_its_platforms_do_wrong(tmp_path: Path) -> None:
    with stack.running(tmp_path, sandbox=True, CLOCK_TICK="5") as own:
        own.cli("tenants", "create", "acme", "--use")
        wanted = [w for name in ("jd", "douyin", "shopify") for w in ("--platform", name)]
        first = own.cli("rehearse", "--orders", "90", "--peak", "10s", *wanted)
        again = own.cli("rehearse", "--orders", "30", "--peak", "2s", "--calm", *wanted)

    for told, count in ((first, 90), (again, 30)):
        figures = {n: told[n] for n in ("orders", "lost", "doubled", "untold", "differ")}
        assert figures == {"orders": count, "lost": 0, "doubled": 0, "untold": 0, "differ": 0}
    assert (first["faults"] > 0, again["faults"]) == (True, 0)
