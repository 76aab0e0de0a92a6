"""What providers tell by themselves: believed when it is theirs, answered as they expect."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.sandbox.server import Answer, Request
from shared.gateways.payments import providers
from shared.gateways.payments.port import (
    Account,
    Back,
    Forged,
    Method,
    Provider,
    Returned,
    Told,
    Trade,
)
from tests.support import sandboxes
from tests.support.sandboxes import Sandbox, now, refunding, wanted

_numbers = count(1)
NAMES = ["wechat", "alipay"]


@dataclass
class Ears:
    """A merchant who believes nothing that the adapter does not."""

    by: Provider
    account: Account
    told: list[Told | Returned | None] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def hear(self, came: Request) -> Answer:
        try:
            self.told.append(self.by.hear(self.account, came.headers, came.body, now()))
        except Forged as forged:
            self.refused.append(forged.code)
            reply = self.by.ack(False, forged.code)
        else:
            reply = self.by.ack(True)
        return Answer(reply.status, reply.body, dict(reply.headers))


@pytest.fixture(scope="module")
def both() -> Iterator[dict[str, Sandbox]]:
    with sandboxes.wechat_pay() as wechat, sandboxes.alipay_pay() as alipay:
        yield {"wechat": wechat, "alipay": alipay}


@pytest.fixture(params=NAMES)
def sandbox(request: pytest.FixtureRequest, both: dict[str, Sandbox]) -> Sandbox:
    found = both[request.param]
    found.calm()
    return found


@pytest.fixture
def ears(sandbox: Sandbox) -> Ears:
    listening = Ears(providers.of(sandbox.desk.name), sandbox.account())
    sandbox.merchant.hear = listening.hear
    return listening


@pytest.fixture
def number(sandbox: Sandbox) -> str:
    """A payment that was begun."""
    made = f"0123456789abcdef{next(_numbers):08}-01"
    by, account = providers.of(sandbox.desk.name), sandbox.account()
    method = Method.NATIVE if by.name == "wechat" else Method.QR
    by.create(account, wanted(made, method), now())
    return made


def first_answer(sandbox: Sandbox) -> tuple[int, str]:
    status, body = sandbox.desk.notices.sent[-1].answers[0]
    return int(status), str(body)


GOOD = {"wechat": (204, ""), "alipay": (200, "success")}


def test_a_payment_is_told_once_it_is_heard(sandbox: Sandbox, ears: Ears, number: str) -> None:
    sandbox.pay(number)

    (told,) = ears.told
    assert isinstance(told, Told)
    assert (told.number, told.state, told.fen) == (number, Trade.PAID, 1999)
    assert told == ears.by.query(ears.account, number, now())
    assert first_answer(sandbox) == GOOD[sandbox.desk.name]


def test_a_refund_is_told(sandbox: Sandbox, ears: Ears, number: str) -> None:
    sandbox.pay(number)
    back = ears.by.refund(ears.account, refunding(number), now())
    assert sandbox.desk.notices.wait()

    told = ears.told[-1]

    if isinstance(told, Returned):
        assert told == back
    else:  # Alipay tells of the trade, and of nothing that is a single refund's alone
        assert told == ears.by.query(ears.account, number, now())


def test_a_trade_that_went_back_whole_was_paid_nevertheless(
    sandbox: Sandbox, ears: Ears, number: str
) -> None:
    sandbox.pay(number)
    ears.by.refund(ears.account, refunding(number, fen=1999), now())
    assert sandbox.desk.notices.wait()

    assert ears.by.query(ears.account, number, now()).state is Trade.REFUNDED
    if isinstance(ears.told[-1], Told):
        assert ears.told[-1].state is Trade.REFUNDED


FORGED = [
    ("wechat", "byte", "body|signature"),
    ("wechat", "old", "age"),
    ("wechat", "serial", "serial"),
    ("wechat", "foreign", "merchant"),
    ("wechat", "unsigned", "signature"),
    ("wechat", "probe", "probe"),
    ("alipay", "byte", "signature"),
    ("alipay", "foreign", "merchant"),
    ("alipay", "unsigned", "signature"),
]


@pytest.mark.parametrize(
    ("sandbox", "what", "codes"), FORGED, indirect=["sandbox"], ids=lambda it: str(it)
)
def test_what_is_not_theirs_is_refused_and_told_again(
    sandbox: Sandbox, ears: Ears, number: str, what: str, codes: str
) -> None:
    sandbox.trick("notice", what)

    sandbox.pay(number)

    (refused,) = ears.refused
    status, said = first_answer(sandbox)
    assert refused in codes.split("|")
    assert [told.number for told in ears.told if isinstance(told, Told)] == [number]
    if sandbox.desk.name == "wechat":
        assert (status, json.loads(said)) == (500, {"code": "FAIL", "message": refused})
    else:
        assert (status, said) == (200, "failure")


def test_what_is_told_twice_says_the_same(sandbox: Sandbox, ears: Ears, number: str) -> None:
    sandbox.trick("notice", "double")

    sandbox.pay(number)

    first, second = ears.told
    assert first == second


def test_what_comes_in_the_wrong_order_says_what_it_is_about(
    sandbox: Sandbox, ears: Ears, number: str
) -> None:
    sandbox.trick("notice", "hold", times=2)
    sandbox.pay(number)
    ears.by.refund(ears.account, refunding(number), now())

    assert sandbox.do("release") == {"released": 2}

    later, earlier = ears.told
    assert isinstance(earlier, Told)
    assert later is not None
    assert earlier.number == later.number == number


def test_what_never_comes_is_found_by_asking(sandbox: Sandbox, ears: Ears, number: str) -> None:
    sandbox.trick("notice", "drop")

    sandbox.pay(number)

    assert ears.told == []
    assert ears.by.query(ears.account, number, now()).state is Trade.PAID


@pytest.mark.parametrize("sandbox", NAMES, indirect=True)
def test_what_is_for_another_app_is_refused(sandbox: Sandbox, ears: Ears, number: str) -> None:
    ears.account = replace(ears.account, app_id="2026112200000009")

    sandbox.pay(number)

    assert set(ears.refused) == {"app"}
    assert not sandbox.desk.notices.sent[-1].heard


@pytest.mark.parametrize("sandbox", ["wechat"], indirect=True)
def test_what_does_not_open_with_our_key_is_refused(
    sandbox: Sandbox, ears: Ears, number: str
) -> None:
    secrets = {**ears.account.secrets, "api_v3_key": "x" * 32}
    ears.account = replace(ears.account, secrets=secrets)

    sandbox.pay(number)

    assert set(ears.refused) == {"body"}


@pytest.mark.parametrize("sandbox", ["wechat"], indirect=True)
def test_a_notice_is_believed_by_either_key_of_a_migration(
    sandbox: Sandbox, ears: Ears, number: str
) -> None:
    sandbox.desk.use_certificate(True)
    sandbox.pay(number)
    sandbox.desk.use_certificate(False)
    sandbox.do("tell", number=number)
    assert sandbox.desk.notices.wait()

    first, second = ears.told
    assert first == second
    assert ears.refused == []


@pytest.mark.parametrize("sandbox", ["wechat"], indirect=True)
@pytest.mark.parametrize("end", [Back.DONE, Back.CLOSED, Back.ABNORMAL])
def test_the_end_of_a_refund_under_way_is_told(
    sandbox: Sandbox, ears: Ears, number: str, end: Back
) -> None:
    sandbox.pay(number)
    sandbox.trick("refund", "processing")
    ears.by.refund(ears.account, refunding(number), now())

    sandbox.do("settle", refund_no=f"{number}-01", state=end.value)
    assert sandbox.desk.notices.wait()

    told = ears.told[-1]
    assert isinstance(told, Returned)
    assert (told.refund_no, told.state, told.fen) == (f"{number}-01", end, 500)


@pytest.mark.parametrize("sandbox", ["alipay"], indirect=True)
def test_a_notice_of_the_market_is_alipays_and_of_no_payment(sandbox: Sandbox, ears: Ears) -> None:
    sandbox.desk.notices.send(sandbox.desk.market(sandbox.notify_url, {"title": "订购 A&B=1"}))
    assert sandbox.desk.notices.wait()

    assert (ears.told, ears.refused) == ([None], [])


@pytest.mark.parametrize("sandbox", ["alipay"], indirect=True)
def test_a_field_that_is_there_twice_is_refused(sandbox: Sandbox, ears: Ears, number: str) -> None:
    sandbox.pay(number)
    came = sandbox.merchant.heard[-1].body

    with pytest.raises(Forged):
        ears.by.hear(ears.account, {}, came + b"&total_amount=0.01", now())


@pytest.fixture(scope="module")
def notice(both: dict[str, Sandbox]) -> dict[str, tuple[Account, Request, str]]:
    """One good notice of each, and when it came."""
    found: dict[str, Any] = {}
    for name, sandbox in both.items():
        sandbox.calm()
        by, account = providers.of(name), sandbox.account()
        method = Method.NATIVE if name == "wechat" else Method.QR
        by.create(account, wanted(f"{name}-changed-01", method), now())
        sandbox.pay(f"{name}-changed-01")
        found[name] = account, sandbox.merchant.heard[-1], now()
    return found


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=80)
@given(data=st.data())
def test_no_byte_may_be_another(
    notice: dict[str, tuple[Account, Request, str]], name: str, data: st.DataObject
) -> None:
    account, came, when = notice[name]
    at = data.draw(st.integers(0, len(came.body) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != came.body[at]))
    body = came.body[:at] + bytes([other]) + came.body[at + 1 :]
    by = providers.of(name)
    good = by.hear(account, came.headers, came.body, when)

    try:
        told = by.hear(account, came.headers, body, when)
    except Forged:
        return

    assert name == "alipay"  # its form may be written in more ways than one: %3a for %3A
    assert told == good
