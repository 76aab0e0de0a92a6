"""Learn from orders which item a shop's own SKU is, where nobody said it."""

from contextlib import suppress
from dataclasses import replace

from functions.channels.calls import Connected
from shared.domain.audit import Audit
from shared.domain.errors import Conflict
from shared.domain.merchant import MOST_SKUS
from shared.domain.order import Order
from shared.runtime import clock
from shared.store import audits, merchants


def learn(to: Connected, order: Order) -> None:
    """From lines that name both codes. What is known costs nothing, and a person's word stands."""
    shop = merchants.shops.known(to.tenant, to.shop)
    if shop is None or not to.stored.learns:
        return
    told = {
        line.shop_sku: line.sku
        for line in order.content.lines
        if line.shop_sku and line.sku and line.shop_sku not in shop.skus
    }
    items = merchants.items_of(to.tenant, sorted(set(told.values()))) if told else {}
    if new := {code: sku for code, sku in told.items() if sku in items}:
        with suppress(Conflict):  # the next order teaches it again
            _write(to, new)


def _write(to: Connected, told: dict[str, str]) -> None:
    shop, same = merchants.shops.look(to.tenant, to.shop)
    new = {code: sku for code, sku in told.items() if code not in shop.skus}
    if not new or len(shop.skus) + len(new) > MOST_SKUS:
        return
    by = f"channel:{to.stored.channel}"
    audit = Audit(clock.now(), by, "shop-skus", shop.id, {}, {"learned": new})
    noted = audits.writes(to.tenant, audit)
    merchants.shops.change(to.tenant, replace(shop, skus={**shop.skus, **new}), same, None, noted)
