"""A shop's connection with its platform, as it is kept."""

from dataclasses import dataclass, field
from enum import StrEnum

TOKENS = ("access_token", "refresh_token")


class Standing(StrEnum):
    WAITS = "waits"  # for the merchant's consent, or for its first tokens
    READY = "ready"
    ENDED = "ended"  # the platform takes its tokens no more: the merchant must consent anew


@dataclass(frozen=True, slots=True)
class Link:
    """`id` is the shop's."""

    id: str
    channel: str
    app_key: str
    seller: str = ""  # the platform's own id of the shop
    secrets: dict[str, str] = field(default_factory=dict)  # by name, sealed with the tenant's key
    expires_at: str = ""  # when the access token ends; empty = never
    renew_at: str = ""  # when it is to be refreshed
    busy: str = ""  # until then somebody is refreshing it
    endpoint: str = ""  # another address than the platform's own: its sandbox
    standing: Standing = Standing.READY
    carriers: dict[str, str] = field(default_factory=dict)  # ours -> the platform's codes
    note: str = ""  # what the platform said when it ended
    active: bool = True
    created_at: str = ""

    @property
    def works(self) -> bool:
        return self.active and self.standing is Standing.READY


def context(shop: str, name: str) -> str:
    """What a secret is sealed with."""
    return f"link/{shop}/{name}"
