"""The demo from its first line to its last."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from infra.cli.client import Client
from infra.demo import brain, cost, merchant, sending, setup, superstore
from infra.demo.cost import Metered
from infra.demo.orders import Document, Series
from infra.demo.screen import Screen
from infra.demo.setup import Opened
from infra.demo.tally import Tally
from infra.local import stack
from infra.local.home import Home
from shared.domain.order import Order, Status
from shared.domain.stock import Place


@dataclass(frozen=True, slots=True)
class Size:
    """How many orders are sent in which way."""

    file: int
    pairs: int
    batches: int
    burst: int


WHOLE = Size(10_000, 150, 5000, 1000)  # the file has fewer: all of it
SMALL = Size(176, 15, 500, 100)
TMALL, DOUYIN, YOUZAN = 11, 15, 19  # seeds


@dataclass(slots=True)
class Sent:
    """Everything that went out, and what was said to it."""

    tally: Tally = field(default_factory=Tally)
    documents: list[Document] = field(default_factory=list)

    def add(self, tally: Tally, documents: list[Document]) -> None:
        self.tally.add_all(tally)
        self.documents += documents


def tell(home: Home, screen: Screen, size: Size, port: int | None) -> int:
    """Run the whole demo; 1 if anything is lost, oversold or does not add up."""
    screen.say("demo-hello")
    url = _start(home, screen, port)
    opened, opening = _open(url, screen)
    sent = Sent()
    _import(home, screen, opened.api, size, sent)
    _pairs(screen, opened, size, sent)
    _batches(screen, opened, size, sent)
    _burst(screen, opened, size, sent)
    return _end(screen, url, sent, opening, opened.api)


def _start(home: Home, screen: Screen, port: int | None) -> str:
    """This process reaches the same engines from then on, whatever it was pointed at before."""
    screen.head("demo-stack")
    with _timed(screen):
        url = stack.up(home, port, screen.tell).url
    os.environ.update(stack.environment(home))
    return url


def _open(url: str, screen: Screen) -> tuple[Opened, Counter[Place]]:
    screen.head("demo-merchant")
    with _timed(screen):
        opened = setup.open_(url, screen.words)
        if not opened.fresh:
            screen.say("demo-known")
        setup.furnish(opened.api)
        units = merchant.stock(superstore.sold(_rows()))
        with screen.bar("demo-counters", len(units)) as at:
            setup.put_stock(units, at)
        screen.say("demo-made", tenant=merchant.TENANT, shops=len(merchant.SHOPS),
                   warehouses=len(merchant.WAREHOUSES), places=len(units))  # fmt: skip
    from infra.demo import books

    return opened, books.take_stock().put_down


def _import(home: Home, screen: Screen, api: Client, size: Size, sent: Sent) -> None:
    documents = superstore.orders(_rows())[: size.file]
    if not documents:
        screen.head("demo-no-file")
        return
    lines = sum(len(document["lines"]) for document in documents)
    screen.head("demo-file", orders=len(documents), lines=lines)
    file = home.path / "demo" / f"superstore-{len(documents)}.jsonl"
    with _timed(screen):
        sent.add(sending.import_file(documents, file, api, screen.words), documents)


def _pairs(screen: Screen, opened: Opened, size: Size, sent: Sent) -> None:
    """They wait for each other while the other shops' orders come in."""
    series = Series("youzan", "YZ", YOUZAN, opened.since)
    documents = list(brain.pairs(series, size.pairs))
    screen.head("demo-pairs", orders=len(documents), minutes=brain.MERGING["buffer"])
    with _timed(screen), screen.bar("demo-orders", len(documents)) as at:
        sent.add(sending.send_batches(documents, opened.api, at), documents)


def _batches(screen: Screen, opened: Opened, size: Size, sent: Sent) -> None:
    documents = list(Series("tmall", "TM", TMALL, opened.since).orders(size.batches))
    screen.head("demo-batches", orders=len(documents), batch=sending.BATCH)
    with _timed(screen), screen.bar("demo-orders", len(documents)) as at:
        sent.add(sending.send_batches(documents, opened.api, at), documents)


def _burst(screen: Screen, opened: Opened, size: Size, sent: Sent) -> None:
    documents = list(Series("douyin", "DY", DOUYIN, opened.since).orders(size.burst))
    screen.head("demo-burst", orders=len(documents), clients=sending.CLIENTS)
    with _timed(screen), screen.bar("demo-orders", len(documents)) as at:
        sent.add(sending.send_burst(documents, opened.api, at), documents)


def _end(screen: Screen, url: str, sent: Sent, opening: Counter[Place], api: Client) -> int:
    """What follows reads the tables, whose names were not known before the stack was up."""
    from infra.demo import books, ending

    screen.head("demo-wait")
    with _timed(screen), screen.bar("demo-orders", len(sent.tally.ids)) as at:
        back = books.follow(sent.tally.ids, lambda n, by: at(n, _counts(screen, by)))
    screen.head("demo-count")
    closing = books.take_stock()
    metered = _metered(screen, sent, back.orders)
    slow = api.get("/v1/stages")["bottleneck"]
    done = ending.Ending(sent.tally, back, opening, closing, metered, slow)
    return ending.show(done, screen, url)


def _metered(screen: Screen, sent: Sent, found: dict[str, Order]) -> Metered | None:
    screen.head("demo-price", orders=cost.ORDERS - 3)
    with _timed(screen):
        return cost.measure(sent.documents, found)


def _counts(screen: Screen, by: Counter[Status]) -> str:
    named = [(screen.words(f"status.{status}"), count) for status, count in by.most_common()]
    return " · ".join(f"{name} {count}" for name, count in named)


def _rows() -> list[superstore.Row]:
    try:
        return superstore.rows()
    except superstore.Absent:
        return []


@contextmanager
def _timed(screen: Screen) -> Iterator[None]:
    began = time.monotonic()
    yield
    screen.say("demo-took", seconds=time.monotonic() - began)
