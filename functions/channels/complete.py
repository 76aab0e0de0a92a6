"""Count a day once more with its platform, and fetch what is missing or stands otherwise."""

from functions.channels import pull
from functions.channels.calls import Connected
from shared.domain.complete import Completeness, windows
from shared.domain.order import id_for
from shared.gateways.channels.port import By, Page, Ref, Window
from shared.runtime import clock
from shared.store import completes, orders

SHOWN = 100  # numbers of what is missing


def complete(to: Connected, day: str) -> Completeness:
    """Raises Rejected, Unclear or Forged where the platform cannot be asked."""
    told: set[str] = set()
    gaps: set[str] = set()
    changed = 0
    for page in _pages(to, day):
        numbers = {ref.number for ref in page.items}
        missing = numbers - _held(to, numbers)
        changed += pull.taken(to, page) - len(missing)
        told |= numbers
        gaps |= missing
    left = gaps - _held(to, gaps)
    one = Completeness(
        shop=to.shop,
        day=day,
        told=len(told),
        held=len(told) - len(gaps),
        filled=len(gaps) - len(left),
        changed=max(0, changed),
        missing=tuple(sorted(left)[:SHOWN]),
        at=clock.now(),
    )
    completes.save(to.tenant, one)
    return one


def _pages(to: Connected, day: str) -> "list[Page[Ref]]":
    found = []
    for start, end in windows(day, to.by.caps.window):
        window, cursor = Window(start, end, By.CREATED), ""
        while True:
            page = pull.page_of(to, window, cursor)
            found.append(page)
            cursor = page.cursor
            if not cursor:
                break
    return found


def _held(to: Connected, numbers: set[str]) -> set[str]:
    ids = {id_for(to.tenant, to.shop, number): number for number in numbers}
    return {ids[one] for one in orders.get_many(to.tenant, list(ids))}
