"""The end of the demo: one table with everything that can be counted, and what to try next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from infra.bench import prices
from infra.demo.books import Readback, Stocktake
from infra.demo.cost import Metered
from infra.demo.goods import SCARCE
from infra.demo.money import Cash
from infra.demo.screen import Screen
from infra.demo.tally import Tally
from infra.rehearsal.tally import Row
from shared.domain.order import Status
from shared.domain.stock import Place

RESTING = {
    Status.SHIPPED: "demo-shipped",
    Status.PLANNED: "demo-planned",
    Status.SHORT: "demo-short",
    Status.HELD: "demo-held",
}
WANTED = ("accepted", "repeated", "refused")
UNWANTED = ("updated", "conflict", "failed")
COMMAND = ".venv/bin/tongdan"
Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ending:
    tally: Tally
    back: Readback
    opening: Counter[Place]
    closing: Stocktake
    metered: Metered | None
    slow: dict[str, Any] | None = None  # the stage in which most of the time went
    cash: Cash | None = None  # of the own shop
    platforms: Sequence[Row] = ()

    @property
    def shared(self) -> int:
        """Boxes with goods of several orders."""
        found = Counter(
            parcel.box for order in self.back.orders.values() for parcel in order.parcels
        )
        return sum(count > 1 for box, count in found.items() if box)

    @property
    def gifts(self) -> int:
        return sum(bool(order.gifts) for order in self.back.orders.values())

    @property
    def oversold(self) -> int:
        return self.closing.oversold(self.opening)

    @property
    def unaccounted(self) -> int:
        return self.closing.unaccounted(self.opening)


def show(ending: Ending, screen: Screen, url: str) -> int:
    """Print the table, the verdict and the farewell; 1 if something does not add up."""
    screen.console.print()
    screen.console.print(_table(ending, screen))
    if ending.metered:
        orders = ending.metered.orders
        screen.say("demo-cost-note", orders=orders, region=prices.REGION, rate=prices.CNY)
    wrong = list(_faults(ending, screen))
    verdict = screen.words("demo-bad", what="; ".join(wrong)) if wrong else ""
    if ending.slow:
        screen.say("line", text=ending.slow["reason"][screen.words.lang])
    style = "bold red" if wrong else "bold green"
    screen.console.print(verdict or screen.words("demo-good"), style=style, markup=False)
    _farewell(ending, screen, url)
    return 1 if wrong else 0


def _faults(ending: Ending, screen: Screen) -> Iterator[str]:
    """What does not add up, in words."""
    yield from _miscounted(ending.tally, screen)
    if unsettled := len(ending.back.unsettled):
        yield screen.words("demo-unsettled", orders=unsettled)
    for name, count in _truth(ending, screen):
        if count != "0":
            yield f"{name} {count}"


def _miscounted(tally: Tally, screen: Screen) -> Iterator[str]:
    words, refused, expected = screen.words, tally.outcomes["refused"], tally.expected_refusals
    if not tally.sums_up:
        yield words("demo-unsummed")
    if refused != expected:
        yield words("demo-unexpected", expected=expected, found=refused)
    for outcome in UNWANTED:
        if tally.outcomes[outcome]:
            yield f"{words(f'demo-{outcome}')} {tally.outcomes[outcome]}"


def _table(ending: Ending, screen: Screen) -> Table:
    made = Table(title=screen.words("demo-result"), title_justify="left", show_header=False)
    made.add_column()
    made.add_column(justify="right")
    for section in (_intake, _way, _brain, _platforms, _money, _truth, _price):
        for name, value in section(ending, screen):
            made.add_row(name, value)
        made.add_section()
    return made


def _intake(ending: Ending, screen: Screen) -> Iterator[Line]:
    outcomes = ending.tally.outcomes
    yield screen.words("demo-sent"), f"{ending.tally.sent:,}"
    for outcome in (*WANTED, *UNWANTED):
        if outcomes[outcome] or outcome in WANTED:
            yield screen.words(f"demo-{outcome}"), f"{outcomes[outcome]:,}"


def _way(ending: Ending, screen: Screen) -> Iterator[Line]:
    statuses = ending.back.statuses
    for status, word in RESTING.items():
        yield screen.words(word), f"{statuses[status]:,}"
    for reason, count in ending.back.reasons.most_common():
        yield f"  {screen.words(f'reason.{reason}')}", f"{count:,}"
    if other := statuses.total() - sum(statuses[status] for status in RESTING):
        yield screen.words("demo-other"), f"{other:,}"


def _brain(ending: Ending, screen: Screen) -> Iterator[Line]:
    yield screen.words("demo-boxes"), f"{ending.shared:,}"
    yield screen.words("demo-gifts"), f"{ending.gifts:,}"


def _platforms(ending: Ending, screen: Screen) -> Iterator[Line]:
    for row in ending.platforms:
        name = screen.words("demo-on-platform", platform=screen.words(f"demo-{row.platform}"))
        yield name, f"{row.orders:,} / {row.orders - row.lost:,}"
    if ending.platforms:
        for name in ("faults", "told"):
            yield screen.words(f"demo-{name}"), f"{_sum(ending, name):,}"


def _sum(ending: Ending, name: str) -> int:
    return sum(getattr(row, name) for row in ending.platforms)


def _money(ending: Ending, screen: Screen) -> Iterator[Line]:
    if cash := ending.cash:
        yield screen.words("demo-placed"), f"{cash.orders:,}"
        for name in ("off", "taken", "returned"):
            yield screen.words(f"demo-{name}"), f"{getattr(cash, name) / 100:,.2f}"
        yield screen.words("demo-first"), f"{cash.gifts:,}"


def _truth(ending: Ending, screen: Screen) -> Iterator[Line]:
    yield screen.words("demo-lost"), str(len(ending.back.lost))
    for name in ("lost", "doubled", "untold") if ending.platforms else ():
        yield screen.words(f"demo-platform-{name}"), str(_sum(ending, name))
    yield screen.words("demo-oversold"), str(ending.oversold)
    yield screen.words("demo-unaccounted"), str(ending.unaccounted)
    if cash := ending.cash:
        yield screen.words("demo-wrong"), str(cash.wrong)
        yield screen.words("demo-gap"), str(cash.gap)
        yield screen.words("demo-open"), str(cash.open)


def _price(ending: Ending, screen: Screen) -> Iterator[Line]:
    if ending.metered:
        bill = ending.metered.bill
        yield screen.words("demo-writes"), f"{bill.writes:.1f}"
        calls = f"{bill.database_calls:.1f} + {bill.queue_calls:.1f}"
        yield screen.words("demo-calls"), calls
        yield screen.words("demo-cost"), screen.words("demo-cost-is", usd=bill.usd, cny=bill.cny)
    yield screen.words("demo-time"), screen.words("demo-seconds", seconds=screen.seconds)


def _farewell(ending: Ending, screen: Screen, url: str) -> None:
    screen.console.print()
    screen.say("demo-where", url=url)
    screen.say("demo-next")
    for command, word in _next(ending):
        screen.say("line", text=f"  {COMMAND} {command:44} # {screen.words(word)}")
    screen.say("demo-stop", command=f"{COMMAND} down")


def _next(ending: Ending) -> Iterator[Line]:
    yield "orders list --status held --limit 5", "demo-try-held"
    held = (order for order in ending.back.orders.values() if order.status is Status.HELD)
    if one := next(held, None):
        yield f"orders why {one.id}", "demo-try-why"
    yield f"stock show {SCARCE[0]}", "demo-try-stock"
    yield "rules show", "demo-try-rules"
    yield "stages", "demo-try-stages"
    yield "days", "demo-try-days"
    yield "sandbox trades", "demo-try-trades"
    if ending.platforms:
        yield "links list", "demo-try-links"
    yield "status", "demo-try-status"
