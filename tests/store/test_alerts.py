"""Alerts in the table: one for each subject, told of once."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.domain.alert import Finding, Kind, Scope, State, Subject
from shared.domain.delivery import Delivery
from shared.domain.digest import AlertSettings, Digest
from shared.domain.errors import NotFound
from shared.runtime import clock
from shared.store import alerts, deliveries
from tests.support.build import Merchant

LOW = Finding(Kind.BELOW_SAFETY, Subject("mug", "hz"), {"free": 3, "safety": 5})
GONE = Finding(Kind.OVERSOLD, Subject("mug", "hz"), {"on_hand": 1, "promised": 2})
HAT = Finding(Kind.BELOW_SAFETY, Subject("hat", "hz"), {"free": 0, "safety": 1})
MUGS, ALL = Scope(frozenset(Kind), "mug"), Scope(frozenset(Kind))


def hook(acme: Merchant, *events: str) -> None:
    body = {"id": f"hook{len(events)}", "url": "http://127.0.0.1:9/", "events": list(events)}
    assert acme.call("POST", "/v1/webhooks", body).status == 201


def told(acme: Merchant) -> list[str]:
    today = clock.now()[:10].replace("-", "")
    return [json.loads(one.body)["type"] for one in deliveries.page(acme.id, today, "", 100)]


def kinds(acme: Merchant) -> set[tuple[str, str]]:
    return {(one.kind.value, one.subject.sku) for one in alerts.standing(acme.id)}


def test_what_is_found_twice_is_opened_and_told_once(acme: Merchant) -> None:
    hook(acme)

    first = alerts.settle(acme.id, MUGS, [LOW, GONE])
    second = alerts.settle(acme.id, MUGS, [GONE, LOW])

    assert (len(first), second) == (2, [])
    assert told(acme) == ["alert.opened"] * 2
    assert kinds(acme) == {("below-safety", "mug"), ("oversold", "mug")}


def test_what_is_cured_is_closed_and_told_once_and_stays_in_the_history(acme: Merchant) -> None:
    hook(acme)
    alerts.settle(acme.id, MUGS, [LOW])

    alerts.settle(acme.id, MUGS, [])
    alerts.settle(acme.id, MUGS, [])

    assert sorted(told(acme)) == ["alert.closed", "alert.opened"]
    assert kinds(acme) == set()
    ((_, closed),) = alerts.closed(acme.id, "", 10)
    assert (closed.kind, closed.state) == (Kind.BELOW_SAFETY, State.CLOSED)


@pytest.mark.parametrize("scope", [MUGS, ALL])
def test_what_comes_back_is_opened_anew(acme: Merchant, scope: Scope) -> None:
    hook(acme)
    for found in ([LOW], [], [LOW], []):
        alerts.settle(acme.id, scope, found)

    assert sorted(told(acme)) == ["alert.closed"] * 2 + ["alert.opened"] * 2
    assert len(alerts.closed(acme.id, "", 10)) == 2


def test_what_was_not_looked_at_stays(acme: Merchant) -> None:
    alerts.settle(acme.id, ALL, [LOW, HAT])

    alerts.settle(acme.id, MUGS, [])

    assert kinds(acme) == {("below-safety", "hat")}


def test_many_who_see_the_same_open_and_tell_it_once(acme: Merchant) -> None:
    hook(acme)

    def settle(_: int) -> list[Delivery]:
        return alerts.settle(acme.id, MUGS, [LOW])

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(settle, range(6)))

    assert sorted(map(len, made)) == [0] * 5 + [1]
    assert told(acme) == ["alert.opened"]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), ["alert.opened"]),
        (("alert.opened", "order.shipped"), ["alert.opened"]),
        (("alert.closed",), []),
        (("order.shipped",), []),
    ],
)
def test_a_webhook_is_told_what_it_asks_for(
    acme: Merchant, events: tuple[str, ...], expected: list[str]
) -> None:
    hook(acme, *events)

    alerts.settle(acme.id, MUGS, [LOW])

    assert told(acme) == expected


@pytest.mark.parametrize(
    "settings", [AlertSettings(muted=(Kind.BELOW_SAFETY,)), AlertSettings(Digest.DAILY)]
)
def test_what_is_muted_or_gathered_is_opened_but_not_told(
    acme: Merchant, settings: AlertSettings
) -> None:
    hook(acme)
    alerts.save_settings(acme.id, settings)

    alerts.settle(acme.id, MUGS, [LOW])

    assert told(acme) == []
    assert kinds(acme) == {("below-safety", "mug")}


def test_pages_show_every_alert_once_the_newest_first(acme: Merchant) -> None:
    for n in range(5):
        finding = LOW._replace(subject=Subject(f"s{n}", "hz"))
        alerts.settle(acme.id, Scope(frozenset(Kind), f"s{n}"), [finding])

    seen: list[str] = []
    after = ""
    while page := alerts.page(acme.id, after, 2):
        seen += [one.subject.sku for _, one in page]
        after = page[-1][0]

    assert sorted(seen) == [f"s{n}" for n in range(5)]


def test_no_alert_of_anothers_is_found(acme: Merchant, other: Merchant) -> None:
    alerts.settle(other.id, MUGS, [LOW])
    (theirs,) = alerts.standing(other.id)

    with pytest.raises(NotFound):
        alerts.get(acme.id, theirs.id)
    assert kinds(acme) == set()
