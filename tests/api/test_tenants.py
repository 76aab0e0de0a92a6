"""No merchant sees or changes what is another's: generated over every route there is."""

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

import app as product
from shared.domain import waybill
from shared.domain.access import SCOPES, WITHIN
from shared.domain.alert import Finding, Kind, Scope, Subject, id_for
from shared.domain.bill import day_of
from shared.domain.following import Following
from shared.domain.link import Link
from shared.domain.payment import Event, Payment, Wait
from shared.domain.payment import Kind as PaidFor
from shared.domain.payment import State as Paid
from shared.domain.pulling import Pulling
from shared.domain.report import REPORT, Report, Telling
from shared.domain.stray import Stray
from shared.runtime import clock
from shared.runtime.http import OPEN, Routes
from shared.store import alerts, deliveries, links, payments, reports, tracks, waybills
from tests.support import build, deals, money, sales
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.rulebook import leaf, rule
from tests.support.statements import Trade, wechat
from tests.support.told import Stream

ROUTES = [(method, path) for path, methods in product.app.routes.items() for method in methods]
NOBODY = "http://127.0.0.1:9"  # where nobody answers
TODAY = day_of(clock.now())
BARGAIN = sales.grouping(id="their-campaign", goods=[{"sku": "their-mug", "price": 700}])
OPENED = [
    ("GET", "/v1/health"),
    ("POST", "/v1/notify/{provider}/{tenant}/{account_id}"),
    ("POST", "/v1/push/{channel}/{tenant}/{shop_id}"),
    ("GET", "/v1/push/{channel}/{tenant}/{shop_id}"),
    ("GET", "/v1/consent"),
    ("POST", "/v1/push-waybills/{kind}/{tenant}/{account_id}"),
]
"""Whoever asks, or signs what a payment provider or a platform would."""
PARAMETRIC = [route for route in ROUTES if "{" in route[1] and route not in OPENED]
OWN_IDS = [("PUT", "/v1/stock-holds/{hold_id}")]  # whoever calls makes a thing of his own
PRICES = [("POST", "/v1/quotes/{quote_id}/order")]  # a quote lies nowhere: it is only a price
FAULTY = {  # found, and then in want of a purpose, a platform, or one that answers
    ("POST", "/v1/shops/{shop_id}/link"): 422,
    ("GET", "/v1/orders/{order_id}/raw"): 422,
    ("GET", "/v1/orders/{order_id}/waybills/{no}/label"): 422,
    ("POST", "/v1/shops/{shop_id}/link/code"): 422,
    ("POST", "/v1/strays/{stray_id}/retry"): 422,
}
LISTS = [
    (method, path)
    for method, path in ROUTES
    if method == "GET" and "{" not in path and (method, path) != ("GET", "/v1/consent")
]
BODIES: dict[tuple[str, str], Any] = {
    ("PUT", "/v1/stock/{sku}/{warehouse_id}"): {"on_hand": 9},
    PRICES[0]: {
        "shop": "their-shop",
        "number": "mine-now",
        "lines": [{"sku": "their-mug", "quantity": 1}],
        "receiver": {},
    },
    ("POST", "/v1/orders/{order_id}/edit"): {"changes": {"tags": ["mine now"]}},
    ("POST", "/v1/orders/{order_id}/resend"): {
        "lines": [{"line": 1, "quantity": 1}],
        "reason": "mine now",
    },
    **{
        ("POST", f"/v1/orders/{{order_id}}/after-sales{deed}"): body
        for deed, body in {
            "": {"no": "their-sale", "kind": "compensation", "fen": 1},
            "/preview": {"kind": "refund"},
            "/{no}/reject": {"reason": "mine now"},
            "/{no}/offer": {"fen": 1},
            "/{no}/message": {"text": "mine now"},
            "/{no}/evidence": {"evidence": ["mine now"]},
            "/{no}/return-tracking": {"tracking": "mine-now"},
            "/{no}/receive": {
                "warehouse": "their-store",
                "lines": [{"sku": "their-mug", "good": 1}],
            },
        }.items()
    },
    ("PUT", "/v1/stock-holds/{hold_id}"): {
        "lines": [{"sku": "their-mug", "warehouse": "their-store", "units": 1}]
    },
    ("POST", "/v1/transfers/{transfer_id}/close"): {"reason": "mine now"},
    ("PUT", "/v1/hot-sales/{sku}/{warehouse_id}"): {"buckets": 2},
    ("PUT", "/v1/items/{sku}"): {"name": "mine now", "price": 900},
    ("PUT", "/v1/shops/{shop_id}"): {"name": "mine now", "push": {"on": True}},
    ("POST", "/v1/shops/{shop_id}/push-rule/preview"): {"rule": {}},
    ("POST", "/v1/shops/{shop_id}/push"): {"sku": "their-mug"},
    ("POST", "/v1/shops/{shop_id}/skus/batch"): {"skus": [{"shop_sku": "x", "sku": "their-mug"}]},
    ("PUT", "/v1/warehouses/{warehouse_id}"): {"name": "mine now"},
    ("PUT", "/v1/carriers/{carrier_id}"): {"name": "mine now"},
    ("POST", "/v1/merges/{merge_id}/weigh"): {"box": 1, "grams": 500},
    ("POST", "/v1/orders/{order_id}/weigh"): {"parcel": 1, "grams": 500},
    ("POST", "/v1/purchases/{purchase_id}/receive"): {"lines": [{"sku": "their-mug", "good": 1}]},
    ("PUT", "/v1/campaigns/{campaign_id}"): {k: v for k, v in BARGAIN.items() if k != "id"},
    ("PUT", "/v1/bill-terms/{account_id}"): {"rate": 1},
    ("POST", "/v1/differences/{difference_id}/explain"): {
        "state": "booked",
        "category": "ours",
        "note": "mine now",
    },
    ("POST", "/v1/orders/{order_id}/payments"): {"account": "their-account"},
    ("POST", "/v1/orders/{order_id}/payments/offline"): {"fen": 1, "reference": "mine-now"},
    ("POST", "/v1/orders/{order_id}/payments/cod"): {"fen": 1, "reference": "mine-now"},
    ("POST", "/v1/orders/{order_id}/payments/{payment_no}/resolve"): {
        "outcome": "seen",
        "note": "mine now",
    },
    ("PUT", "/v1/payment-accounts/{account_id}"): {
        **{"app_id": "mine-now", "merchant_id": "mine", "active": False}
    },
    ("POST", "/v1/shops/{shop_id}/link"): {"app_key": "mine-now", "active": False},
    ("PUT", "/v1/shops/{shop_id}/link"): {"app_key": "mine-now"},
    ("POST", "/v1/shops/{shop_id}/link/consent"): {"back": "https://mine.test/"},
    ("POST", "/v1/shops/{shop_id}/link/read"): {"since": build.NOON},
    ("POST", "/v1/orders/{order_id}/report"): {"parcel": 1, "drop": True},
    ("POST", "/v1/orders/{order_id}/tracks/close"): {"parcel": 1},
    ("PUT", "/v1/waybill-accounts/{account_id}"): {"customer": "mine-now", "active": False},
    ("POST", "/v1/waybill-accounts/{account_id}/tokens"): {"access_token": "mine-now"},
    ("POST", "/v1/counts/{count_id}/figures"): {"lines": [{"sku": "their-mug", "sound": 1}]},
}


