"""Figures on a platform: told together, each with its own outcome, and none lost by a crash."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from functions.channels import push
from shared.domain.figure import Figure, FigureState, Verdict
from shared.gateways.channels.port import Link, Rejected, Stocked, Why, Wire
from shared.gateways.talk import Unclear
from shared.runtime import clock
from shared.store import figures, links
from tests.channels.test_rests import trip
from tests.support.bazaar import Bazaar
from tests.support.build import Merchant
from tests.support.edge import before, failing
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream

SKUS = tuple(f"s{no}" for no in range(6))


@pytest.fixture
def counters(engine: Engine) -> Stream:
    return Stream(engine, "stock")


@pytest.fixture
def stocked(shop: Merchant, bazaar: Bazaar, mail: Mail, counters: Stream) -> Merchant:
    """Seven of each SKU are to be shown; two articles of the shop are the first of them."""
    skus = {f"1:{sku}": sku for sku in SKUS} | {"2:also": "s0"}
    given = {"name": "淘宝店", "channel": "taobao", "skus": skus, "push": {"on": True}}
    assert shop.call("PUT", "/v1/shops/mall", given).status == 200
    for sku in SKUS:
        shop.put_stock(sku, 7)
    counters.tell("follow")
    return shop


def figure(shop: Merchant, sku: str) -> Figure:
    return figures.get(shop.id, "mall", sku)


def states(shop: Merchant) -> list[FigureState]:
    return [figure(shop, sku).state for sku in SKUS]


def due_now(shop: Merchant) -> None:
    for sku in SKUS:
        found = figure(shop, sku)
        if found.state is FigureState.WAITING:
            figures.save(found, replace(found, due=clock.now()))


def told(
    bazaar: Bazaar, monkeypatch: pytest.MonkeyPatch, refuse: Callable[[Stocked], Rejected | None]
) -> list[list[str]]:
    """What is told in each call from now on; some of it is refused."""
    seen: list[list[str]] = []

    def put(
        self: Bazaar, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        seen.append([ware.shop_sku for ware in wares])
        self._asked("stock", wire, link)
        answers = {ware.shop_sku: refuse(ware) for ware in wares}
        good = {ware.shop_sku: ware.units for ware in wares if not answers[ware.shop_sku]}
        self.shelves |= good
        return answers

    monkeypatch.setattr(Bazaar, "put_stock", put)
    return seen


def test_the_figures_of_a_batch_are_told_in_one_call_and_each_is_written(
    stocked: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    mail.pump()

    assert bazaar.calls.count("stock") == 1
    assert bazaar.shelves == {f"1:{sku}": 7 for sku in SKUS} | {"2:also": 7}
    assert states(stocked) == [FigureState.SENT] * len(SKUS)


def test_no_call_tells_more_than_the_platform_takes(
    stocked: Merchant, bazaar: Bazaar, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    bazaar.caps = replace(bazaar.caps, stock=3)
    seen = told(bazaar, monkeypatch, lambda _: None)

    mail.pump()

    assert [len(some) for some in seen] == [3, 3, 1]
    assert states(stocked) == [FigureState.SENT] * len(SKUS)


def test_what_is_refused_or_comes_later_stops_no_other(
    stocked: Merchant, bazaar: Bazaar, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = {"1:s1": Rejected(Why.ABSENT, "no-sku"), "2:also": Rejected(Why.LATER, "busy")}
    told(bazaar, monkeypatch, lambda ware: no.pop(ware.shop_sku, None))

    mail.pump()
    first = states(stocked)
    due_now(stocked)
    push.push(stocked.id, "mall", list(SKUS))

    waiting, refused = FigureState.WAITING, FigureState.REFUSED
    assert first == [waiting, refused, *[FigureState.SENT] * 4]
    assert states(stocked) == [FigureState.SENT, refused, *[FigureState.SENT] * 4]
    assert bazaar.shelves["2:also"] == 7
    reply = figure(stocked, "s1").reply
    assert reply
    assert (reply.verdict, reply.note) == (Verdict.REFUSED, "absent: no-sku")


@pytest.mark.parametrize("trouble", [Unclear("timeout"), Rejected(Why.LIMITED, "limit")])
def test_a_call_that_fails_is_made_again_with_all_that_it_told(
    stocked: Merchant, bazaar: Bazaar, mail: Mail, trouble: Exception
) -> None:
    bazaar.troubles["stock"] = [trouble]

    mail.pump()
    first = states(stocked)
    due_now(stocked)
    push.push(stocked.id, "mall", list(SKUS))

    assert first == [FigureState.WAITING] * len(SKUS)
    assert states(stocked) == [FigureState.SENT] * len(SKUS)


def test_after_a_crash_in_the_middle_the_rest_is_told_again(
    stocked: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bodies = list(mail.waiting["push"])
    with failing("PutItem", "InternalServerError", after=2):
        failed = mail.deliver("push", bodies)
    half = states(stocked)

    mail.pump()

    assert failed == set(range(len(bodies)))
    assert sorted(half) == [FigureState.SENT] * 2 + [FigureState.WAITING] * 4
    assert states(stocked) == [FigureState.SENT] * len(SKUS)
    assert bazaar.calls.count("stock") == 2


def test_one_that_is_overtaken_while_all_are_told_is_told_once_more_alone(
    stocked: Merchant, bazaar: Bazaar, mail: Mail, counters: Stream, monkeypatch: Any
) -> None:
    seen = told(bazaar, monkeypatch, lambda _: None)

    def overtake() -> None:
        stocked.put_stock("s0", 5)
        counters.tell("follow")
        push.push(stocked.id, "mall", ["s0"])

    with before("PutItem", overtake):
        push.push(stocked.id, "mall", list(SKUS))

    assert [len(some) for some in seen] == [7, 2, 2]
    assert (bazaar.shelves["1:s0"], bazaar.shelves["2:also"]) == (5, 5)
    assert figure(stocked, "s0").sent_units == 5


def test_while_the_platform_rests_figures_wait_and_lose_no_try(
    stocked: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bodies = list(mail.waiting["push"])
    mail.waiting["push"].clear()
    trip(stocked, bazaar, mail)
    mail.deliver("push", bodies)
    resting = [figure(stocked, sku) for sku in SKUS]
    asked = bazaar.calls.count("stock")

    links.links.replace(stocked.id, replace(links.links.get(stocked.id, "mall"), rests=""))
    due_now(stocked)
    mail.deliver("push", bodies)

    assert asked == 0
    assert {(one.state, one.tries) for one in resting} == {(FigureState.WAITING, 0)}
    assert min(one.due for one in resting) > clock.now()
    assert states(stocked) == [FigureState.SENT] * len(SKUS)
