"""A merchant's rules: the draft, every edition that was published, and the one that counts now.

All lie with the merchant. The current edition stands twice: under its number for good, and as
`current`, which is one read away and is replaced only by the edition after it.
"""

from dataclasses import replace
from functools import lru_cache

from shared.domain.audit import Audit
from shared.domain.claim import Claim
from shared.domain.errors import NotFound, TooLarge
from shared.domain.rules.edition import Draft, Edition
from shared.domain.rules.rule import Book
from shared.runtime import cache
from shared.store import audits, claims, keys
from shared.store.pack import pack, unpack
from shared.store.shelf import MOST_BYTES
from shared.store.table import MerchantRow, Put, connection, find

KIND = "rules"


def _current(tenant: str) -> Book:
    row = find(MerchantRow, keys.merchant(tenant, KIND, "current"))
    return _book(row.body) if row else Book()


current = cache.remember(_current)  # may be some seconds old


@lru_cache(maxsize=256)
def _book(body: bytes) -> Book:
    """Reading rules takes a while, and an edition is always the same."""
    return unpack(body, Edition).book()


def newest(tenant: str) -> Edition:
    """The edition that counts now; number 0 where nothing was published."""
    row = find(MerchantRow, keys.merchant(tenant, KIND, "current"))
    return unpack(row.body, Edition) if row else Edition()


def edition(tenant: str, number: int) -> Edition:
    if number == 0:
        return Edition()
    row = find(MerchantRow, keys.merchant(tenant, KIND, _numbered(number)))
    if row is None:
        raise NotFound(kind="rules", id=number)
    return unpack(row.body, Edition)


def editions(tenant: str, before: int, limit: int) -> list[Edition]:
    """The editions before number `before`, the newest first."""
    if before <= 1:
        return []
    connection()
    pk, first = keys.merchant(tenant, KIND, _numbered(1))
    _, last = keys.merchant(tenant, KIND, _numbered(before - 1))
    span = MerchantRow.sk.between(first, last)
    rows = MerchantRow.query(pk, span, scan_index_forward=False, limit=limit, consistent_read=True)
    return [unpack(row.body, Edition) for row in rows]


def draft(tenant: str) -> Draft:
    """The draft; where there is none, the current rules as one that nobody has written yet."""
    row = find(MerchantRow, keys.merchant(tenant, KIND, "draft"))
    if row is None:
        now = newest(tenant)
        return Draft(now.rules, now.number)
    return replace(unpack(row.body, Draft), version=int(row.v))


def save(tenant: str, given: Draft, claim: Claim | None = None) -> None:
    """Write a draft on condition that its version is the last one, or raise Conflict."""
    claims.write(_draft(tenant, given), claim)


def publish(
    tenant: str, new: Edition, audit: Audit, claim: Claim | None = None, drawn: Draft | None = None
) -> None:
    """Let `new` be what counts, after the edition before it; raise Conflict if another came.

    `drawn`: the draft that it was made from, which must be the same still.
    """
    body, fresh = _packed(new), MerchantRow.pk.does_not_exist()
    numbered = keys.merchant(tenant, KIND, _numbered(new.number))
    now = MerchantRow(*keys.merchant(tenant, KIND, "current"), v=new.number, body=body)
    row = Put(MerchantRow(*numbered, v=new.number, body=body), fresh)
    beside = [
        Put(now, MerchantRow.v == new.number - 1 if new.number > 1 else fresh),
        *([_draft(tenant, replace(drawn, base=new.number))] if drawn else []),
        audits.writes(tenant, audit),
    ]
    claims.write(row, claim, *beside)
    cache.forget()


def _draft(tenant: str, given: Draft) -> Put:
    row = MerchantRow(
        *keys.merchant(tenant, KIND, "draft"),
        v=given.version + 1,
        body=_packed(replace(given, version=0)),
    )
    same = MerchantRow.v == given.version if given.version else MerchantRow.pk.does_not_exist()
    return Put(row, same)


def _packed(document: Edition | Draft) -> bytes:
    body = pack(document)
    if len(body) > MOST_BYTES:
        raise TooLarge(limit=MOST_BYTES)
    return body


def _numbered(number: int) -> str:
    return f"{number:08d}"
