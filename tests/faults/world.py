"""A merchant's whole world for one run: database, queues, stream, clock, clients, and mishaps."""

import json
import logging
import pickle
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, Self

import pytest

import app as product
from shared.domain.merchant import Webhook
from shared.domain.order import Order, id_for
from shared.gateways import queues, vault, web
from shared.runtime import cache
from shared.store import keys, merchants, orders
from tests.faults import seam
from tests.faults.banks import Banks, Letter
from tests.faults.changes import Changes
from tests.faults.clients import Ask
from tests.faults.database import Database, Rows
from tests.faults.faults import Fault
from tests.faults.markets import Markets
from tests.faults.mishaps import OUTAGES, Mishaps, Surprises
from tests.faults.receiver import Receiver
from tests.faults.scheduler import Environment, Task, current
from tests.faults.seam import Call
from tests.faults.sqs import Message, Queues
from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import HANDLERS

READERS = {"count": product.count_events, "publish": product.publish_events}
TIMERS = {
    "sweep": product.sweep_orders,
    "expire": product.expire_holds,
    "reconcile": product.reconcile_bills,
}
TICK: dict[str, Any] = {
    **dict.fromkeys(("version", "account", "region", "detail-type", "source", "time", "id"), ""),
    **{"resources": [], "detail": {}},
}
START = datetime.fromisoformat("2026-11-20T04:00:00+00:00")
PLACED = "2026-11-20T10:00:00+08:00"
Finish = Callable[[Task], None]
_pictures: dict[Callable[[Any], None], tuple[bytes, Rows]] = {}


