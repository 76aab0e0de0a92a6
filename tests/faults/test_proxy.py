"""Two hundred orders through a fault proxy, with the SDK's own idea of what AWS answers."""

from collections.abc import Iterator

import pytest

from shared.domain.order import Status
from tests.faults import casts
from tests.faults.course import play
from tests.faults.database import Database
from tests.faults.faults import Fault
from tests.faults.proxy import Proxy, Rule
from tests.faults.tally import Tally
from tests.faults.world import World

THROTTLE = {"code": "ProvisionedThroughputExceededException"}
CONFLICT = {
    "code": "TransactionCanceledException",
    "status": 400,
    "fields": {"CancellationReasons": [{"Code": "TransactionConflict"}]},
}
WEATHER: dict[str, tuple[int, Fault, list[Rule]]] = {
    "a third is throttled": (40, Fault.THROTTLE, [{"probability": 0.3, "error": THROTTLE}]),
    "all is throttled for a while": (20, Fault.THROTTLED, [{"times": 300, "error": THROTTLE}]),
    "a fifth of the writes conflicts": (
        40,
        Fault.CONFLICT,
        [
            {"operation": "TransactWriteItems", "probability": 0.2, "error": CONFLICT},
            {
                "operation": "PutItem",
                "probability": 0.2,
                "error": {"code": "TransactionConflictException"},
            },
        ],
    ),
    "slow": (20, Fault.SLOW, [{"probability": 0.2, "latency": {"min": 5, "max": 30}}]),
    "connections break": (40, Fault.RESET, [{"probability": 0.15, "reset": True}]),
    "replies are cut": (40, Fault.CUT, [{"probability": 0.2, "response": {"abort_frac": 0.0}}]),
}


@pytest.fixture(scope="module")
def proxy(database: Database) -> Iterator[Proxy]:
    made = Proxy(database.url)
    yield made
    made.stop()


def test_the_orders_are_two_hundred() -> None:
    assert sum(orders for orders, _, _ in WEATHER.values()) == 200


@pytest.mark.faults
@pytest.mark.parametrize("weather", WEATHER)
def test_every_order_arrives_when(
    weather: str, proxy: Proxy, database: Database, tally: Tally
) -> None:
    orders, fault, rules = WEATHER[weather]
    with World(database, weather) as world:
        world.begin(casts.market)
        world.url = proxy.url
        casts.crowd(world, orders)
        proxy.rules(*rules)

        play(world)
        world.mishaps.fired[fault] += proxy.fired()
        proxy.rules()
        _ask_again(world)

        assert world.mishaps.fired[fault] > orders
        tally.judge(world, f"proxy: {weather}")
        assert _ends(world) == [Status.SHIPPED] * orders


def _ask_again(world: World) -> None:
    """Nobody gives up an order that was never acknowledged."""
    for ask in (ask for client in world.clients for ask in client if not ask.taken):
        assert world.send(ask).status < 300


def _ends(world: World) -> list[Status]:
    known = world.changes.versions.values()
    return [versions[max(versions)].status for versions in known]
