"""Ask a shop's platform something, with what the shop's connection holds."""

from dataclasses import dataclass, replace

from functions.channels import access
from functions.channels.access import Access
from shared.domain.link import Link
from shared.gateways.channels import port, registry
from shared.gateways.channels.port import Channel, Tokens
from shared.store import links
from shared.store.shelf import Shelf


@dataclass(slots=True)
class Connected(Access[Link, port.Link]):
    """A shop's connection, ready to be used."""

    by: Channel

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
    return replace(found, seller=stored.seller or tokens.seller)
