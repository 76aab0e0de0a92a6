"""The sandbox seals and signs as WeChat's documents do, and keeps the shop's limits."""

import json
from typing import Any

import pytest

from infra.sandbox.markets.wechat_shop import WechatShop
from infra.sandbox.server import Request

SEALED = (  # the example of the platform's own documents
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
)


PUSHED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqz"
    "DpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede"
    "2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAl"
    "r7F9mFUPAJGj04="
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


def test_a_push_is_sealed_and_signed_as_published(market: WechatShop) -> None:
    news = (
        b'{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
        b'"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo",'
        b'"debug_str":"hello world"}'
    )

    assert market.sealed(news, b"a8eedb185eb2fecf") == PUSHED
    assert (
        market.signed("1714112445", "415670741", PUSHED)
        == "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
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


def test_an_after_sale_is_decided_once_and_refused_with_a_kind_of_its_own(
    market: WechatShop,
) -> None:
    at = "/channels/ec/aftersale"
    numbers = market.orders.make(12, market.now - 900, market.now - 100)
    made = [market.orders.by_number[number] for number in numbers]
    cases = [market.refunds.ask(order, order.lines[0], market.now).number for order in made]
    asked = [{"after_sale_order_id": number} for number in cases]
    span = {"begin_update_time": int(market.now) - 900, "end_update_time": int(market.now) + 9}

    first = call(market, f"{at}/getaftersalelist", **span)
    rest = call(market, f"{at}/getaftersalelist", **span, next_key=first["next_key"])
    bare = call(market, f"{at}/rejectapply", **asked[0])
    kind = call(market, f"{at}/rejectapply", **asked[0], reject_reason_type=20)
    twice = [call(market, f"{at}/acceptapply", **asked[0])["errcode"] for _ in range(2)]

    assert first["after_sale_order_id_list"] + rest["after_sale_order_id_list"] == cases
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert (bare["errcode"], kind["errcode"], twice) == (47001, 47001, [0, 10020001])
    told = call(market, f"{at}/getaftersaleorder", **asked[0])["after_sale_order"]
    assert told["status"] == "MERCHANT_REFUND_SUCCESS"
    span["begin_update_time"] -= 86400
    assert call(market, f"{at}/getaftersalelist", **span)["errcode"] == 10020004


def test_what_a_buyer_wants_back_by_the_control_is_an_after_sale(market: WechatShop) -> None:
    (number,) = market.orders.make(1, market.now - 900, market.now - 100)

    def change(refund: str) -> int:
        told = json.dumps({"number": number, "refund": refund}).encode()
        return market.answer(Request("POST", "/sandbox/change", {}, told)).status

    statuses = [change("asked"), change("done"), change("perhaps")]

    stages = {one.stage for one in market.refunds.by_number.values()}
    assert (statuses, stages) == ([200, 200, 422], {"done"})
    assert market.state_of(market.orders.by_number[number]) == "refunded"
