"""The product against each platform's sandbox, through sockets, with everything going wrong."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from operator import length_hint
from pkgutil import resolve_name
from random import Random
from typing import Any

import pytest

from infra.rehearsal import tally
from infra.sandbox.kinds import MARKETS
from infra.sandbox.markets.market import Market
from infra.sandbox.mischief import WELL
from infra.sandbox.server import Server
from shared.domain.order import id_for
from shared.domain.pulling import Pulling
from shared.runtime import cache, clock
from shared.runtime.settings import settings
from shared.store import aftersales, decisions, links, orders, rates, reports
from tests.support.build import Merchant, document, spoken
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream

ORDERS, FEW, MANY = 24, 8, 1000
DECIDING = (  # whose sandbox takes a merchant's answer to a refund
    *("taobao", "pdd", "jd", "douyin", "kuaishou", "youzan", "wechat-shop"),
)
MINUTES = 240.0  # seconds between two reads, longer than any platform's lag
HERE = "http://here"
CUT = {"on": "any", "what": "cut", "skip": 19}  # one answer in twenty
ODDER = ("unknown", "broken", "twice")
ODD = [{"on": "list", "what": what, "skip": 2} for what in ("busy", "half", "broken")] * 3
TITLES = ("platform", "orders", "changed", "pushes", "faults", "lost", "doubled", "different")
Row = tuple[str | int, ...]


@dataclass
class Rehearsal:
    """A merchant whose shop `mall` is connected with a platform's sandbox."""

    acme: Merchant
    mail: Mail
    market: Market
    pushed: int = 0  # of what the platform told of by itself

    def read(self, rounds: int = 20) -> Pulling:
        """Let the clock come round until all is read, whatever fails on the way."""
        for _ in range(rounds):
            self.market.ahead += MINUTES  # for us as well
            known = links.pulling(self.acme.id, "mall")
            links.save(self.acme.id, replace(known, due=clock.now()))
            self.mail.deliver("pull", [json.dumps({"tenant": self.acme.id, "shop": "mall"})])
            self.push()
            self.mail.pump(rounds=MANY)
            known = links.pulling(self.acme.id, "mall")
            waiting = any(trick.on == "list" for trick in self.market.mischief.planned)
            if not (known.why or known.window or waiting):
                return known
        raise AssertionError(known)

    def read_refunds(self) -> None:
        """Let the clock come round to the shop's refunds."""
        self.market.ahead += MINUTES
        known = links.refundings.get(self.acme.id, "mall")
        links.save(self.acme.id, replace(known, due=clock.now()), folder=links.refundings)
        told = {"tenant": self.acme.id, "shop": "mall", "what": "refunds"}
        self.mail.deliver("pull", [json.dumps(told)])
        self.mail.pump()

    def decided(self, order: str, no: str) -> None:
        """Let the platform hear what was decided, as often as it takes."""
        self.mail.pump()
        while (known := decisions.get(self.acme.id, order, no)).due:
            decisions.save(self.acme.id, replace(known, due=clock.now()))
            told = {"tenant": self.acme.id, "order_id": order, "no": no}
            self.mail.deliver("report", [json.dumps(told)])
            self.mail.pump()

    def held(self) -> dict[str, Any]:
        ids = [id_for(self.acme.id, "mall", number) for number in self.numbers]
        return {order.number: order for order in orders.get_many(self.acme.id, ids).values()}

    @property
    def numbers(self) -> list[str]:
        return [order.number for order in self.market.orders]

    def push(self) -> None:
        """What the platform told of since comes twice, and the last first."""
        fresh = self.market.notices.sent[self.pushed :]
        self.pushed += len(fresh)
        for notice in [*reversed(fresh), *fresh]:
            headers, body = notice.write(WELL)
            status, said = spoken("POST", notice.url.removeprefix(HERE), body, headers)
            assert self.market.heard_well(status, said), (status, said)

    def ends(self) -> tuple[int, int, int]:
        """How many orders are lost, how many are there twice, and how many stand otherwise."""
        held, truth, there = self.held(), self.market.truth()["orders"], listed(self.acme)
        twice = sum(tally.doubled(order, truth[number]) for number, order in held.items())
        otherwise = sum(tally.differs(order, truth[number]) for number, order in held.items())
        return len(truth.keys() - set(there)), twice + len(there) - len(set(there)), otherwise

    def plan(self, *tricks: dict[str, Any]) -> None:
        for trick in tricks:
            self.market.mischief.plan(trick)


def kind(name: str) -> type[Market]:
    found: type[Market] = resolve_name(MARKETS[name])
    return found


