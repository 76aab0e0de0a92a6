"""Lists by time of change, read from their end, and the platforms that do not push to us."""

from collections.abc import Callable
from typing import TypeVar

from shared.gateways.channels.port import Heard, Incoming, Link, Page
from shared.gateways.talk import Forged, Reply

T = TypeVar("T")
Read = Callable[[int], tuple[int, tuple[T, ...]]]
"""Page number, from 1 -> (how many there are in the window, those of the page)."""
NOT_HERE = 404


def backwards(read: Read[T], size: int, cursor: str) -> Page[T]:
    """The next page. What changes meanwhile leaves the list: the rest moves to where we go."""
    if not cursor:
        total, items = read(1)
        if total <= size:
            return Page(items, "", total)
        cursor = str(-(-total // size))
    page = int(cursor)
    total, items = read(page)
    return Page(items, str(page - 1) if page > 1 else "", total)


class Unpushed:
    """The part of port.Channel that a platform has no use for which never calls us."""

    def hear(self, link: Link, incoming: Incoming, now: str) -> Heard:
        raise Forged("no-push")

    def ack(self, ok: bool) -> Reply:
        return Reply(NOT_HERE, {}, b"")