@dataclass(frozen=True)
class World:
    """A merchant, the ids of everything that it has, and its rows as they were at first."""

    owner: Merchant
    ids: dict[str, str]
    rows: list[dict[str, Any]]

    def path(self, template: str) -> str:
        common = {"version": "1", "day": TODAY, "quote_id": "0"}  # others may have the same
        return template.format_map(self.ids | common)


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
    shop = {"id": "their-shop", "name": "their shop", "push": {"on": True}}
    owner.call("POST", "/v1/shops", shop)
    owner.call("POST", "/v1/warehouses", {"id": "their-store", "name": "w", "province": "浙江"})
    owner.call("POST", "/v1/carriers", {"id": "their-carrier", "name": "c"})
    owner.call("POST", "/v1/items", {"id": "their-mug", "name": "their mug", "price": 900})
    owner.call("POST", "/v1/webhooks", {"id": "their-hook", "url": "http://127.0.0.1:9/"})
    entry = owner.call("POST", "/v1/blacklist", {"value": "19900009999"}).body
    key = owner.call("POST", "/v1/keys", {"scopes": ["orders:read"], "name": "their-key"}).body
    owner.put_stock("their-mug", 12, "their-store")
    order = owner.place(shop="their-shop", number="their-1", lines=[build.line("their-mug")]).body
    owner.place(shop="their-shop", number="their-2", lines=[build.line("their-mug")])
    together = [
        owner.place(shop="their-shop", number=number, lines=[build.line("their-mug", 1)]).body[
            "id"
        ]
        for number in ("their-3", "their-4")
    ]
    mail.pump()
    owner.call("POST", "/v1/merges", {"id": "their-merge", "orders": together})
    set_aside(owner)
    fill_aftersales(owner, order["id"])
    owner.call("POST", "/v1/shops/their-shop/push", {"sku": "their-mug"})
    stream.tell("publish")
    day = order["received_at"][:10].replace("-", "")
    sent = [one for one in deliveries.page(owner.id, day, "", 100) if order["id"] in one.id]
    fill_papers(owner)
    fill_rules(owner)
    coupon = fill_promotions(owner)
    finding = Finding(Kind.UNMOVED, Subject("their-mug"), {"units": 9})
    alerts.settle(owner.id, Scope(frozenset(Kind), "their-mug"), [finding])
    owner.call("POST", "/v1/breakers/their-mug/trip", {"note": "their price"})
    return {
        "order_id": order["id"],
        "sku": "their-mug",
        "warehouse_id": "their-store",
        "carrier_id": "their-carrier",
        "shop_id": "their-shop",
        "webhook_id": "their-hook",
        "entry_id": entry["id"],
        "prefix": key["prefix"],
        "delivery_id": sent[0].id,
        "alert_id": id_for(finding),
        "purchase_id": "their-purchase",
        "movement_id": "their-movement",
        "count_id": "their-count",
        "feed_id": "their-feed",
        "hold_id": "their-hold",
        "transfer_id": "their-transfer",
        "merge_id": "their-merge",
        "code": coupon,
        "campaign_id": sales.begin(owner, BARGAIN),
        "group_id": sales.bought(owner, "their-campaign", "their-buyer"),
        **fill_bills(owner),
        **fill_link(owner, order["id"]),
        "no": "their-sale",
        "payment_no": fill_payments(owner, order["id"]),
    }


