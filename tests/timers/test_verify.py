"""The clock checks all counters part by part, and raises an alert where they drift."""

import pytest

import app as product
from shared.domain.alert import Kind, State
from shared.domain.stock import Place
from shared.store import alerts, rounds, watching
from tests.support import spoil
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import TICK, Mail

HERE = Place("mug", "hz")


def tick() -> None:
    product.verify_stock(TICK, None)


def hook(acme: Merchant) -> None:
    acme.call("POST", "/v1/webhooks", {"id": "erp", "url": "http://127.0.0.1:9/"})


def test_a_broken_counter_opens_one_alert_that_closes_when_it_is_mended(
    acme: Merchant, engine: Engine, mail: Mail
) -> None:
    hook(acme)
    rounds.begin(acme.id)
    acme.put_stock("mug", 5)
    spoil.counter(engine, acme.id, HERE, "held", 2)

    tick()
    tick()

    (one,) = alerts.standing(acme.id)
    assert (one.kind, one.figures["counter"]) == (Kind.DRIFT, "held")
    mine = [body for body in mail.bodies("notify") if body["tenant"] == acme.id]
    assert len(mine) == 1
    spoil.counter(engine, acme.id, HERE, "held", -2)
    tick()
    assert alerts.get(acme.id, one.id).state is State.CLOSED


@pytest.fixture
def begun(acme: Merchant, other: Merchant) -> None:
    rounds.begin(acme.id)
    rounds.begin(other.id)


@pytest.mark.usefixtures("begun")
def test_merchants_take_turns_the_longest_unvisited_first(acme: Merchant, other: Merchant) -> None:
    visited: list[str] = []

    def visit(tenant: str, after: str, seconds: float) -> str:
        visited.append(tenant)
        return ""

    rounds.go_on("verify", visit, 60)
    first = list(visited)
    rounds.go_on("verify", visit, 60)

    assert {acme.id, other.id} <= set(first)
    assert sorted(visited) == sorted(first * 2)
    assert next(rounds.tenants("verify")) == visited[len(first)]


@pytest.mark.usefixtures("begun")
def test_a_round_goes_on_where_it_stopped(acme: Merchant) -> None:
    seen: list[str] = []

    def visit(tenant: str, after: str, seconds: float) -> str:
        if tenant == acme.id:
            seen.append(after)
        return "" if len(after) == 2 else after + "x"

    rounds.go_on("verify", visit, 60)
    rounds.go_on("verify", visit, 60)

    assert seen == ["", "x", "xx", "", "x", "xx"]


@pytest.mark.usefixtures("begun")
def test_trouble_with_one_merchant_stops_no_other(acme: Merchant, other: Merchant) -> None:
    seen: list[str] = []

    def visit(tenant: str, after: str, seconds: float) -> str:
        seen.append(tenant)
        if tenant == acme.id:
            raise RuntimeError(tenant)
        return ""

    rounds.go_on("watch", visit, 60)

    assert {acme.id, other.id} <= set(seen)


@pytest.mark.usefixtures("begun")
def test_when_the_time_is_over_the_rest_comes_first_in_the_next_run(acme: Merchant) -> None:
    seen: list[str] = []

    def visit(tenant: str, after: str, seconds: float) -> str:
        seen.append(tenant)
        return "more"

    for _ in range(2):
        rounds.go_on("verify", visit, 1e-9 + 0.001)

    assert len(set(seen)) == len(seen)


def test_a_merchant_begins_with_the_first_change_of_its_stock(acme: Merchant) -> None:
    acme.put_stock("mug", 5)

    watching.check(acme.id, "mug")
    watching.check(acme.id, "mug")

    for kind in rounds.KINDS:
        assert acme.id in rounds.tenants(kind)
        assert rounds.find_round(acme.id, kind).version == 1
