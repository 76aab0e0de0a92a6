"""Who changed a setting that matters, when, and from what to what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class Audit:
    at: str
    by: str
    kind: str  # of thing: warehouse ...
    id: str
    before: dict[str, Any]
    after: dict[str, Any]


class Keeper(Protocol):
    """Something that holds secrets by their names."""

    @property
    def id(self) -> str: ...
    @property
    def secrets(self) -> Mapping[str, str]: ...


K = TypeVar("K", bound=Keeper)


class Actor(NamedTuple):
    by: str
    at: str


def of_keeper(
    kind: str, actor: Actor, before: K | None, after: K, said: Callable[[K], dict[str, Any]]
) -> Audit:
    """A change of what holds secrets; of those only which were set. `said`: all else of it."""
    was = said(before) if before else {}
    known = before.secrets if before else {}
    fresh = sorted(name for name, value in after.secrets.items() if known.get(name) != value)
    now = {**said(after), "secrets": fresh}
    return Audit(actor.at, actor.by, kind, after.id, was, now)