def set_aside(owner: Merchant) -> None:
    """What is held for no order, and what is on its way to another warehouse."""
    line = {"sku": "their-mug", "units": 1}
    held = {"lines": [{**line, "warehouse": "their-store"}]}
    moved = {"id": "their-transfer", "from": "their-store", "to": "hz", "lines": [line]}
    owner.call("PUT", "/v1/stock-holds/their-hold", held)
    owner.call(
        "PUT",
        "/v1/hot-sales/their-mug/their-store",
        {"buckets": 2, "start": "2099-01-01T00:00:00Z"},
    )
    owner.call("POST", "/v1/transfers", moved)


def fill_aftersales(owner: Merchant, order_id: str) -> None:
    """What a buyer asks for afterwards, and another amount that was offered."""
    path = f"/v1/orders/{order_id}/after-sales"
    owner.call("POST", path, {"no": "their-sale", "kind": "compensation", "fen": 1})
    owner.call("POST", f"{path}/their-sale/offer", {"fen": 1})


def fill_link(owner: Merchant, order_id: str) -> dict[str, str]:
    """A connection with a platform, which told of an order that nobody could take."""
    shop, now = "their-shop", clock.now()
    links.links.add(
        owner.id, Link(shop, "taobao", app_key="their-app", endpoint=NOBODY, active=False)
    )
    for folder in (links.pullings, links.refundings):
        links.save(owner.id, Pulling(shop, now, now, now), folder=folder)
    links.strayed(owner.id, Stray("their-stray", shop, "their-number", now, ()))
    parcel = Telling(1, "SF1", "sf", (1,))
    reports.save(owner.id, Report(order_id, REPORT, shop, now, (parcel,)))
    sent = Following(order_id, "01", "their-tracking", "sf", "their-store", now, now)
    tracks.save(owner.id, None, sent)
    lent = waybill.Account("their-account", kind="jdl", app_key="their-app", active=False)
    waybills.accounts.add(owner.id, lent)
    asked = waybill.Waybill(order_id, "their-sale", 1, "their-store", "sf", "their-mark", now)
    waybills.add(owner.id, [asked.stuck("account")], None)
    return {"stray_id": "their-stray", "tracking": "their-tracking"}


