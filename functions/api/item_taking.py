"""Take items in: each is held against what is there, and written on what was read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from shared.domain import item_reading
from shared.domain.claim import Claim
from shared.domain.errors import Conflict, Fault, Invalid
from shared.domain.item import Item
from shared.domain.stock import COUNTERS
from shared.runtime import retry
from shared.runtime.http import ROUNDS, WAIT
from shared.store import merchants, stock


@dataclass
class Taking:
    """The items as they are, with their parts, old and new; follows what it writes."""

    tenant: str
    known: dict[str, Item]
    warehouses: set[str]

    @classmethod
    def of(cls, tenant: str, items: Iterable[Item]) -> "Taking":
        items = list(items)
        named = any(item.safety for item in items)
        warehouses = merchants.warehouses.list_(tenant) if named else ()
        return cls(tenant, _around(tenant, items), {w.id for w in warehouses})

    def check(self, item: Item) -> None:
        """Raise Invalid with all that is wrong with an item where it stands."""
        before = self._before(item)
        faults = [*item_reading.against(item, before, self.known), *self._strange(item)]
        if item.kit and not (before and before.kit) and (there := stocked(self.tenant, item.id)):
            faults.append(Fault("parts", "has-stock", {"warehouses": there}))
        if faults:
            raise Invalid(faults=tuple(faults))

    def outcome(self, item: Item) -> str:
        before = self.known.get(item.id)
        if before is None:
            return "created"
        same = replace(item, kits=before.kits, version=before.version) == before
        return "unchanged" if same else "changed"

    def write(self, item: Item, claim: Claim | None = None) -> None:
        before = self.known.get(item.id)
        self.known |= merchants.items.save(self.tenant, before, item, self.known, claim)

    def settle(self, item: Item, *, dry_run: bool, more: int = ROUNDS) -> str:
        """Check an item, write it unless it is so already, and say what became of it."""
        self.check(item)
        outcome = self.outcome(item)
        if dry_run:
            kits = self.known[item.id].kits if item.id in self.known else ()
            self.known[item.id] = replace(item, kits=kits)
        elif outcome != "unchanged":
            try:
                self.write(item)
            except Conflict:
                return self._again(item, more)
        return outcome

    def _again(self, item: Item, more: int) -> str:
        """Somebody else wrote the item or one of its parts meanwhile: look once more."""
        if not more:
            raise Conflict
        retry.pause(WAIT)
        self.known |= _around(self.tenant, [item])
        return self.settle(item, dry_run=False, more=more - 1)

    def _before(self, item: Item) -> Item | None:
        """How the item was; where its kits matter, without those that have dropped it."""
        before = self.known.get(item.id)
        if before and before.kits and (item.kit or not item.active):
            kits = merchants.items.kits_of(self.tenant, item.id)
            return replace(before, kits=tuple(kit.id for kit in kits))
        return before

    def _strange(self, item: Item) -> Iterator[Fault]:
        for warehouse in item.safety:
            if warehouse not in (item_reading.OTHERS, *self.warehouses):
                yield Fault(f"safety.{warehouse}", "unknown-warehouse")


def stocked(tenant: str, sku: str) -> list[str]:
    """Where units of a SKU are, or are on their way to."""
    levels = stock.levels(tenant, sku)
    return sorted({one.warehouse for one in levels if any(getattr(one, c) for c in COUNTERS)})


def _around(tenant: str, items: list[Item]) -> dict[str, Item]:
    known = merchants.items.fresh(tenant, {sku for i in items for sku in (i.id, *i.part_skus)})
    dropped = {sku for i in items if i.id in known for sku in known[i.id].part_skus}
    return known | merchants.items.fresh(tenant, dropped - known.keys())
