"""What a platform's sandbox tells by itself, and what it is told to show, through sockets."""

from collections.abc import Iterator
from pkgutil import resolve_name
from urllib.parse import urlsplit

import pytest

from infra.sandbox.kinds import MARKETS
from infra.sandbox.markets.market import Market
from infra.sandbox.mischief import WELL
from infra.sandbox.notices import Notice
from infra.sandbox.server import Server
from shared.gateways.channels import registry
from shared.gateways.channels.line import Line
from shared.gateways.channels.port import Channel, Link, Stocked
from shared.runtime.http import MAX_LETTER
from tests.support.build import Merchant, spoken
from tests.support.mail import Mail

HERE = "http://here"
PUSHING = ["shopify", "wechat-shop", "woocommerce", "douyin", "kuaishou", "youzan"]
UNSIGNED = ["kuaishou"]  # sealed alone
Told = tuple[str, dict[str, str], bytes]  # address, headers, body


def served(name: str) -> Iterator[Market]:
    made: Market = resolve_name(MARKETS[name])(pauses=())
    server = Server(made.answer)
    made.url = server.url
    made.orders.make(3, made.now - 900, made.now - 100)
    server.start()
    yield made
    server.close()


@pytest.fixture(params=MARKETS)
def market(request: pytest.FixtureRequest) -> Iterator[Market]:
    yield from served(request.param)


@pytest.fixture(params=PUSHING)
def pushing(request: pytest.FixtureRequest, acme: Merchant, mail: Mail) -> Iterator[Market]:
    """It tells the shop `mall`, which is connected with it."""
    for market in served(request.param):
        acme.call("POST", "/v1/shops", {"id": "mall", "name": "m", "channel": market.name})
        acme.call("POST", "/v1/shops/mall/link", market.link())
        market.push_url = f"{HERE}/v1/push/{market.name}/{acme.id}/mall"
        mail.waiting.clear()
        yield market


def linked(market: Market) -> tuple[Channel, Link]:
    given = market.link()
    secrets = {"access_token": market.tokens.access, **given.pop("secrets")}
    return registry.of(market.name), Link("mall", market.name, secrets=secrets, **given)


def told(market: Market) -> Told:
    notice = market.push(next(iter(market.orders)))
    assert isinstance(notice, Notice)
    return (notice.url.removeprefix(HERE), *notice.write(WELL))


def heard(market: Market, one: Told) -> bool:
    """Whether the platform is content with what the route answers."""
    where, headers, body = one
    return market.heard_well(*spoken("POST", where, body, headers))


def stranger(market: Market) -> Market:
    """Somebody with the same orders, who knows none of the secrets."""
    other = type(market)(pauses=())
    other.orders, other.push_url = market.orders, market.push_url
    for name in ("app_secret", "webhook_secret", "push_token"):
        setattr(other, name, "guessed")
    if hasattr(other, "message_secret"):
        other.message_secret = "Z3Vlc3NlZC1zZWNyZXQtMQ=="
    return other


def changed(one: Told) -> Told:
    where, headers, body = one
    return where, headers, body.replace(b"3", b"4", 1)


def unsigned(one: Told) -> Told:
    where, headers, body = one
    return urlsplit(where).path, {"Content-Type": headers["Content-Type"]}, body


def test_a_push_names_its_order_however_often_it_comes(pushing: Market, mail: Mail) -> None:
    one = told(pushing)

    assert heard(pushing, one)
    assert heard(pushing, one)

    number = next(iter(pushing.orders)).number
    assert {body["number"] for body in mail.bodies("fetch")} == {number}


def test_nobody_who_lacks_the_secrets_is_heard(pushing: Market, mail: Mail) -> None:
    forged = [told(stranger(pushing))]
    if pushing.name not in UNSIGNED:
        forged += [changed(told(pushing)), unsigned(told(pushing))]

    assert not any([heard(pushing, one) for one in forged])
    assert mail.bodies("fetch") == []


def test_what_is_too_large_is_not_even_looked_at(pushing: Market, mail: Mail) -> None:
    where, headers, body = told(pushing)

    status, _ = spoken("POST", where, body + b" " * MAX_LETTER, headers)

    assert (status, mail.bodies("fetch")) == (413, [])


@pytest.mark.parametrize("pushing", ["wechat-shop"], indirect=True)
def test_an_old_push_is_refused_where_its_time_is_signed(pushing: Market, mail: Mail) -> None:
    pushing.ahead = -601
    old = told(pushing)

    assert (heard(pushing, old), mail.bodies("fetch")) == (False, [])


def test_stock_is_shown_as_it_was_told_and_one_that_is_refused_stops_no_other(
    market: Market,
) -> None:
    by, link = linked(market)
    line = Line("test", {}, lambda *_: 0.0)
    lines = {line.sku_id: line for order in market.orders for line in order.lines}
    wares = [
        Stocked(f"{each.item}:{each.sku_id}", each.code, 7 + no, f"i{no}")
        for no, each in enumerate(lines.values())
    ]
    market.mischief.plan({"on": "stock", "what": "part"})

    first = by.put_stock(line, link, wares)
    again = by.put_stock(line, link, wares)

    assert len([no for no in first.values() if no]) == 1
    assert again == dict.fromkeys(ware.shop_sku for ware in wares)
    assert market.shelf == {ware.shop_sku: ware.units for ware in wares}
