"""Shopify: GraphQL Admin API, decimals in the shop's own currency, a bucket of costs."""

import base64
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from shared.domain.errors import Fault
from shared.domain.platform import Found, Refund, Stage
from shared.domain.writeback import Numbers
from shared.gateways import units
from shared.gateways.channels import shopify_queries as queries
from shared.gateways.channels import shopify_reading as reading
from shared.gateways.channels import wire as bytes_
from shared.gateways.channels.port import (
    By,
    Caps,
    Heard,
    Hint,
    Incoming,
    Link,
    Page,
    Push,
    Rate,
    Ref,
    RefundRef,
    Rejected,
    Request,
    Shipment,
    Stocked,
    Tokens,
    Why,
    Window,
    Wire,
)
from shared.gateways.talk import Forged, Reply, Unclear
from shared.gateways.web import Answer
from shared.runtime import clock

T = TypeVar("T")
VERSION = "2026-07"
SCOPES = (
    "read_orders,read_all_orders,read_products,write_inventory,read_locations,read_returns,"
    "write_returns,write_merchant_managed_fulfillment_orders"
)
SHOP = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
HTTP = {
    401: Why.EXPIRED,
    402: Why.DENIED,
    403: Why.DENIED,
    404: Why.DENIED,  # there is no such shop
    423: Why.DENIED,
}
WHYS = {
    "THROTTLED": Why.LIMITED,
    "ACCESS_DENIED": Why.DENIED,
    "SHOP_INACTIVE": Why.DENIED,
    "MAX_COST_EXCEEDED": Why.REFUSED,
}
UNKNOWN = ("INTERNAL_SERVER_ERROR", "TIMEOUT")  # it may have been done
OAUTH = {
    "invalid_client": Why.SIGNATURE,
    "application_cannot_be_found": Why.SIGNATURE,
    "shop_not_permitted": Why.DENIED,
    "app_not_installed": Why.DENIED,
}


