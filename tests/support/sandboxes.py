"""Payment providers for tests: the sandboxes on loopback, and how to speak to them."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from infra.sandbox import alipay, wechat
from infra.sandbox.desk import Desk
from infra.sandbox.keys import Keys
from infra.sandbox.server import Answer, Request, Server
from shared.gateways.payments.port import Account, Method, Refunding, Wanted

PATIENT = (0.02, 0.02, 0.02)  # seconds between the tries of a notice


HEARD = Answer(200, b"success")


@cache
def keys() -> Keys:
    """RSA keys are slow to make: once for all tests of a process."""
    return Keys(Path(mkdtemp()))


@dataclass
class Merchant:
    """Our side: where notices come in. `hear` gives the answer to each; both take this one."""

    hear: Callable[[Request], Answer] = field(default=lambda _: HEARD)
    heard: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> Answer:
        self.heard.append(request)
        return self.hear(request)


@dataclass
class Sandbox:
    desk: Any  # wechat.WeChat or alipay.Alipay
    url: str
    merchant: Merchant
    notify_url: str

    def account(self, **more: Any) -> Account:
        found = {**self.desk.account(), **more}
        return Account(
            id="main",
            provider=found["provider"],
            app_id=found["app_id"],
            merchant_id=found["merchant_id"],
            secrets=found["secrets"],
            keys=found["keys"],
            notify_url=self.notify_url,
            endpoint=found["endpoint"],
        )

    def do(self, action: str, **asked: Any) -> dict[str, Any]:
        """A word to the sandbox's control, over HTTP."""
        asking = urllib.request.Request(
            f"{self.url}/sandbox/{action}", json.dumps(asked).encode(), method="POST"
        )
        with urllib.request.urlopen(asking) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def pay(self, number: str) -> None:
        self.do("pay", number=number)
        assert self.desk.notices.wait()

    def trick(self, on: str, what: str, **more: Any) -> None:
        self.do("mischief", on=on, what=what, **more)

    def calm(self) -> None:
        self.desk.mischief.clear()
        self.merchant.heard.clear()
        self.desk.notices.sent.clear()


@contextmanager
def running(make: Callable[..., Desk]) -> Iterator[Sandbox]:
    """A sandbox without pauses between refunds, and a merchant who listens."""
    desk = make(keys(), pauses=PATIENT, gap=0)
    server, merchant = Server(desk.answer), Merchant()
    ours = Server(merchant.answer)
    desk.url = server.url
    server.start()
    ours.start()
    try:
        yield Sandbox(desk, server.url, merchant, f"{ours.url}/v1/notify/x")
    finally:
        server.close()
        ours.close()


@contextmanager
def wechat_pay() -> Iterator[Sandbox]:
    with running(wechat.WeChat) as sandbox:
        yield sandbox


@contextmanager
def alipay_pay() -> Iterator[Sandbox]:
    with running(alipay.Alipay) as sandbox:
        yield sandbox


def now(seconds: float = 0) -> str:
    """The true time, or that much later: providers do not live in a test's time."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds")


def today() -> str:
    """The day in China."""
    return (datetime.now(UTC) + timedelta(hours=8)).strftime("%Y-%m-%d")


def wanted(number: str, method: Method, fen: int = 1999, **more: Any) -> Wanted:
    asked = {"title": "茶杯 两只", "payer": "openid-1", "client_ip": "93.184.215.14", **more}
    return Wanted(number=number, fen=fen, method=method, expires_at=now(1800), **asked)


def refunding(number: str, no: str = "01", fen: int = 500, total: int = 1999) -> Refunding:
    return Refunding(number, f"{number}-{no}", fen, total, "退货")
