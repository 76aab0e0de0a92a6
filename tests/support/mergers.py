"""A shop whose orders wait for each other, and the shortest way to a merge."""

from dataclasses import replace
from typing import Any

import pytest

from functions.timers import sweep
from shared.domain.audit import Audit
from shared.domain.edition import Edition
from shared.domain.merchant import Merging
from shared.domain.order import Order
from shared.domain.rules.rule import Join, Kind, Rule
from shared.gateways import queues
from shared.runtime import cache, clock
from shared.store import books, merchants, orders, stock
from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail


def merging(merchant: Merchant, channel: str = "own", carrier: str = "", **terms: Any) -> Merchant:
    """Let its shop merge; with a carrier, by which every warehouse sends."""
    shop = merchants.shops.get(merchant.id, "tmall")
    changed = replace(shop, channel=channel, merge=Merging(**{"on": True, **terms}))
    merchants.shops.replace(merchant.id, changed)
    for warehouse in list(merchants.warehouses.list_(merchant.id)) if carrier else []:
        merchants.warehouses.replace(merchant.id, replace(warehouse, carrier=carrier))
    cache.forget()
    return merchant


def wait(merchant: Merchant, mail: Mail, *numbers: str, **change: Any) -> list[str]:
    """Orders that hold their goods and wait for others; their ids."""
    ids = [merchant.place(number=number, **change).body["id"] for number in numbers]
    mail.pump()
    return ids


def lapse(merchant: Merchant, mail: Mail, minutes: float = 31) -> None:
    """Time goes by for those who wait; the clock finds them."""
    age(merchant, minutes)
    sweep.sweep()
    queues.flush()
    mail.pump()


def age(merchant: Merchant, minutes: float = 31) -> None:
    """As if those who wait had done so for longer."""
    for tenant, order_id, since in list(orders.open_work("meet", before="9")):
        if tenant == merchant.id:
            order = orders.get(tenant, order_id)
            orders.save(
                replace(order, since=clock.later(since, -60 * minutes)).noted("opened", since)
            )


def met(merchant: Merchant, mail: Mail, *numbers: str, **change: Any) -> list[str]:
    ids = wait(merchant, mail, *numbers, **change)
    lapse(merchant, mail)
    return ids


def merge_of(merchant: Merchant, order_id: str) -> dict[str, Any]:
    """The merge that an order is part of, as it is shown."""
    merge_id = orders.get(merchant.id, order_id).merge
    return dict(merchant.call("GET", f"/v1/merges/{merge_id}").body) if merge_id else {}


def act(merchant: Merchant, merge_id: str, deed: str, body: Any = None) -> Reply:
    return merchant.call("POST", f"/v1/merges/{merge_id}/{deed}", body or {})


def boxes(merchant: Merchant, order_id: str) -> list[str]:
    return [parcel["box"] for parcel in merchant.order(order_id)["parcels"]]


def receiver(**change: Any) -> dict[str, Any]:
    return {**build.document()["receiver"], **change}


def drifted(order: Order) -> Order:
    """Somebody changed whom it may meet, past everything that would have noticed."""
    return replace(order, key="another").noted("opened", order.since)


def ruled(merchant: Merchant, *, merge: bool) -> None:
    """A rule of the merchant that decides on every order."""
    rule = Rule("meet", "合单规则", Kind.MERGE, Join(merge))
    audit = Audit(clock.now(), "test", "rules", "1", {}, {})
    books.rules.publish(merchant.id, Edition(1, (rule.document(),)), audit)
    cache.forget()


def breaking(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the database go away after so many writes of several orders."""
    write_all, left = stock.write_all, [after]

    def failing(*given: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise RuntimeError("gone")
        return write_all(*given)

    monkeypatch.setattr(stock, "write_all", failing)
