"""An Idempotency-Key, with the request that it stands for and the answer to repeat."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Claim:
    tenant: str
    key: str
    request: str  # digest of method, path and body
    status: int
    body: Any
