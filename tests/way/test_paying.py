"""From the first page to the last refund, with each provider's sandbox over HTTP."""

from collections.abc import Iterator

import pytest

from infra.sandbox.server import Answer, Request
from shared.runtime.settings import settings
from tests.support import build, sandboxes
from tests.support.build import Merchant
from tests.support.mail import Mail
from tests.support.sandboxes import Sandbox
from tests.support.told import Stream

TOTAL = 1800


@pytest.fixture(params=["wechat", "alipay"])
def sandbox(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    running = {"wechat": sandboxes.wechat_pay, "alipay": sandboxes.alipay_pay}[request.param]
    with running() as found:
        found.merchant.hear = _hear
        monkeypatch.setenv("PUBLIC_URL", found.notify_url.removesuffix("/v1/notify/x"))
        settings.cache_clear()
        yield found
        monkeypatch.delenv("PUBLIC_URL")
        settings.cache_clear()


def _hear(request: Request) -> Answer:
    """What the provider sends comes in where the outside reaches us."""
    status, body = build.spoken("POST", request.path, request.body, dict(request.headers))
    return Answer(status, body)


def test_a_buyer_pays_and_gets_the_money_back(
    sandbox: Sandbox, acme: Merchant, mail: Mail, stream: Stream
) -> None:
    account = sandbox.desk.account()
    code = {"wechat": "native", "alipay": "qr"}[account["provider"]]
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "自营商城", "channel": "own"})
    made = acme.call("POST", "/v1/payment-accounts", {"id": "main", **account})
    checked = acme.call("POST", "/v1/payment-accounts/main/check", {}).body
    assert (made.status, checked["ok"]) == (201, True), (made.body, checked)

    order = "/v1/orders/" + acme.place(shop="mall", payment={"state": "unpaid"}).body["id"]
    begun = acme.call("POST", f"{order}/payments", {"account": "main", "method": code})
    assert begun.body["params"]["code_url"], begun.body
    sandbox.pay(begun.body["number"])
    mail.pump()
    assert acme.call("GET", order).body["axes"]["payment"] == "captured"

    lines = [{"line": 1, "quantity": 1}]
    acme.call("POST", f"{order}/cancel", {"lines": lines})
    stream.tell("publish")
    mail.pump()
    acme.call("POST", f"{order}/payments/01/refresh", {})
    mail.pump()

    money = acme.call("GET", f"{order}/money").body
    assert (money["charged"], money["refunded"]) == (TOTAL // 2, TOTAL // 2)
    assert acme.call("GET", "/v1/payments").body["payments"] == []
