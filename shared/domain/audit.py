"""Who changed a setting that matters, when, and from what to what."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Audit:
    at: str
    by: str
    kind: str  # of thing: warehouse ...
    id: str
    before: dict[str, Any]
    after: dict[str, Any]