def fill_payments(owner: Merchant, order_id: str) -> str:
    """Money that came by bank, and waits to be paid back by hand."""
    now, no = clock.now(), "their-no"
    bare = Payment(order_id, no, "offline", "", "bank", 0, 1800, now, waits=Wait.BY_HAND, told=2)
    came = Event(PaidFor.CHARGE, Paid.DONE, 1800, bare.number, now, now)
    back = Event(PaidFor.REFUND, Paid.ASKED, 1, bare.next_refund, now, now, cause="edit")
    payments.save(owner.id, replace(bare, events=(came, back)))
    return no


def fill_papers(owner: Merchant) -> None:
    """What comes and goes, and who counts it."""
    here: dict[str, Any] = {"warehouse": "their-store"}
    bought = here | {"supplier": "s", "lines": [{"sku": "their-mug", "ordered": 5}]}
    owner.call("POST", "/v1/purchases", bought | {"id": "their-purchase"})
    came = here | {"type": "receipt", "lines": [{"sku": "their-mug", "units": 1}]}
    owner.call("POST", "/v1/movements", came | {"id": "their-movement"})
    owner.call("POST", "/v1/counts", here | {"id": "their-count", "lines": [{"sku": "their-mug"}]})
    told = here | {"kind": "adjust", "taken_at": clock.now(), "lines": came["lines"]}
    owner.call("POST", "/v1/feeds", told | {"id": "their-feed"})


def fill_bills(owner: Merchant) -> dict[str, str]:
    """A bill of today that names what is in no book."""
    money.account(owner, "their-account")
    owner.call("PUT", "/v1/bill-terms/their-account", {"rate": 60})
    text = wechat(Trade("their-payment", 100), day=TODAY).decode("utf-8-sig")
    about = {"kind": "trades", "account": "their-account", "day": TODAY, "content": text}
    sent = owner.call("POST", "/v1/bills", about).body
    (found,) = owner.call("GET", "/v1/differences").body["differences"]
    return {
        "account_id": "their-account",
        "bill_id": sent["bill"]["id"],
        "difference_id": found["id"],
    }


def fill_rules(owner: Merchant) -> None:
    rules = [rule("their-rule", when=leaf("shop", in_=["their-shop"]))]
    owner.call("PUT", "/v1/rules/draft", {"version": 0, "rules": rules})
    owner.call("POST", "/v1/rules/publish", {"note": "their note"})


def fill_promotions(owner: Merchant) -> str:
    """A promotion that needs a coupon, and one that was issued for it."""
    given = deals.less() | {"id": "their-promotion", "name": "their promotion", "coupon": True}
    owner.call("PUT", "/v1/promotions/draft", {"version": 0, "promotions": [given]})
    owner.call("POST", "/v1/promotions/publish", {"note": "their note"})
    issued = owner.call("POST", "/v1/coupons", {"promotion": "their-promotion", "count": 1})
    return str(issued.body["coupons"][0]["code"])


