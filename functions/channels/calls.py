"""Ask a shop's platform something, with what the shop's connection holds."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from shared.domain.errors import Conflict
from shared.domain.link import Link, Standing, context
from shared.gateways import vault
from shared.gateways.channels import port, registry
from shared.gateways.channels.line import Line
from shared.gateways.channels.port import Channel, Rejected, Tokens, Why
from shared.gateways.talk import Unclear
from shared.gateways.vault import Cipher
from shared.runtime import clock
from shared.store import links, merchants, rates

T = TypeVar("T")
Act = Callable[[port.Wire, port.Link], T]
EARLY = 0.8  # of a token's life, after which it is refreshed
TRIES = 5  # when somebody else wrote the connection meanwhile
BUSY = 60  # seconds for which one process refreshes alone


@dataclass(slots=True)
class Connected:
    """A shop's connection, ready to be used."""

    tenant: str
    stored: Link
    by: Channel
    line: Line
    link: port.Link

    @property
    def shop(self) -> str:
        return self.stored.id

    def do(self, act: Act[T]) -> T:
        """Raises Rejected, Unclear or Forged. Once more with a right clock, or a fresh token."""
        try:
            return act(self.line, self.link)
        except Rejected as no:
            if no.why is Why.CLOCK and self.line.learn_the_time():
                return act(self.line, self.link)
            if no.why is Why.EXPIRED and self._renewed(no):
                return act(self.line, self.link)
            raise

    def renew_early(self) -> None:
        """Refresh the token ahead of its end; what fails now is tried again before it."""
        if self.stored.renew_at and self.stored.renew_at <= self.line.now:
            with suppress(Rejected, Unclear):
                self._renewed(None)

    def _renewed(self, ended: Rejected | None) -> bool:
        """Whether there is another token now: made by us, or by whoever was faster."""
        before, same = links.links.look(self.tenant, self.shop)
        if before.secrets.get("access_token") != self.stored.secrets.get("access_token"):
            self._use(before)
            return True
        if before.busy > clock.now() or not self.by.caps.life:
            return False
        mine = replace(before, busy=clock.later(clock.now(), BUSY))
        try:
            links.links.change(self.tenant, mine, same, None)
        except Conflict:
            return False
        return self._refreshed(ended)

    def _refreshed(self, ended: Rejected | None) -> bool:
        try:
            tokens = self.by.refresh(self.line, self.link)
        except Rejected as no:
            if no.why in (Why.EXPIRED, Why.DENIED) and ended:
                note = f"{no.code} {no.text}".strip()[:200]
                self._write(lambda it: replace(it, standing=Standing.ENDED, note=note, busy=""))
            raise ended or no from no
        now = clock.now()
        self._use(self._write(lambda it: with_tokens(self.tenant, it, tokens, now)))
        return True

    def _write(self, change: Callable[[Link], Link]) -> Link:
        """What the platform gave must not be lost, nor what a person sets meanwhile."""
        for _ in range(TRIES):
            before, same = links.links.look(self.tenant, self.shop)
            after = change(before)
            with suppress(Conflict):
                links.links.change(self.tenant, after, same, None)
                return after
        raise Conflict(shop=self.shop)

    def _use(self, stored: Link) -> None:
        self.stored, self.link = stored, opened(self.tenant, stored)


def connected(tenant: str, shop: str) -> Connected:
    """Raises NotFound where a shop has no connection."""
    return use(tenant, links.links.get(tenant, shop))


def use(tenant: str, stored: Link) -> Connected:
    by = registry.of(stored.channel)
    line = Line(f"{stored.channel}#{stored.app_key}", by.caps.rates, rates.take)
    return Connected(tenant, stored, by, line, opened(tenant, stored))


def opened(tenant: str, stored: Link) -> port.Link:
    own = cipher(tenant)
    secrets = {name: own.open(it, context(stored.id, name)) for name, it in stored.secrets.items()}
    return port.Link(
        shop=stored.id,
        channel=stored.channel,
        app_key=stored.app_key,
        seller=stored.seller,
        secrets=secrets,
        expires_at=stored.expires_at,
        endpoint=stored.endpoint,
    )


def sealed(tenant: str, shop: str, given: dict[str, str]) -> dict[str, str]:
    own = cipher(tenant)
    return {name: own.seal(it, context(shop, name)) for name, it in given.items() if it}


def with_tokens(tenant: str, link: Link, tokens: Tokens, now: str) -> Link:
    """The connection with new tokens; a refresh token that is not told stays the same."""
    given = {"access_token": tokens.access, "refresh_token": tokens.refresh}
    life = clock.seconds_between(now, tokens.expires_at) if tokens.expires_at else 0.0
    return replace(
        link,
        secrets={**link.secrets, **sealed(tenant, link.id, given)},
        seller=link.seller or tokens.seller,
        expires_at=tokens.expires_at,
        renew_at=clock.later(now, life * EARLY) if life else "",
        busy="",
        standing=Standing.READY,
        note="",
    )


def cipher(tenant: str) -> Cipher:
    return vault.cipher(tenant, merchants.tenant(tenant).sealed_key)
