"""Read what of an order shall be otherwise: every fault with its field, against the order."""

from dataclasses import dataclass, field, replace

from functions.steps import accept
from shared.domain import partial
from shared.domain.content import Content, Line, Receiver
from shared.domain.edit import Edit, Move, Part
from shared.domain.errors import Denied
from shared.domain.intake import MAX_LINES, MAX_QUANTITY
from shared.domain.order import Order
from shared.domain.reader import MAX_FEN, Reader
from shared.gateways.vault import Cipher
from shared.runtime.http import Call
from shared.store import merchants

RECEIVER = {"address": 300, "phone": 40, "postcode": 20}
"""The longest that a part of the receiver may be; 100 characters where nothing is said."""
NAMES = ("name", "phone", "province", "city", "district", "town", "address", "postcode")
MAPPINGS = "items:write"
MOST = 100  # lines and moves of one edit


def take(call: Call, order: Order, changes: Reader) -> Edit:
    """The faults are left with the reader. What is `null` stays as it is."""
    changes.seen.update(part.value for part in Part)
    taking = _Taking(call, order, changes)
    cut, lines = taking.lines()
    wanted = Edit(
        receiver=taking.receiver(),
        cut=cut,
        lines=lines,
        surcharge=changes.whole("surcharge", default=0, least=-MAX_FEN),
        warehouse=taking.warehouse(),
        moves=taking.moves(),
        carrier=taking.carrier(),
        urgent=changes.flag("urgent") if changes.has("urgent") else None,
        promise=taking.promise(),
        note=taking.note(),
        tags=changes.texts("tags") if changes.has("tags") else None,
        codes=taking.codes,
    )
    changes.done()
    taking.check(wanted)
    return wanted


