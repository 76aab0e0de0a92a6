"""Connections with whoever stands outside: shops' with their platforms, as they are kept."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

TOKENS = ("access_token", "refresh_token")


class Standing(StrEnum):
    WAITS = "waits"  # for the merchant's consent, or for its first tokens
    READY = "ready"
    ENDED = "ended"  # its tokens are taken no more: the merchant must consent anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What it takes to speak with somebody, whoever it is. `app_key`: what he calls the caller."""

    KIND: ClassVar[str]

    id: str
    app_key: str
    secrets: dict[str, str] = field(default_factory=dict)  # by name, sealed with the tenant's key
    expires_at: str = ""  # when the access token ends; empty = never
    renew_at: str = ""  # when it is to be refreshed
    busy: str = ""  # until then somebody is refreshing it
    endpoint: str = ""  # another address than the usual one: a sandbox
    standing: Standing = Standing.READY
    note: str = ""  # what was said when it ended
    active: bool = True
    created_at: str = ""

    @property
    def works(self) -> bool:
        return self.active and self.standing is Standing.READY


@dataclass(frozen=True, slots=True)
class Link(Connection):
    """`id` is the shop's."""

    KIND = "link"

    id: str
    channel: str
    seller: str = ""  # the platform's own id of the shop
    carriers: dict[str, str] = field(default_factory=dict)  # ours -> the platform's codes
    learns: bool = True  # which items its SKUs are, from orders that name both
    rests: str = ""  # until then nothing is asked of the platform, then its changes first
