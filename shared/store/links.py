"""Shops' connections with their platforms, how far each was read, and what could not be taken."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from shared.domain.claim import Claim
from shared.domain.errors import Conflict, NotFound
from shared.domain.link import Link
from shared.domain.pulling import Pulling
from shared.domain.stray import Stray
from shared.runtime import clock
from shared.store import claims
from shared.store.documents import Folder
from shared.store.shelf import Shelf
from shared.store.table import Put

EVER = "9"  # sorts behind every time
links = Shelf("link", Link)
ORDERS, REFUNDS = "orders", "refunds"
"""What is read of a shop."""
pullings = Folder("pulling", Pulling)
refundings = Folder("refund-pulling", Pulling)
strays = Folder("stray", Stray)


def due(now: str) -> Iterator[tuple[str, str, str]]:
    """(tenant, shop, what) of those that are to be read."""
    for what, folder in ((ORDERS, pullings), (REFUNDS, refundings)):
        yield from ((tenant, shop, what) for tenant, shop in folder.due(now))


def everywhere() -> Iterator[tuple[str, str]]:
    """(tenant, shop) of all that are connected, whoever has been unread longest first."""
    yield from pullings.due(EVER)


def save(
    tenant: str, one: Pulling, claim: Claim | None = None, folder: Folder[Pulling] = pullings
) -> Pulling:
    """Write how far a shop was read, unless somebody else did since: Conflict."""
    claims.write(folder.writes(tenant, one, one.due), claim)
    return replace(one, version=one.version + 1)


def pulling(tenant: str, shop: str) -> Pulling:
    found = pullings.find(tenant, shop)
    if found is None:
        raise NotFound(kind="link", id=shop)
    return found


def resumed(tenant: str, shop: str) -> list[Put]:
    """Rows by which a shop whose reading failed is read at once: what was wrong may be mended."""
    now = clock.now()
    known = ((folder, folder.find(tenant, shop)) for folder in (pullings, refundings))
    return [
        folder.writes(tenant, one.resumed(now), now) for folder, one in known if one and one.why
    ]


def resume(tenant: str, shop: str) -> None:
    """Read a shop at once, unless somebody reads it this moment."""
    for put in resumed(tenant, shop):
        with suppress(Conflict):
            claims.write(put, None)


def found(tenant: str, order_id: str) -> None:
    """What had strayed was taken after all."""
    known = strays.find(tenant, order_id)
    if known and known.open:
        claims.write(strays.writes(tenant, replace(known, open=False)), None)


def strayed(tenant: str, stray: Stray) -> None:
    """Remember what could not be taken; the same once more counts its tries."""
    known = strays.find(tenant, stray.id)
    if known:
        stray = replace(
            stray, created_at=known.created_at, tries=known.tries + 1, version=known.version
        )
    claims.write(strays.writes(tenant, stray), None)
