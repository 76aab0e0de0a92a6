"""Every call of Alipay's against the sandbox, over HTTP: what goes out and what comes back."""

import base64
import json
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from html import unescape
from itertools import count
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.sandbox.mischief import WELL
from infra.sandbox.server import Request
from shared.gateways import web
from shared.gateways.payments import alipay, skew
from shared.gateways.payments.port import (
    Account,
    Back,
    Bill,
    Forged,
    Method,
    Rejected,
    Trade,
    Unclear,
    Why,
)
from tests.support import sandboxes
from tests.support.sandboxes import Sandbox, now, refunding, wanted

_numbers = count(1)
PAY = alipay.Alipay()


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with sandboxes.alipay_pay() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.calm()
    return running


@pytest.fixture(params=[False, True], ids=["key", "certificate"])
def account(request: pytest.FixtureRequest, sandbox: Sandbox) -> Account:
    """In both modes: by plain keys, and by certificates."""
    return sandbox.account(**sandbox.desk.account(by_certificate=request.param))


@pytest.fixture
def number() -> str:
    return f"0123456789abcdef{next(_numbers):08}-01"


def paid(sandbox: Sandbox, account: Account, number: str, fen: int = 1999) -> None:
    PAY.create(account, wanted(number, Method.QR, fen), now())
    sandbox.pay(number)


def opened(url: str, body: bytes | None = None) -> str:
    """What a browser finds there in the end."""
    with urllib.request.urlopen(url, body) as answer:
        return str(answer.read().decode())


