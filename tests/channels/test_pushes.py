"""What a platform's sandbox tells by itself, and what it is told to show, through sockets."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from infra.sandbox.markets.market import Market
from infra.sandbox.markets.shopify import Shopify
from infra.sandbox.markets.wechat_shop import WechatShop
from infra.sandbox.markets.woocommerce import WooCommerce
from infra.sandbox.mischief import WELL, Trick
from infra.sandbox.notices import Notice
from infra.sandbox.server import Server
from shared.gateways.channels import registry
from shared.gateways.channels.line import Line
from shared.gateways.channels.port import Channel, Hint, Incoming, Link, Stocked
from shared.gateways.talk import Forged
from shared.runtime import clock

BYTE = Trick("notice", "byte")


@pytest.fixture(params=[Shopify, WechatShop, WooCommerce])
def market(request: pytest.FixtureRequest) -> Iterator[Market]:
    made: Market = request.param(pauses=())
    server = Server(made.answer)
    made.url, made.push_url = server.url, "http://127.0.0.1:9/push"
    made.orders.make(3, made.now - 900, made.now - 100)
    server.start()
    yield made
    server.close()


def linked(market: Market) -> tuple[Channel, Link]:
    given = market.link()
    secrets = {"access_token": market.tokens.access, **given.pop("secrets")}
    return registry.of(market.name), Link("mall", market.name, secrets=secrets, **given)


def incoming(notice: Notice, trick: Trick = WELL) -> Incoming:
    headers, body = notice.write(trick)
    query = dict(parse_qsl(urlsplit(notice.url).query))
    return Incoming("POST", query, {name.lower(): told for name, told in headers.items()}, body)


def test_a_push_names_its_order_and_no_byte_of_it_may_change(market: Market) -> None:
    by, link = linked(market)
    order = next(iter(market.orders))
    notice = market.push(order)
    assert notice

    heard = by.hear(link, incoming(notice), clock.now())

    assert heard.hints == (Hint(order=order.number),)
    with pytest.raises(Forged):
        by.hear(link, incoming(notice, BYTE), clock.now())
    reply = by.ack(True)
    assert market.heard_well(reply.status, reply.body)


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
