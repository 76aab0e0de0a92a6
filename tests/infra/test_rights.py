"""What each function calls is what its policy grants: no right is missing, and none is idle."""

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from time import sleep
from typing import Any

import pytest

import app as product
from functions.steps import halt, settle
from shared.domain import complete
from shared.domain.bill import day_of
from shared.domain.content import Deal, Instalment, InstalmentState, Part, PaymentState
from shared.domain.content import Payment as Paying
from shared.domain.decision import decision
from shared.domain.hold import Hold, Reason, Then
from shared.domain.order import Order, Status
from shared.domain.payment import Event, Kind, Payment
from shared.domain.payment import State as Paid
from shared.domain.platform import Stage
from shared.domain.report import REPORT
from shared.domain.stock import Place
from shared.gateways import queues
from shared.gateways.carriers.port import Form, Print
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.payments import providers
from shared.gateways.payments.port import Account, Bill
from shared.gateways.talk import Unclear
from shared.runtime import aws, cache, clock
from shared.store import (
    aftersales,
    decisions,
    forecasting,
    hot_sales,
    ledgers,
    links,
    merges,
    orders,
    payments,
    rates,
    reports,
    rounds,
    stock_holds,
    waybills,
)
from shared.store.table import connection, transact
from tests.infra.sam import Sam
from tests.support import bank as banks
from tests.support import build, costs, depot, hub, mergers, rulebook, sales, spoil
from tests.support.bank import SIGNED, Bank
from tests.support.bazaar import LINK, Bazaar, opened
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import HANDLERS, Mail
from tests.support.statements import Trade, alipay_funds, wechat

Uses = dict[str, set[tuple[str, str]]]  # function -> (action, table, index or queue)
WAY = {
    Status.RECEIVED: "review",
    Status.APPROVED: "reserve",
    Status.RESERVED: "plan",
    Status.PLANNED: "ship",
}
OF_LAMBDA_ITSELF = {  # what the event sources do in the function's name
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "kms:Decrypt",  # here the master key is a file
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
}
DEAD = "stream-dead"  # written by Lambda, too


