"""Ask somebody outside something, with what a merchant's connection with him holds."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

from shared.domain.errors import Conflict
from shared.domain.link import Connection, Standing
from shared.gateways import vault
from shared.gateways.channels.line import Line
from shared.gateways.channels.port import Rejected, Tokens, Why
from shared.gateways.talk import Unclear
from shared.gateways.vault import Cipher
from shared.runtime import clock
from shared.store import merchants, rates
from shared.store.shelf import Shelf

T = TypeVar("T")
Stored = TypeVar("Stored", bound=Connection)
Opened = TypeVar("Opened")  # the same with its secrets opened, as an adapter takes it
EARLY = 0.8  # of a token's life, after which it is refreshed
TRIES = 5  # when somebody else wrote the connection meanwhile
BUSY = 60  # seconds for which one process refreshes alone


class Adapter(Protocol):
    """What is asked of every adapter alike."""

    caps: Any

    def refresh(self, wire: Any, opened: Any, /) -> Tokens: ...


@dataclass(slots=True)
class Access(ABC, Generic[Stored, Opened]):
    """A connection, ready to be used, by several threads at once as well."""

    tenant: str
    stored: Stored
    line: Line
    link: Opened
    _renewing: Any = field(default_factory=Lock, init=False, repr=False, compare=False)

    @property
    @abstractmethod
    def adapter(self) -> Adapter: ...

    @property
    @abstractmethod
    def shelf(self) -> Shelf[Stored]: ...

    @abstractmethod
    def opened(self, stored: Stored) -> Opened: ...

    @property
    def id(self) -> str:
        return self.stored.id

    def do(self, act: Callable[[Line, Opened], T]) -> T:
        """Raises Rejected, Unclear or Forged. Once more with a right clock, or a fresh token."""
        used = self.link
        try:
            return act(self.line, used)
        except Rejected as no:
            if no.why is Why.CLOCK and self.line.learn_the_time():
                return act(self.line, self.link)
            if no.why is Why.EXPIRED and self._renewed(used, no):
                return act(self.line, self.link)
            raise

    def renew_early(self) -> None:
        """Refresh the token ahead of its end; what fails now is tried again before it."""
        if self.stored.renew_at and self.stored.renew_at <= self.line.now:
            with suppress(Rejected, Unclear):
                self._renewed(self.link, None)

    def _renewed(self, used: Opened, ended: Rejected | None) -> bool:
        """Whether there is another token now: made by us, or by whoever was faster."""
        with self._renewing:
            return self.link is not used or self._anew(ended)

    def _anew(self, ended: Rejected | None) -> bool:
        before, same = self.shelf.look(self.tenant, self.id)
        if before.secrets.get("access_token") != self.stored.secrets.get("access_token"):
            self._use(before)
            return True
        if before.busy > clock.now() or not self.adapter.caps.life:
            return False
        mine = replace(before, busy=clock.later(clock.now(), BUSY))
        try:
            self.shelf.change(self.tenant, mine, same, None)
        except Conflict:
            return False
        return self._refreshed(ended)

    def _refreshed(self, ended: Rejected | None) -> bool:
        try:
            tokens = self.adapter.refresh(self.line, self.link)
        except Rejected as no:
            if no.why in (Why.EXPIRED, Why.DENIED) and ended:
                note = f"{no.code} {no.text}".strip()[:200]
                self._write(lambda it: replace(it, standing=Standing.ENDED, note=note, busy=""))
            raise ended or no from no
        now = clock.now()
        self._use(self._write(lambda it: with_tokens(self.tenant, it, tokens, now)))
        return True

    def _write(self, change: Callable[[Stored], Stored]) -> Stored:
        """What the other side gave must not be lost, nor what a person sets meanwhile."""
        for _ in range(TRIES):
            before, same = self.shelf.look(self.tenant, self.id)
            after = change(before)
            with suppress(Conflict):
                self.shelf.change(self.tenant, after, same, None)
                return after
        raise Conflict(id=self.id)

    def _use(self, stored: Stored) -> None:
        self.stored, self.link = stored, self.opened(stored)


def line(name: str, stored: Connection, adapter: Adapter) -> Line:
    """`name`: whose limits are counted together, for each app."""
    return Line(f"{name}#{stored.app_key}", adapter.caps.rates, rates.take)


def secrets(tenant: str, stored: Connection) -> dict[str, str]:
    """Its secrets, opened."""
    own = cipher(tenant)
    return {name: own.open(it, _context(stored, name)) for name, it in stored.secrets.items()}


def sealed(tenant: str, stored: Connection, given: dict[str, str]) -> dict[str, str]:
    own = cipher(tenant)
    return {name: own.seal(it, _context(stored, name)) for name, it in given.items() if it}


def with_tokens(tenant: str, stored: Stored, tokens: Tokens, now: str) -> Stored:
    """The connection with new tokens; a refresh token that is not told stays the same."""
    given = {"access_token": tokens.access, "refresh_token": tokens.refresh}
    life = clock.seconds_between(now, tokens.expires_at) if tokens.expires_at else 0.0
    return replace(
        stored,
        secrets={**stored.secrets, **sealed(tenant, stored, given)},
        expires_at=tokens.expires_at,
        renew_at=clock.later(now, life * EARLY) if life else "",
        busy="",
        standing=Standing.READY,
        note="",
    )


def cipher(tenant: str) -> Cipher:
    return vault.cipher(tenant, merchants.tenant(tenant).sealed_key)


def _context(stored: Connection, name: str) -> str:
    """What a secret is sealed with."""
    return f"{stored.KIND}/{stored.id}/{name}"
