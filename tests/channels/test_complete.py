"""Counting a day with its platform: what is missing is fetched, what differs is put right."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import app as product
from functions.channels import complete
from shared.domain.complete import BACK, CHINA, Completeness, days, windows
from shared.domain.platform import State
from shared.gateways.channels.port import Page, Ref, Rejected, Why
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

    assert bazaar.calls.count("pull") == 48 * len(BACK)


def test_the_days_are_chinas_and_their_parts_have_no_gap() -> None:
    assert days("2026-11-22T16:30:00.000+00:00") == [
        *("2026-11-22", "2026-11-21", "2026-11-20", "2026-11-16", "2026-11-08", "2026-10-24"),
    ]
    parts = windows("2026-11-22", 50_000)

    assert parts[0][0] == "2026-11-21T16:00:00.000+00:00"
    assert parts[-1][1] == "2026-11-22T16:00:00.000+00:00"
    assert [end for _, end in parts[:-1]] == [start for start, _ in parts[1:]]
    begun = datetime.fromisoformat(parts[0][0]).astimezone(CHINA)
    assert begun + timedelta(1) == datetime.fromisoformat(parts[-1][1])


OLD = clock.later(clock.now(), -5 * 86400)


def waiting(shop: Merchant, bazaar: Bazaar, mail: Mail, *numbers: str) -> None:
    """Orders that wait here for a person, since longer than days are counted."""
    for number in numbers:
        bazaar.put(number, clock.later(clock.now(), -2), State.ON_HOLD, placed_at=OLD)
    read(shop, mail)


def newest(shop: Merchant) -> Completeness:
    found = completes.find_day(shop.id, "mall", YESTERDAY)
    assert found
    return found


def test_what_waits_for_long_is_asked_for_again_and_put_right(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    waiting(shop, bazaar, mail, "T1", "T2")
    bazaar.put("T1", clock.later(clock.now(), -1), State.REFUNDED, placed_at=OLD)

    count(mail)

    assert shop.order(there(shop, "T1"))["status"] == "cancelled"
    assert shop.order(there(shop, "T2"))["status"] == "held"
    assert (newest(shop).asked, newest(shop).moved, newest(shop).gone) == (2, 1, ())


def test_what_the_platform_shows_no_more_is_named_and_waits_for_a_person(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    waiting(shop, bazaar, mail, "T1")
    del bazaar.orders["T1"]

    count(mail)

    shown = shop.call("GET", f"/v1/shops/mall/completeness?month={YESTERDAY[:7]}").body["days"]
    (stray,) = shop.call("GET", "/v1/strays").body["strays"]
    assert next(day for day in shown if day["day"] == YESTERDAY)["gone"] == ["T1"]
    assert (stray["number"], stray["open"]) == ("T1", True)
    assert "没有这个编号" in stray["faults"][0]["zh"]


def test_few_are_asked_for_in_a_run_and_the_next_goes_on_where_it_stopped(
    shop: Merchant, bazaar: Bazaar, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(complete, "SOME", 2)
    waiting(shop, bazaar, mail, *(f"T{no}" for no in range(5)))

    asked = []
    for _ in range(4):
        before = bazaar.calls.count("order")
        count(mail)
        asked.append(bazaar.calls.count("order") - before)

    assert asked == [2, 2, 1, 0]
    assert newest(shop).asked == 5


def test_orders_of_another_shop_and_those_written_by_hand_are_not_asked_for(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    for other in ("mall", "tmall"):
        shop.place(number="H-1", shop=other, placed_at=OLD, notes={"buyer": "请送到门口"})
    mail.pump()

    count(mail)

    assert (bazaar.calls.count("order"), newest(shop).asked) == (0, 0)


def test_a_gap_says_what_stands_in_its_way_and_what_the_platform_counts_is_its_own(
    shop: Merchant, bazaar: Bazaar, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    bazaar.put("T1", noon(YESTERDAY), placed_at=noon(YESTERDAY), lines=[])
    pull = Bazaar.pull
    monkeypatch.setattr(Bazaar, "pull", lambda *args: counted_more(pull(*args)))

    count(mail)

    shown = shop.call("GET", f"/v1/shops/mall/completeness?month={YESTERDAY[:7]}").body["days"]
    (day,) = [each for each in shown if each["day"] == YESTERDAY]
    assert (day["told"], day["listed"], day["whole"]) == (2, 1, False)
    assert day["gaps"][0]["number"] == "T1"
    assert day["gaps"][0]["faults"][0]["field"] == "lines"
    assert day["gaps"][0]["faults"][0]["zh"]


def counted_more(page: Page[Ref]) -> Page[Ref]:
    """As a platform does that counts orders which it divided, and lists only their parts."""
    return replace(page, total=page.total + 1) if page.total else page
