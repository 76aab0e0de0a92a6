"""Counting a day with its platform: what is missing is fetched, what differs is put right."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import app as product
from shared.domain.complete import CHINA, days, windows
from shared.gateways.channels.port import Rejected, Why
from shared.runtime import clock
from shared.store import completes
from tests.channels.test_pull import numbers, read, there
from tests.support.bazaar import Bazaar
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail

YESTERDAY = days(clock.now())[0]


def noon(day: str) -> str:
    return f"{day}T04:00:00.000+00:00"


def count(mail: Mail) -> None:
    product.complete_days(TICK, None)
    mail.pump()


def test_what_no_pull_ever_told_is_found_fetched_and_shown(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    for no in range(5):
        bazaar.put(f"T{no}", noon(YESTERDAY), placed_at=noon(YESTERDAY))

    count(mail)

    assert numbers(shop) == [f"T{no}" for no in range(5)]
    shown = shop.call("GET", f"/v1/shops/mall/completeness?month={YESTERDAY[:7]}").body["days"]
    (one,) = [each for each in shown if each["day"] == YESTERDAY]
    assert (one["told"], one["held"], one["filled"], one["missing"]) == (5, 0, 5, [])
    assert one["whole"]


def test_what_changed_unseen_is_put_right(shop: Merchant, bazaar: Bazaar, mail: Mail) -> None:
    bazaar.put("T1", clock.later(clock.now(), -2), placed_at=noon(YESTERDAY))
    read(shop, mail)
    bazaar.put("T1", clock.later(clock.now(), -1), placed_at=noon(YESTERDAY), tags=["VIP"])

    count(mail)

    one = completes.find_day(shop.id, "mall", YESTERDAY)
    assert one
    assert (one.told, one.held, one.filled, one.changed) == (1, 1, 0, 1)
    assert shop.order(there(shop, "T1"))["tags"] == ["VIP"]


def test_what_cannot_be_taken_is_named_as_missing(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.put("T1", noon(YESTERDAY), placed_at=noon(YESTERDAY), lines=[])

    count(mail)

    one = completes.find_day(shop.id, "mall", YESTERDAY)
    assert one
    assert (one.missing, one.whole) == (("T1",), False)


def test_a_day_is_counted_once_a_day(shop: Merchant, bazaar: Bazaar, mail: Mail) -> None:
    count(mail)
    asked = len(bazaar.calls)
    count(mail)

    assert len(bazaar.calls) == asked > 0


@pytest.mark.parametrize("trouble", [Rejected(Why.LATER, "down"), Rejected(Why.DENIED, "no")])
def test_a_platform_that_fails_is_asked_again_the_next_hour(
    shop: Merchant, bazaar: Bazaar, mail: Mail, trouble: Exception
) -> None:
    bazaar.put("T1", noon(YESTERDAY), placed_at=noon(YESTERDAY))
    bazaar.troubles["pull"] = [trouble]
    count(mail)
    first = completes.find_day(shop.id, "mall", YESTERDAY)

    count(mail)

    assert first is None
    assert numbers(shop) == ["T1"]


def test_a_day_is_read_in_parts_that_the_platform_bears(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.caps = replace(bazaar.caps, window=1800)

    count(mail)

    assert bazaar.calls.count("pull") == 48 * 3


def test_the_days_are_chinas_and_their_parts_have_no_gap() -> None:
    assert days("2026-11-22T16:30:00.000+00:00") == ["2026-11-22", "2026-11-21", "2026-11-20"]
    parts = windows("2026-11-22", 50_000)

    assert parts[0][0] == "2026-11-21T16:00:00.000+00:00"
    assert parts[-1][1] == "2026-11-22T16:00:00.000+00:00"
    assert [end for _, end in parts[:-1]] == [start for start, _ in parts[1:]]
    begun = datetime.fromisoformat(parts[0][0]).astimezone(CHINA)
    assert begun + timedelta(1) == datetime.fromisoformat(parts[-1][1])
