"""API keys: found by their visible prefix, known only by the hash of their secret."""

from shared.domain.access import Key
from shared.domain.claim import Claim
from shared.domain.errors import Exists, NotFound
from shared.runtime import cache
from shared.store import claims, keys
from shared.store.pack import pack, unpack
from shared.store.table import Cancelled, MerchantRow, Put, connection, find, transact


def find_key(prefix: str) -> Key | None:
    row = find(MerchantRow, keys.api_key(prefix))
    return unpack(row.body, Key) if row else None


known = cache.remember(find_key)
"""The same, remembered: a revoked key may live on for CACHE_SECONDS."""


def list_(tenant: str) -> list[Key]:
    connection()
    pk, prefix = keys.merchant(tenant, "key")
    rows = MerchantRow.query(pk, MerchantRow.sk.startswith(prefix), consistent_read=True)
    return [unpack(row.body, Key) for row in rows]


def add(key: Key, claim: Claim | None = None) -> None:
    fresh = MerchantRow.pk.does_not_exist()
    puts = [Put(row, fresh) for row in _rows(key)]
    try:
        transact(puts=[*puts, *claims.writes(claim)])
    except Cancelled as cancelled:
        raise claims.lost(cancelled.puts[2:], Exists(kind="key", id=key.prefix)) from cancelled


def revoke(tenant: str, prefix: str, claim: Claim | None = None) -> None:
    key = Key(tenant, prefix, "", ())
    try:
        transact(deletes=_rows(key), puts=claims.writes(claim))
    except Cancelled as cancelled:
        raise claims.lost(cancelled.puts, NotFound(kind="key", id=prefix)) from cancelled
    cache.forget()


def _rows(key: Key) -> list[MerchantRow]:
    """One row to find the key by its prefix, one to list the keys of its tenant."""
    own = keys.merchant(key.tenant, "key", key.prefix)
    return [MerchantRow(*where, body=pack(key)) for where in (keys.api_key(key.prefix), own)]
