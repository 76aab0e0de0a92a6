"""A platform that fails too often rests: nothing is asked of it but one probe, nothing is lost."""

import json
from dataclasses import replace

import pytest

import app as product
from shared.domain.alert import Kind
from shared.domain.pulling import OFTEN, SELDOM, TRIPS, Pulling, slowed
from shared.gateways.channels.line import OURS
from shared.gateways.channels.port import Rejected, Why
from shared.runtime import clock
from shared.store import alerts, links, rates
from tests.channels.test_pull import ago, come_round, hinted, numbers, read, reading
from tests.support.bazaar import Bazaar
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail

DOWN = Rejected(Why.LATER, "isp.error", "系统繁忙")


def trip(shop: Merchant, bazaar: Bazaar, mail: Mail, times: int = TRIPS) -> None:
    bazaar.troubles["pull"] = [DOWN] * times
    for _ in range(times):
        read(shop, mail)


def link(shop: Merchant) -> dict[str, object]:
    return dict(shop.call("GET", "/v1/shops/mall/link").body)


def test_after_some_failures_in_a_row_nothing_is_asked(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    trip(shop, bazaar, mail, TRIPS - 1)
    bazaar.put("T1", ago(3))
    hinted(shop, mail, "T1")
    before = numbers(shop)
    trip(shop, bazaar, mail, 1)
    bazaar.put("T2", ago(3))
    asked = len(bazaar.calls)
    hinted(shop, mail, "T2")
    come_round(shop, mail)
    product.complete_days(TICK, None)

    shown = link(shop)["reading"]
    assert before == ["T1"]
    assert len(bazaar.calls) == asked
    assert isinstance(shown, dict)
    assert (shown["rests"], shown["why"]) == (reading(shop).due, "later")
    assert "稍后自动再试" in shown["reason"]["zh"]


def test_one_probe_is_made_and_whoever_else_asks_waits_for_what_it_finds(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    trip(shop, bazaar, mail)
    bazaar.put("T1", ago(3))
    over(shop)
    asked = len(bazaar.calls)
    hinted(shop, mail, "T1")
    hinting = len(bazaar.calls)
    bazaar.troubles["pull"] = [DOWN]
    read(shop, mail)
    probed = len(bazaar.calls)
    hinted(shop, mail, "T1")

    assert hinting == asked
    assert probed == asked + 1
    assert len(bazaar.calls) == probed
    assert links.links.get(shop.id, "mall").rests > clock.now()


def over(shop: Merchant) -> None:
    """Let the rest be over, and nobody have asked so far."""
    links.links.replace(shop.id, replace(links.links.get(shop.id, "mall"), rests=ago(1)))


def test_a_probe_that_goes_well_ends_it_and_what_was_missed_is_there(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    trip(shop, bazaar, mail)
    bazaar.put("T1", ago(3))
    hinted(shop, mail, "T1")

    read(shop, mail)
    bazaar.put("T2", ago(1))
    hinted(shop, mail, "T2")

    assert numbers(shop) == ["T1", "T2"]
    assert links.links.get(shop.id, "mall").rests == ""


@pytest.mark.parametrize("heal", ["check", "change", "consent"])
def test_a_person_who_mends_it_need_not_wait(
    shop: Merchant, bazaar: Bazaar, mail: Mail, heal: str
) -> None:
    trip(shop, bazaar, mail)
    path = "/v1/shops/mall/link"
    acts = {
        "check": ("POST", f"{path}/check", {}),
        "change": ("PUT", path, {"secrets": {"app_secret": "new"}}),
        "consent": ("POST", f"{path}/code", {"code": "yes"}),
    }

    told = shop.call(*acts[heal])
    come_round(shop, mail)

    assert told.status == 200, told.body
    assert (links.links.get(shop.id, "mall").rests, reading(shop).failures) == ("", 0)
    assert reading(shop).read_at


def test_a_check_that_fails_leaves_it_at_rest_and_says_why(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    trip(shop, bazaar, mail)
    bazaar.troubles["probe"] = [Rejected(Why.SIGNATURE, "25", "Invalid signature")]

    told = shop.call("POST", "/v1/shops/mall/link/check", {}).body

    assert "重新复制" in told["faults"][0]["zh"]
    assert "25 Invalid signature" in told["faults"][0]["zh"]
    assert links.links.get(shop.id, "mall").rests


def test_what_we_count_ourselves_is_no_failure_of_the_platform(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.troubles["pull"] = [Rejected(Why.LIMITED, OURS, wait=300)] * (TRIPS + 1)
    for _ in range(TRIPS + 1):
        last = read(shop, mail)

    assert (last.failures, last.why, last.rests) == (0, "limited", "")
    assert clock.later(clock.now(), 250) < last.due < clock.later(clock.now(), 301)


def unread(shop: Merchant) -> list[dict[str, object]]:
    return [
        {"text": one.figures, "shop": one.subject.shop}
        for one in alerts.standing(shop.id)
        if one.kind is Kind.SHOP_UNREAD
    ]


def test_a_shop_that_was_not_read_for_long_is_an_alert_until_it_is_read(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    product.watch_stock(TICK, None)
    well = unread(shop)
    trip(shop, bazaar, mail)
    links.save(shop.id, replace(reading(shop), read_at=ago(7200)))
    product.watch_stock(TICK, None)
    (one,) = unread(shop)
    told = shop.call("GET", "/v1/alerts?kind=shop-unread").body["alerts"][0]

    read(shop, mail)
    product.watch_stock(TICK, None)

    assert (well, one["shop"]) == ([], "mall")
    assert "稍后自动再试" in told["reason"]["zh"]
    assert "系统繁忙" in told["reason"]["zh"]
    assert unread(shop) == []


@pytest.mark.parametrize(
    ("change", "works", "late"),
    [
        ({}, True, False),  # due, and read soon
        ({"due": "2026-11-22T10:00:00.000+00:00"}, True, True),  # due for long, and nobody reads
        ({"due": "2026-11-22T10:00:00.000+00:00"}, False, True),
        ({"read_at": "2026-11-22T11:30:00.000+00:00", "why": "later"}, True, False),
        ({"read_at": "2026-11-22T10:00:00.000+00:00", "why": "later"}, True, True),
        ({}, False, True),  # nobody has consented since it was connected
    ],
)
def test_it_is_late_when_nothing_was_read_for_an_hour(
    change: dict[str, str], works: bool, late: bool
) -> None:
    made, noon = "2026-11-22T08:00:00.000+00:00", "2026-11-22T12:00:00.000+00:00"
    one = replace(Pulling("mall", made, made, noon), **change)  # type: ignore[arg-type]

    assert one.unread(noon, works=works) is late


@pytest.mark.parametrize(
    ("pause", "left", "seconds"),
    [
        (OFTEN, 1.0, OFTEN),
        (OFTEN, 0.5, OFTEN),
        (OFTEN, 0.25, 2 * OFTEN),
        (OFTEN, 0.1, 5 * OFTEN),
        (0, 1.0, 0),
        (0, 0.25, 2 * OFTEN),
        (300, 0.25, 600),
        (OFTEN, 0.0, SELDOM),
        (SELDOM, 0.1, SELDOM),
    ],
)
def test_the_fewer_calls_an_app_has_left_the_more_seldom_its_shops_are_read(
    pause: float, left: float, seconds: float
) -> None:
    assert slowed(pause, left) == seconds


def test_a_shop_is_slowed_down_by_what_its_app_has_left(
    shop: Merchant, bazaar: Bazaar, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    bazaar.put("T1", ago(3))

    def left(app: str) -> float:
        asked.append(app)
        return 0.1

    monkeypatch.setattr(rates, "left", left)
    after = read(shop, mail)

    assert asked[0] == "taobao#12345678"
    assert clock.later(clock.now(), 4 * OFTEN) < after.due


def test_a_shop_that_was_disconnected_is_no_alert_and_is_asked_nothing(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    shop.call("PUT", "/v1/shops/mall/link", {"active": False})
    links.save(shop.id, replace(reading(shop), read_at=ago(7200), why="later"))
    product.watch_stock(TICK, None)
    mail.waiting["pull"].append(json.dumps({"tenant": shop.id, "shop": "mall"}))
    mail.pump()

    assert (unread(shop), bazaar.calls) == ([], [])
