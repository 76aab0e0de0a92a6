"""The sandbox signs as Taobao's documents do, and keeps Taobao's limits."""

from urllib.parse import urlencode

import pytest

from infra.sandbox import top
from infra.sandbox.markets.taobao import Taobao
from infra.sandbox.server import Request
from infra.sandbox.times import local

PUBLISHED = {  # the example of the platform's own documents
    "method": "taobao.item.seller.get",
    "app_key": "12345678",
    "session": "test",
    "timestamp": "2016-01-01 12:00:00",
    "format": "json",
    "v": "2.0",
    "sign_method": "md5",
    "fields": "num_iid,title,nick,price,num",
    "num_iid": "11223344",
}


@pytest.mark.parametrize(
    ("method", "sign"),
    [
        ("md5", "66987CB115214E59E6EC978214934FB8"),
        ("hmac", "D56D7858309C31B6251083A874D48273"),
        ("hmac-sha256", "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8"),
    ],
)
def test_it_signs_as_published(method: str, sign: str) -> None:
    assert top.signed("helloworld", {**PUBLISHED, "sign_method": method}) == sign


def call(market: Taobao, method: str, **fields: str) -> bytes:
    """A call as a merchant makes it, signed unless it brings a signature."""
    given = {
        "method": method,
        "app_key": market.app_key,
        "session": market.tokens.access,
        "timestamp": local(market.now),
        "sign_method": "hmac-sha256",
        **fields,
    }
    given.setdefault("sign", top.signed(market.app_secret, given))
    request = Request("POST", "/router/rest", {}, urlencode(given).encode())
    return market.answer(request).body


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"sign": "0" * 64}, b'"code": 25'),
        ({"session": "another"}, b'"code": 27'),
        ({"app_key": "another"}, b'"code": 29'),
        ({"timestamp": "2016-01-01 12:00:00"}, b"isv.invalid-timestamp"),
        ({"page_size": "101"}, b'"code": 41'),
        ({"start_modified": "2016-01-01 00:00:00"}, b'"code": 41'),
    ],
)
def test_what_the_platform_would_refuse_is_refused(fields: dict[str, str], told: bytes) -> None:
    market = Taobao()
    span = {
        "start_modified": local(market.now - 600),
        "end_modified": local(market.now),
        "fields": "tid",
    }

    assert told in call(market, "taobao.trades.sold.increment.get", **{**span, **fields})


def test_the_newest_change_comes_first_and_moves_what_is_behind_it() -> None:
    market = Taobao()
    first, second = market.orders.make(2, market.now - 600, market.now - 300)
    market.change(first)
    span = {"start_modified": local(market.now - 900), "end_modified": local(market.now)}

    told = call(market, "taobao.trades.sold.increment.get", fields="tid", **span).decode()

    assert told.index(first) < told.index(second)


def test_a_refresh_ends_the_tokens_before_it() -> None:
    market = Taobao()
    old = market.tokens

    call(market, "taobao.top.auth.token.refresh", refresh_token=old.refresh)
    again = call(market, "taobao.top.auth.token.refresh", refresh_token=old.refresh)

    assert market.tokens != old
    assert b"isv.invalid-refresh-token" in again
