"""/v1/alerts and /v1/alert-settings"""

from urllib.parse import urlencode

import pytest

from shared.domain.alert import Finding, Kind, Scope, Subject
from shared.store import alerts
from tests.support.build import Merchant

LOW = Finding(Kind.BELOW_SAFETY, Subject("mug", "hz"), {"free": 3, "safety": 5})
OVER = Finding(Kind.OVERSOLD, Subject("mug", "gz"), {"on_hand": 1, "promised": 2})
HAT = Finding(Kind.BELOW_SAFETY, Subject("hat", "hz"), {"free": 0, "safety": 1})
ALL = Scope(frozenset(Kind))


@pytest.fixture
def found(acme: Merchant) -> None:
    alerts.settle(acme.id, ALL, [LOW, OVER, HAT])


def listed(acme: Merchant, **query: str) -> list[tuple[str, str, str]]:
    reply = acme.call("GET", f"/v1/alerts?{urlencode(query)}")
    assert reply.status == 200, reply.body
    return sorted((one["kind"], one["sku"], one["warehouse"]) for one in reply.body["alerts"])


LOW_MUG, OVER_MUG, LOW_HAT = (
    ("below-safety", "mug", "hz"),
    ("oversold", "mug", "gz"),
    ("below-safety", "hat", "hz"),
)


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [LOW_HAT, LOW_MUG, OVER_MUG]),
        ({"kind": "oversold"}, [OVER_MUG]),
        ({"sku": "mug"}, [LOW_MUG, OVER_MUG]),
        ({"sku": "mug", "warehouse": "hz"}, [LOW_MUG]),
        ({"state": "open"}, [LOW_HAT, LOW_MUG, OVER_MUG]),
        ({"state": "acknowledged"}, []),
        ({"state": "closed"}, []),
    ],
)
def test_alerts_are_listed_and_filtered(
    acme: Merchant, query: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    assert listed(acme, **query) == expected


@pytest.mark.usefixtures("found")
def test_pages_show_every_alert_once(acme: Merchant) -> None:
    seen, cursor = [], ""
    for _ in range(5):
        query = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = acme.call("GET", f"/v1/alerts?{urlencode(query)}").body
        seen += [one["id"] for one in page["alerts"]]
        if not (cursor := page["next"]):
            break

    assert len(seen) == len(set(seen)) == 3


@pytest.mark.usefixtures("found")
def test_an_alert_is_acknowledged_once_and_closes_by_itself(acme: Merchant) -> None:
    (one,) = acme.call("GET", "/v1/alerts?kind=oversold").body["alerts"]

    first = acme.call("POST", f"/v1/alerts/{one['id']}/acknowledge")
    again = acme.call("POST", f"/v1/alerts/{one['id']}/acknowledge")

    assert (first.status, first.body["state"]) == (200, "acknowledged")
    assert first.body["acknowledged_by"].startswith("key:")
    assert again.body == first.body
    assert listed(acme, state="acknowledged") == [OVER_MUG]
    alerts.settle(acme.id, ALL, [LOW, HAT])
    assert listed(acme) == [LOW_HAT, LOW_MUG]
    (closed,) = acme.call("GET", "/v1/alerts?state=closed").body["alerts"]
    assert closed["acknowledged_by"] == first.body["acknowledged_by"]
    assert closed["reason"]["zh"] == "mug 超卖 gz：有 1，已承诺 2"


def test_no_such_alert_is_not_found(acme: Merchant) -> None:
    assert acme.call("POST", "/v1/alerts/none/acknowledge").status == 404


@pytest.mark.parametrize(
    "query",
    [{"kind": "sad"}, {"state": "gone"}, {"cursor": "x"}, {"limit": "0"}, {"colour": "red"}],
)
def test_a_faulty_query_is_refused(acme: Merchant, query: dict[str, str]) -> None:
    reply = acme.call("GET", f"/v1/alerts?{urlencode(query)}")

    assert reply.status == 422
    assert reply.body["faults"][0]["field"] in query


def test_settings_have_their_usual_values_until_they_are_changed(acme: Merchant) -> None:
    usual = acme.call("GET", "/v1/alert-settings").body
    changed = {
        "alert_digest": "hourly",
        "muted": ["unmoved"],
        "unmoved_days": 30,
        "promise_hours": 6,
        "quiet_hours": 24,
        "delivery_hours": 12,
    }

    reply = acme.call("PUT", "/v1/alert-settings", changed)

    assert usual == {
        **{"alert_digest": "none", "muted": [], "unmoved_days": 90, "promise_hours": 12},
        **{"quiet_hours": 48, "delivery_hours": 24},
    }
    assert (reply.status, reply.body) == (200, changed)
    assert acme.call("GET", "/v1/alert-settings").body == changed


def test_all_faults_of_settings_are_told_at_once(acme: Merchant) -> None:
    body = {"alert_digest": "weekly", "muted": ["drift", "x"], "unmoved_days": 0, "loud": True}
    body["promise_hours"] = 100

    reply = acme.call("PUT", "/v1/alert-settings", body)

    fields = {fault["field"] for fault in reply.body["faults"]}
    assert fields == {"alert_digest", "muted[1]", "unmoved_days", "promise_hours", "loud"}