def test_every_route_declares_its_scope() -> None:
    declared = Routes.scopes

    assert set(declared) == set(ROUTES)
    assert {scope for scope in declared.values() if scope != OPEN} <= set(SCOPES)
    assert {route for route, scope in declared.items() if scope == OPEN} == set(OPENED)


def test_every_scope_is_asked_for_somewhere() -> None:
    assert set(SCOPES) - set(Routes.scopes.values()) == {"orders:finance"}


@pytest.mark.parametrize(("method", "path"), [r for r in PARAMETRIC if r not in OWN_IDS + PRICES])
def test_what_is_anothers_is_not_found_and_not_changed(
    acme: Merchant, engine: Engine, theirs: World, method: str, path: str
) -> None:
    reply = acme.call(method, theirs.path(path), BODIES.get((method, path)))

    assert (reply.status, reply.body["code"]) == (404, "not-found")
    assert "their shop" not in str(reply.body)
    assert changed(engine, theirs) == []


def test_a_thing_of_ones_own_under_anothers_id_changes_nothing_of_theirs(
    acme: Merchant, engine: Engine, theirs: World
) -> None:
    acme.put_stock("mug", 1)
    lines = [{"sku": "mug", "warehouse": "hz", "units": 1}]

    for method, path in OWN_IDS:
        foreign = acme.call(method, theirs.path(path), BODIES[method, path])
        assert (foreign.status, foreign.body["code"]) == (422, "invalid")
        assert acme.call(method, theirs.path(path), {"lines": lines}).status == 200
    assert changed(engine, theirs) == []


def test_what_is_anothers_is_not_bought(acme: Merchant, engine: Engine, theirs: World) -> None:
    for method, path in PRICES:
        reply = acme.call(method, theirs.path(path), BODIES[method, path])
        assert (reply.status, reply.body["faults"][0]["code"]) == (422, "unknown-shop")
    assert changed(engine, theirs) == []


@pytest.mark.parametrize("paper", ["labels", "picking", "packing"])
def test_what_is_anothers_is_not_printed(
    acme: Merchant, engine: Engine, theirs: World, paper: str
) -> None:
    merge = f"merge-{theirs.ids['merge_id']}"
    asked = {"parcels": [{"order": theirs.ids["order_id"]}, {"order": merge}]}

    reply = acme.call("POST", f"/v1/papers/{paper}", asked)

    assert [fault["code"] for fault in reply.body["faults"]] == ["unknown-order"] * 2
    assert changed(engine, theirs) == []


def test_the_owner_does_find_it(engine: Engine) -> None:
    """The same calls with the owner's own key: the 404 above is about the tenant alone."""
    mine = world(engine, "own-company")
    last = sorted(PARAMETRIC, key=lambda route: route[0] == "DELETE")

    told = {
        (method, path): mine.owner.call(method, mine.path(path), BODIES.get((method, path))).status
        for method, path in last
    }

    fine = (200, 201, 202, 409)
    assert {route: status for route, status in told.items() if status not in fine} == FAULTY


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
    lacks = {without, WITHIN.get(without)}
    return build.key(tenant, *(scope for scope in SCOPES if scope not in lacks))


def changed(engine: Engine, world: World) -> list[dict[str, Any]]:
    """Rows that are not as they were; keys that the tests themselves made are left aside."""
    now = engine.owned(world.owner.id)
    moved = [row for row in now if row not in world.rows] + [r for r in world.rows if r not in now]
    return [row for row in moved if not row["sk"]["S"].startswith("key#")]


@pytest.mark.parametrize(("method", "path"), [r for r in ROUTES if Routes.scopes[r] != OPEN])
def test_without_a_key_nothing_is_answered(method: str, path: str) -> None:
    filled = re.sub(r"\{\w+\}", "x", path)

    reply = build.request(method, filled, None, {})

    assert (reply.status, reply.body["code"]) == (401, "unknown-key")
    assert reply.headers["WWW-Authenticate"] == "Bearer"
