"""More buyers than goods, all at once, on real processes: every unit is sold, and none twice."""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from infra.bench.load import Answer, Call, Client
from infra.local import env, ports
from infra.local.wire import Wire
from shared.domain.order import Status
from tests.faults.proxy import Proxy
from tests.faults.test_proxy import CONFLICT
from tests.support.crowd import Shop, buying, buying_now, open_shop, within
from tests.support.stack import Stack, running

PATIENCE = 120  # seconds until every order must have come to its end
SOLD = (Status.PLANNED, Status.SHIPPED)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("sale")) as found:
        yield found


def say(title: str, **counts: object) -> None:
    shown = "\n".join(f"  {name.replace('_', ' '):32} {n}" for name, n in counts.items())
    sys.stderr.write(f"\n{title}\n{shown}\n")


# --- more buyers than units ----------------------------------------------
def test_a_few_dozen_buyers_at_once_get_every_unit_and_not_one_more(whole: Stack) -> None:
    sell(open_shop(whole, "few", "simulated"), units=20, buyers=60)


@pytest.mark.faults
@pytest.mark.timeout(300)
def test_three_hundred_buyers_at_once_get_a_hundred_units(whole: Stack) -> None:
    sell(open_shop(whole, "many", "simulated"), units=100, buyers=300)


@pytest.mark.faults
@pytest.mark.timeout(300)
def test_three_hundred_buyers_who_want_it_now_get_a_hundred_units(whole: Stack) -> None:
    shop = open_shop(whole, "now")
    shop.give("mug", 100)

    answers = shop.rush([buying_now(f"N-{no}", "mug") for no in range(300)], clients=300)

    outcomes = Counter(outcome(answer) for answer in answers)
    say("300 buyers of 100 units, now", answers=dict(shop.statuses), outcomes=dict(outcomes))
    assert outcomes == {"accepted": 100, "422 short": 200}
    assert within(PATIENCE, lambda: shop.ends() == {Status.PLANNED: 100})
    check(shop, free=0, held=100)


def sell(shop: Shop, units: int, buyers: int) -> None:
    shop.give("mug", units)

    answers = shop.rush([buying(f"B-{no}", "mug") for no in range(buyers)], clients=buyers)

    ends = {Status.SHIPPED: units, Status.SHORT: buyers - units}
    arrived = within(PATIENCE, lambda: shop.ends() == ends)
    say(f"{buyers} buyers of {units} units", answers=dict(shop.statuses), ends=dict(shop.ends()))
    assert arrived
    assert {answer.status for answer in answers} == {202}
    check(shop, free=0, held=0)


def outcome(answer: Answer) -> str:
    (result,) = json.loads(answer.body)["results"]
    problem = result.get("problem")
    if problem is None:
        return str(result["outcome"])
    codes = "".join({fault["code"] for fault in problem.get("faults", ())})
    return f"{problem['status']} {codes or problem['code']}"


# --- the last unit -------------------------------------------------------
@pytest.mark.faults
@pytest.mark.timeout(300)
def test_two_buyers_of_the_last_unit_fifty_times(whole: Stack) -> None:
    shop = open_shop(whole, "last")
    skus = [f"last-{no}" for no in range(50)]
    for sku in skus:
        shop.give(sku, 1)

    wins = Counter[str]()
    for sku in skus:
        two = [buying_now(f"{sku}-{buyer}", sku) for buyer in ("a", "b")]
        outcomes = [outcome(answer) for answer in shop.rush(two, clients=2)]
        assert sorted(outcomes) == ["422 short", "accepted"], sku
        wins["first" if outcomes[0] == "accepted" else "second"] += 1

    say("two buyers of the last unit, 50 times", winners=dict(wins))
    assert within(PATIENCE, lambda: shop.ends() == {Status.PLANNED: 50})
    check(shop, free=0, held=50)