@pytest.fixture(params=MARKETS)
def stage(
    request: pytest.FixtureRequest, acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Rehearsal]:
    market, now = kind(request.param)(pauses=()), clock.now
    monkeypatch.setattr("shared.runtime.retry.pause", market.wait)
    monkeypatch.setattr(clock, "now", lambda: clock.later(now(), market.ahead))
    rates.forget()
    server = Server(market.answer)
    market.url = server.url
    server.start()
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "m", "channel": request.param})
    since = clock.later(clock.now(), -7200)
    made = acme.call("POST", "/v1/shops/mall/link", {**market.link(), "since": since})
    assert made.status == 201, made.body
    if made.body["standing"] == "waits":
        assert acme.call("POST", "/v1/shops/mall/link/code", {}).status == 200
    yield Rehearsal(acme, mail, market)
    server.close()


def same(stage: Rehearsal) -> None:
    """Nothing is lost, nothing is doubled, and everything stands as on the platform."""
    assert stage.ends() == (0, 0, 0)
    assert sorted(listed(stage.acme)) == sorted(stage.numbers)
    assert stage.acme.call("GET", "/v1/strays").body["strays"] == []


def listed(acme: Merchant) -> list[str]:
    """The number of every order there is."""
    found, cursor = [], ""
    while cursor is not None:
        page = acme.call("GET", f"/v1/orders?limit=100&cursor={cursor}").body
        found += [order["number"] for order in page["orders"]]
        cursor = page["next"]
    return found


def test_a_check_tells_the_name_of_the_shop(stage: Rehearsal) -> None:
    told = stage.acme.call("POST", "/v1/shops/mall/link/check", {}).body

    assert (told["ok"], bool(told["name"])) == (True, stage.market.tells_name)


def test_every_order_comes_as_it_is(stage: Rehearsal) -> None:
    stage.market.orders.make(ORDERS, stage.market.now - 7000, stage.market.now - 1)

    stage.read()

    same(stage)


