"""Count a day once more with its platform, and fetch what is missing or stands otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from functions.channels import pull, take
from functions.channels.calls import Connected
from shared.domain.complete import END, Completeness, counted_daily, windows
from shared.domain.order import Order, id_for
from shared.gateways.channels.port import By, Page, Ref, Rejected, Window
from shared.runtime import clock
from shared.store import completes, links, orders, stopped

SHOWN = 100  # numbers of what is missing
SOME = 50  # waiting orders that one run looks at


def complete(to: Connected, day: str) -> Completeness:
    """Raises Rejected, Unclear or Forged where the platform cannot be asked."""
    listed: set[str] = set()
    gaps: set[str] = set()
    told = changed = 0
    for page, first in _pages(to, day):
        numbers = {ref.number for ref in page.items}
        missing = numbers - _held(to, numbers)
        changed += pull.taken(to, page) - len(missing)
        told += _counted(page, first=first)
        listed |= numbers
        gaps |= missing
    left = sorted(gaps - _held(to, gaps))
    known = completes.find_day(to.tenant, to.shop, day) or Completeness(to.shop, day, 0, 0)
    one = replace(
        known,
        told=max(told, len(listed)),
        listed=len(listed),
        held=len(listed) - len(gaps),
        filled=len(gaps) - len(left),
        changed=max(0, changed),
        missing=tuple(left[:SHOWN]),
        reasons={number: _why(to, number) for number in left[:SHOWN]},
        at=clock.now(),
    )
    completes.save(to.tenant, one)
    return one


def ask_again(to: Connected, one: Completeness) -> None:
    """Ask for some of the shop's orders that wait here since before the days that are counted.

    Raises like `complete`; then the same are asked for once more. `one`: where it is shown.
    """
    until = counted_daily(clock.now())
    some = list(stopped.walk(to.tenant, one.place, SOME))
    old = [order for _, order in some if order.content.placed_at < until]
    mine = [order for order in old if order.shop == to.shop and _theirs(order)]
    found = {order.number: _asked(to, order) for order in mine}
    gone = [number for number, changed in found.items() if changed is None]
    after = replace(
        one,
        asked=one.asked + len(found),
        moved=one.moved + sum(bool(changed) for changed in found.values()),
        gone=(*one.gone, *gone)[:SHOWN],
        place=some[-1][0] if len(old) == SOME else END,
    )
    completes.save(to.tenant, after)


def _asked(to: Connected, order: Order) -> bool | None:
    """Whether it stood otherwise there; None where the platform shows it no more."""
    try:
        found = to.do(lambda wire, link: to.by.order(wire, link, order.number))
    except Rejected as no:
        if no.why not in take.ALONE:
            raise
        take.unread(to, order.number, no)
        return None
    changed = take.fetched(to, found)
    if not changed:
        links.found(to.tenant, order.id)
    return changed


def _theirs(order: Order) -> bool:
    """Whether it came from the platform, and was not written by hand."""
    return any(entry.by.startswith("channel") for entry in order.timeline)


def _counted(page: Page[Ref], *, first: bool) -> int:
    """What the platform says that there is in a window, once; else what it lists."""
    if page.total is None:
        return len(page.items)
    return page.total if first else 0


def _why(to: Connected, number: str) -> tuple[dict[str, Any], ...]:
    stray = links.strays.find(to.tenant, id_for(to.tenant, to.shop, number))
    return stray.faults if stray else ()


def _pages(to: Connected, day: str) -> Iterator[tuple[Page[Ref], bool]]:
    """(Page, whether it is the first of its window)"""
    for start, end in windows(day, to.by.caps.window):
        window, cursor, first = Window(start, end, By.CREATED), "", True
        while cursor or first:
            page = pull.page_of(to, window, cursor)
            yield page, first
            cursor, first = page.cursor, False


def _held(to: Connected, numbers: set[str]) -> set[str]:
    ids = {id_for(to.tenant, to.shop, number): number for number in numbers}
    return {ids[one] for one in orders.get_many(to.tenant, list(ids))}
