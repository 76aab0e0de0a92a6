"""A merchant who knows what it costs to send from each warehouse, and whose orders wait."""

from dataclasses import replace
from typing import Any

from shared.domain.merchant import Merging
from shared.domain.place import Tariff, Warehouse
from shared.runtime import cache, clock
from shared.store import merchants, rounds
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail

RECENT = clock.later(clock.now(), -3600)


def routed(merchant: Merchant, **fees: int) -> Merchant:
    """Let its orders wait for others, and be sent for so many fen from each warehouse."""
    rounds.begin(merchant.id)
    shop = merchants.shops.get(merchant.id, "tmall")
    merchants.shops.replace(merchant.id, replace(shop, merge=Merging(on=True)))
    for name, fee in fees.items():
        place = Warehouse(name, name, "浙江", tariff=Tariff(9000, fee))
        put = merchants.warehouses.find(merchant.id, name)
        shelf = merchants.warehouses
        (shelf.replace if put else shelf.add)(merchant.id, place)
    cache.forget()
    return merchant


def wait(merchant: Merchant, mail: Mail, number: str, *lines: dict[str, Any]) -> str:
    """An order of a buyer of its own; its id."""
    buyer = {"id": number, "name": "王小明"}
    placed = merchant.place(number=number, lines=list(lines), buyer=buyer, placed_at=RECENT)
    mail.pump()
    return str(placed.body["id"])


def past(merchant: Merchant, mail: Mail, count: int) -> list[str]:
    """Orders that one can learn from."""
    merchant.put_stock("mug", 2 * count, "a")
    merchant.put_stock("mug", 2 * count, "b")
    return [wait(merchant, mail, f"past-{no}", build.line("mug", 1)) for no in range(count)]


def in_the_way(merchant: Merchant, mail: Mail) -> tuple[str, str]:
    """One order holds what another must have from `b`, though it could have the same from `a`."""
    shop = merchants.shops.get(merchant.id, "tmall")
    merchants.shops.replace(merchant.id, replace(shop, warehouse_codes={"B-1": "b"}))
    cache.forget()
    merchant.put_stock("cup", 1, "b")
    holder = wait(merchant, mail, "holder", build.line("cup", 1))
    short = wait(merchant, mail, "short", build.line("cup", 1, warehouse="B-1"))
    merchant.put_stock("cup", 1, "a")
    return holder, short
