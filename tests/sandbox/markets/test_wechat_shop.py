"""The sandbox seals and signs as WeChat's documents do, and keeps the shop's limits."""

import json
from typing import Any

import pytest

from infra.sandbox.markets.wechat_shop import WechatShop
from infra.sandbox.server import Request

SEALED = (  # the example of the platform's own documents
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
)


@pytest.fixture
def market() -> WechatShop:
    made = WechatShop(pauses=())
    made.push_token, made.aes_key, made.app_key = "AAAAA", "A" * 43, "wxba5fad812f8e6fb9"
    return made


def call(market: WechatShop, path: str, token: Any = "", **asked: Any) -> dict[str, Any]:
    target = f"{path}?access_token={token or market.tokens.access}"
    answer = market.answer(Request("POST", target, {}, json.dumps(asked).encode()))
    told: dict[str, Any] = json.loads(answer.body)
    return told


def test_it_seals_and_signs_as_published(market: WechatShop) -> None:
    sealed = market.sealed(b'{"demo_resp":"good luck"}', b"707722b803182950")

    assert sealed == SEALED
    assert market.signed("1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert (
        market.signed("1713424427", "415670741", SEALED)
        == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    )


def test_a_token_stays_the_same_while_it_lives(market: WechatShop) -> None:
    asked = {"grant_type": "client_credential", "appid": market.app_key}
    asked["secret"] = market.app_secret

    first, again = (call(market, "/cgi-bin/stable_token", **asked) for _ in range(2))
    forced = call(market, "/cgi-bin/stable_token", force_refresh=True, **asked)

    assert first == again
    assert first["expires_in"] == 7200
    assert forced["access_token"] != first["access_token"]
    assert call(market, "/channels/ec/order/get", token="another")["errcode"] == 40001


def test_a_list_spans_a_week_and_goes_on_from_its_key(market: WechatShop) -> None:
    now = int(market.now)
    made = market.orders.make(5, now - 900, now - 100)
    week = {"start_time": now - 7 * 86400, "end_time": now}

    def ask(key: str, **span: int) -> dict[str, Any]:
        asked: dict[str, Any] = {"page_size": 2, "next_key": key, "update_time_range": week | span}
        return call(market, "/channels/ec/order/list/get", **asked)

    found, key, more = list[str](), "", True
    while more:
        told = ask(key)
        found, key, more = found + told["order_id_list"], told["next_key"], told["has_more"]

    assert found == made
    assert ask("", start_time=now - 8 * 86400)["errcode"] == 47001
