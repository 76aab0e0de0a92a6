"""The platforms of a run, and what must be true of them and us at its end."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, Self, TypeVar

import pytest

from functions.channels import pull
from infra.rehearsal import tally
from infra.sandbox import desk, mischief, stand
from infra.sandbox.markets import douyin, market, taobao
from shared.domain.order import Order, id_for
from shared.domain.report import REPORT, State
from shared.gateways.channels.douyin import Douyin
from shared.gateways.channels.port import Rate
from shared.gateways.channels.taobao import Taobao
from shared.store import links, orders, rates, reports
from tests.faults.outside import Outside, Surroundings

T = TypeVar("T")
R = TypeVar("R")
PLENTY = {"": Rate(10_000)}


class Markets(Outside):
    """Taobao, which must be asked, and Douyin; each has the shop of its name."""

    def __init__(self, world: Surroundings) -> None:
        super().__init__(world, {"taobao": taobao.Taobao(pauses=()), "douyin": douyin.Douyin(())})
        self.coming: list[tuple[str, str, str]] = []  # (shop, number, state): what buyers will do

    def install(self, patch: pytest.MonkeyPatch) -> None:
        self.live(patch, desk, mischief, stand, market)
        patch.setattr(pull, "ThreadPoolExecutor", _InTurn)  # whose calls are those of its task
        patch.setattr(rates, "_counting", nullcontext())  # tasks stand for different processes
        for adapter in (Taobao, Douyin):
            patch.setattr(adapter, "caps", _unlimited(adapter.caps))
        rates.forget()

    def come(self) -> None:
        """The next thing that a buyer does."""
        shop, number, state = self.coming.pop(0)
        self.desks[shop].change(number, state)

    def kept(self) -> dict[str, Any]:
        return {name: (_fields(one.orders), *_own(one)) for name, one in self.desks.items()}

    def restore(self, kept: dict[str, Any]) -> None:
        for name, (book, *own) in kept.items():
            one = self.desks[name]
            vars(one.orders).update(book)
            one.tokens, one.told, one.shelf = own

    def orders(self) -> Iterator[tuple[str, Any, dict[str, Any]]]:
        """(Shop, order there, how it stands there)."""
        for name, one in self.desks.items():
            truth = one.truth()["orders"]
            yield from ((name, order, truth[order.number]) for order in one.orders)


def wrong(markets: Markets) -> list[str]:
    """Everything that does not hold between the platforms and us."""
    found = list(markets.orders())
    ids = {id_for("acme", shop, one.number): (one.number, truth) for shop, one, truth in found}
    held = orders.get_many("acme", list(ids))
    strays = links.strays.page("acme", "", 100)[0] if found else []
    return [
        *(f"{number}: lost" for id_, (number, _) in ids.items() if id_ not in held),
        *(fault for id_, order in held.items() for fault in _of_order(order, ids[id_][1])),
        *(f"{stray.number}: astray, {stray.faults}" for stray in strays if stray.open),
    ]


def _of_order(order: Order, truth: dict[str, Any]) -> Iterator[str]:
    number, report = order.number, reports.find("acme", order.id, REPORT)
    if tally.doubled(order, truth):
        yield f"{number}: doubled; the platform knows {truth['parcels']}"
    if tally.differs(order, truth):
        yield f"{number}: {order.content.state} here, {truth} there"
    tellings = report.tellings if report else ()
    waiting = {one.tracking for one in tellings if one.state is State.WAITS}
    if untold := tally.untold(order, truth) - waiting:
        yield f"{number}: {untold} not told, and nobody knows"


def _fields(book: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(book).items() if name != "lock"}


def _own(one: Any) -> tuple[Any, ...]:
    return one.tokens, one.told, one.shelf


def _unlimited(caps: Any) -> Any:
    return replace(caps, rates=PLENTY)


class _InTurn:
    """Stands where threads would work side by side."""

    def __init__(self, _: int) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        return map(work, items)
