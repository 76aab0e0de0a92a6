"""What the HTTP edge asks of the store before a view runs."""

from shared.domain.access import Key
from shared.domain.claim import Claim
from shared.store import api_keys, claims


def key(prefix: str) -> Key | None:
    return api_keys.known(prefix)


def claim(tenant: str, key: str) -> Claim | None:
    return claims.find_claim(tenant, key)
