"""Read an item as a merchant sends it, and hold it against the items that are there."""

import re
from collections.abc import Iterator, Mapping

from shared.domain.errors import Fault
from shared.domain.item import WHOLE, Item, Part, Pick
from shared.domain.reader import ID, Reader

MOST_PARTS = 50
MOST_KITS = 2000  # that one item may be a part of: its row knows them all
MOST_DAYS = 36_500
MOST_UNITS = 1_000_000
MOST_SIZE = 10**9  # grams, cubic centimetres
TAX_CODE = re.compile("[0-9]{19}|")
OTHERS = "*"


def read(body: Reader, sku: str = "") -> Item:
    """An item by itself; whatever is wrong with it is among the faults of `body`."""
    life = body.whole("shelf_life", default=0, most=MOST_DAYS)
    item = Item(
        id=sku or body.id("id"),
        name=body.text("name"),
        barcode=body.id("barcode", default=""),
        category=body.text("category", default="", limit=100),
        unit=body.text("unit", default="件", limit=20),
        weight=body.whole("weight", default=0, most=MOST_SIZE),
        volume=body.whole("volume", default=0, most=MOST_SIZE),
        cost=body.whole("cost", default=0),
        price=body.whole("price", default=0),
        floor_price=body.whole("floor_price", default=0),
        tax_code=body.text("tax_code", default=""),
        tax_rate=body.whole("tax_rate", most=WHOLE) if body.has("tax_rate") else None,
        lots=body.flag("lots"),
        shelf_life=life,
        no_receive=body.whole("no_receive", default=0, most=life or MOST_DAYS),
        no_sale=body.whole("no_sale", default=0, most=life or MOST_DAYS),
        near_expiry=body.whole("near_expiry", default=0, most=life or MOST_DAYS),
        safety=_safety(body.object("safety", required=False)),
        lead_days=body.whole("lead_days", default=0, most=MOST_DAYS),
        service=body.whole("service", default=95, least=50, most=99),
        parts=tuple(map(_part, body.objects("parts", limit=MOST_PARTS, required=False))),
        pick=body.one_of("pick", Pick, Pick.ALL),
        virtual=body.flag("virtual"),
        group=body.text("group", default="", limit=64),
        supplier=body.text("supplier", default="", limit=100),
        active=body.flag("active", default=True),
    )
    if not TAX_CODE.fullmatch(item.tax_code):
        body.fault("tax_code", "not-a-tax-code")
    if item.kit:
        _check_kit(body, item)
    body.seen.update(("id", "tax_rate"))
    body.done()
    return item


def against(item: Item, before: Item | None, known: Mapping[str, Item]) -> Iterator[Fault]:
    """What is wrong with an item next to what it was and to the items that are there."""
    for at, sku in enumerate(item.part_skus):
        if sku != item.id:
            yield from _unfit(f"parts[{at}].sku", item, known.get(sku))
    kits = list(before.kits) if before else []
    if kits and not item.active:
        yield Fault("active", "part-of-kits", {"kits": kits})
    if kits and item.kit:
        yield Fault("parts", "part-of-kits", {"kits": kits})


def percent(share: int) -> str:
    """Ten-thousandths as a person writes them: 9950 -> `99.5`."""
    whole, rest = divmod(share, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def _safety(safety: Reader) -> dict[str, int]:
    """Units by warehouse, with `*` for the others."""
    for name in safety.value:
        if not ID.fullmatch(name):
            safety.fault(name, "not-an-id")
    return {name: safety.whole(name, most=MOST_UNITS) for name in safety.value}


def _part(part: Reader) -> Part:
    read_part = Part(
        sku=part.id("sku"),
        quantity=part.whole("quantity", default=1, least=1, most=MOST_UNITS),
        share=part.whole("share", default=0, most=WHOLE),
    )
    part.done()
    return read_part


def _check_kit(body: Reader, kit: Item) -> None:
    for name in ("lots", "safety"):
        if getattr(kit, name):
            body.fault(name, "not-for-kits")
    for at, sku in enumerate(kit.part_skus):
        if sku and sku in kit.part_skus[:at]:
            body.fault(f"parts[{at}].sku", "twice")
        if sku and sku == kit.id:
            body.fault(f"parts[{at}].sku", "part-of-itself")
    _check_shares(body, kit)


def _check_shares(body: Reader, kit: Item) -> None:
    """All parts together have the whole price; one of several has all of it by itself."""
    total = sum(part.share for part in kit.parts)
    if kit.pick is Pick.ONE:
        if total:
            body.fault("parts", "no-shares")
    elif any(fault.field.endswith(".share") for fault in body.faults):
        return
    elif total < WHOLE:
        body.fault("parts", "shares-short", sum=percent(total), by=percent(WHOLE - total))
    elif total > WHOLE:
        body.fault("parts", "shares-over", sum=percent(total), by=percent(total - WHOLE))


def _unfit(field: str, kit: Item, part: Item | None) -> Iterator[Fault]:
    """Why an item cannot be a part of a kit."""
    if part is None:
        yield Fault(field, "unknown-item")
    elif part.kit:
        yield Fault(field, "nested-kit")
    elif not part.active:
        yield Fault(field, "inactive-item")
    elif kit.id not in part.kits and len(part.kits) >= MOST_KITS:
        yield Fault(field, "in-too-many-kits", {"limit": MOST_KITS})