class World:
    """Give it a name and a seed: the same two make the same run, call for call."""

    def __init__(self, database: Database, name: str, seed: int = 0) -> None:
        self.name, self.seed = name, seed
        self.database, self.url = database, database.url
        self.chance = Random(f"{name}/{seed}")
        self.mishaps = Mishaps(self.chance)
        self.queues = Queues(self.chance, self.mishaps.strikes)
        self.changes = Changes(self.chance, self.mishaps.strikes)
        self.receiver = Receiver(self.chance, self.mishaps.strikes)
        self.banks = Banks(self, self.chance, self.mishaps.strikes)
        self.markets = Markets(self)
        self.merchant = Merchant("acme")
        self.webhooks: list[Webhook] = []
        self.clients: list[list[Ask]] = []
        self.answers: list[tuple[Ask, Reply]] = []  # in the order in which they came
        self.given: Counter[str] = Counter()  # units of each SKU that came from outside
        self.timers = {"sweep": 0, "expire": 0}  # how often each is still to fire
        self.surprises: list[str] = []  # what failed for a reason that is none of our faults
        self.running: dict[Task, Finish] = {}
        self._draws = Random(seed)  # whatever its name is: a dry run draws the same
        self._elapsed = 0.0
        self._idle: list[Environment] = []
        self._before: list[tuple[dict[str, Any], int]] = []
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> Self:
        seam.install(self._patch, self)
        self.banks.install(self._patch)
        self.markets.install(self._patch)
        self._patch.setattr(web, "_pool", lambda: SimpleNamespace(request=self._request))
        self._patch.setattr(queues, "_waiting", {})
        self._patch.setattr(product.app, "current_request", None, raising=False)
        self._patch.setattr(product.app, "lambda_context", None, raising=False)
        self._patch.setattr(keys, "SHARDS", 2)  # enough of them, and a sweep is over sooner
        self._patch.setattr(logging.getLogger("tongdan"), "handlers", [Surprises(self.surprises)])
        cache.forget()
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()
        cache.forget()

    def __str__(self) -> str:
        return f"{self.name} (seed {self.seed})"

    def begin(self, scene: Callable[[Any], None]) -> None:
        """Bring the world to where `scene` ends; its way there is gone once and remembered."""
        self.database.fresh()
        if scene in _pictures:
            self._restore(*_pictures[scene])
        else:
            self.merchant = build.merchant("acme")
            scene(self)
            _pictures[scene] = self._picture()
        cache.forget()  # as in an environment that is new

    def _picture(self) -> tuple[bytes, Rows]:
        q, c = self.queues, self.changes
        kept = self.merchant, self.given, self.webhooks, self._elapsed
        told = q.waiting, c.images, c.versions, c.read, self.banks.kept()
        return pickle.dumps((*kept, *told, self.markets.kept())), self.database.all()

    def _restore(self, kept: bytes, rows: Rows) -> None:
        q, c = self.queues, self.changes
        self.merchant, self.given, self.webhooks, self._elapsed, *told = pickle.loads(kept)
        q.waiting, c.images, c.versions, c.read, banks, markets = told
        self.banks.restore(*banks)
        self.markets.restore(markets)
        self.database.put(rows)

    # --- what the seam asks ------------------------------------------------
    def now(self) -> str:
        return self.moment(task.environment.skew if (task := current()) else 0.0)

    def moment(self, skew: float = 0.0) -> str:
        """The true time, or what a clock says that is so far off."""
        moment = START + timedelta(seconds=self._elapsed + skew)
        return moment.isoformat(timespec="milliseconds")

    def wait(self, seconds: float) -> None:
        """Time passes; whoever waits has given the baton away before its next call."""
        self._elapsed += 0.1

    def draw(self) -> float:
        return self._draws.random()

    def _request(self, method: str, url: str, **given: Any) -> Any:
        outside = (one for one in (self.banks, self.markets) if one.knows(url))
        return next(outside, self.receiver).request(method, url, **given)

    def fault(self, task: Task, operation: str) -> Fault | None:
        self._elapsed += 0.001
        return self.mishaps.at(task, operation)

    def before(self, call: Call) -> None:
        """Where a stock counter is set, and not by an order: see how much is there."""
        ordered = any(table == "tongdan-orders" for table, _ in call.puts())
        counters = [] if ordered else call.updates()
        self._before = [(key, _units(self.database.row(table, key))) for table, key in counters]

    def committed(self, call: Call) -> None:
        self._see_what_came()
        for table, item in call.puts():
            if table == "tongdan-orders":
                self.changes.tell(item)

    def _see_what_came(self) -> None:
        for key, before in self._before:
            _, sku, *_ = key["pk"]["S"].split("#")  # what follows is a hot SKU's bucket
            self.given[sku] += _units(self.database.row("tongdan-stock", key)) - before

    def cut(self, call: Call) -> None:
        """No reply came through: whether the call was done is seen by what lies there."""
        if not call.puts():
            self._see_what_came()
        elif all(self.database.row(table, item) == item for table, item in call.puts()):
            self.committed(call)

    def queued(self, call: Call, fault: Fault | None) -> dict[str, Any]:
        entries = call.body["Entries"]
        refused = entries[:1] if fault is Fault.PARTLY else []
        taken = entries[len(refused) :]
        if fault is not Fault.LOSS:
            queue = call.body["QueueUrl"].rpartition("tongdan-")[2]
            self.queues.send(queue, [entry["MessageBody"] for entry in taken])
        return {
            "Successful": [{"Id": entry["Id"]} for entry in taken],
            "Failed": [{"Id": entry["Id"], "Code": "Busy"} for entry in refused],
        }

    # --- invocations -------------------------------------------------------
    def task(self, name: str, work: Callable[[], Any], finish: Finish | None = None) -> Task:
        """A new invocation. Environments are used again, as AWS does, crashed ones as well."""
        environment = self._idle.pop() if self._idle else Environment(self._skew())
        task = Task(name, work, environment)
        self.running[task] = finish or (lambda _: None)
        return task

    def step(self, task: Task) -> None:
        task.step()
        if task.done:
            self._idle.append(task.environment)
            self.running.pop(task)(task)
            if task.error and not isinstance(task.error, OUTAGES):
                raise task.error

    def finish(self, task: Task) -> None:
        while not task.done:
            self.step(task)

    def ask(self, ask: Ask) -> Task:
        """One try of a client's request."""
        ask.flying, ask.tries = True, ask.tries + 1

        def heard(task: Task) -> None:
            ask.heard(task.result)
            if task.result:
                self.answers.append((ask, task.result))

        return self.task(ask.verb, lambda: self.send(ask), heard)

    def send(self, ask: Ask) -> Reply:
        return self.merchant.call(ask.method, ask.path, ask.body, None, **ask.headers)

    def batch(self, queue: str, messages: list[Message]) -> Task:
        """Hand messages to their function; what it does not finish goes back to the queue."""

        def give_back(task: Task) -> None:
            failed = range(len(messages)) if task.crashed else task.result
            self.queues.back(queue, [messages[at] for at in failed])

        return self.task(queue, lambda: _handle(queue, messages), give_back)

    def read(self, reader: str) -> Task:
        """Hand records of the stream to one of its readers."""
        records, end = self.changes.take(reader)

        def checkpoint(task: Task) -> None:
            if not task.crashed:
                self.changes.done(reader, records, end, _failed(task.result))

        return self.task(reader, lambda: READERS[reader]({"Records": records}, None), checkpoint)

    def hear(self, letter: Letter) -> Task:
        """A provider tells something; what is not taken it tells again."""

        def again(task: Task) -> None:
            if not task.result:
                self.banks.back(letter)

        return self.task("hear", lambda: self.banks.speak(letter), again)

    def timer(self, name: str, later: float = 0.0) -> Task:
        """The clock strikes, so many seconds after the task was made."""

        def strike() -> None:
            self.advance(later)
            TIMERS[name](TICK, None)

        return self.task(name, strike)

    def advance(self, seconds: float) -> None:
        self._elapsed += seconds

    def _skew(self) -> float:
        return self.chance.choice((-300.0, 300.0)) if self.mishaps.strikes(Fault.SKEW) else 0.0

    # --- shortcuts for scenes ----------------------------------------------
    def id_of(self, number: str) -> str:
        return id_for("acme", "tmall", number)

    def order(self, number: str = "TB-1") -> Order:
        return orders.get("acme", self.id_of(number))

    def give(self, sku: str, units: int, warehouse: str = "hz") -> None:
        self.merchant.put_stock(sku, units, warehouse)

    def listen(self, webhook_id: str, *events: str) -> None:
        key = merchants.tenant("acme").sealed_key
        secret = vault.cipher("acme", key).seal(vault.new_secret(), f"webhook/{webhook_id}")
        webhook = Webhook(webhook_id, f"https://{webhook_id}.example/", secret, tuple(events))
        merchants.webhooks.add("acme", webhook)
        self.webhooks.append(webhook)


def _handle(queue: str, messages: list[Message]) -> list[int]:
    records = [
        {"messageId": str(at), "receiptHandle": str(at), "body": message.body}
        for at, message in enumerate(messages)
    ]
    return _failed(HANDLERS[queue]({"Records": records}, None))


def _failed(answer: dict[str, Any]) -> list[int]:
    return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def _units(row: dict[str, Any]) -> int:
    """Units on hand by a stock row as the database writes it; none if there is no row."""
    return sum(int(row[name]["N"]) for name in ("free", "held") if name in row)


def message(order_id: str, tenant: str = "acme") -> Message:
    return Message(json.dumps({"tenant": tenant, "order_id": order_id}))
