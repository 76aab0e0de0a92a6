"""Alerts open once, are acknowledged, and close when what they tell of is cured."""

from dataclasses import replace

import pytest

from shared.domain import alert, digest
from shared.domain.alert import SEVERITY, Alert, Finding, Kind, Scope, State, Subject
from shared.domain.digest import AlertSettings, Digest, Summary
from shared.domain.words import CATALOGUE

NOW, LATER = "2026-11-20T12:00:00.000+00:00", "2026-11-20T12:05:00.000+00:00"
LOW = Finding(Kind.BELOW_SAFETY, Subject("mug", "hz"), {"free": 3, "safety": 5})
OLD = Finding(Kind.NO_SALE, Subject("mug", "hz", "L1"), {"units": 3, "expires": "2026-11-01"})
ALL = Scope(frozenset(Kind), "mug")


def opened(finding: Finding = LOW) -> Alert:
    (one,) = alert.settled([], [finding], ALL, NOW)
    return one


def test_what_is_found_opens_an_alert() -> None:
    one = opened()

    assert (one.state, one.opened_at, one.figures) == (State.OPEN, NOW, LOW.figures)


def test_what_is_found_again_stays_as_it_is() -> None:
    worse = LOW._replace(figures={"free": 1, "safety": 5})

    assert alert.settled([opened()], [worse], ALL, LATER) == []


def test_what_is_cured_closes_and_keeps_who_saw_it() -> None:
    seen = opened().acknowledged(NOW, "key:1")

    (closed,) = alert.settled([seen], [OLD][:0], ALL, LATER)

    assert (closed.state, closed.closed_at) == (State.CLOSED, LATER)
    assert (closed.acknowledged_at, closed.acknowledged_by) == (NOW, "key:1")


def test_what_comes_back_opens_anew_on_the_same_row() -> None:
    closed = replace(opened().closed(NOW), version=7)

    (again,) = alert.settled([closed], [LOW], ALL, LATER)

    assert (again.id, again.version, again.opened_at) == (closed.id, 7, LATER)
    assert (again.closed_at, again.event_id) != (closed.closed_at, closed.event_id)


@pytest.mark.parametrize(
    ("scope", "closes"),
    [
        (Scope(frozenset({Kind.BELOW_SAFETY})), True),
        (Scope(frozenset({Kind.NO_SALE}), "mug"), False),
        (Scope(frozenset(Kind), "hat"), False),
        (Scope(frozenset(Kind), subjects=frozenset({LOW.subject})), True),
        (Scope(frozenset(Kind), subjects=frozenset({Subject("mug", "gz")})), False),
        (Scope(frozenset(Kind), spared=frozenset({(LOW.kind, LOW.subject)})), False),
    ],
)
def test_only_what_was_looked_at_can_be_cured(scope: Scope, closes: bool) -> None:
    assert bool(alert.settled([opened()], [], scope, LATER)) is closes


def test_who_saw_it_first_stays_written_there() -> None:
    seen = opened().acknowledged(NOW, "key:1")

    assert seen.acknowledged(LATER, "key:2") == seen


def test_alerts_about_one_sku_begin_alike_and_differ() -> None:
    ids = {alert.id_for(one) for one in (LOW, OLD, LOW._replace(kind=Kind.OVERSOLD))}

    assert len(ids) == 3
    assert {one[:16] for one in ids} == {alert.mark("mug")}


def test_every_kind_has_a_severity_and_a_sentence() -> None:
    for kind in Kind:
        assert kind in SEVERITY
        assert f"alert.{kind.value}" in CATALOGUE


def test_an_alert_is_told_in_both_languages() -> None:
    reason = alert.document(opened(OLD))["reason"]

    assert reason == {
        "zh": "mug 已到禁售期：hz L1 有 3 件，2026-11-01 到期",
        "en": "mug may not be sold any more: 3 in hz L1, expiring on 2026-11-01",
    }


@pytest.mark.parametrize(
    ("settings", "tells"),
    [
        (AlertSettings(), True),
        (AlertSettings(muted=(Kind.BELOW_SAFETY,)), False),
        (AlertSettings(muted=(Kind.DRIFT,)), True),
        (AlertSettings(Digest.DAILY), False),
    ],
)
def test_an_alert_is_told_by_itself_unless_muted_or_gathered(
    settings: AlertSettings, tells: bool
) -> None:
    assert settings.tells(opened()) is tells


def test_a_digest_counts_by_kind_and_shows_the_newest() -> None:
    before = replace(opened(OLD), opened_at="2026-11-19T00:00:00.000+00:00")
    summary = Summary("2026-11-20T12", "2026-11-20T11:00:00.000+00:00", (before, opened()), 3)

    told = digest.payload(summary, NOW)

    data = told["data"]
    assert (told["type"], data["event_id"]) == ("alert.digest", "alerts.2026-11-20T12")
    assert data["standing"] == {"below-safety": 1, "no-sale": 1}
    assert (data["opened"], data["closed"]) == ({"below-safety": 1}, 3)
    assert [one["kind"] for one in data["newest"]] == ["below-safety", "no-sale"]


@pytest.mark.parametrize(
    ("wish", "period", "stamp"),
    [
        (Digest.HOURLY, "2026-11-20T12", "20261120120000000"),
        (Digest.DAILY, "2026-11-20", "20261120000000000"),
    ],
)
def test_a_period_has_one_digest(wish: Digest, period: str, stamp: str) -> None:
    assert digest.period(wish, NOW) == digest.period(wish, LATER) == period
    assert digest.stamp(period) == stamp
