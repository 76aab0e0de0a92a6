"""What shops may sell and are told: /v1/shops/{shop_id}/sellable, push-rule, push; /v1/pushes"""

from collections.abc import Iterable, Iterator
from typing import Any

from functions.api import figure_views as views
from shared.domain import push
from shared.domain.errors import faulty
from shared.domain.figure import Figure, FigureState
from shared.domain.merchant import Shop
from shared.domain.push import PushRule
from shared.domain.reader import ID, SHORT
from shared.gateways import queues
from shared.runtime.http import Call, Routes
from shared.store import figures, merchants, selling
from shared.store.selling import Desk

routes = Routes()
MOST, USUAL = 100, 20
LOOKED_AT = 1000  # figures that one call reads at most; a rare state gives short pages


@routes.on("GET", "/v1/shops/{shop_id}/sellable", "stock:read")
def list_sellable(call: Call, shop_id: str) -> dict[str, Any]:
    shop = merchants.shops.get(call.tenant, shop_id)
    skus, cursor = _skus(call, shop)
    told = figures.of(call.tenant, [(shop_id, sku) for sku in skus])
    desk = Desk(call.tenant, call.now)
    return {
        "shop": shop_id,
        "skus": [_shown(desk, shop, shop.push, sku, told[shop_id, sku]) for sku in skus],
        "next": cursor,
    }


@routes.on("POST", "/v1/shops/{shop_id}/push-rule/preview", "stock:read")
def preview_rule(call: Call, shop_id: str) -> dict[str, Any]:
    """What the shop would show by another rule; nothing is written."""
    shop = merchants.shops.get(call.tenant, shop_id)
    body = call.reader()
    rule, asked = push.read(body.object("rule")), body.texts("skus", limit=MOST)
    body.done()
    body.check()
    skus = list(asked) or selling.skus(call.tenant, shop, "", USUAL)
    told = figures.of(call.tenant, [(shop_id, sku) for sku in skus])
    desk = Desk(call.tenant, call.now)
    return {
        "shop": shop_id,
        "rule": views.push_rule(rule),
        "skus": [_shown(desk, shop, rule, sku, told[shop_id, sku]) for sku in skus],
    }


@routes.on("POST", "/v1/shops/{shop_id}/push", "stock:write")
def push_now(call: Call, shop_id: str) -> dict[str, Any]:
    """Tell the shop one SKU, or a page of all, even what it was told before."""
    shop = merchants.shops.get(call.tenant, shop_id)
    body = call.reader()
    sku, after = body.id("sku", default=""), body.id("cursor", default="")
    body.done()
    body.check()
    if not shop.pushes:
        raise faulty("shop", "push-off")
    skus = [sku] if sku else selling.skus(call.tenant, shop, after, MOST)
    pushed = [_again(call, one) for one in selling.again(call.tenant, shop, skus, call.now)]
    cursor = skus[-1] if len(skus) == MOST and not sku else None
    return {"shop": shop_id, "pushes": pushed, "next": cursor}


@routes.on("GET", "/v1/pushes", "stock:read")
def list_pushes(call: Call) -> dict[str, Any]:
    """What was told, by shop and SKU; `state` leaves those in one state."""
    limit, state = call.limit(USUAL, MOST), call.query.get("state", "")
    if state and state not in list(FigureState):
        raise faulty("state", "not-one-of", choices=[each.value for each in FigureState])
    found, cursor = _page(_figures(call), state, limit)
    return {"pushes": [views.figure(one) for one in found], "next": cursor}


def _page(given: Iterable[Figure], state: str, limit: int) -> tuple[list[Figure], str | None]:
    """The next figures in this state, and behind which one to go on."""
    found: list[Figure] = []
    for looked, figure in enumerate(given, 1):
        if state in ("", figure.state) or (state == FigureState.REFUSED and figure.refused):
            found.append(figure)  # what its own rule refused counts, however the one before fared
        if len(found) == limit or looked == LOOKED_AT:
            return found, f"{figure.shop}#{figure.sku}"
    return found, None


def _figures(call: Call) -> Iterator[Figure]:
    """All figures after the cursor, shop by shop."""
    wanted, cursor = call.query.get("shop", ""), call.query.get("cursor", "")
    if cursor and cursor.count("#") != 1:
        raise faulty("cursor", "bad-cursor")
    first, _, after = cursor.partition("#")
    shops = sorted(shop.id for shop in merchants.shops.list_(call.tenant))
    for shop in shops:
        if shop >= first and wanted in ("", shop):
            yield from figures.all_of(call.tenant, shop, after if shop == first else "")


def _skus(call: Call, shop: Shop) -> tuple[list[str], str | None]:
    """The SKUs of a page, and behind which one the next begins."""
    limit, after = call.limit(USUAL, MOST), call.query.get("cursor", "")
    if sku := call.query.get("sku", ""):
        if not ID.fullmatch(sku) or len(sku) > SHORT:
            raise faulty("sku", "not-an-id")
        return [sku], None
    if "#" in after:
        raise faulty("cursor", "bad-cursor")
    skus = selling.skus(call.tenant, shop, after, limit)
    return skus, skus[-1] if len(skus) == limit else None


def _shown(desk: Desk, shop: Shop, rule: PushRule, sku: str, told: Figure) -> dict[str, Any]:
    found = desk.figures(shop, sku, rule.terms)
    return views.sellable(sku, found, rule, push.outcome(rule, found.named()), told)


def _again(call: Call, figure: Figure) -> dict[str, Any]:
    if figure.state is FigureState.WAITING:
        queues.later("push", {"tenant": call.tenant, "shop": figure.shop, "sku": figure.sku})
    return views.figure(figure)