@dataclass(frozen=True, slots=True)
class _Taking:
    call: Call
    order: Order
    changes: Reader
    codes: dict[str, str] = field(default_factory=dict)  # of the shop, to be remembered

    @property
    def cipher(self) -> Cipher:
        return accept.cipher(self.order.tenant)

    def receiver(self) -> Receiver | None:
        """The parts that are given take the place of the old ones, and of a platform's token."""
        given = self.changes.object("receiver", required=False)
        if not given.value:
            return None
        new = {
            name: given.text(name, default="", limit=RECEIVER.get(name, 100))
            for name in NAMES
            if given.has(name)
        }
        given.done()
        clear = accept.opened(self.order.content, self.cipher, self.order.id)
        whole = replace(clear.receiver, token="", token_kind="", **new)
        return accept.sealed(replace(clear, receiver=whole), self.cipher, self.order.id).receiver

    def note(self) -> str | None:
        if not self.changes.has("note"):
            return None
        text = self.changes.text("note", default="", limit=1000)
        return self.cipher.seal(text, f"{self.order.id}/notes.seller") if text else ""

    def promise(self) -> str | None:
        if not self.changes.has("promise"):
            return None
        moment = self.changes.time("promise", default="")
        if moment and moment <= self.call.now:
            self.changes.fault("promise", "not-in-the-future")
        return moment

    def warehouse(self) -> str | None:
        """One of the merchant's own, or empty for a free choice."""
        if not self.changes.has("warehouse"):
            return None
        name = self.changes.id("warehouse", default="")
        if name and merchants.warehouses.find(self.order.tenant, name) is None:
            self.changes.fault("warehouse", "unknown-warehouse")
        return name

    def carrier(self) -> str | None:
        """One with a document of its own, or that a warehouse ships with; empty: a free choice."""
        if not self.changes.has("carrier"):
            return None
        name, tenant = self.changes.id("carrier", default=""), self.order.tenant
        usual = {warehouse.carrier for warehouse in merchants.warehouses.list_(tenant)}
        if name and name not in usual and merchants.carriers.find(tenant, name) is None:
            self.changes.fault("carrier", "unknown-carrier")
        return name

    def lines(self) -> tuple[dict[int, int] | None, tuple[Line, ...]]:
        """(Pieces that go by line, lines that grow and new ones)."""
        there = {line.no: line for line in self.order.content.lines}
        cut: dict[int, int] = {}
        grown: list[Line] = []
        seen: set[int] = set()
        for row in self.changes.objects("lines", limit=MOST, required=False):
            if row.has("line"):
                line = self._line(row, there, seen)
                if row.has("sku"):
                    grown += self._mapped(row, line)
                    continue
                units = row.whole("quantity", least=0, most=MAX_QUANTITY)
                if line and units < line.quantity:
                    cut[line.no] = line.quantity - units
                elif line and units > line.quantity:
                    grown.append(partial.grown(line, units - line.quantity))
            else:
                grown.append(self._new(row, grown))
            row.done()
        return cut or None, tuple(grown)

    def _line(self, row: Reader, there: dict[int, Line], seen: set[int]) -> Line | None:
        no = row.whole("line", least=1, most=MAX_LINES)
        if no not in there:
            row.fault("line", "not-in-document")
        elif no in seen:
            row.fault("line", "twice")
        seen.add(no)
        return there.get(no)

    def _mapped(self, row: Reader, line: Line | None) -> list[Line]:
        """The line with the item that it stands for; `remember`: its code, from now on."""
        sku = row.id("sku")
        if row.flag("remember") and not self.call.key.may(MAPPINGS):
            raise Denied(scope=MAPPINGS)
        if row.flag("remember") and line and line.shop_sku:
            self.codes[line.shop_sku] = sku
        row.done()
        if line and line.sku:
            row.fault("sku", "is-mapped", sku=line.sku)
        elif sku and not self._is_item(sku):
            row.fault("sku", "unknown-item")
        return [replace(line, sku=sku)] if line else []

    def _is_item(self, sku: str) -> bool:
        """A merchant who keeps no items may name any SKU."""
        tenant = self.order.tenant
        return not merchants.items.any(tenant) or bool(merchants.items.fresh(tenant, {sku}))

    def _new(self, row: Reader, others: list[Line]) -> Line:
        quantity = row.whole("quantity", least=1, most=MAX_QUANTITY) or 1
        price = row.whole("unit_price")
        amount = price * quantity
        known = (line.no for one in self._contents() for line in one.lines)
        return Line(
            no=max((*known, *(line.no for line in others))) + 1,
            sku=row.id("sku"),
            title=row.text("title", default="", limit=300),
            quantity=quantity,
            unit_price=price,
            amount=amount,
            sale=amount,
            paid=amount,
        )

    def _contents(self) -> list[Content]:
        origin = self.order.origin
        return [self.order.content, origin] if origin else [self.order.content]

    def moves(self) -> tuple[Move, ...]:
        seen: set[tuple[int, str]] = set()
        return tuple(
            self._move(row, seen)
            for row in self.changes.objects("moves", limit=MOST, required=False)
        )

    def _move(self, row: Reader, seen: set[tuple[int, str]]) -> Move:
        no, source, target = row.whole("line", least=1), row.id("from"), row.id("to")
        quantity = row.whole("quantity", least=1, most=MAX_QUANTITY)
        row.done()
        if (no, source) in seen:
            row.fault("line", "twice")
        seen.add((no, source))
        if target and target == source:
            row.fault("to", "twice")
        elif target and merchants.warehouses.find(self.order.tenant, target) is None:
            row.fault("to", "unknown-warehouse")
        self._check_there(row, Move(no, quantity, source, target))
        return Move(no, quantity, source, target)

    def _check_there(self, row: Reader, move: Move) -> None:
        line = next((line for line in self.order.lines if line.no == move.line), None)
        here = [s for s in self.order.sources if s.warehouse == move.source]
        if line is None:
            row.fault("line", "not-in-document")
        elif move.quantity > (most := partial.pieces(self.order, line, here)):
            row.fault("quantity", "out-of-range", least=1, most=most)

    def check(self, wanted: Edit) -> None:
        """What only shows in the whole: nothing changes, nothing is left, too much comes off."""
        if not wanted.parts and not self.changes.faults:
            self.changes.fault("", "empty")
        left = partial.fewer(self.order.content, wanted.cut or {})
        lines = partial.more(left, wanted.lines)
        if not lines.lines:
            self.changes.fault("lines", "empty")
        if max((line.no for line in lines.lines), default=0) > MAX_LINES:
            self.changes.fault("lines", "too-many", limit=MAX_LINES)
        if (total := lines.amounts.total + wanted.surcharge) < 0:
            self.changes.fault("surcharge", "too-much", result=total)
        if wanted.moves and len(wanted.parts) > 1:
            others = (part.value for part in wanted.parts if part is not Part.MOVES)
            self.changes.fault("moves", "either-or", other=next(others))
