"""The demo's count: whether it would find out."""

from collections import Counter

import pytest

from infra.demo import books
from infra.demo.books import Stocktake
from shared.domain.stock import Level, Place
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail

MUG = Place("mug", "hz")


def test_stock_that_agrees_with_the_orders_is_accounted_for() -> None:
    seen = Stocktake(
        {MUG: Level("mug", "hz", free=6, held=1)}, Counter({MUG: 1}), Counter({MUG: 3})
    )

    assert seen.oversold(Counter({MUG: 10})) == 0
    assert seen.unaccounted(Counter({MUG: 10})) == 0


def test_more_sent_than_there_was_is_oversold_whatever_the_counter_says() -> None:
    seen = Stocktake({MUG: Level("mug", "hz")}, Counter(), Counter({MUG: 12}))

    assert seen.oversold(Counter({MUG: 10})) == 2


def test_units_that_a_counter_holds_for_no_order_are_unaccounted_for() -> None:
    seen = Stocktake({MUG: Level("mug", "hz", free=8, held=2)}, Counter(), Counter())

    assert seen.unaccounted(Counter({MUG: 10})) == 2


def test_orders_are_followed_until_they_rest_and_the_missing_are_named(
    acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "TENANT", acme.id)
    acme.put_stock("mug", 2)
    planned = acme.place().body["id"]
    short = acme.place(number="TB-2").body["id"]
    held = acme.place(number="TB-3", notes={"buyer": "快"}, lines=[build.line("hat")]).body["id"]
    mail.pump()
    heard: list[int] = []

    back = books.follow([planned, short, held, "gone"], lambda done, _: heard.append(done))

    assert back.lost == ["gone"]
    assert back.unsettled == []
    assert back.statuses == {"planned": 1, "short": 1, "held": 1}
    assert back.reasons == {"buyer-note": 1}
    assert heard[-1] == 4
