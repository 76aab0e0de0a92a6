"""A webhook's message on its way: how it is signed, and when it is tried again."""

import base64
import hmac
from dataclasses import dataclass
from enum import StrEnum

DELAYS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds to wait after each failed try; the tenth failure is the last (Standard Webhooks)."""


class DeliveryState(StrEnum):
    PENDING = "pending"  # to be sent at `due`
    DONE = "done"  # answered with 2xx
    GONE = "gone"  # answered 410: the receiver wants no more
    FAILED = "failed"  # every try failed


@dataclass(frozen=True, slots=True)
class Try:
    at: str
    status: int  # 0 = no answer
    note: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    tenant: str
    id: str
    webhook: str
    event: str
    body: str
    state: DeliveryState = DeliveryState.PENDING
    due: str = ""
    tries: tuple[Try, ...] = ()
    version: int = 0


def delay(tries: int, chance: float) -> int | None:
    """Seconds before the next try, +-20 % by `chance` in [0, 1); None when there is none."""
    if tries > len(DELAYS):
        return None
    return round(DELAYS[tries - 1] * (0.8 + 0.4 * chance))


def sign(secret: str, message_id: str, timestamp: int, body: str) -> str:
    """The `webhook-signature` header of the Standard Webhooks specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
