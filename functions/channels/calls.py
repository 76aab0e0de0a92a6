"""Ask a shop's platform something, with what the shop's connection holds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from functions.channels import access
from functions.channels.access import Access
from shared.domain.link import Link
from shared.gateways.channels import port, registry
from shared.gateways.channels.line import Line
from shared.gateways.channels.port import Channel, Rejected, Tokens, Why
from shared.runtime import clock
from shared.store import links
from shared.store.shelf import Shelf

T = TypeVar("T")
RESTING = "resting"  # the code where we ourselves refuse, and nothing was asked
AFTER = 60  # seconds after a rest, until a probe has ended it


@dataclass(slots=True)
class Connected(Access[Link, port.Link]):
    """A shop's connection, ready to be used."""

    by: Channel
    probes: bool = False  # asks a platform that rests, too: whether it answers again

    def do(self, act: Callable[[Line, port.Link], T]) -> T:
        """Nothing is asked of a platform that rests; what waits for it comes again."""
        if self.stored.rests and not self.probes:
            wait = clock.seconds_between(clock.now(), self.again)
            raise Rejected(Why.LATER, RESTING, self.stored.rests, wait)
        return Access.do(self, act)  # `super()` does not know a class with slots

    @property
    def again(self) -> str:
        """When it is worth while to ask a platform again that rests."""
        return clock.later(max(clock.now(), self.stored.rests), AFTER)

    def rest(self, until: str) -> None:
        """Let nobody ask before `until`, nor after it until a probe went well; empty = go on."""
        if self.stored.rests != until:
            self._use(self._write(lambda it: replace(it, rests=until)))

    @property
    def adapter(self) -> Channel:
        return self.by

    @property
    def shelf(self) -> Shelf[Link]:
        return links.links

    @property
    def shop(self) -> str:
        return self.stored.id

    def opened(self, stored: Link) -> port.Link:
        return opened(self.tenant, stored)


def connected(tenant: str, shop: str) -> Connected:
    """Raises NotFound where a shop has no connection."""
    return use(tenant, links.links.get(tenant, shop))


def use(tenant: str, stored: Link) -> Connected:
    by = registry.of(stored.channel)
    line = access.line(stored.channel, stored, by)
    return Connected(tenant, stored, line, opened(tenant, stored), by)


def opened(tenant: str, stored: Link) -> port.Link:
    return port.Link(
        shop=stored.id,
        channel=stored.channel,
        app_key=stored.app_key,
        seller=stored.seller,
        secrets=access.secrets(tenant, stored),
        expires_at=stored.expires_at,
        endpoint=stored.endpoint,
    )


def exchanged(tenant: str, stored: Link, tokens: Tokens, now: str) -> Link:
    """A connection with what a merchant's consent gave."""
    found = access.with_tokens(tenant, stored, tokens, now)
    return replace(found, seller=stored.seller or tokens.seller, rests="")