class Shopify:
    """Implements port.Channel."""

    name = "shopify"
    caps = Caps(
        window=30 * 86_400,
        lag=30,
        page=250,
        days=60,  # older ones only with a scope that Shopify grants by hand
        backwards=False,
        push=Push.HTTP,
        tokens=False,
        numbers=Numbers.MANY,
        decides=True,
        stock=100,
        rates={"": Rate(5)},
        life=86_400,  # of a token that an app asked for; what a merchant copied has no end
        redirects=True,
    )
    secrets = ("app_secret",)
    carriers: Mapping[str, str] = {
        "sf": "SF Express",
        "zto": "ZTO Express",
        "yto": "YTO Express",
        "sto": "STO Express",
        "yunda": "Yunda Express",
        "jt": "J&T Express",
        "ems": "EMS",
        "jd": "JD Logistics",
        "deppon": "Deppon",
        "best": "Best Express",
        "post": "China Post",
    }

    def check(self, link: Link) -> list[Fault]:
        faults = bytes_.lacking(link, "app_secret", seller=True)
        if link.seller and not link.endpoint and not SHOP.fullmatch(link.seller):
            faults.append(Fault("seller", "ill-formed"))
        return faults

    def consent_url(self, link: Link, state: str, back: str) -> str:
        asked = {"client_id": link.app_key, "scope": SCOPES, "redirect_uri": back, "state": state}
        return f"{_home(link)}/admin/oauth/authorize?{urlencode(asked)}"

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        """With a code by the merchant's consent; without, as an app of the merchant's own."""
        if not code:
            return _tokens(wire, link, {"grant_type": "client_credentials"})
        return _tokens(wire, link, {"code": code})

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        again = link.secrets.get("refresh_token", "")
        if not again:
            return self.exchange(wire, link, "")
        return _tokens(wire, link, {"grant_type": "refresh_token", "refresh_token": again})

    def probe(self, wire: Wire, link: Link) -> str:
        return _ask(wire, _call(link, "shop", {}), lambda told: str(told["shop"]["name"]))

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]:
        """Numbers and times only: whole orders would cost more than a call may."""
        asked = {"first": self.caps.page, **_search(window, cursor)}

        def read(told: dict[str, Any]) -> Page[Ref]:
            orders = told["orders"]["nodes"]
            refs = (
                Ref(reading.no(each["id"]), units.millis(each["updatedAt"])) for each in orders
            )
            return Page(tuple(refs), reading.following(told["orders"]))

        return _ask(wire, _call(link, "orders", asked), read)

    def order(self, wire: Wire, link: Link, number: str) -> Found:
        asked = {"id": reading.gid("Order", number)}
        order = _ask(wire, _call(link, "order", asked), _there("order"))
        with bytes_.reading(Unclear("order not understood")):
            rows, after = order["lineItems"]["nodes"], reading.following(order["lineItems"])
            while after:
                more = _ask(wire, _call(link, "lines", asked | {"after": after}), _there("order"))
                rows += more["lineItems"]["nodes"]
                after = reading.following(more["lineItems"])
            return reading.found(order)

    def hear(self, link: Link, incoming: Incoming, now: str) -> Heard:
        secret = link.secrets.get("app_secret", "")
        signed = incoming.headers.get("x-shopify-hmac-sha256", "")
        if not secret or not bytes_.same(digest(secret, incoming.body), signed):
            raise Forged("signature")
        if incoming.headers.get("x-shopify-shop-domain", link.seller) != link.seller:
            raise Forged("shop")
        with bytes_.believing():
            event = bytes_.parsed(incoming.body)
            return Heard(tuple(_hints(incoming.headers.get("x-shopify-topic", ""), event)))

    def ack(self, ok: bool) -> Reply:
        return Reply(200 if ok else 500, {}, b"")

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        """One fulfillment for each place that it is sent from, less what was told before."""
        number = {"id": reading.gid("Order", shipment.number)}
        order = _ask(wire, _call(link, "fulfillments", number), _there("order"))
        with bytes_.reading(Unclear("order not understood")):
            batches = _batches(order, _untold(order, shipment))
        if not batches:
            raise Rejected(Why.DONE, "told")
        for parts in batches:
            asked = _fulfillment(shipment, parts)
            _ask(wire, _call(link, "fulfill", asked, safe=False), _agreed("fulfillmentCreate"))

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        """At the shop's first location; the others must show nothing online."""
        variants = filter(str.isdigit, map(_variant, wares))
        asked = {"ids": [reading.gid("ProductVariant", no) for no in variants]}
        place, items = _ask(wire, _call(link, "variants", asked), _places)
        left = {ware.shop_sku: ware for ware in wares if _variant(ware) in items}
        told: dict[str, Rejected | None] = {
            ware.shop_sku: Rejected(Why.ABSENT, "no-variant")
            for ware in wares
            if ware.shop_sku not in left
        }
        while left:
            refused = _ask(
                wire, _call(link, "stock", _quantities(place, items, left)), _refusals(left)
            )
            if not refused:
                return told | dict.fromkeys(left)
            told |= refused
            left = {code: ware for code, ware in left.items() if code not in refused}
        return told

    def refunds(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[RefundRef]:
        def read(told: dict[str, Any]) -> Page[RefundRef]:
            refs = (
                RefundRef(number, units.millis(order["updatedAt"]), reading.no(order["id"]))
                for order in told["orders"]["nodes"]
                for number in reading.numbers(order)
            )
            return Page(tuple(refs), reading.following(told["orders"]))

        return _ask(wire, _call(link, "refunds", {"first": 4, **_search(window, cursor)}), read)

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund:
        kind, _, rest = ref.number.partition("-")
        no, _, line = rest.partition("-")
        asked = {"id": reading.gid(kind.capitalize(), no)}
        case = _ask(wire, _call(link, kind, asked), _there("node"))
        with bytes_.reading(Unclear("refund not understood")):
            read = reading.going_back if kind == "return" else reading.paid_back
            return read(ref.number, case, line)

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        """A return that a buyer asks for; a refund is the merchant's own deed."""
        known = self.refund(wire, link, RefundRef(refund.number, refund.version))
        if known.stage is (Stage.AGREED if agree else Stage.REFUSED):
            return
        if known.stage is not Stage.ASKED or known.version != refund.version:
            raise Rejected(Why.STATE, known.stage.value)
        case: dict[str, Any] = {"id": reading.gid("Return", refund.number.split("-")[1])}
        if not agree:
            case |= {"declineReason": "OTHER", "declineNote": why}
        api = "approve" if agree else "decline"
        done = _agreed("returnApproveRequest" if agree else "returnDeclineRequest")
        _ask(wire, _call(link, api, {"input": case}, safe=False), done)

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        return [number for number, _ in pairs]


def digest(secret: str, body: bytes) -> str:
    return base64.b64encode(bytes_.hmac_sha256(secret, body)).decode()


def returned(secret: str, query: Mapping[str, str]) -> bool:
    """Whether the page of consent really came back from Shopify."""
    rest = "&".join(f"{name}={query[name]}" for name in sorted(query) if name != "hmac")
    return bytes_.same(bytes_.hmac_sha256(secret, rest).hex(), query.get("hmac", ""))


def _home(link: Link) -> str:
    return (link.endpoint or f"https://{link.seller}").rstrip("/")


def _call(link: Link, api: str, variables: dict[str, Any], *, safe: bool = True) -> Request:
    body = bytes_.compact({"query": queries.QUERIES[api], "variables": variables}).encode()
    headers = {"Content-Type": "application/json", "X-Shopify-Access-Token": link.token}
    return Request(
        api, "POST", f"{_home(link)}/admin/api/{VERSION}/graphql.json", headers, body, safe
    )


def _ask(wire: Wire, request: Request, read: Callable[[dict[str, Any]], T]) -> T:
    def whole(answer: Answer) -> T:
        _let_in(answer)
        told = bytes_.document(answer)
        with bytes_.reading(Unclear("answer not understood")):
            _granted(told)
            return read(told["data"])

    return wire.ask(request, whole)


def _let_in(answer: Answer) -> None:
    if answer.status in HTTP:
        raise Rejected(HTTP[answer.status], str(answer.status))


def _granted(told: Mapping[str, Any]) -> None:
    """Raise what the platform said no with."""
    if not (errors := told.get("errors")):
        return
    if isinstance(errors, str):
        raise Rejected(Why.REFUSED, "errors", errors[:200])
    code = str((errors[0].get("extensions") or {}).get("code", ""))
    if code in UNKNOWN:
        raise Unclear(code)
    wait = _wait(told.get("extensions") or {}) if code == "THROTTLED" else 0
    raise Rejected(WHYS.get(code, Why.REFUSED), code, str(errors[0].get("message"))[:200], wait)


def _wait(extensions: Mapping[str, Any]) -> float:
    """Seconds until the bucket holds what the call costs."""
    cost = extensions.get("cost") or {}
    bucket = cost.get("throttleStatus") or {}
    lacks = float(cost.get("requestedQueryCost", 0)) - float(bucket.get("currentlyAvailable", 0))
    return max(lacks / float(bucket.get("restoreRate") or 1), 0.1)


def _tokens(wire: Wire, link: Link, grant: dict[str, str]) -> Tokens:
    asked = {"client_id": link.app_key, "client_secret": link.secrets["app_secret"], **grant}
    url, headers = f"{_home(link)}/admin/oauth/access_token", {"Content-Type": bytes_.FORM}
    now = wire.now

    def read(answer: Answer) -> Tokens:
        told = bytes_.document(answer)
        if code := told.get("error"):
            ended = "refresh_token" in grant or "code" in grant
            usual = Why.EXPIRED if ended else Why.DENIED
            raise Rejected(OAUTH.get(str(code), usual), str(code))
        with bytes_.reading(Unclear("answer not understood")):
            life = told.get("expires_in")
            ends = clock.later(now, int(life)) if life else ""
            return Tokens(told["access_token"], told.get("refresh_token", ""), ends, link.seller)

    return wire.ask(Request("token", "POST", url, headers, bytes_.form(asked), False), read)


def _search(window: Window, cursor: str) -> dict[str, Any]:
    by = "updated_at" if window.by is By.MODIFIED else "created_at"
    found = f"{by}:>='{_zulu(window.start)}' AND {by}:<'{_zulu(window.end)}'"
    key = by.upper()
    return {"query": found, "sort": key, "after": cursor or None}


def _zulu(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _there(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def read(told: dict[str, Any]) -> dict[str, Any]:
        if not told[name]:
            raise Rejected(Why.ABSENT, name)
        return dict(told[name])

    return read


def _agreed(name: str) -> Callable[[dict[str, Any]], None]:
    def read(told: dict[str, Any]) -> None:
        for error in told[name]["userErrors"]:
            code = str(error.get("code") or "user-error")
            raise Rejected(Why.STATE, code, str(error["message"])[:200])

    return read


def _untold(order: Mapping[str, Any], shipment: Shipment) -> Counter[str]:
    """Units by line that were not told under this number so far."""
    wanted = Counter({sent.sub: sent.quantity for sent in shipment.lines if sent.sub})
    for done in order["fulfillments"]:
        if any(each["number"] == shipment.tracking for each in done["trackingInfo"]):
            told = {reading.no(each["lineItem"]["id"]): each["quantity"]
                    for each in done["fulfillmentLineItems"]["nodes"]}  # fmt: skip
            wanted -= Counter(told)
    return wanted


def _batches(order: Mapping[str, Any], wanted: Counter[str]) -> list[list[dict[str, Any]]]:
    """The units by location, as parts of Shopify's own divisions of the order."""
    places: dict[str, list[dict[str, Any]]] = {}
    for division in order["fulfillmentOrders"]["nodes"]:
        if division["status"] in ("OPEN", "IN_PROGRESS") and (parts := _picked(division, wanted)):
            place = (division["assignedLocation"]["location"] or {}).get("id", "")
            places.setdefault(place, []).append(
                {"fulfillmentOrderId": division["id"], "fulfillmentOrderLineItems": parts}
            )
    if +wanted:
        raise Rejected(Why.STATE, "not-to-be-fulfilled")
    return list(places.values())


def _picked(division: Mapping[str, Any], wanted: Counter[str]) -> list[dict[str, Any]]:
    """Takes from `wanted` what this division still has of it."""
    parts = []
    for row in division["lineItems"]["nodes"]:
        line = reading.no(row["lineItem"]["id"])
        if units_ := min(wanted[line], row["remainingQuantity"]):
            parts.append({"id": row["id"], "quantity": units_})
            wanted[line] -= units_
    return parts


def _fulfillment(shipment: Shipment, parts: list[dict[str, Any]]) -> dict[str, Any]:
    told = {"company": shipment.carrier, "number": shipment.tracking}
    return {
        "fulfillment": {
            "lineItemsByFulfillmentOrder": parts,
            "trackingInfo": told,
            "notifyCustomer": True,
        }
    }


def _variant(ware: Stocked) -> str:
    return ware.shop_sku.rpartition(":")[2]


def _places(told: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The shop's first location; what Shopify counts, by variant."""
    items = {reading.no(each["id"]): each["inventoryItem"]["id"] for each in told["nodes"] if each}
    return str(told["location"]["id"]), items


def _quantities(
    place: str, items: Mapping[str, str], left: Mapping[str, Stocked]
) -> dict[str, Any]:
    """`changeFromQuantity` must be there: null overwrites whatever is shown."""
    rows = [
        {
            "inventoryItemId": items[_variant(ware)],
            "locationId": place,
            "quantity": ware.units,
            "changeFromQuantity": None,
        }
        for ware in left.values()
    ]
    key = bytes_.md5("|".join(f"{w.idem}:{w.shop_sku}:{w.units}" for w in left.values()))
    return {"input": {"name": "available", "reason": "correction", "quantities": rows}, "key": key}


def _refusals(left: Mapping[str, Stocked]) -> Callable[[dict[str, Any]], dict[str, Rejected]]:
    """By shop_sku: one that is refused keeps all others of the call from being set."""

    def read(told: dict[str, Any]) -> dict[str, Rejected]:
        codes, refused = list(left), {}
        for error in told["inventorySetQuantities"]["userErrors"]:
            no = Rejected(Why.REFUSED, str(error.get("code") or ""), str(error["message"])[:200])
            at = [int(part) for part in error["field"] or () if str(part).isdigit()]
            if not at:
                raise no
            refused[codes[at[0]]] = no
        return refused

    return read


def _hints(topic: str, event: Mapping[str, Any]) -> Iterator[Hint]:
    """Those about a person's data say nothing of an order."""
    kind = topic.partition("/")[0]
    number = event.get("id") if kind == "orders" else event.get("order_id")
    if kind == "returns":
        number = reading.no((event.get("order") or {}).get("admin_graphql_api_id") or "")
    if kind in ("orders", "fulfillments", "refunds", "returns") and number:
        yield Hint(order=str(number))
