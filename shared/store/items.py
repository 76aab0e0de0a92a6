"""Items: one row each, which also knows the kits that the item is a part of.

A kit and the rows of its parts are written together, so that a part cannot go while a kit is made
of it. Each write is conditional on the `version` that was read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from shared.domain.claim import Claim
from shared.domain.errors import Conflict, Exists, InUse
from shared.domain.item import Item
from shared.runtime import cache
from shared.store import claims, keys
from shared.store.pack import pack, unpack
from shared.store.shelf import Shelf
from shared.store.table import (
    Cancelled,
    MerchantRow,
    Put,
    connection,
    find_many,
    put,
    transact,
)

TOGETHER = 100  # rows that one transaction may write
LAST = "\U0010ffff"


class Items(Shelf[Item]):
    def __init__(self) -> None:
        super().__init__("item", Item)
        self.kept = cache.remember(self.any)
        self._of = cache.remember_each(self.fresh)

    def known_of(self, tenant: str, skus: Iterable[str]) -> dict[str, Item]:
        """The items of these SKUs, as far as there are any; may be some seconds old."""
        return self._of(tenant, skus) if self.kept(tenant) else {}

    def kits_with(self, tenant: str, sku: str) -> list[Item]:
        """The kits that `sku` is a part of; may be some seconds old."""
        return _kits(self.known_of, tenant, sku)

    def kits_of(self, tenant: str, sku: str) -> list[Item]:
        """The same as they are now."""
        return _kits(self.fresh, tenant, sku)

    def any(self, tenant: str) -> bool:
        """Whether the merchant keeps items at all."""
        return bool(self.page(tenant, "", 1))

    def fresh(self, tenant: str, skus: Iterable[str]) -> dict[str, Item]:
        """The same as they are now."""
        wanted = [keys.merchant(tenant, self.kind, sku) for sku in skus]
        found = map(self.thing, find_many(MerchantRow, wanted))
        return {item.id: item for item in found}

    def page(self, tenant: str, after: str, limit: int, prefix: str = "") -> list[Item]:
        """Items in the order of their SKUs, after the SKU `after`, whose SKUs begin so."""
        connection()
        pk, first = keys.merchant(tenant, self.kind, max(after, prefix))
        _, last = keys.merchant(tenant, self.kind, prefix + LAST)
        rows = MerchantRow.query(
            pk, MerchantRow.sk.between(first, last), limit=limit + 1, consistent_read=True
        )
        found = [item for item in map(self.thing, rows) if item.id != after]
        return found[:limit]

    def with_barcode(self, tenant: str, code: str) -> list[Item]:
        connection()
        pk, prefix = keys.barcode(tenant, code)
        rows = MerchantRow.query(pk, MerchantRow.sk.startswith(prefix), consistent_read=True)
        found = self.fresh(tenant, [str(row.sk).removeprefix(prefix) for row in rows])
        return [found[sku] for sku in sorted(found)]

    def add(self, tenant: str, thing: Item, claim: Claim | None = None, *beside: Put) -> None:
        if self.find(tenant, thing.id):
            raise Exists(kind=self.kind, id=thing.id)
        self.save(tenant, None, thing, self.fresh(tenant, thing.part_skus), claim, *beside)

    def replace(self, tenant: str, thing: Item, claim: Claim | None = None) -> None:
        before = self.get(tenant, thing.id)
        known = self.fresh(tenant, (*before.part_skus, *thing.part_skus))
        self.save(tenant, before, thing, known, claim)

    def save(
        self,
        tenant: str,
        before: Item | None,
        after: Item,
        known: Mapping[str, Item],
        claim: Claim | None = None,
        *beside: Put,
    ) -> dict[str, Item]:
        """Write an item and what its parts know of it; give back all that was written.

        `known` are its parts, old and new, as they were read. Raises Conflict.
        """
        was = before or Item(after.id, "")
        item = replace(after, kits=was.kits, version=was.version)
        added, dropped = _parts(was, item, known)
        codes, gone = self._barcodes(tenant, was, item)
        puts = [*(self._put(tenant, one) for one in (item, *added)), *codes, *beside]
        puts += claims.writes(claim)
        # a part that knows of one kit too many does no harm: see `kits_with` and `remove`
        dropped = dropped[: TOGETHER - len(puts) - len(gone)]
        puts = [*(self._put(tenant, one) for one in dropped), *puts]
        self._together(puts, gone)
        return {one.id: replace(one, version=one.version + 1) for one in (item, *added, *dropped)}

    def remove(self, tenant: str, row_id: str, claim: Claim | None = None) -> None:
        """Take an item away, unless a kit has it among its parts: InUse."""
        item = self.get(tenant, row_id)
        if kits := self.kits_of(tenant, row_id):
            raise InUse(kind=self.kind, id=row_id, users=[kit.id for kit in kits])
        known = self.fresh(tenant, item.part_skus)
        if item.active:  # first of all, so that no kit takes it meanwhile
            self.save(tenant, item, replace(item, active=False), known)
        _, dropped = _parts(item, replace(item, parts=()), known)
        _, gone = self._barcodes(tenant, item, replace(item, barcode=""))
        puts = [*(self._put(tenant, one) for one in dropped), *claims.writes(claim)]
        self._together(puts, [self.row(tenant, item), *gone])

    def row(self, tenant: str, thing: Item) -> MerchantRow:
        key = keys.merchant(tenant, self.kind, thing.id)
        return MerchantRow(*key, v=thing.version + 1, body=pack(replace(thing, version=0)))

    def thing(self, row: MerchantRow) -> Item:
        return replace(unpack(row.body, Item), version=int(row.v))

    def _put(self, tenant: str, item: Item) -> Put:
        same = MerchantRow.v == item.version if item.version else MerchantRow.pk.does_not_exist()
        return Put(self.row(tenant, item), same)

    def _barcodes(
        self, tenant: str, before: Item, after: Item
    ) -> tuple[list[Put], list[MerchantRow]]:
        """The rows by which barcodes find the item: what must come, and what must go."""
        if before.barcode == after.barcode:
            return [], []
        old, new = (
            [MerchantRow(*keys.barcode(tenant, item.barcode, item.id))] if item.barcode else []
            for item in (before, after)
        )
        return [Put(row) for row in new], old

    def _together(self, puts: list[Put], deletes: list[MerchantRow]) -> None:
        try:
            if len(puts) == 1 and not deletes:  # alone it costs half
                put(puts[0].row, puts[0].condition)
            else:
                transact(puts=puts, deletes=deletes)
        except Cancelled as cancelled:
            raise Conflict from cancelled
        cache.forget()


def _kits(
    find: Callable[[str, Iterable[str]], dict[str, Item]], tenant: str, sku: str
) -> list[Item]:
    item = find(tenant, [sku]).get(sku)
    kits = find(tenant, item.kits) if item else {}
    return sorted((kit for kit in kits.values() if sku in kit.part_skus), key=lambda kit: kit.id)


def _parts(before: Item, after: Item, known: Mapping[str, Item]) -> tuple[list[Item], list[Item]]:
    """The parts that come to know of the kit, and those that forget it."""
    old, new = set(before.part_skus), set(after.part_skus)
    added = [known[sku] for sku in sorted(new - old) if sku in known]
    dropped = [known[sku] for sku in sorted(old - new) if sku in known]
    return (
        [
            replace(part, kits=(*part.kits, after.id))
            for part in added
            if after.id not in part.kits
        ],
        [replace(part, kits=tuple(k for k in part.kits if k != after.id)) for part in dropped],
    )
