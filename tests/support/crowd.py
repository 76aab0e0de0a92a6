"""A crowd of buyers on a whole stack, and what lies in its tables afterwards.

Each buyer has a connection of its own and asks until he is answered. The tables are read past
the product, which has no say in what is found there.
"""

import json
import threading
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import httpx

from infra.bench.load import AWAY, Answer, Call, Client
from infra.local.wire import Wire
from shared.domain.order import Order, Status
from shared.domain.stock import Place, Posting, folded
from shared.store import orders, postings
from tests.support import build
from tests.support.stack import Stack

PAUSE = 0.05  # seconds before the same is asked again
NOUGHT = {"N": "0"}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Book:
    """The counters of one place, and the same by its ledger."""

    place: Place
    free: int
    held: int
    told: tuple[int, int]

    @property
    def agrees(self) -> bool:
        return (self.free, self.held) == self.told and min(self.told) >= 0


@dataclass
class Shop:
    """A merchant with one warehouse, whose parcels `carrier` takes."""

    whole: Stack
    tenant: str
    key: str
    statuses: Counter[int] = field(default_factory=Counter)  # of all answers; AWAY for none

    @property
    def resent(self) -> int:
        """Requests that were asked again, since nothing or only a failure came back."""
        return sum(n for status, n in self.statuses.items() if _failed(status))

    def give(self, sku: str, units: int) -> None:
        with self.client() as client:
            found = client.put(f"/v1/stock/{sku}/hz", json={"on_hand": units})
            found.raise_for_status()

    def client(self) -> httpx.Client:
        return self.whole.client(self.key)

    def rush(
        self, calls: Sequence[Call], clients: int, hear: Callable[[Answer], None] = lambda _: None
    ) -> list[Answer]:
        """So many clients start at the same moment, and make all the calls."""
        answers: list[Answer | None] = [None] * len(calls)
        numbers, start = iter(range(len(calls))), threading.Barrier(clients)

        def work() -> None:
            with closing(Client(self.whole.state.url, self.key)) as client:
                start.wait()
                for no in numbers:
                    answers[no] = answer = self.persist(client, calls[no])
                    hear(answer)

        together([work] * clients)
        return [answer for answer in answers if answer is not None]

    def persist(self, client: Client, call: Call) -> Answer:
        """Ask until an answer comes that is not the server's failure."""
        while True:
            answer = client.send(call)
            self.statuses[answer.status] += 1
            if not _failed(answer.status) and _code(answer) != "conflict":
                return answer
            time.sleep(PAUSE)

    def orders(self) -> list[Order]:
        rows = scan(self.whole, "orders")
        return [
            each for row in rows for each in orders.from_image(row) if each.tenant == self.tenant
        ]

    def ends(self) -> Counter[Status]:
        return Counter(order.status for order in self.orders())

    def books(self) -> list[Book]:
        """Of every place, buckets too."""
        rows = [row for row in scan(self.whole, "stock") if self._has(row)]
        lines = _lines(rows)
        return [_book(row, lines) for row in rows if row["sk"]["S"].startswith("at#")]

    def _has(self, row: Row) -> bool:
        return bool(row["pk"]["S"].startswith(f"{self.tenant}#"))


def open_shop(whole: Stack, tenant: str, carrier: str = "manual") -> Shop:
    shop = Shop(whole, tenant, str(whole.cli("tenants", "create", tenant)["key"]))
    with shop.client() as client:
        front = {"id": "tmall", "name": "shop", "channel": "tmall"}
        client.post("/v1/shops", json=front).raise_for_status()
        place = {"province": "浙江省", "city": "杭州市", "carrier": carrier}
        client.post("/v1/warehouses", json={"id": "hz", "name": "hz", **place}).raise_for_status()
    return shop


def order(number: str, sku: str) -> dict[str, Any]:
    """One unit for a buyer of his own, so that nobody holds it for a double."""
    mark = sum(ord(letter) * 31**at for at, letter in enumerate(number)) % 10**8
    document = build.document(number, buyer={"id": f"buyer-{number}"}, lines=[build.line(sku, 1)])
    document["receiver"] |= {"phone": f"139{mark:08}", "address": f"文三路 {number} 号"}
    return document


def buying(number: str, sku: str) -> Call:
    return Call(json.dumps(order(number, sku)).encode())


def buying_now(number: str, sku: str) -> Call:
    """The order is taken with its unit, or refused."""
    body = {"orders": [order(number, sku)], "stock": "now"}
    return Call(json.dumps(body).encode(), path="/v1/orders/batch")


def together(works: Sequence[Callable[[], None]]) -> None:
    """Run these in threads of their own; whatever fails there fails here."""
    failed: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def within(seconds: float, condition: Callable[[], bool], every: float = 0.5) -> bool:
    until = time.monotonic() + seconds
    while not (reached := condition()) and time.monotonic() < until:
        time.sleep(every)
    return reached


def scan(whole: Stack, table: str) -> Iterator[Row]:
    with closing(Wire(whole.state.dynamodb, "dynamodb")) as wire:
        more: Row = {}
        while True:
            page = wire.call("Scan", TableName=f"tongdan-{table}", ConsistentRead=True, **more)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _failed(status: int) -> bool:
    return status == AWAY or status >= 500


def _code(answer: Answer) -> str:
    return str(json.loads(answer.body).get("code", "")) if answer.status == 409 else ""


def _lines(rows: Sequence[Row]) -> dict[tuple[str, str], dict[int, Posting]]:
    """Each place's ledger by the numbers of its lines; one that lies in two rows counts once."""
    found: dict[tuple[str, str], dict[int, Posting]] = {}
    for row in rows:
        kind, _, rest = row["sk"]["S"].partition("#")
        if kind == "ledger":
            at, _, first = rest.rpartition("#")
            lines = postings.unpacked(b64decode(row["body"]["B"]), int(first))
        elif kind == "at":
            tail = [b64decode(line["B"]) for line in row.get("tail", {"L": []})["L"]]
            at, lines = rest, list(postings.read(tail, int(row.get("first", {"N": "1"})["N"])))
        else:
            continue
        known = found.setdefault((row["pk"]["S"], at), {})
        known.update((line.seq, line) for line in lines)
    return found


def _book(row: Row, lines: dict[tuple[str, str], dict[int, Posting]]) -> Book:
    _, at = row["sk"]["S"].split("#", 1)
    told = folded(lines[row["pk"]["S"], at].values()) if (row["pk"]["S"], at) in lines else {}
    return Book(
        Place(row["pk"]["S"].split("#")[1], *at.split("#")),
        int(row.get("free", NOUGHT)["N"]),
        int(row.get("held", NOUGHT)["N"]),
        (told.get("free", 0), told.get("held", 0)),
    )
