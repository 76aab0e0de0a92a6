"""No merchant sees or changes what is another's: generated over every route there is."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

import app as product
from shared.domain.access import SCOPES
from shared.runtime.http import OPEN, Routes
from shared.store import deliveries
from tests.support import build
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream

ROUTES = [(method, path) for path, methods in product.app.routes.items() for method in methods]
PARAMETRIC = [(method, path) for method, path in ROUTES if "{" in path]
LISTS = [(method, path) for method, path in ROUTES if method == "GET" and "{" not in path]
BODIES: dict[tuple[str, str], Any] = {
    ("PUT", "/v1/stock/{sku}/{warehouse_id}"): {"on_hand": 9},
    ("PUT", "/v1/shops/{shop_id}"): {"name": "mine now"},
    ("PUT", "/v1/warehouses/{warehouse_id}"): {"name": "mine now"},
}


@dataclass(frozen=True)
class World:
    """A merchant, the ids of everything that it has, and its rows as they were at first."""

    owner: Merchant
    ids: dict[str, str]
    rows: list[dict[str, Any]]

    def path(self, template: str) -> str:
        return template.format_map(self.ids)


@pytest.fixture(scope="module")
def theirs(engine: Engine) -> World:
    return world(engine, "their-company")


def world(engine: Engine, name: str) -> World:
    mail, stream, owner = Mail(), Stream(engine), build.merchant(name)
    mail.take_over()
    ids = fill(owner, mail, stream)
    mail.hand_back()
    return World(owner, ids, engine.owned(owner.id))


def fill(owner: Merchant, mail: Mail, stream: Stream) -> dict[str, str]:
    """Make one of everything, under names that are like no one's."""
    owner.call("POST", "/v1/shops", {"id": "their-shop", "name": "their shop"})
    owner.call("POST", "/v1/warehouses", {"id": "their-store", "name": "w", "province": "浙江"})
    owner.call("POST", "/v1/webhooks", {"id": "their-hook", "url": "http://127.0.0.1:9/"})
    entry = owner.call("POST", "/v1/blacklist", {"value": "19900009999"}).body
    key = owner.call("POST", "/v1/keys", {"scopes": ["orders:read"], "name": "their-key"}).body
    owner.put_stock("their-mug", 5, "their-store")
    order = owner.place(shop="their-shop", number="their-1", lines=[build.line("their-mug")]).body
    owner.place(shop="their-shop", number="their-2", lines=[build.line("their-mug")])
    mail.pump()
    stream.tell("publish")
    day = order["received_at"][:10].replace("-", "")
    sent = [one for one in deliveries.page(owner.id, day, "", 100) if order["id"] in one.id]
    return {
        "order_id": order["id"],
        "sku": "their-mug",
        "warehouse_id": "their-store",
        "shop_id": "their-shop",
        "webhook_id": "their-hook",
        "entry_id": entry["id"],
        "prefix": key["prefix"],
        "delivery_id": sent[0].id,
    }


def test_every_route_declares_its_scope() -> None:
    declared = Routes.scopes

    assert set(declared) == set(ROUTES)
    assert {scope for scope in declared.values() if scope != OPEN} <= set(SCOPES)
    assert [route for route, scope in declared.items() if scope == OPEN] == [("GET", "/v1/health")]


def test_every_scope_is_asked_for_somewhere() -> None:
    assert set(SCOPES) - set(Routes.scopes.values()) == {"orders:reveal"}


@pytest.mark.parametrize(("method", "path"), PARAMETRIC)
def test_what_is_anothers_is_not_found_and_not_changed(
    acme: Merchant, engine: Engine, theirs: World, method: str, path: str
) -> None:
    reply = acme.call(method, theirs.path(path), BODIES.get((method, path)))

    assert (reply.status, reply.body["code"]) == (404, "not-found")
    assert "their shop" not in str(reply.body)
    assert changed(engine, theirs) == []


def test_the_owner_does_find_it(engine: Engine) -> None:
    """The same calls with the owner's own key: the 404 above is about the tenant alone."""
    mine = world(engine, "own-company")
    last = sorted(PARAMETRIC, key=lambda route: route[0] == "DELETE")

    told = {
        (method, path): mine.owner.call(method, mine.path(path), BODIES.get((method, path))).status
        for method, path in last
    }

    assert {route: status for route, status in told.items() if status not in (200, 409)} == {}


@pytest.mark.parametrize(("method", "path"), LISTS)
def test_a_list_shows_nothing_of_anothers(
    acme: Merchant, theirs: World, method: str, path: str
) -> None:
    reply = acme.call(method, path)

    assert reply.status == 200
    assert [value for value in theirs.ids.values() if value in json.dumps(reply.body)] == []


def test_the_lists_do_show_it_to_its_owner(theirs: World) -> None:
    told = "".join(json.dumps(theirs.owner.call(*route).body) for route in LISTS)

    assert [name for name, value in theirs.ids.items() if value not in told] == []


def test_a_cursor_of_another_merchant_leads_to_nothing_of_theirs(
    acme: Merchant, theirs: World
) -> None:
    cursor = theirs.owner.call("GET", "/v1/orders?limit=1").body["next"]

    reply = acme.call("GET", f"/v1/orders?cursor={cursor}")

    assert cursor
    assert (reply.status, reply.body["orders"]) == (200, [])


@pytest.mark.parametrize(("method", "path"), [r for r in ROUTES if Routes.scopes[r] != OPEN])
def test_a_key_without_the_scope_may_not(
    engine: Engine, theirs: World, method: str, path: str
) -> None:
    """A key with every scope but the one that the route needs, on things that are there."""
    needed = Routes.scopes[method, path]
    poor = Merchant(theirs.owner.id, poor_key(theirs.owner.id, needed))

    reply = poor.call(method, theirs.path(path), BODIES.get((method, path)))

    assert (reply.status, reply.body["code"]) == (403, "denied")
    assert needed in reply.body["detail"]
    assert changed(engine, theirs) == []


@cache
def poor_key(tenant: str, without: str) -> str:
    return build.key(tenant, *(scope for scope in SCOPES if scope != without))


def changed(engine: Engine, world: World) -> list[dict[str, Any]]:
    """Rows that are not as they were; keys that the tests themselves made are left aside."""
    now = engine.owned(world.owner.id)
    moved = [row for row in now if row not in world.rows] + [r for r in world.rows if r not in now]
    return [row for row in moved if not row["sk"]["S"].startswith("key#")]


@pytest.mark.parametrize(("method", "path"), [r for r in ROUTES if Routes.scopes[r] != OPEN])
def test_without_a_key_nothing_is_answered(method: str, path: str) -> None:
    filled = path.format_map({name: "x" for name in ("order_id", "sku", "warehouse_id", "shop_id",
                              "webhook_id", "entry_id", "prefix", "delivery_id")})  # fmt: skip

    reply = build.request(method, filled, None, {})

    assert (reply.status, reply.body["code"]) == (401, "unknown-key")
    assert reply.headers["WWW-Authenticate"] == "Bearer"
