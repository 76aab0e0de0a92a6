"""Shops' connections with their platforms, how far each was read, and what could not be taken."""

from collections.abc import Iterator
from dataclasses import replace

from shared.domain.claim import Claim
from shared.domain.errors import NotFound
from shared.domain.link import Link
from shared.domain.pulling import Pulling
from shared.domain.stray import Stray
from shared.store import claims
from shared.store.documents import Folder
from shared.store.shelf import Shelf

EVER = "9"  # sorts behind every time
links = Shelf("link", Link)
pullings = Folder("pulling", Pulling)
strays = Folder("stray", Stray)


def due(now: str) -> Iterator[tuple[str, str]]:
    """(tenant, shop) of those that are to be read."""
    yield from pullings.due(now)


def everywhere() -> Iterator[tuple[str, str]]:
    """(tenant, shop) of all that are connected, whoever has been unread longest first."""
    yield from pullings.due(EVER)


def save(tenant: str, one: Pulling, claim: Claim | None = None) -> Pulling:
    """Write how far a shop was read, unless somebody else did since: Conflict."""
    claims.write(pullings.writes(tenant, one, one.due), claim)
    return replace(one, version=one.version + 1)


def pulling(tenant: str, shop: str) -> Pulling:
    found = pullings.find(tenant, shop)
    if found is None:
        raise NotFound(kind="link", id=shop)
    return found


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
