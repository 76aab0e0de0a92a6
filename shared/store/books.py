"""A merchant's books: the draft, every edition that was published, and the one that counts now.

All lie with the merchant. The current edition stands twice: under its number for good, and as
`current`, which is one read away and is replaced only by the edition after it.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Generic, TypeVar

from shared.domain.audit import Audit
from shared.domain.claim import Claim
from shared.domain.edition import Documents, Draft, Edition
from shared.domain.errors import NotFound, TooLarge
from shared.domain.reader import Reader
from shared.domain.rules import reading
from shared.domain.rules.rule import Book
from shared.runtime import cache
from shared.store import audits, claims, keys
from shared.store.pack import pack, unpack
from shared.store.shelf import MOST_BYTES
from shared.store.table import MerchantRow, Put, connection, find

B = TypeVar("B")
R = TypeVar("R")
_NOTHING = pack(Edition())


class Books(Generic[B, R]):
    """The books of one kind: of rules, or of promotions.

    `read`: the rules of a document; `book`: what they are together, as of a version.
    """

    def __init__(
        self,
        kind: str,
        read: Callable[[Reader], tuple[R, ...]],
        book: Callable[[int, tuple[R, ...]], B],
    ) -> None:
        self.kind, self.read, self.book = kind, read, book
        self.current = cache.remember(self.fresh)  # may be some seconds old
        # reading rules takes a while, and an edition is always the same
        self._book = lru_cache(maxsize=256)(self._bound)

    def compiled(self, documents: Documents) -> tuple[R, ...]:
        """The rules of documents that were checked when they were written."""
        reader = Reader({self.kind: list(documents)})
        rules = self.read(reader)
        reader.check()
        return rules

    def _bound(self, body: bytes) -> B:
        edition = unpack(body, Edition)
        return self.book(edition.number, self.compiled(edition.rules))

    def newest(self, tenant: str) -> Edition:
        """The edition that counts now; number 0 where nothing was published."""
        row = find(MerchantRow, keys.merchant(tenant, self.kind, "current"))
        return unpack(row.body, Edition) if row else Edition()

    def fresh(self, tenant: str) -> B:
        """The book that counts now."""
        row = find(MerchantRow, keys.merchant(tenant, self.kind, "current"))
        return self._book(row.body if row else _NOTHING)

    def edition(self, tenant: str, number: int) -> Edition:
        if number == 0:
            return Edition()
        row = find(MerchantRow, keys.merchant(tenant, self.kind, _numbered(number)))
        if row is None:
            raise NotFound(kind=self.kind, id=number)
        return unpack(row.body, Edition)

    def editions(self, tenant: str, before: int, limit: int) -> list[Edition]:
        """The editions before number `before`, the newest first."""
        if before <= 1:
            return []
        connection()
        pk, first = keys.merchant(tenant, self.kind, _numbered(1))
        _, last = keys.merchant(tenant, self.kind, _numbered(before - 1))
        span = MerchantRow.sk.between(first, last)
        rows = MerchantRow.query(
            pk, span, scan_index_forward=False, limit=limit, consistent_read=True
        )
        return [unpack(row.body, Edition) for row in rows]

    def draft(self, tenant: str) -> Draft:
        """The draft; where there is none, what counts now as one that nobody has written yet."""
        row = find(MerchantRow, keys.merchant(tenant, self.kind, "draft"))
        if row is None:
            now = self.newest(tenant)
            return Draft(now.rules, now.number)
        return replace(unpack(row.body, Draft), version=int(row.v))

    def save(self, tenant: str, given: Draft, claim: Claim | None = None) -> None:
        """Write a draft on condition that its version is the last one, or raise Conflict."""
        claims.write(self._draft(tenant, given), claim)

    def publish(
        self,
        tenant: str,
        new: Edition,
        audit: Audit,
        claim: Claim | None = None,
        drawn: Draft | None = None,
    ) -> None:
        """Let `new` be what counts, after the edition before it; raise Conflict if another came.

        `drawn`: the draft that it was made from, which must be the same still.
        """
        body, fresh = _packed(new), MerchantRow.pk.does_not_exist()
        numbered = keys.merchant(tenant, self.kind, _numbered(new.number))
        now = MerchantRow(*keys.merchant(tenant, self.kind, "current"), v=new.number, body=body)
        row = Put(MerchantRow(*numbered, v=new.number, body=body), fresh)
        beside = [
            Put(now, MerchantRow.v == new.number - 1 if new.number > 1 else fresh),
            *([self._draft(tenant, replace(drawn, base=new.number))] if drawn else []),
            audits.writes(tenant, audit),
        ]
        claims.write(row, claim, *beside)
        cache.forget()

    def _draft(self, tenant: str, given: Draft) -> Put:
        row = MerchantRow(
            *keys.merchant(tenant, self.kind, "draft"),
            v=given.version + 1,
            body=_packed(replace(given, version=0)),
        )
        fresh = MerchantRow.pk.does_not_exist()
        return Put(row, MerchantRow.v == given.version if given.version else fresh)


rules = Books("rules", reading.rules, Book)


def _packed(document: Edition | Draft) -> bytes:
    body = pack(document)
    if len(body) > MOST_BYTES:
        raise TooLarge(limit=MOST_BYTES)
    return body


def _numbered(number: int) -> str:
    return f"{number:08d}"