@pytest.mark.faults
@pytest.mark.timeout(300)
def test_two_orders_for_the_last_unit_on_their_way_fifty_times(whole: Stack) -> None:
    shop = open_shop(whole, "way")
    skus = [f"last-{no}" for no in range(50)]
    for sku in skus:
        shop.give(sku, 1)

    shop.rush([buying(f"{sku}-{buyer}", sku) for sku in skus for buyer in ("a", "b")], clients=20)

    ends = {Status.PLANNED: 50, Status.SHORT: 50}
    assert within(PATIENCE, lambda: shop.ends() == ends)
    winners = Counter(o.content.lines[0].sku for o in shop.orders() if o.status in SOLD)
    say("two orders for the last unit, 50 times", ends=dict(shop.ends()), skus_sold=len(winners))
    assert winners == dict.fromkeys(skus, 1)
    check(shop, free=0, held=50)


# --- cancel against ship -------------------------------------------------
@pytest.mark.faults
@pytest.mark.timeout(300)
def test_cancel_against_ship_a_hundred_times(whole: Stack) -> None:
    shop = open_shop(whole, "quarrel")
    shop.give("mug", 100)
    shop.rush([buying(f"Q-{no}", "mug") for no in range(100)], clients=10)
    assert within(PATIENCE, lambda: shop.ends() == {Status.PLANNED: 100})

    for no, order in enumerate(shop.orders()):
        rivals = [Call(b"{}", path=f"/v1/orders/{order.id}/{v}") for v in ("cancel", "ship")]
        answers = shop.rush(rivals if no % 2 else rivals[::-1], clients=2)
        assert sorted(answer.status for answer in answers) == [200, 409], answers

    ends = shop.ends()
    say("cancel against ship, 100 times", answers=dict(shop.statuses), ends=dict(ends))
    assert ends[Status.SHIPPED] + ends[Status.CANCELLED] == 100
    assert min(ends[Status.SHIPPED], ends[Status.CANCELLED]) > 0, "they never met"
    check(shop, free=ends[Status.CANCELLED], held=0)


# --- hot -----------------------------------------------------------------
UNITS, BUCKETS, ATTEMPTS, SENDERS = 1000, 100, 3000, 16
WEATHER: list[dict[str, Any]] = [
    {"times": 60, "reset": True},  # at first nothing gets through
    *(  # what is done, and its reply is cut; for a read that means nothing
        {"operation": operation, "probability": 0.04, "response": {"abort_frac": 0.0}}
        for operation in ("PutItem", "UpdateItem", "TransactWriteItems")
    ),
    {"operation": "TransactWriteItems", "probability": 0.02, "error": CONFLICT},
    {"probability": 0.002, "reset": True},
]


