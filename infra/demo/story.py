"""The demo from its first line to its last."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infra.cli.client import Client
from infra.demo import brain, cost, merchant, money, sending, setup, superstore
from infra.demo.cost import Metered
from infra.demo.money import Cash
from infra.demo.orders import Document, Series
from infra.demo.screen import Screen
from infra.demo.setup import Opened
from infra.demo.tally import Tally
from infra.local import stack
from infra.local.home import Home
from infra.local.state import State
from shared.domain.order import Order, Status
from shared.domain.stock import Place

if TYPE_CHECKING:  # they read the tables, whose names are not known before the stack is up
    from infra.demo.platforms import Platforms
    from infra.rehearsal.tally import Row


@dataclass(frozen=True, slots=True)
class Size:
    """How many orders are sent in which way."""

    file: int
    pairs: int
    batches: int
    burst: int
    mall: int
    platforms: int  # on each


WHOLE = Size(10_000, 150, 4400, 1000, 200, 150)  # the file has fewer: all of it
SMALL = Size(176, 15, 500, 100, 40, 12)
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
    state = _start(home, screen, port)
    opened, opening = _open(state.url, screen)
    sent = Sent()
    platforms = _platforms(screen, state, opened.api, size)
    _import(home, screen, opened.api, size, sent)
    for send in (_pairs, _batches, _burst):
        if platforms:
            platforms.come()
        send(screen, opened, size, sent)
    cash = _mall(screen, state, size)
    return _end(screen, (state.url, opened.api), sent, opening, (cash, platforms))


def _start(home: Home, screen: Screen, port: int | None) -> State:
    """This process reaches the same engines from then on, whatever it was pointed at before."""
    screen.head("demo-stack")
    with _timed(screen):
        state = stack.up(home, port, screen.tell, sandbox=True)
    os.environ.update(stack.environment(home))
    return state


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


def _platforms(screen: Screen, state: State, api: Client, size: Size) -> "Platforms | None":
    """A stack that was started without the platforms' sandboxes has no such shops."""
    if not state.ports.sandboxes:
        return None
    from infra.demo.platforms import PUSHING, READ, Platforms

    names = " · ".join(screen.words(f"demo-{name}") for name in (*READ, *PUSHING))
    screen.head("demo-platforms", shops=names, orders=size.platforms)
    with _timed(screen):
        return Platforms(api, state, size.platforms)


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


def _mall(screen: Screen, state: State, size: Size) -> Cash | None:
    """A stack that was started without payment providers takes no money."""
    if not state.ports.sandboxes:
        screen.head("demo-no-sandbox")
        return None
    screen.head("demo-mall", orders=size.mall)
    with _timed(screen), screen.bar("demo-orders", size.mall) as at:
        return money.trade(state, size.mall, at)


def _end(
    screen: Screen,
    to: tuple[str, Client],
    sent: Sent,
    opening: Counter[Place],
    beside: "tuple[Cash | None, Platforms | None]",
) -> int:
    """What follows reads the tables, whose names were not known before the stack was up."""
    from infra.demo import books, ending

    screen.head("demo-wait")
    with _timed(screen), screen.bar("demo-orders", len(sent.tally.ids)) as at:
        back = books.follow(sent.tally.ids, lambda n, by: at(n, _counts(screen, by)))
    cash, platforms = beside
    rows = _followed(screen, platforms)
    screen.head("demo-count")
    closing = books.take_stock()
    metered = _metered(screen, sent, back.orders)
    slow = to[1].get("/v1/stages")["bottleneck"]
    done = ending.Ending(sent.tally, back, opening, closing, metered, slow, cash, rows)
    return ending.show(done, screen, to[0])


def _followed(screen: Screen, platforms: "Platforms | None") -> "list[Row]":
    if platforms is None:
        return []
    count = sum(len(stage.ids) for stage in platforms.stages)
    with _timed(screen), screen.bar("demo-platform-orders", count) as at:
        return platforms.follow(at, lambda by: _counts(screen, by))


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