def test_nothing_is_lost_or_doubled_whatever_fails_and_moves_on_the_way(stage: Rehearsal) -> None:
    market = stage.market
    market.orders.make(ORDERS, market.now - 7000, market.now - 100)
    stage.plan(
        {"on": "list", "what": "shift", "skip": 1},
        {"on": "list", "what": "cut"},
        {"on": "list", "what": "busy"},
        {"on": "list", "what": "half"},
        {"on": "list", "what": "broken"},
        *([{"on": "list", "what": "expired"}] if market.expires else []),
    )
    stage.read()
    for at, number in enumerate(stage.numbers):
        if at % 3 == 0:
            market.change(number, ("shipped", "completed", "refunded")[at % 9 // 3])

    stage.read()

    same(stage)
    assert {"shift", "cut", "busy", "half", "broken"} <= market.fired.keys()
    assert market.fired.get("expired", 0) == market.expires


@pytest.fixture(scope="module")
def table() -> Iterator[list[Row]]:
    """Rows of what became of the thousands, shown at the end (`make contract`)."""
    rows: list[Row] = [TITLES]
    yield rows
    lines = (f"  {row[0]:12}" + "".join(f"{each:>10}" for each in row[1:]) for row in rows)
    sys.stdout.write("\n".join(["", *lines, ""]))


@pytest.fixture
def remembering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings are remembered as in production: the thousands would take twice as long."""
    monkeypatch.setenv("CACHE_SECONDS", "30")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
    cache.forget()


@pytest.mark.faults
def test_a_thousand_orders_while_a_third_of_them_changes(
    stage: Rehearsal, table: list[Row], remembering: None
) -> None:
    """Orders move between pages, pushes come twice and backwards, one answer in twenty is cut."""
    market = stage.market
    market.orders.make(MANY, market.now - 7000, market.now - 100)
    states = ("shipped", "completed", "refunded", "")
    changes = [(number, states[at % 4]) for at, number in enumerate(stage.numbers) if at % 10 < 3]
    market.between = left = iter(changes)
    if market.pushes:
        market.push_url = f"{HERE}/v1/push/{market.name}/{stage.acme.id}/mall"
    stage.plan({"on": "notice", "what": "drop", "times": MANY}, *ODD, *[CUT] * MANY)

    for _ in range(len(changes)):
        stage.read(rounds=200)
        if not length_hint(left):
            break
    stage.read(rounds=200)

    faults, told = sum(market.fired.values()), 2 * stage.pushed
    table.append((market.name, MANY, len(changes), told, faults, *stage.ends()))
    same(stage)
    assert (length_hint(left), stage.pushed >= len(changes)) == (0, market.pushes)


@pytest.mark.faults
def test_a_thousand_orders_of_a_channel_of_ones_own(
    acme: Merchant, mail: Mail, table: list[Row], remembering: None
) -> None:
    """All is sent twice, in any order; of one answer in twenty nobody hears: it is sent again."""
    sent = [document(f"N-{no}", version=1) for no in range(MANY)]
    later = [
        {**one, "version": 2, "freight": 700} for one in sent[::10] + sent[1::10] + sent[2::10]
    ]
    letters = 2 * (sent + later)
    Random(1).shuffle(letters)
    cut = letters[::20]

    for letter in letters + cut:
        assert acme.call("POST", "/v1/orders", letter).status in (200, 202, 409)  # an older one
    mail.pump(rounds=MANY)

    truth = {one["number"]: one.get("freight", 0) for one in sent + later}
    ids = [id_for(acme.id, "tmall", number) for number in truth]
    held, there = orders.get_many(acme.id, ids).values(), listed(acme)
    twice = sum([entry.code for entry in one.timeline].count("accepted") > 1 for one in held)
    ends = (
        len(truth.keys() - set(there)),
        twice + len(there) - len(set(there)),
        sum(one.content.amounts.freight != truth[one.number] for one in held),
    )
    table.append(("our own", MANY, len(later), len(letters), len(cut), *ends))
    assert ends == (0, 0, 0)


@pytest.mark.parametrize(
    ("stage", "what"),
    [
        *product(MARKETS, ("cut", "unknown")),
        *((name, "expired") for name in MARKETS if kind(name).expires),
    ],
    indirect=["stage"],
)
def test_a_parcel_is_told_once_whatever_becomes_of_the_answer(
    stage: Rehearsal, engine: Engine, what: str
) -> None:
    market, acme = stage.market, stage.acme
    acme.put_stock("mug", 50)
    acme.put_stock("hat", 50)
    acme.put_stock("tea", 50)
    market.orders.make(6, market.now - 600, market.now - 100)
    stage.read()
    order = next(one for one in stage.held().values() if one.status.value == "planned")
    stream = Stream(engine)
    labels = [
        {"parcel": parcel.no, "carrier": "sf", "tracking": f"SF{parcel.no:012d}"}
        for parcel in order.parcels
    ]
    left = acme.call("POST", f"/v1/orders/{order.id}/ship", {"parcels": labels})
    assert left.status == 200, left.body
    stage.plan({"on": "ship", "what": what})

    stream.tell("publish")
    stage.mail.pump()
    for _ in range(3):
        report = reports.get(acme.id, order.id, "01")
        if report.due:
            reports.save(acme.id, replace(report, due=clock.now()))
            told = {"tenant": acme.id, "order_id": order.id}
            stage.mail.deliver("report", [json.dumps(told)])

    report = reports.get(acme.id, order.id, "01")
    assert [one.state.value for one in report.tellings] == ["told"] * len(order.parcels)
    assert len(market.told[order.number]) == len(order.parcels)
    assert market.truth()["orders"][order.number]["state"] == market.sent


@pytest.mark.parametrize(
    "stage", [name for name in MARKETS if kind(name).holds_refunds], indirect=True
)
def test_what_the_buyer_wants_back_is_not_told(stage: Rehearsal, engine: Engine) -> None:
    """Where an order shows that; elsewhere only the refund itself tells."""
    market, acme = stage.market, stage.acme
    for sku in ("mug", "hat", "tea"):
        acme.put_stock(sku, 50)
    market.orders.make(6, market.now - 600, market.now - 100)
    stage.read()
    order = next(one for one in stage.held().values() if one.status.value == "planned")
    stream = Stream(engine)
    label = [{"parcel": 1, "carrier": "sf", "tracking": "SF000000000001"}]
    acme.call("POST", f"/v1/orders/{order.id}/ship", {"parcels": label})
    for line in market.orders.by_number[order.number].lines:
        line.refund = "asked"
    market.change(order.number)

    stream.tell("publish")
    stage.mail.pump()

    (one,) = reports.get(acme.id, order.id, "01").tellings
    assert (one.state.value, one.why, market.told) == ("waits", "refund", {})


@pytest.mark.parametrize("stage", DECIDING, indirect=True)
@pytest.mark.parametrize(
    "what", ["", "cut", *(pytest.param(each, marks=pytest.mark.faults) for each in ODDER)]
)
def test_a_refund_that_we_agree_to_is_given_once_whatever_becomes_of_the_answer(
    stage: Rehearsal, what: str
) -> None:
    """And one that we refuse goes on, or waits where that cannot be told."""
    market, acme = stage.market, stage.acme
    acme.call("PUT", "/v1/after-sale-settings", {"intercept": "weighed"})
    for sku in ("mug", "hat", "tea"):
        acme.put_stock(sku, 50)
    market.orders.make(ORDERS, market.now - 600, market.now - 100)
    stage.read()
    whole = market.refunds.whole
    several = (one for one in stage.held().values() if whole or len(one.content.lines) > 1)
    planned = [one for one in several if one.status.value == "planned"][:2]
    asked = [market.orders.by_number[one.number] for one in planned]
    backs = [market.refunds.ask(one, one.lines[0], market.now) for one in asked]
    stage.read_refunds()
    if what:
        stage.plan({"on": "decide", "what": what}, {"on": "refund", "what": "cut", "skip": 1})

    for order, back, deed in zip(planned, backs, ("agree", "reject"), strict=True):
        path = f"/v1/orders/{order.id}/after-sales/{back.number}/{deed}"
        body = {"reason": "已打包"} if deed == "reject" else {}
        assert acme.call("POST", path, body).status == 202
        stage.decided(order.id, back.number)
    stage.read()

    sales = [aftersales.get(acme.id, o.id, b.number) for o, b in zip(planned, backs, strict=True)]
    held = [stage.held()[one.number] for one in asked]
    refused, waits = ("refused", "rejected", "planned"), ("asked", "requested", "held")
    ends = zip(backs, sales, held, strict=True)
    assert [(back.stage, one.state.value, order.status.value) for back, one, order in ends] == [
        ("done", "refunded", "cancelled" if whole else "planned"),
        refused if market.refuses else waits,
    ]
    assert [one.fen for one in sales] == [back.fen for back in backs]
    assert sales[1].late is not market.refuses
    for found, one in list(zip(held, asked, strict=True))[whole:]:
        kept = [line.code for line in one.lines if line.refund != "done"]
        assert [line.sku for line in found.content.lines] == kept


def planned(stage: Rehearsal) -> Any:
    """An order of several lines that waits to be packed, on the platform."""
    market, acme = stage.market, stage.acme
    acme.call("PUT", "/v1/after-sale-settings", {"intercept": "weighed"})
    for sku in ("mug", "hat", "tea"):
        acme.put_stock(sku, 50)
    market.orders.make(FEW, market.now - 600, market.now - 100)
    stage.read()
    several = (one for one in stage.held().values() if len(one.content.lines) > 1)
    number = next(one.number for one in several if one.status.value == "planned")
    return market.orders.by_number[number]


@pytest.mark.parametrize("stage", ["shopify", "woocommerce"], indirect=True)
def test_what_the_merchant_paid_back_there_is_known_here(stage: Rehearsal) -> None:
    """Where a buyer asks for nothing, the money is the first that is heard of it."""
    market, acme, there = stage.market, stage.acme, planned(stage)
    order = id_for(acme.id, "mall", there.number)
    back = market.refunds.ask(there, there.lines[0], market.now)
    stage.read_refunds()
    before = aftersales.of(acme.id, order)

    market.refunds.move(back.number, "done", market.now)
    stage.read_refunds()
    stage.read()

    (sale,) = aftersales.of(acme.id, order)
    left = stage.held()[there.number].content.lines
    assert (list(before), sale.state.value, sale.fen) == ([], "refunded", back.line.paid)
    assert [line.sku for line in left] == [line.code for line in there.lines[1:]]


@pytest.mark.parametrize("stage", ["shopify"], indirect=True)
@pytest.mark.parametrize("what", ["", "unknown"])
def test_goods_may_come_back_once_and_the_money_follows_them(stage: Rehearsal, what: str) -> None:
    """The money for what came back is that of the return, and no refund beside it."""
    market, acme, there = stage.market, stage.acme, planned(stage)
    order = id_for(acme.id, "mall", there.number)
    market.ship(there.number, "SF Express", "SF000000000001")
    stage.read()
    backs = [market.refunds.ask(there, line, market.now) for line in there.lines[:2]]
    nos = [f"return-{back.number}-{back.line.sub}" for back in backs]
    stage.read_refunds()
    if what:
        stage.plan({"on": "decide", "what": what, "times": 2})

    for no, deed in zip(nos, ("agree", "reject"), strict=True):
        body = {"reason": "已穿过"} if deed == "reject" else {}
        told = acme.call("POST", f"/v1/orders/{order}/after-sales/{no}/{deed}", body)
        assert told.status == 202, told.body
        stage.decided(order, no)
    agreed = aftersales.get(acme.id, order, nos[0])
    market.refunds.move(backs[0].number, "done", market.now)
    stage.read_refunds()

    sales = {one.no: one for one in aftersales.of(acme.id, order)}
    assert [back.stage for back in backs] == ["done", "refused"]
    assert [(sales[no].state.value, bool(sales[no].back)) for no in nos] == [
        ("awaiting-return", True),
        ("rejected", False),
    ]
    assert (agreed.state.value, agreed.back, len(sales)) == ("awaiting-return", "", 2)
    assert [sales[no].fen for no in nos] == [back.line.paid for back in backs]