@dataclass
class Doubles:
    """Nudges orders on their way again and again, as a queue may do."""

    shop: Shop
    known: list[str] = field(default_factory=list)
    sent: int = 0
    _enough: threading.Event = field(default_factory=threading.Event)

    def hear(self, answer: Answer) -> None:
        self.known.append(json.loads(answer.body)["id"])

    @contextmanager
    def nudging(self) -> Iterator[None]:
        thread = threading.Thread(target=self._nudge_on, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._enough.set()
            thread.join()

    def _nudge_on(self) -> None:
        state, chance = self.shop.whole.state, Random(7)
        with closing(Wire(state.sqs, "sqs")) as wire:
            while not self._enough.wait(2):
                some = chance.sample(self.known, min(10, len(self.known)))
                bodies = [{"tenant": self.shop.tenant, "order_id": each} for each in some]
                for body in bodies:
                    url, text = env.queue_url(state, "reserve"), json.dumps(body)
                    wire.call("SendMessage", QueueUrl=url, MessageBody=text)
                    self.sent += 1


@contextmanager
def behind_a_proxy(folder: Path) -> Iterator[tuple[Stack, Proxy]]:
    """A stack whose product reaches its database through a proxy of faults.

    Its clock has its own rate: sweeps that come faster nudge thousands who only wait their turn.
    """
    port = ports.free()
    with running(folder, SWEEP_AFTER="30", DATABASE_PROXY=f"http://127.0.0.1:{port}") as found:
        proxy = Proxy(found.state.dynamodb, port)
        try:
            yield found, proxy
        finally:
            proxy.stop()


def attempts() -> list[Call]:
    """Every third order is sent twice, and some of those more often, by several at once."""
    times = {no: 1 + (no % 3 == 0) + (no % 30 == 0) for no in range(ATTEMPTS)}
    return [buying(f"H-{no}", "mug") for no, n in times.items() for _ in range(n)]


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_a_hot_sku_is_sold_to_the_last_unit_and_not_one_more(tmp_path: Path) -> None:
    with behind_a_proxy(tmp_path) as (whole, proxy):
        shop = open_shop(whole, "hot")
        shop.give("mug", UNITS)
        heat(shop)
        proxy.rules(*WEATHER)
        calls, doubles = attempts(), Doubles(shop)

        with doubles.nudging():
            shop.rush(calls, SENDERS, doubles.hear)
            arrived = come_to_rest(shop)
        found = shop.orders()
        ends = Counter(order.status for order in found)
        hot = shop.books()
        cool(shop)
        fired = proxy.fired()
        proxy.rules()

        say(
            f"{UNITS} units in {BUCKETS} buckets, {ATTEMPTS} orders",
            requests=sum(shop.statuses.values()),
            answers=dict(sorted(shop.statuses.items())),
            faults_fired=fired,
            resent=shop.resent,
            sent_twice_or_more=len(calls) - ATTEMPTS,
            nudges_injected=doubles.sent,
            orders=len(found),
            ends=dict(ends),
            free=sum(book.free for book in hot),
            held_in_buckets=sum(book.held for book in hot if book.place.is_bucket),
            buckets=sum(book.place.is_bucket for book in hot),
        )
        assert arrived
        assert fired > 50
        assert shop.resent > 0
        assert min(len(calls) - ATTEMPTS, doubles.sent) > 0
        assert {order.id for order in found} == set(doubles.known)
        assert len(found) == ATTEMPTS == len({order.number for order in found})
        assert ends == {Status.PLANNED: UNITS, Status.SHORT: ATTEMPTS - UNITS}
        assert [book for book in hot if not book.agrees] == []
        assert sum(book.free for book in hot) == 0, "somebody was told a false sold-out"
        assert sum(book.held for book in hot if book.place.is_bucket) == UNITS
        assert shop.ends() == ends
        check(shop, free=0, held=UNITS)


def heat(shop: Shop) -> None:
    with shop.client() as client:
        path = "/v1/hot-sales/mug/hz"
        client.put(path, json={"buckets": BUCKETS}).raise_for_status()
        lies = client.get(path).json()["in_buckets"]
    assert lies == {"free": UNITS, "held": 0, "filled": BUCKETS}


def cool(shop: Shop) -> None:
    with closing(Client(shop.whole.state.url, shop.key)) as client:
        answer = shop.persist(client, Call(method="DELETE", path="/v1/hot-sales/mug/hz"))
    assert answer.status == 200, answer.body
    assert within(PATIENCE, lambda: not any(b.held for b in shop.books() if b.place.is_bucket))


def come_to_rest(shop: Shop) -> bool:
    """Wait until every order has come to its end, as long as some still do."""
    left, until = ATTEMPTS, time.monotonic() + PATIENCE
    while left and time.monotonic() < until:
        time.sleep(2)
        if (now := undecided(shop)) < left:
            left, until = now, time.monotonic() + PATIENCE
    return not left


def undecided(shop: Shop) -> int:
    ends = shop.ends()
    return ATTEMPTS - ends[Status.SHORT] - ends[Status.PLANNED]


def check(shop: Shop, free: int, held: int) -> None:
    """So many units lie there, by the API, by the counters, and by their ledgers."""
    books = shop.books()
    assert [book for book in books if not book.agrees] == []
    assert sum(book.free for book in books) == free
    assert sum(book.held for book in books) == held
    verified = shop.whole.cli("--key", shop.key, "stock", "verify")
    assert (verified["checked"] > 0, verified["differences"]) == (True, [])
