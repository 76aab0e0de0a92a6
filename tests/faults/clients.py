"""Merchants' systems: they ask, and ask the same again when they got no answer."""

from dataclasses import dataclass, field
from typing import Any

from shared.domain.order import Status
from tests.support.build import Reply

MOST_TRIES = 12


@dataclass
class Ask:
    """One request, repeated with the same Idempotency-Key until it is answered."""

    verb: str
    method: str
    path: str
    body: Any = None
    key: str = ""
    order_id: str = ""
    after: Status | None = None  # wait until the order has been there
    again: int = 0  # times that it is sent once more though it was answered
    tries: int = 0
    flying: bool = False
    replies: list[Reply] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Idempotency-Key": self.key} if self.key else {}

    @property
    def taken(self) -> Reply | None:
        """The answer that acknowledged it."""
        return next((reply for reply in self.replies if reply.status < 300), None)

    @property
    def done(self) -> bool:
        finals = [reply for reply in self.replies if final(reply)]
        return len(finals) > self.again or self.tries >= MOST_TRIES

    def heard(self, reply: Reply | None) -> None:
        """None: the connection broke before an answer came."""
        self.flying = False
        if reply is not None:
            self.replies.append(reply)


def final(reply: Reply) -> bool:
    """Whether its sender has no reason to send it again."""
    return reply.status < 500 and reply.body.get("code") != "conflict"