@dataclass
class Watch:
    """Writes down, for each function, what it asks of AWS."""

    function: str = ""
    uses: Uses = field(default_factory=lambda: defaultdict(set))

    @contextmanager
    def of(self, function: str) -> Iterator[None]:
        self.function = function
        yield
        self.function = ""

    def see(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        if self.function:
            self.uses[self.function].update(_rights(model.name, params))


def _rights(operation: str, body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The IAM actions, and on what, that a request needs."""
    match operation:
        case "SendMessageBatch":
            yield "sqs:SendMessage", body["QueueUrl"].rpartition("tongdan-")[2]
        case "BatchGetItem" | "BatchWriteItem":
            yield from ((f"dynamodb:{operation}", _short(name)) for name in body["RequestItems"])
        case "TransactWriteItems":
            for item in body["TransactItems"]:
                ((kind, write),) = item.items()
                yield f"dynamodb:{kind}Item", _short(write["TableName"])
        case _:
            index = f"/{body['IndexName']}" if "IndexName" in body else ""
            yield f"dynamodb:{operation}", _short(body["TableName"]) + index


def _short(table: str) -> str:
    return table.removeprefix("tongdan-")


def granted(sam: Sam) -> Uses:
    found: Uses = {}
    for function in sam.functions:
        name = sam.functions[function]["FunctionName"]["Fn::Sub"].rpartition("-")[2]
        found[name] = {
            (action, resource)
            for statement in sam.policy(function)
            for action in set(statement["Action"]) - OF_LAMBDA_ITSELF
            for resource in map(_resource, _list(statement["Resource"]))
            if resource != DEAD
        }
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resource(value: dict[str, Any]) -> str:
    """OrdersTable -> orders, its index -> orders/open, ReviewQueue -> review."""
    if text := value.get("Fn::Sub"):
        table, _, index = text.partition(".Arn}/index/")
        return f"{table.removeprefix('${').removesuffix('Table').lower()}/{index}"
    name = str(value["Fn::GetAtt"][0])
    if name == "StreamDeadQueue":
        return DEAD
    return name.removesuffix("Table").removesuffix("Queue").lower()


@pytest.fixture
def watch(mail: Mail) -> Iterator[Watch]:
    watch, clients = Watch(), (connection().client, aws.client("sqs"))
    for client in clients:
        client.meta.events.register("before-parameter-build", watch.see, unique_id="watch")
    yield watch
    for client in clients:
        client.meta.events.unregister("before-parameter-build", unique_id="watch")


def test_every_right_is_needed_and_none_is_missing(
    sam: Sam, watch: Watch, acme: Merchant, mail: Mail, engine: Engine
) -> None:
    day = Day(watch, acme, mail, engine)

    day.settings()
    day.steps()
    day.desk()
    day.stream()
    day.figures()
    day.following()
    day.hot()
    day.webhooks()
    day.followed()
    day.labelled()
    day.platforms()
    day.timers()
    day.watching()
    day.promises()
    day.routing()
    day.merging()
    day.breakers()
    day.reviewing()
    day.after_sales()
    day.campaigns()
    day.money()
    day.reconciling()

    rights = granted(sam)
    assert _less(watch.uses, rights) == {}, "missing"
    assert _less(rights, watch.uses) == {}, "idle"


def _less(some: Uses, others: Uses) -> dict[str, list[tuple[str, str]]]:
    left = {name: sorted(uses - others.get(name, set())) for name, uses in some.items()}
    return {name: uses for name, uses in left.items() if uses}


@dataclass
class Day:
    """A day in which every function does everything that it can do."""

    watch: Watch
    acme: Merchant
    mail: Mail
    engine: Engine
    placed: int = 0

    def api(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        with self.watch.of("api"):
            reply = self.acme.call(method, path, body, None, **headers)
        assert reply.status < 300, (method, path, reply.body)
        return reply.body

    def step(self, queue: str, *order_ids: str) -> None:
        with self.watch.of(queue):
            failed = self.mail.deliver(queue, [self._message(each) for each in order_ids])
        assert not failed, queue

    def order(self, status: Status, **change: Any) -> Order:
        """A new order, brought as far as `status`."""
        self.placed += 1
        with self.watch.of("api"):
            order_id = self.acme.place(number=f"R-{self.placed}", **change).body["id"]
        for queue in WAY.values():
            order = orders.get(self.acme.id, order_id)
            if order.status in (status, Status.SHORT):
                return order
            if status is Status.RESERVED and order.status is Status.PLANNED:
                return _undivided(order)
            self.step(queue, order_id)
        return orders.get(self.acme.id, order_id)

    def settings(self) -> None:
        for warehouse in ("hz", "gz"):
            path = f"/v1/warehouses/{warehouse}"
            more = {"city": "杭州市", "carrier": "simulated", "capacity": 10_000}
            self.api("PUT", path, {"name": warehouse, **more})
        self.api("GET", "/v1/capacities")
        self.api("POST", "/v1/freight-quotes", {"province": "浙江"})
        self.api("PUT", "/v1/stock/mug/hz", {"on_hand": 1000}, Idempotency_Key="stock-1")
        self.api("PUT", "/v1/stock/mug/hz", {"on_hand": 1000}, Idempotency_Key="stock-1")
        self.api("GET", "/v1/stock?limit=5")
        self.api("GET", "/v1/stock/mug")
        key = self.api("POST", "/v1/keys", {"scopes": ["orders:read"], "name": "till"})
        self.api("DELETE", f"/v1/keys/{key['prefix']}")
        self.api("POST", "/v1/blacklist", {"kind": "phone", "value": "13900000000"})
        self.api("GET", "/v1/shops")
        self.api(
            "POST", "/v1/items/batch", {"items": [{"id": "mug", "name": "杯", "barcode": "69"}]}
        )
        self.api("GET", "/v1/audits")

    def steps(self) -> None:
        """Each step gets orders of every status: its own it serves, others it nudges on."""
        for queue in WAY.values():
            for status in WAY:
                self.step(queue, self.order(status).id)
            self.step(queue, *(self.order(status).id for status in WAY))
        self.step("reserve", self.order(Status.APPROVED, lines=[_short_line()]).id)

    def desk(self) -> None:
        for status in WAY:
            order = self.order(status)
            self.api("POST", f"/v1/orders/{order.id}/hold", {"note": "ask"})
            self.api("POST", f"/v1/orders/{order.id}/release", {})
        planned = self.order(Status.PLANNED)
        self.api("GET", f"/v1/orders/{planned.id}?purpose=call")
        self.api("GET", f"/v1/orders/{planned.id}/timeline")
        self.api("POST", f"/v1/orders/{planned.id}/cancel", {})
        self.api("GET", "/v1/orders?shop=tmall")
        self.api("GET", "/v1/days")

    def stream(self) -> None:
        """Twice: what was told already is read, not written again."""
        hook = {"id": "hook", "url": "http://127.0.0.1:9/"}
        self.api("POST", "/v1/webhooks", hook)
        event = {"Records": [_record(at, row) for at, row in enumerate(self._rows())]}
        for name, handler in (
            ("count", product.count_events),
            ("publish", product.publish_events),
        ):
            for _ in range(2):
                with self.watch.of(name):
                    assert handler(event, None) == {"batchItemFailures": []}

    def figures(self) -> None:
        """A figure is worked out, refused and taken again: by new stock, by an order, by hand."""
        rule = {"on": True, "formula": "sellable - 5"}
        self.api("PUT", "/v1/shops/tmall", {"name": "shop", "push": rule})
        self.api("POST", "/v1/items", {"id": "figured", "name": "f"})
        for units in (6, 4, 6):
            self.api("PUT", "/v1/stock/figured/hz", {"on_hand": units})
            self._follow("figured", "at#hz#")
        self._follow("hold#nobody", "document")
        for quantity in (1, 2):
            line = {"sku": "figured", "quantity": quantity, "unit_price": 900}
            waiting = self.order(Status.RECEIVED, lines=[line])
            self._count(waiting.id)
        self.api("POST", f"/v1/orders/{waiting.id}/cancel", {})
        self._count(waiting.id)
        self.api("GET", "/v1/shops/tmall/sellable?limit=2")
        self.api("POST", "/v1/shops/tmall/push-rule/preview", {"rule": rule})
        for units in (4, 6):
            self.api("PUT", "/v1/stock/figured/hz", {"on_hand": units})
            self.api("POST", "/v1/shops/tmall/push", {"sku": "figured"})
        self.api("GET", "/v1/pushes")
        self.api("PUT", "/v1/hot-sales/figured/hz", {"buckets": 2})
        self._follow("figured", "at#hz#")
        self._count(self.order(Status.RECEIVED, lines=[line]).id)
        message = {"tenant": self.acme.id, "shop": "tmall", "sku": "figured"}
        with self.watch.of("push"):
            assert not self.mail.deliver("push", [json.dumps(message)])

    def following(self) -> None:
        """Stock falls below what is safe, rises for an order that waits; a push stays unsent."""
        self.api("POST", "/v1/items", {"id": "safe", "name": "s", "safety": {"*": 5}})
        self.api("PUT", "/v1/stock/safe/hz", {"on_hand": 1})
        self._follow("safe", "at#hz#")
        line = {"sku": "safe", "quantity": 3, "unit_price": 900}
        short = self.order(Status.SHORT, lines=[line])
        self.step("reserve", short.id)
        self._count(short.id)
        self.api("PUT", "/v1/stock/safe/hz", {"on_hand": 30})
        self._follow("safe", "at#hz#")

    def hot(self) -> None:
        """A hot SKU is bought, shipped and called off, its last units are gathered, it cools."""
        self.api("PUT", "/v1/stock/warm/hz", {"on_hand": 6})
        self.api("PUT", "/v1/hot-sales/warm/hz", {"buckets": 2})
        self.api("GET", "/v1/hot-sales?state=on")
        line = {"sku": "warm", "quantity": 1, "unit_price": 900}
        self.step("ship", self.order(Status.PLANNED, lines=[line]).id)
        gone = self.order(Status.PLANNED, lines=[line])
        self.api("POST", f"/v1/orders/{gone.id}/cancel", {})
        self.step("reserve", self.order(Status.APPROVED, lines=[line | {"quantity": 4}]).id)
        self.step("reserve", self.order(Status.APPROVED, lines=[line | {"quantity": 4}]).id)
        held = self.order(Status.PLANNED, lines=[line])
        over = Hold(Reason.MANUAL, until=_ago(1), then=Then.CANCEL)
        orders.save(held.hold((over,), held.status, _ago(2)))
        for until in ("", _ago(1)):
            sale = hot_sales.folder.get(self.acme.id, "warm@hz")
            hot_sales.save(self.acme.id, replace(sale, until=until), _ago(1))
            with self.watch.of("expire"):
                product.expire_holds(_tick(), None)
        self.api("DELETE", "/v1/hot-sales/warm/hz")

    def _follow(self, pk: str, sk: str) -> None:
        keys = {"pk": {"S": f"{self.acme.id}#{pk}"}, "sk": {"S": sk}}
        record = {"eventID": "1", "dynamodb": {"SequenceNumber": "1", "Keys": keys}}
        with self.watch.of("follow"):
            answer = product.follow_stock({"Records": [record]}, None)
        assert answer == {"batchItemFailures": []}

    def _count(self, order_id: str) -> None:
        rows = self.engine.rows("orders", self.acme.id)
        mine = [row for row in rows if row["pk"]["S"].endswith(order_id)]
        event = {"Records": [_record(at, row) for at, row in enumerate(mine)]}
        with self.watch.of("count"):
            assert product.count_events(event, None) == {"batchItemFailures": []}

    def webhooks(self) -> None:
        (message, *_) = self.mail.waiting["notify"]
        with self.watch.of("notify"):
            assert not self.mail.deliver("notify", [message])
        delivery_id = json.loads(message)["delivery_id"]
        self.api("GET", f"/v1/deliveries?day={delivery_id[:8]}")
        self.api("POST", f"/v1/deliveries/{delivery_id}/retry")

    def timers(self) -> None:
        for status in WAY:
            orders.save(replace(self.order(status), since=_ago(90)))
        with self.watch.of("sweep"):
            product.sweep_orders(_tick(), None)
        for then in Then:
            for status in WAY:
                order, hold = self.order(status), Hold(Reason.MANUAL, until=_ago(1), then=then)
                orders.save(order.hold((hold,), order.status, _ago(2)))
        self.aside()
        with self.watch.of("expire"):
            product.expire_holds(_tick(), None)

    def aside(self) -> None:
        """Units are set aside, sent on and back; two holds run out, one of goods on their way."""
        there = {"id": "to", "from": "hz", "to": "gz", "lines": [{"sku": "mug", "units": 9}]}
        self.api("POST", "/v1/transfers", there)
        self.api("POST", "/v1/transfers/to/send")
        self.api("GET", "/v1/transfers?state=sent")
        for kind, warehouse in (("manual", "hz"), ("presale", "gz")):
            lines = [{"sku": "mug", "warehouse": warehouse, "units": 2}]
            self.api("PUT", f"/v1/stock-holds/{kind}", {"kind": kind, "lines": lines})
            hold = stock_holds.folder.get(self.acme.id, kind)
            over = replace(hold, until=_ago(1))
            transact([stock_holds.folder.writes(self.acme.id, over, over.until)])
        self.api("POST", "/v1/transfers/to/receive")

    def watching(self) -> None:
        """Counters are checked, broken and mended; alerts are opened, gathered and closed."""
        self.api("PUT", "/v1/alert-settings", {})
        self.api("GET", "/v1/stock/mug/explain")
        self.api("GET", "/v1/stock/mug/ledger")
        self.api("POST", "/v1/stock/verify")
        rounds.begin(self.acme.id)
        place = Place("watched", "hz")  # and nowhere else, so that its shops run out with it
        self.api("PUT", "/v1/stock/watched/hz", {"on_hand": 40})
        ledgers.spill(self.acme.id, Place("mug", "hz"))
        for units, digest in ((1, "none"), (-1, "hourly")):
            spoil.counter(self.engine, self.acme.id, place, "free", units)
            with self.watch.of("verify"):
                product.verify_stock(_tick(), None)
            self.api("GET", "/v1/alerts?state=open")
            self.api("PUT", "/v1/alert-settings", {"alert_digest": digest})
        self.api("PUT", "/v1/alert-settings", {})
        for units, digest in ((-99999, "none"), (99999, "hourly")):
            with self.watch.of("watch"):
                product.watch_stock(_tick(), None)
            spoil.counter(self.engine, self.acme.id, place, "free", units)
            self.api("PUT", "/v1/alert-settings", {"alert_digest": digest})
        with self.watch.of("watch"):
            product.watch_stock(_tick(), None)

    def merging(self) -> None:
        """Orders wait for others, and share boxes: goods are moved, one drifts, one comes back."""
        mergers.merging(self.acme)
        self.api("PUT", "/v1/stock/cap/gz", {"on_hand": 50})
        first = self._meeting("m1")
        self.api("PUT", "/v1/stock/cap/hz", {"on_hand": 50})
        with self.watch.of("sweep"):
            product.sweep_orders(_tick(), None)
        self.step("plan", first)
        self.step("ship", first)
        self._stopped_and_begun("m2")
        mergers.merging(self.acme, on=False)

    def _meeting(self, buyer: str) -> str:
        """Two orders of one buyer whose time is over, with goods in two warehouses."""
        found = [
            self.order(Status.RESERVED, buyer={"id": buyer}, lines=[build.line(sku)]).id
            for sku in ("mug", "cap")
        ]
        mergers.age(self.acme)
        return found[0]

    def _stopped_and_begun(self, buyer: str) -> None:
        """What the clock finds: a hold that ran out in a box, and a box that left in part."""
        first = self._meeting(buyer)
        self.step("plan", first)
        planned = orders.get(self.acme.id, first)
        assert planned.merge, [(each.code, each.args) for each in planned.timeline]
        soon = clock.later(clock.now(), 0.2)
        self.api("POST", f"/v1/orders/{first}/hold", {"until": soon})
        sleep(0.3)
        with self.watch.of("expire"):
            product.expire_holds(_tick(), None)
        orders.save(mergers.drifted(orders.get(self.acme.id, first)))
        self.step("ship", first)
        merge = merges.folder.page(self.acme.id, "", 1)[0][0]
        transact(puts=[merges.folder.writes(self.acme.id, merge, clock.later(clock.now(), -9))])
        with self.watch.of("sweep"):
            product.sweep_orders(_tick(), None)
        self.api("GET", f"/v1/orders/{first}/merge-candidates")

    def promises(self) -> None:
        """Orders must leave: some have, some do not, one's time changes; alerts come and go."""
        self.api("PUT", "/v1/alert-settings", {})
        gone, late = self.order(Status.PLANNED), self.order(Status.PLANNED)
        moved = replace(self.order(Status.PLANNED), promise=_ago(60)).noted("edited", clock.now())
        self._count(orders.save(moved).id)
        self._promise()
        self.api("POST", f"/v1/orders/{gone.id}/ship", {})
        sooner = orders.get(self.acme.id, moved.id)
        orders.save(replace(sooner, promise=_ago(90)).noted("edited", clock.now()))
        self._promise()
        self.api("GET", "/v1/promises?state=late")
        self._long_shipped(late.id)
        self.api("GET", "/v1/stages")
        self._promise()

    def _promise(self) -> None:
        with self.watch.of("promise"):
            product.keep_promises(_tick(), None)

    def _long_shipped(self, order_id: str) -> None:
        """An order with so long a history that its oldest part lies in another row."""
        for _ in range(orders.KEPT):
            held = orders.get(self.acme.id, order_id)
            orders.save(held.noted("amended", clock.now()))
        self.api("POST", f"/v1/orders/{order_id}/ship", {})
        self._count(order_id)

    def routing(self) -> None:
        """Prices are learned, and orders that wait give way to one that is short."""
        costs.routed(self.acme, a=900, b=800)
        costs.past(self.acme, self.mail, forecasting.FEWEST)
        with self.watch.of("price"):
            product.price_units(_tick(), None)
            product.price_units(_tick(), None)
        self.api("GET", "/v1/routing-prices")
        costs.in_the_way(self.acme, self.mail)
        with self.watch.of("replan"):
            product.replan_orders(_tick(), None)
            queues.flush()

    def breakers(self) -> None:
        """A SKU sells too cheaply and is stopped, by orders and by hand; it goes on again."""
        self.api("PUT", "/v1/alert-settings", {})
        self.api("PUT", "/v1/breaker-settings", {"orders": 6})
        self.api("POST", "/v1/items", {"id": "dear", "name": "d", "price": 9000})
        self.api("PUT", "/v1/stock/dear/hz", {"on_hand": 90})
        self.api("POST", "/v1/shops/tmall/push", {"sku": "dear"})
        line = {"sku": "dear", "quantity": 1, "unit_price": 90}
        self.order(Status.APPROVED, lines=[line])
        self.order(Status.RESERVED, lines=[line])
        pair = [self.order(Status.PLANNED, lines=[line]).id for _ in range(2)]
        self.api("POST", "/v1/merges", {"orders": pair})
        part = replace(self.order(Status.RESERVED, lines=[line]), gathering=True)
        orders.save(replace(part, status=Status.APPROVED).noted("gathered", clock.now()))
        self.step("review", self.order(Status.RECEIVED, lines=[line]).id)
        with self.watch.of("sweep"):
            product.sweep_orders(_tick(), None)
        self._halt("dear")
        self.api("POST", "/v1/breakers/dear/resume", {})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(halt, "PORTION", 1)
            self._halt("dear")
        self._halt("dear")
        self.api("POST", "/v1/breakers/mug/trip", {})
        self.api("GET", "/v1/breakers")

    def after_sales(self) -> None:
        """Money that we took is asked back: a person says yes to one, the clock to the other."""
        order = self.order(Status.RECEIVED)
        now = clock.now()
        charge = Event(Kind.CHARGE, Paid.DONE, 1800, f"{order.id}-01", now, now, "42")
        took = Payment(order.id, "01", "wechat", "main", "native", 0, 1800, now, now, (charge,))
        payments.save(self.acme.id, took)
        self.api("PUT", "/v1/after-sale-settings", {"answer": "act"})
        for _ in range(2):
            asked = {"kind": "compensation", "fen": 1}
            self.api("POST", f"/v1/orders/{order.id}/after-sales", asked)
        self.api("POST", f"/v1/orders/{order.id}/after-sales/01/agree")
        for query in ("", "?waiting=true"):
            self.api("GET", f"/v1/after-sales{query}")
        late = replace(aftersales.get(self.acme.id, order.id, "02"), due=_ago(1))
        transact(puts=[aftersales.put(self.acme.id, late)])
        with self.watch.of("expire"):
            product.expire_holds(_tick(), None)

    def reconciling(self) -> None:
        """A bill is sent and worked on; others are fetched, and one of them is not there."""
        today = day_of(clock.now())
        text = wechat(Trade("a-01", 1), day=today, owner="1900").decode("utf-8-sig")
        about = {"account": "main", "day": today, "kind": "trades"}
        self.api("PUT", "/v1/bill-terms/main", {"rate": 60})
        self.api("POST", "/v1/bills", about | {"content": text})
        self.api("POST", f"/v1/reconciliations/main/{today}/match", {})
        (row,) = self.api("GET", "/v1/differences")["differences"]
        said = {"category": "ours", "note": "-"}
        self.api("POST", f"/v1/differences/{row['id']}/explain", said)
        paid, now = self.order(Status.RECEIVED), clock.now()
        charge = Event(Kind.CHARGE, Paid.DONE, 1900, f"{paid.id}-01", now, now, "42")
        took = Payment(paid.id, "01", "wechat", "main", "native", 0, 1900, now, now, (charge,))
        payments.save(self.acme.id, took)
        bank, number = Bank(), took.number
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(providers, "of", lambda name: bank)
            patch.setattr(bank, "bill", lambda *asked: _bill(number, *asked))
            with self.watch.of("reconcile"):
                product.reconcile_bills(_tick(), None)
            self.api("POST", "/v1/bills/fetch", {"account": "main", "day": _ago(3 * 86400)[:10]})

    def platforms(self) -> None:
        """A shop is connected, read, counted and told of parcels; its token ends on the way."""
        shop = {"tenant": self.acme.id, "shop": "bazaar"}
        with pytest.MonkeyPatch.context() as patch:
            bazaar = opened(patch)
            self._connected()
            first = _ago(20)
            bazaar.put("B-1", first, lines=[build.line(shop_sku="pull:1")])
            bazaar.put("B-2", _ago(20), lines=[])
            bazaar.troubles["pull"] = [Rejected(Why.EXPIRED, "27")]
            self._told("pull", shop)
            lines = [build.line(shop_sku="pull:1")]
            bazaar.put("B-1", first, lines=lines, tags=["VIP"])  # once more in the same second
            self.api("POST", "/v1/shops/bazaar/link/read", {"since": _ago(1.5 * 86400)})
            self._told("pull", shop)
            self._told("pull", shop)
            bazaar.put("B-2", _ago(10))
            for number in ("B-1", "B-2", "B-3"):
                line = build.line(shop_sku=f"fetch:{number}")
                bazaar.put(number, _ago(5), lines=[] if number == "B-3" else [line])
                bazaar.troubles["order"] = [Rejected(Why.EXPIRED, "27")]
                self._told("fetch", {**shop, "number": number})
            self._counted(bazaar)
            self._parcel(bazaar)
            self._refunded(bazaar)
            self._met()
            self._shown(bazaar)
            self.api("PUT", "/v1/shops/bazaar/link", {"active": False})

    def _refunded(self, bazaar: Bazaar) -> None:
        """Refunds of orders wherever they stand: read, hinted at, decided."""
        self.acme.call("PUT", "/v1/after-sale-settings", {"intercept": "weighed"})
        rule = {"name": "b", "channel": "taobao", "agree_up_to": 100}
        self.acme.call("PUT", "/v1/shops/bazaar", rule)
        ways: dict[str, Callable[[Order, str], None]] = {
            "pull": self._refunds_read,
            "fetch": self._refund_hinted,
            "report": self._decided,
        }
        for way, hear in ways.items():
            for status in (Status.RECEIVED, Status.APPROVED, Status.RESERVED, Status.PLANNED):
                carrier = "simulated" if status is Status.PLANNED else "manual"
                order = self.order(status, shop="bazaar", carrier=carrier)
                no = f"{way}-{status.value}"
                bazaar.put(order.number, _ago(3))
                bazaar.back(no, order=order.number, fen=900)
                first = self._refund_hinted if way == "report" else hear
                first(order, no)
                bazaar.back(no, Stage.CLOSED)
                hear(order, no)
                bazaar.back(no, Stage.ASKED, fen=900)
                first(order, no)
                bazaar.back(no, Stage.ASKED, fen=100)
                hear(order, no)
                bazaar.back(no, Stage.DONE)
                first(order, no)
            bazaar.back(f"{way}-stray", order="nowhere", fen=1)
            bazaar.put(f"late-{way}", _ago(3), lines=[build.line(shop_sku=f"late:{way}")])
            bazaar.back(f"{way}-late", order=f"late-{way}", fen=1)
            if way != "report":
                hear(order, f"{way}-stray")
                hear(order, f"{way}-late")

    def _refunds_read(self, *_: Order | str) -> None:
        known = links.refundings.get(self.acme.id, "bazaar")
        due = replace(known, watermark=_ago(300), window="", cursor="", due=clock.now())
        links.save(self.acme.id, due, folder=links.refundings)
        self._told("pull", {"tenant": self.acme.id, "shop": "bazaar", "what": "refunds"})

    def _refund_hinted(self, order: Order, no: str) -> None:
        told = {"tenant": self.acme.id, "shop": "bazaar", "refund": no, "number": ""}
        self._told("fetch", told)

    def _decided(self, order: Order, no: str) -> None:
        """Somebody decides on what is known, and the platform knows more."""
        one = aftersales.get(self.acme.id, order.id, no)
        known = decisions.find(self.acme.id, order.id, no)
        decisions.save(self.acme.id, decision(one, known, clock.now(), "me"))
        self._told("report", {"tenant": self.acme.id, "order_id": order.id, "no": no})

    def _shown(self, bazaar: Bazaar) -> None:
        """Figures are told, and the token ends on the way."""
        shop = {"name": "b", "channel": "taobao", "skus": {"1:1": "shown"}, "push": {"on": True}}
        self.api("PUT", "/v1/shops/bazaar", shop)
        self.api("PUT", "/v1/stock/shown/hz", {"on_hand": 3})
        self._follow("shown", "at#hz#")
        bazaar.troubles["stock"] = [Rejected(Why.EXPIRED, "27")]
        self._told("push", {"tenant": self.acme.id, "shop": "bazaar", "sku": "shown"})
        assert bazaar.shelves == {"1:1": 3}

    def _connected(self) -> None:
        self.api("POST", "/v1/shops", {"id": "bazaar", "name": "b", "channel": "taobao"})
        self.api("POST", "/v1/shops/bazaar/link", LINK)
        self.api("GET", "/v1/links")
        self.api("POST", "/v1/shops/bazaar/link/check", {})
        self.api("POST", "/v1/shops/bazaar/link/read", {"since": _ago(60)})
        push = f"/v1/push/taobao/{self.acme.id}/bazaar"
        with self.watch.of("api"):
            assert build.spoken("POST", push, b"B-1", {"X-Sign": "hush"})[0] == 200
        with self.watch.of("sweep"):
            product.sweep_orders(_tick(), None)

    def _counted(self, bazaar: Bazaar) -> None:
        day = complete.days(clock.now())[0]
        for number, lines in (("C-1", [build.line(shop_sku="count:1")]), ("C-2", [])):
            placed = f"{day}T04:00:00.000+00:00"
            bazaar.put(number, placed, lines=lines, placed_at=placed)
        bazaar.orders["B-1"] = replace(
            bazaar.orders["B-1"],
            document={**bazaar.orders["B-1"].document, "placed_at": f"{day}T05:00:00.000+00:00"},
        )
        bazaar.troubles["pull"] = [Rejected(Why.EXPIRED, "27")]
        rates.forget()
        with self.watch.of("complete"):
            product.complete_days(_tick(), None)
        self.api("GET", "/v1/shops/bazaar/completeness")
        stray = self.api("GET", "/v1/strays")["strays"][0]
        bazaar.put(stray["number"], _ago(1))
        self.api("POST", f"/v1/strays/{stray['id']}/retry", {})

    def _parcel(self, bazaar: Bazaar) -> None:
        sent = self.order(Status.PLANNED, shop="bazaar", carrier="manual")
        bazaar.put(sent.number, _ago(3))
        parcel = {"parcel": 1, "carrier": "sf", "tracking": "SF1"}
        self.api("POST", f"/v1/orders/{sent.id}/ship", {"parcels": [parcel]})
        rows = [row for row in self.engine.rows("orders") if sent.id in row["pk"]["S"]]
        with self.watch.of("publish"):
            told = product.publish_events({"Records": [_record(0, row) for row in rows]}, None)
        assert told == {"batchItemFailures": []}
        bazaar.troubles["ship"] = [Unclear("timeout")]
        bazaar.troubles["order"] = [Rejected(Why.EXPIRED, "27")]
        self.step("report", sent.id)
        unclear = reports.get(self.acme.id, sent.id, REPORT)
        reports.save(self.acme.id, replace(unclear, due=_ago(1)))
        with self.watch.of("sweep"):
            product.sweep_orders(_tick(), None)
        self.step("report", sent.id)
        self.api("GET", "/v1/reports")
        self.api("GET", f"/v1/orders/{sent.id}/report")
        self.api("POST", f"/v1/orders/{sent.id}/report", {"parcel": 1})
        self.api("GET", f"/v1/orders/{sent.id}/raw?purpose=check")

    def followed(self) -> None:
        """Two orders in one box: it is told of, asked for, troubles, and comes to its end."""
        with pytest.MonkeyPatch.context() as patch:
            by = hub.opened(patch)
            by.caps = replace(by.caps, life=3600)
            hub.follow(self.acme.id)
            both = [self.order(Status.PLANNED, carrier="manual").id for _ in range(2)]
            for order_id in both:
                parcel = {"parcel": 1, "carrier": "sf", "tracking": "SF7"}
                self.api("POST", f"/v1/orders/{order_id}/ship", {"parcels": [parcel]})
            rows = [row for row in self.engine.rows("orders") if both[0] in row["pk"]["S"]]
            with self.watch.of("publish"):
                product.publish_events({"Records": [_record(0, row) for row in rows]}, None)
            rates.forget()
            by.troubles["subscribe"] = [Rejected(Why.EXPIRED, "27")]
            for order_id in both:
                self.step("track", order_id)
            self._arrived(by, sorted(both)[0])
        waybills.accounts.remove(self.acme.id, "hub")

    def labelled(self) -> None:
        """A box of two orders: a waybill is taken with an ended token, printed, given back."""
        with pytest.MonkeyPatch.context() as patch:
            by = depot.opened(patch)
            by.caps, by.label = replace(by.caps, life=3600), Print(Form.PDF, b"%PDF")
            self.api("POST", "/v1/waybill-accounts", depot.ACCOUNT)
            self.api("POST", "/v1/waybill-accounts/depot/check", {})
            cache.forget()
            by.before["create"] = [Rejected(Why.EXPIRED, "27")]
            both = [self.order(Status.PLANNED, carrier="manual").id for _ in range(2)]
            merged = self.api("POST", "/v1/merges", {"orders": both})["id"]
            self.api("POST", f"/v1/orders/{both[0]}/waybills", {})
            sleep(0.01)
            with self.watch.of("sweep"):
                product.sweep_orders(_tick(), None)
            self.step("label", f"merge-{merged}")
            path = f"/v1/orders/merge-{merged}/waybills/01-1"
            self.api("POST", f"{path}/retry", {})
            by.after["create"] = [partial(self.acme.call, "POST", f"{path}/cancel", {})]
            self.step("label", f"merge-{merged}")
            self.step("label", f"merge-{merged}")
            self.api("POST", f"/v1/orders/{both[0]}/waybills", {})
            self.step("label", both[0])
            self.api("GET", f"/v1/orders/merge-{merged}/waybills/01-2/label?purpose=print")
            rows = [row for row in self.engine.rows("orders") if both[0] in row["pk"]["S"]]
            with self.watch.of("publish"):
                product.publish_events({"Records": [_record(0, row) for row in rows]}, None)
        waybills.accounts.remove(self.acme.id, "depot")

    def _arrived(self, by: hub.Hub, order_id: str) -> None:
        path = f"/v1/orders/{order_id}/tracks"
        for kind in ("problem", "signed"):
            by.happen("SF7", hub.event(_ago(1), kind))
            self.api("POST", f"{path}/refresh", {})
            sleep(0.01)
            with self.watch.of("sweep"):
                product.sweep_orders(_tick(), None)
            self.step("track", order_id)
        with self.watch.of("api"):
            body = json.dumps([{"tracking": "SF7", "events": [(_ago(0), "returning")]}]).encode()
            heard = f"/v1/push-waybills/kuaidi100/{self.acme.id}/hub"
            assert build.spoken("POST", heard, body, {"X-Sign": hub.SIGN})[0] == 200
        for call in (path, "/v1/tracks", "/v1/tracks?trouble=returned", "/v1/tracks/SF7"):
            self.api("GET", call)
        self.api("POST", f"{path}/close", {"parcel": 1})

    def _met(self) -> None:
        """Two orders behind one token: the platform is asked whether they go together."""
        mergers.merging(self.acme, "tmall")
        self.api("POST", "/v1/shops/tmall/link", LINK)
        to = mergers.receiver(token={"kind": "oaid", "value": "o"})
        first, _ = (
            self.order(Status.RESERVED, buyer={"id": "m3"}, receiver=to, lines=[build.line("mug")])
            for _ in range(2)
        )
        mergers.age(self.acme)
        rates.forget()
        self.step("plan", first.id)
        self.api("PUT", "/v1/shops/tmall/link", {"active": False})
        mergers.merging(self.acme, on=False)

    def _told(self, queue: str, body: dict[str, str]) -> None:
        rates.forget()  # so that it counts its calls by itself
        with self.watch.of(queue):
            assert not self.mail.deliver(queue, [json.dumps(body)])

    def money(self) -> None:
        """A buyer pays, twice; it is told, asked for, given back and seen to."""
        bank = Bank()
        self.api("POST", "/v1/shops", {"id": "mall", "name": "m", "channel": "own"})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(providers, "of", lambda name: bank)
            patch.setattr(settle, "ROUNDS", 2)
            banks.account(self.acme.id)
            self.api("GET", "/v1/payment-accounts")
            self.api("POST", "/v1/payment-accounts/main/check", {})
            self._paid(bank)
            self._lapsed()

    def _lapsed(self) -> None:
        """The balance of an order that went on with its deposit is not paid in time."""
        made, now = self.order(Status.RECEIVED), clock.now()
        deposit = Instalment(100, 100, part=Part.DEPOSIT, state=InstalmentState.CAPTURED)
        rest = Instalment(1700, part=Part.BALANCE, closes=_ago(60))
        part = Paying(PaymentState.PART)
        owes = replace(made.content, payments=(deposit, rest), payment=part, deal=Deal())
        orders.save(replace(made, content=owes))
        charge = Event(Kind.CHARGE, Paid.DONE, 100, f"{made.id}-01", now, now, "42")
        took = Payment(made.id, "01", "wechat", "main", "native", 0, 100, now, now, (charge,))
        payments.save(self.acme.id, replace(took, told=1))
        self.step("settle", made.id)
        self.step("group", made.id)
        assert orders.get(self.acme.id, made.id).status is Status.CANCELLED

    def _paid(self, bank: Bank) -> None:
        with self.watch.of("api"):
            unpaid = {"shop": "mall", "payment": {"state": "unpaid"}, "lines": [build.line("pen")]}
            order_id = str(self.acme.place(number="P-1", **unpaid).body["id"])
        path, asked = f"/v1/orders/{order_id}", {"account": "main", "method": "native"}
        self.step("review", order_id)
        number = self.api("POST", f"{path}/payments", asked, Idempotency_Key="pay-1")["number"]
        told = {"number": number, "provider_no": "42", "state": "paid", "fen": 1800}
        with self.watch.of("api"):
            heard = f"/v1/notify/wechat/{self.acme.id}/main"
            body = json.dumps(told).encode()
            assert build.spoken("POST", heard, body, {"bank": SIGNED})[0] == 204
        with self.watch.of("sweep"):
            sleep(0.01)
            product.sweep_orders(_tick(), None)
        bank.pay(number)
        self.step("settle", order_id)
        self.step("settle", order_id)
        self.api("GET", f"{path}/money")
        for query in ("", "?month=2026-11"):
            self.api("GET", f"/v1/payments{query}")
        self.api("POST", f"{path}/payments/01/refresh", {})
        self.api("POST", f"{path}/payments/offline", {"fen": 1, "reference": "TT"})
        self.api("POST", f"{path}/cancel", {})
        rows = self.engine.rows("orders", self.acme.id)
        event = {"Records": [_record(1, row) for row in rows if order_id in row["pk"]["S"]]}
        with self.watch.of("publish"):
            assert product.publish_events(event, None) == {"batchItemFailures": []}
        for _ in range(4):
            self.step("settle", order_id)

    def campaigns(self) -> None:
        """Two make a group, one does not; goods are sold ahead, come, and are left over."""
        sales.stocked(self.acme, 20, "pair")
        pair = [{"sku": "pair", "price": 700}]
        with self.watch.of("api"):
            sales.begin(self.acme, sales.grouping(goods=pair))
            first = sales.bought(self.acme, "two", "amy")
            second = sales.bought(self.acme, "two", "bob", group=first)
            alone = sales.bought(self.acme, "two", "cyd")
        for each in (first, second, alone):
            self.step("review", each)
        for each in (first, alone):
            sales.pay(self.acme, each)
        paid = sales.pay(self.acme, second)
        orders.save(replace(paid, resume=Status.APPROVED))
        self._count(first)
        self.step("group", first, first, second)
        self.api("GET", "/v1/groups?state=succeeded")
        with pytest.MonkeyPatch.context() as patch:
            moment = sales.ahead(25)
            patch.setattr(clock, "now", lambda moment=moment: moment)
            with self.watch.of("expire"):
                product.expire_holds(_tick(), None)
            self.step("group", alone)
        self._ahead()

    def _ahead(self) -> None:
        lines = [{"sku": "later", "ordered": 3}]
        bought = {"supplier": "s", "warehouse": "hz", "id": "later", "lines": lines}
        sales.stocked(self.acme, 0, "later")
        self.api("POST", "/v1/purchases", bought)
        goods = [{"sku": "later", "price": 900, "limit": 3}]
        terms = {"ship_by": sales.ahead(96), "warehouse": "hz"}
        with self.watch.of("api"):
            sales.begin(self.acme, sales.presale(goods=goods, presale=terms))
            order = sales.bought(self.acme, "early", "amy")
        self.api("GET", "/v1/campaigns/early")
        self.step("review", sales.pay(self.acme, order).id)
        self.api("POST", "/v1/purchases/later/receive", {"lines": [{"sku": "later", "good": 1}]})
        self.step("reserve", order)
        with pytest.MonkeyPatch.context() as patch:
            moment = sales.ahead(25)
            patch.setattr(clock, "now", lambda moment=moment: moment)
            with self.watch.of("expire"):
                product.expire_holds(_tick(), None)

    def reviewing(self) -> None:
        """An order waits for another of its buyer; few gifts are given, and given back."""
        mergers.merging(self.acme)
        self.api("POST", "/v1/items", {"id": "tea", "name": "t"})
        self.api("PUT", "/v1/stock/tea/hz", {"on_hand": 90})
        tea = [build.line("tea")]
        buyer = {"buyer": {"id": "waits"}, "lines": tea}
        unpaid = self.order(Status.RECEIVED, **buyer, payment={"state": "unpaid"})
        for order in (unpaid, *(self.order(Status.RECEIVED, **buyer) for _ in range(2))):
            self.step("review", order.id)
        self.api("GET", "/v1/holds")
        few = {"sku": "tea", "limit": {"orders": 3, "each": "day"}}
        rules = {"version": 0, "rules": [rulebook.rule("few", "gift", then=few)]}
        self.api("PUT", "/v1/rules/draft", rules)
        self.api("POST", "/v1/rules/publish", {"note": "few"})
        first, second = (self.order(Status.APPROVED, lines=tea) for _ in range(2))
        assert first.gifts
        self.api("POST", f"/v1/orders/{first.id}/cancel", {})
        self.api("POST", f"/v1/orders/{unpaid.id}/cancel", {})
        rows = [row for row in self.engine.rows("orders") if unpaid.id in row["pk"]["S"]]
        with self.watch.of("publish"):
            product.publish_events({"Records": [_record(0, row) for row in rows]}, None)
        self.step("review", unpaid.id)
        over = Hold(Reason.MANUAL, until=_ago(1), then=Then.CANCEL)
        orders.save(second.hold((over,), second.status, _ago(2)))
        with self.watch.of("expire"):
            product.expire_holds(_tick(), None)

    def _halt(self, sku: str) -> None:
        message = {"tenant": self.acme.id, "sku": sku}
        with self.watch.of("halt"):
            assert not self.mail.deliver("halt", [json.dumps(message)])

    def _message(self, order_id: str) -> str:
        return json.dumps({"tenant": self.acme.id, "order_id": order_id})

    def _rows(self) -> list[dict[str, Any]]:
        mine = f"{self.acme.id}#"
        rows = (row for row in self.engine.rows("orders") if row["pk"]["S"].startswith(mine))
        return list(rows)[:5]


def _record(at: int, row: dict[str, Any]) -> dict[str, Any]:
    """A row as Lambda shows it: JSON, so bytes are text in base64."""
    image = {
        name: {kind: base64.b64encode(text).decode() if kind == "B" else text}
        for name, value in row.items()
        for kind, text in value.items()
    }
    change = {"SequenceNumber": str(at), "NewImage": image, "StreamViewType": "NEW_IMAGE"}
    return {"eventID": str(at), "eventName": "MODIFY", "dynamodb": change}


def _undivided(order: Order) -> Order:
    """Stock is held for it, but it lies in no parcels yet."""
    reserved = replace(order, status=Status.RESERVED, parcels=())
    return orders.save(reserved.noted("reserved-nearest", clock.now()))


def _short_line() -> dict[str, Any]:
    return {"sku": "unknown", "quantity": 1, "unit_price": 1800}


def _tick() -> dict[str, Any]:
    return {
        "version": "0",
        "account": "",
        "region": "",
        "detail": {},
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "time": "",
        "id": "",
        "resources": [],
    }


def _ago(seconds: float) -> str:
    return clock.later(clock.now(), -seconds)


def test_every_step_of_the_way_is_watched() -> None:
    assert {*WAY.values(), "notify", "push", "halt", "group", "settle"} | {
        *("pull", "fetch", "report", "label", "track")
    } == set(HANDLERS)


def _bill(number: str, account: Account, day: str, kind: Bill, now: str) -> bytes:
    if kind is Bill.FUNDS:
        return alipay_funds(0, ("拒付", number, -1), day=day)
    return wechat(Trade(number, 1), day=day, owner="1900")