def test_a_screen_gets_a_code_that_is_no_trade_before_it_is_scanned(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    way = PAY.create(account, wanted(number, Method.QR), now()).params

    with pytest.raises(Rejected) as no:
        PAY.query(account, number, now())
    sandbox.pay(number)

    assert way["code_url"].startswith("https://qr.alipay.com/")
    assert no.value.why is Why.ABSENT
    assert PAY.query(account, number, now()).state is Trade.PAID


@pytest.mark.parametrize("method", [Method.PAGE, Method.WAP])
def test_a_browser_comes_to_the_till_by_address_and_by_form(
    account: Account, number: str, method: Method
) -> None:
    back = wanted(number, method, title="A/B=C&D <x>", return_url="https://shop.example/o")
    way = PAY.create(account, back, now()).params

    by_address = opened(way["url"])
    action, content = re.findall(r'(?:action|value)="([^"]*)"', way["form"])
    field = urllib.parse.urlencode({"biz_content": unescape(content)}).encode()
    by_form = opened(unescape(action), field)

    assert "A B C D &lt;x&gt;" in by_address
    assert by_form == by_address
    assert PAY.query(account, number, now()).state is Trade.PENDING


def test_an_app_gets_one_signed_text(sandbox: Sandbox, account: Account, number: str) -> None:
    way = PAY.create(account, wanted(number, Method.APP), now()).params

    begun = json.loads(opened(f"{account.endpoint}?{way['order_string']}"))

    assert begun["number"] == number
    assert PAY.query(account, number, now()).state is Trade.PENDING


def test_what_was_signed_for_the_buyer_cannot_be_changed(account: Account, number: str) -> None:
    way = PAY.create(account, wanted(number, Method.PAGE), now()).params

    told = opened(way["url"].replace("19.99", "0.01"))

    assert "isv.invalid-signature" in told


def test_a_payment_is_known_by_our_number_and_by_theirs(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    paid(sandbox, account, number)

    told = PAY.query(account, number, now())

    assert (told.state, told.fen, told.payer) == (Trade.PAID, 1999, "sandbox-buyer")
    assert now(-5) < told.at < now(5)
    assert PAY.query(account, number, now(), told.provider_no) == told


def test_closing_twice_is_closing_once(account: Account, number: str) -> None:
    opened(PAY.create(account, wanted(number, Method.PAGE), now()).params["url"])

    PAY.close(account, number, now())
    PAY.close(account, number, now())

    assert PAY.query(account, number, now()).state is Trade.CLOSED


def test_what_is_paid_is_not_closed(sandbox: Sandbox, account: Account, number: str) -> None:
    paid(sandbox, account, number)

    with pytest.raises(Rejected) as no:
        PAY.close(account, number, now())

    assert (no.value.why, no.value.code) == (Why.PAID, "ACQ.TRADE_STATUS_ERROR")


def test_what_is_not_there_cannot_be_closed(account: Account, number: str) -> None:
    with pytest.raises(Rejected) as no:
        PAY.close(account, number, now())

    assert no.value.why is Why.ABSENT


@pytest.mark.parametrize(("state", "why"), [("paid", Why.PAID), ("closed", Why.CLOSED)])
def test_what_has_ended_is_not_begun_again(
    sandbox: Sandbox, number: str, state: str, why: Why
) -> None:
    account = sandbox.account()
    PAY.create(account, wanted(number, Method.QR), now())
    sandbox.desk.book.trades[number].state = state

    with pytest.raises(Rejected) as no:
        PAY.create(account, wanted(number, Method.QR), now())

    assert no.value.why is why


def test_a_payment_goes_back_in_parts_and_never_more(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    paid(sandbox, account, number)

    first = PAY.refund(account, refunding(number, "01", 1500), now())
    again = PAY.refund(account, refunding(number, "01", 1500), now())

    assert again == first
    assert (first.state, first.fen, first.refund_no) == (Back.DONE, 1500, f"{number}-01")
    assert PAY.query(account, number, now()).state is Trade.PAID
    with pytest.raises(Rejected) as no:
        PAY.refund(account, refunding(number, "02", 500), now())
    assert no.value.why is Why.REFUSED
    PAY.refund(account, refunding(number, "03", 499), now())
    assert PAY.query(account, number, now()).state is Trade.REFUNDED
    assert sandbox.desk.book.returned(number) == 1999


def test_the_same_number_for_another_refund_is_refused(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    paid(sandbox, account, number)
    PAY.refund(account, refunding(number, "01", 100), now())

    with pytest.raises(Rejected) as no:
        PAY.refund(account, refunding(number, "01", 101), now())

    assert no.value.why is Why.USED


def test_a_refund_that_moved_no_funds_is_unclear_until_it_is_there(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    paid(sandbox, account, number)
    sandbox.trick("refund", "processing")

    with pytest.raises(Unclear):
        PAY.refund(account, refunding(number), now())
    with pytest.raises(Rejected) as no:
        PAY.query_refund(account, number, f"{number}-01", now())
    sandbox.do("settle", refund_no=f"{number}-01")

    assert no.value.why is Why.ABSENT
    assert PAY.query_refund(account, number, f"{number}-01", now()).state is Back.DONE


REFUSALS = [
    ("lost", "", None),
    ("cut", "", None),
    ("half", "", None),
    ("broken", "", None),
    ("unknown", "", None),
    ("unknown", "unknown", None),
    ("busy", "", Why.LATER),
    ("refuse", "ACQ.SELLER_BALANCE_NOT_ENOUGH", Why.SHORT),
    ("refuse", "auth", Why.ACCOUNT),
    ("refuse", "ACQ.TRADE_NOT_EXIST", Why.ABSENT),
    ("refuse", "ACQ.SOMETHING_NEW", Why.REFUSED),
]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: f"{case[0]} {case[1]}".strip())
def test_what_goes_wrong_is_a_refusal_or_unclear(
    sandbox: Sandbox, number: str, case: tuple[str, str, Why | None]
) -> None:
    what, code, why = case
    account = sandbox.account()
    paid(sandbox, account, number)
    sandbox.trick("refund", what, code=code)

    with pytest.raises(Rejected if why else Unclear) as trouble:
        PAY.refund(account, refunding(number), now())

    if isinstance(trouble.value, Rejected):
        assert trouble.value.why is why
    again = PAY.refund(account, refunding(number), now())
    assert (again.state, len(sandbox.desk.book.of(number))) == (Back.DONE, 1)


@pytest.mark.parametrize(
    ("what", "code"), [("byte", "signature"), ("unsigned", "signature"), ("other", "number")]
)
def test_an_answer_that_is_not_theirs_counts_for_nothing(
    sandbox: Sandbox, account: Account, number: str, what: str, code: str
) -> None:
    paid(sandbox, account, number)
    sandbox.trick("query", what)

    with pytest.raises(Forged) as forged:
        PAY.query(account, number, now())

    assert forged.value.code == code


def test_an_answer_under_an_unknown_certificate_counts_for_nothing(
    sandbox: Sandbox, number: str
) -> None:
    account = sandbox.account(**sandbox.desk.account(by_certificate=True))
    paid(sandbox, account, number)
    sandbox.trick("query", "serial")

    with pytest.raises(Forged) as forged:
        PAY.query(account, number, now())

    assert forged.value.code == "serial"


def test_a_good_answer_without_a_signature_is_none(account: Account) -> None:
    def call(*_: object) -> web.Answer:
        body = {"alipay_trade_query_response": {"code": "10000", "out_trade_no": "a-01"}}
        return web.Answer(200, {}, json.dumps(body).encode())

    with pytest.raises(Forged) as forged:
        alipay.Alipay(call).query(account, "a-01", now())

    assert forged.value.code == "signature"


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"x":1}', b"{}"])
def test_an_answer_that_does_not_read_is_unclear(account: Account, body: bytes) -> None:
    pay = alipay.Alipay(lambda *_: web.Answer(200, {}, body))

    with pytest.raises(Unclear):
        pay.query(account, "a-01", now())


def test_a_clock_that_is_off_is_corrected_by_the_first_answer(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    sandbox.trick("create", "clock", times=2, seconds=900)

    prepared = PAY.create(account, wanted(number, Method.QR), now())
    corrected = skew.ahead(account.endpoint)
    skew.forget()

    assert "code_url" in prepared.params
    assert 898 <= corrected <= 902


def test_a_clock_that_stays_wrong_is_a_matter_of_time(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    sandbox.trick("create", "refuse", code="isv.invalid-timestamp")

    with pytest.raises(Rejected) as no:
        PAY.create(account, wanted(number, Method.QR), now())

    assert no.value.why is Why.LATER


def test_wrong_keys_of_ours_are_a_matter_of_the_account(sandbox: Sandbox, number: str) -> None:
    other = {"private_key": sandboxes.keys().private_text("alipay-root")}
    wrong = [sandbox.account(secrets=other), sandbox.account(app_id="2026112200000009")]

    for account in wrong:
        with pytest.raises(Rejected) as no:
            PAY.query(account, number, now())
        assert no.value.why is Why.ACCOUNT


def test_a_private_key_may_come_as_alipays_tool_writes_it(sandbox: Sandbox, number: str) -> None:
    pem = sandbox.desk.account()["secrets"]["private_key"]
    bare = "".join(line for line in pem.splitlines() if "-----" not in line)
    theirs_too = sandbox.desk.account()["keys"]["alipay"]
    public = "".join(line for line in theirs_too.splitlines() if "-----" not in line)
    account = sandbox.account(secrets={"private_key": bare}, keys={"alipay": public})

    paid(sandbox, account, number)

    assert PAY.check(account) == []
    assert PAY.query(account, number, now()).state is Trade.PAID


def test_the_bills_of_a_day_tell_each_payment_and_each_movement(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    paid(sandbox, account, number)
    PAY.refund(account, refunding(number), now())

    trades = PAY.bill(account, sandboxes.today(), Bill.TRADES, now()).decode()
    funds = PAY.bill(account, sandboxes.today(), Bill.FUNDS, now()).decode()

    mine = [line.split(",") for line in trades.splitlines() if f",{number}\t," in line]
    assert [(row[2], row[11], row[21]) for row in mine] == [
        ("交易\t", "19.99", "\t"),
        ("退款\t", "-5.00", f"{number}-01\t"),
    ]
    assert trades.startswith("#支付宝业务明细查询")
    assert f",{number}\t," in funds


def test_a_day_without_a_bill(account: Account) -> None:
    with pytest.raises(Rejected) as no:
        PAY.bill(account, "2020-01-01", Bill.TRADES, now())

    assert no.value.why is Why.ABSENT


@pytest.mark.parametrize("what", ["half", "cut", "broken"])
def test_a_bill_that_did_not_come_whole_is_no_bill(
    sandbox: Sandbox, number: str, what: str
) -> None:
    account = sandbox.account()
    paid(sandbox, account, number)
    sandbox.trick("download", what)

    with pytest.raises(Unclear):
        PAY.bill(account, sandboxes.today(), Bill.TRADES, now())


def test_bills_are_taken_over_tls_where_alipay_itself_is_asked(sandbox: Sandbox) -> None:
    asked = []

    def call(method: str, url: str, *_: object) -> web.Answer:
        asked.append((method, url))
        given = parse_qsl(urlsplit(url).query)
        return web.Answer(200, {}, _bill_at(sandbox, dict(given)))

    with pytest.raises(Unclear):
        alipay.Alipay(call).bill(sandbox.account(endpoint=""), "2026-11-20", Bill.TRADES, now())

    assert asked[0][1].startswith("https://openapi.alipay.com/gateway.do?")
    assert asked[1] == ("GET", "https://bills.example/x?token=1")


def _bill_at(sandbox: Sandbox, given: dict[str, str]) -> bytes:
    found = {"bill_download_url": "http://bills.example/x?token=1"}
    answer = sandbox.desk._result({"method": given.get("method", "x")}, found, WELL)
    body: bytes = answer.body
    return body


def heard_params(came: Request) -> dict[str, str]:
    return dict(parse_qsl(came.query, True) + parse_qsl(came.body.decode(), True))


@settings(max_examples=40)
@given(
    title=st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable()),
    fen=st.integers(1, 10**9),
)
def test_the_signature_is_over_exactly_what_arrived(
    running: Sandbox, title: str, fen: int
) -> None:
    number = f"p{next(_numbers)}-123456"
    account = running.account()
    PAY.create(account, wanted(number, Method.QR, fen, title=f"x{title}"), now())

    given_ = heard_params(running.desk.heard[-1])
    signed = "&".join(f"{name}={given_[name]}" for name in sorted(given_) if name != "sign")
    key = sandboxes.keys().private("alipay-app").public_key()
    raw = base64.b64decode(given_["sign"])
    key.verify(raw, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    assert running.desk.book.trades[number].fen == fen


def test_nothing_is_found_where_nothing_is(sandbox: Sandbox) -> None:
    with pytest.raises(HTTPError) as none:
        opened(f"{sandbox.url}/downloadBillFile.resource?token=none")

    with none.value as answer:
        assert answer.code == 404
