"""Every call of WeChat Pay's against the sandbox, over HTTP: what goes out and what comes back."""

import base64
import csv
import io
from collections.abc import Iterator
from itertools import count

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.sandbox import wechat as theirs
from shared.gateways.payments import skew, wechat
from shared.gateways.payments.port import (
    Account,
    Back,
    Bill,
    Forged,
    Method,
    Rejected,
    Told,
    Trade,
    Unclear,
    Why,
)
from shared.runtime import clock
from tests.support import sandboxes
from tests.support.sandboxes import Sandbox, now, refunding, wanted

_numbers = count(1)
PAY = wechat.WeChat()


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with sandboxes.wechat_pay() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.calm()
    return running


@pytest.fixture
def account(sandbox: Sandbox) -> Account:
    return sandbox.account()


@pytest.fixture
def number() -> str:
    return f"0123456789abcdef{next(_numbers):08}-01"


def paid(sandbox: Sandbox, account: Account, number: str, fen: int = 1999) -> None:
    PAY.create(account, wanted(number, Method.NATIVE, fen), now())
    sandbox.pay(number)


def signed_by_us(message: bytes, signature: str) -> None:
    """Raises unless the merchant's key signed it."""
    key = sandboxes.keys().private("wechat-merchant").public_key()
    key.verify(base64.b64decode(signature), message, padding.PKCS1v15(), hashes.SHA256())


def test_a_page_inside_wechat_gets_a_signed_way_to_pay(account: Account, number: str) -> None:
    way = PAY.create(account, wanted(number, Method.JSAPI), now()).params

    lines = [way["appId"], way["timeStamp"], way["nonceStr"], way["package"]]
    assert way["package"].startswith("prepay_id=wx")
    assert way["signType"] == "RSA"
    signed_by_us("".join(f"{line}\n" for line in lines).encode(), way["paySign"])


def test_an_app_gets_a_signed_way_to_pay(account: Account, number: str) -> None:
    way = PAY.create(account, wanted(number, Method.APP), now()).params

    lines = [way["appid"], way["timestamp"], way["noncestr"], way["prepayid"]]
    assert (way["partnerid"], way["package"]) == (theirs.MERCHANT, "Sign=WXPay")
    signed_by_us("".join(f"{line}\n" for line in lines).encode(), way["sign"])


def test_a_screen_gets_a_code_and_a_browser_an_address(account: Account, number: str) -> None:
    code = PAY.create(account, wanted(number, Method.NATIVE), now()).params
    back = wanted(f"{number}b", Method.H5, return_url="https://shop.example/o?id=1")
    address = PAY.create(account, back, now()).params

    assert code["code_url"].startswith("weixin://")
    assert address["h5_url"].endswith("&redirect_url=https%3A%2F%2Fshop.example%2Fo%3Fid%3D1")


def test_a_payment_is_known_by_our_number_and_by_theirs(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    PAY.create(account, wanted(number, Method.NATIVE), now())
    before = PAY.query(account, number, now())
    sandbox.pay(number)

    after = PAY.query(account, number, now())

    assert (before.state, before.provider_no, before.fen) == (Trade.PENDING, "", 1999)
    assert (after.state, after.fen, after.payer) == (Trade.PAID, 1999, "sandbox-buyer")
    assert after.at.endswith(".000+00:00")
    assert now(-5) < after.at < now(5)
    assert PAY.query(account, number, now(), after.provider_no) == after


def test_what_was_never_begun_is_absent(account: Account, number: str) -> None:
    for ask in (
        lambda: PAY.query(account, number, now()),
        lambda: PAY.close(account, number, now()),
        lambda: PAY.query_refund(account, number, f"{number}-01", now()),
    ):
        with pytest.raises(Rejected) as no:
            ask()
        assert no.value.why is Why.ABSENT


def test_closing_twice_is_closing_once(account: Account, number: str) -> None:
    PAY.create(account, wanted(number, Method.NATIVE), now())

    PAY.close(account, number, now())
    PAY.close(account, number, now())

    assert PAY.query(account, number, now()).state is Trade.CLOSED
    with pytest.raises(Rejected) as no:
        PAY.create(account, wanted(number, Method.NATIVE), now())
    assert no.value.why is Why.CLOSED


def test_what_is_paid_is_not_closed(sandbox: Sandbox, account: Account, number: str) -> None:
    paid(sandbox, account, number)

    with pytest.raises(Rejected) as no:
        PAY.close(account, number, now())

    assert (no.value.why, no.value.code) == (Why.PAID, "ORDERPAID")


def test_the_same_payment_is_begun_again_and_another_is_not(account: Account, number: str) -> None:
    first = PAY.create(account, wanted(number, Method.NATIVE), now())

    assert PAY.create(account, wanted(number, Method.NATIVE), now()) == first
    with pytest.raises(Rejected) as no:
        PAY.create(account, wanted(number, Method.NATIVE, 2000), now())
    assert no.value.why is Why.USED


def test_a_payment_goes_back_in_parts_and_never_more(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    paid(sandbox, account, number)

    first = PAY.refund(account, refunding(number, "01", 1500), now())
    again = PAY.refund(account, refunding(number, "01", 1500), now())

    assert again == first
    assert (first.state, first.fen, first.refund_no) == (Back.DONE, 1500, f"{number}-01")
    assert PAY.query_refund(account, number, f"{number}-01", now()) == first
    assert PAY.query(account, number, now()).state is Trade.REFUNDED
    with pytest.raises(Rejected) as no:
        PAY.refund(account, refunding(number, "02", 500), now())
    assert no.value.why is Why.REFUSED
    assert PAY.refund(account, refunding(number, "03", 499), now()).state is Back.DONE


def test_the_same_number_for_another_refund_is_refused(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    paid(sandbox, account, number)
    PAY.refund(account, refunding(number, "01", 100), now())

    with pytest.raises(Rejected) as no:
        PAY.refund(account, refunding(number, "01", 101), now())

    assert no.value.why is Why.USED


@pytest.mark.parametrize("end", [Back.DONE, Back.ABNORMAL, Back.CLOSED])
def test_a_refund_under_way_comes_to_its_end(
    sandbox: Sandbox, account: Account, number: str, end: Back
) -> None:
    paid(sandbox, account, number)
    sandbox.trick("refund", "processing")

    told = PAY.refund(account, refunding(number), now())
    sandbox.do("settle", refund_no=told.refund_no, state=end.value)

    assert (told.state, told.at) == (Back.PROCESSING, "")
    assert PAY.query_refund(account, number, told.refund_no, now()).state is end


def test_a_payment_that_has_run_out_cannot_be_paid(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    PAY.create(account, wanted(number, Method.NATIVE), now())

    sandbox.do("clock", ahead=1801)
    told = PAY.query(account, number, now())
    sandbox.do("clock", ahead=0)

    assert told.state is Trade.CLOSED


REFUSALS = [
    ("lost", "", None),
    ("cut", "", None),
    ("half", "", None),
    ("broken", "", None),
    ("unknown", "", None),
    ("busy", "", Why.LATER),
    ("refuse", "RATELIMIT_EXCEEDED", Why.LATER),
    ("refuse", "NOT_ENOUGH", Why.SHORT),
    ("refuse", "NO_AUTH", Why.ACCOUNT),
    ("refuse", "RESOURCE_NOT_EXISTS", Why.ABSENT),
    ("refuse", "SOMETHING_NEW", Why.REFUSED),
]


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: f"{case[0]} {case[1]}".strip())
def test_what_goes_wrong_is_a_refusal_or_unclear(
    sandbox: Sandbox, account: Account, number: str, case: tuple[str, str, Why | None]
) -> None:
    what, code, why = case
    paid(sandbox, account, number)
    sandbox.trick("refund", what, code=code)

    with pytest.raises(Rejected if why else Unclear) as trouble:
        PAY.refund(account, refunding(number), now())

    if isinstance(trouble.value, Rejected):
        assert trouble.value.why is why
    again = PAY.refund(account, refunding(number), now())
    assert (again.state, len(sandbox.desk.book.of(number))) == (Back.DONE, 1)


FORGERIES = [
    ("byte", "signature"),
    ("unsigned", "signature"),
    ("old", "age"),
    ("serial", "serial"),
    ("probe", "probe"),
    ("foreign", "merchant"),
    ("other", "number"),
]


@pytest.mark.parametrize(("what", "code"), FORGERIES)
def test_an_answer_that_is_not_theirs_counts_for_nothing(
    sandbox: Sandbox, account: Account, number: str, what: str, code: str
) -> None:
    paid(sandbox, account, number)
    sandbox.trick("query", what)

    with pytest.raises(Forged) as forged:
        PAY.query(account, number, now())

    assert forged.value.code == code


@pytest.mark.parametrize("what", ["unsigned", "old", "serial", "probe"])
def test_an_empty_answer_is_verified_as_well(
    sandbox: Sandbox, account: Account, number: str, what: str
) -> None:
    PAY.create(account, wanted(number, Method.NATIVE), now())
    sandbox.trick("close", what)

    with pytest.raises((Forged, Unclear)):
        PAY.close(account, number, now())


def test_an_answer_for_another_app_is_refused(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    paid(sandbox, account, number)

    with pytest.raises(Forged) as forged:
        PAY.query(sandbox.account(app_id="wx5a0db0c0ffee0002"), number, now())

    assert forged.value.code == "app"


def test_nobody_there_means_that_nothing_was_done(sandbox: Sandbox, number: str) -> None:
    nowhere = sandbox.account(endpoint="http://127.0.0.1:9")

    with pytest.raises(Rejected) as no:
        PAY.create(nowhere, wanted(number, Method.NATIVE), now())

    assert (no.value.why, no.value.code) == (Why.LATER, "unreachable")


def test_wrong_keys_of_ours_are_a_matter_of_the_account(sandbox: Sandbox, number: str) -> None:
    secrets = sandbox.desk.account()["secrets"]
    other = sandboxes.keys().private_text("wechat-platform")
    wrong = [
        sandbox.account(secrets={**secrets, "private_key": other}),
        sandbox.account(secrets={**secrets, "serial": "0123456789AB"}),
        sandbox.account(merchant_id=theirs.FOREIGN),
    ]

    for account in wrong:
        with pytest.raises(Rejected) as no:
            PAY.create(account, wanted(number, Method.NATIVE), now())
        assert (no.value.why, no.value.code) == (Why.ACCOUNT, "SIGN_ERROR")


def test_a_clock_that_is_wrong_is_told(account: Account, number: str) -> None:
    with pytest.raises((Rejected, Forged)):
        PAY.create(account, wanted(number, Method.NATIVE), now(-301))


@pytest.fixture
def skewed() -> Iterator[None]:
    """Nothing that is learned of a clock is left behind."""
    skew.forget()
    yield
    skew.forget()


@pytest.mark.usefixtures("skewed")
@pytest.mark.parametrize("ahead", [900, -900])
def test_a_clock_that_is_off_is_corrected_by_the_first_answer(
    sandbox: Sandbox, account: Account, number: str, ahead: int
) -> None:
    sandbox.trick("create", "clock", times=2, seconds=ahead)

    prepared = PAY.create(account, wanted(number, Method.JSAPI), now())

    assert abs(skew.ahead(account.endpoint) - ahead) <= 2
    paid_at = int(prepared.params["timeStamp"]) - ahead
    assert abs(paid_at - clock.epoch(now())) <= 2
    assert len([one for one in sandbox.desk.mischief.done if one.what == "clock"]) == 2


@pytest.mark.usefixtures("skewed")
def test_a_notice_is_as_old_as_it_is_by_their_clock(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    PAY.create(account, wanted(number, Method.NATIVE), now())
    sandbox.trick("notice", "old", seconds=-900)
    sandbox.pay(number)
    told = sandbox.merchant.heard[0]
    with pytest.raises(Forged, match="age"):
        PAY.hear(account, told.headers, told.body, now())

    sandbox.trick("query", "clock", times=2, seconds=900)
    PAY.query(account, number, now())

    heard = PAY.hear(account, told.headers, told.body, now())
    assert isinstance(heard, Told)
    assert heard.state is Trade.PAID


@pytest.mark.usefixtures("skewed")
def test_a_clock_that_is_right_again_is_trusted_again(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    sandbox.trick("create", "clock", times=2, seconds=900)
    PAY.create(account, wanted(number, Method.NATIVE), now())

    told = PAY.query(account, number, now())

    assert (told.number, skew.ahead(account.endpoint)) == (number, 0)


def test_both_keys_count_while_a_merchant_moves_from_one_to_the_other(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    PAY.create(account, wanted(number, Method.NATIVE), now())
    by_key = PAY.query(account, number, now())
    sandbox.desk.use_certificate(True)

    by_certificate = PAY.query(account, number, now())
    only_key = {name: key for name, key in account.keys.items() if name.startswith("PUB_KEY_ID")}
    with pytest.raises(Forged) as forged:
        PAY.query(sandbox.account(keys=only_key), number, now())
    sandbox.desk.use_certificate(False)

    assert by_key == by_certificate
    assert forged.value.code == "serial"
    assert sandbox.desk.heard[-1].headers["wechatpay-serial"] == theirs.PUBLIC_KEY


def rows(bill: bytes) -> list[dict[str, str]]:
    """The rows with their ticks taken off, down to the summary."""
    lines = bill.decode("utf-8-sig").splitlines()
    found = [line for line in lines[1:] if line.startswith("`")][:-1]
    titles = lines[0].split(",")
    return [
        dict(zip(titles, (cell.removeprefix("`") for cell in row), strict=True))
        for row in csv.reader(io.StringIO("\n".join(found)))
    ]


def test_the_bills_of_a_day_tell_each_payment_and_each_movement(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    paid(sandbox, account, number)
    PAY.refund(account, refunding(number), now())

    trades = rows(PAY.bill(account, sandboxes.today(), Bill.TRADES, now()))
    funds = rows(PAY.bill(account, sandboxes.today(), Bill.FUNDS, now()))

    mine = [row for row in trades if row["商户订单号"] == number]
    assert [(row["交易状态"], row["订单金额"], row["申请退款金额"]) for row in mine] == [
        ("SUCCESS", "19.99", "0.00"),
        ("REFUND", "0.00", "5.00"),
    ]
    assert {"交易", "扣除交易手续费", "退款"} <= {row["业务名称"] for row in funds}


def test_a_day_without_a_bill_and_a_day_to_come(account: Account) -> None:
    for day, why in (("2020-01-01", Why.ABSENT), ("2099-01-01", Why.LATER)):
        with pytest.raises(Rejected) as no:
            PAY.bill(account, day, Bill.TRADES, now())
        assert no.value.why is why


def test_a_bill_that_was_changed_on_its_way_is_no_bill(
    sandbox: Sandbox, account: Account, number: str
) -> None:
    paid(sandbox, account, number)
    sandbox.trick("download", "byte")

    with pytest.raises(Unclear):
        PAY.bill(account, sandboxes.today(), Bill.TRADES, now())


@settings(max_examples=40)
@given(
    title=st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable()),
    tail=st.text("0123456789abcdefABC-_", min_size=1, max_size=6),
    fen=st.integers(1, 10**8),
)
def test_the_signature_is_over_exactly_the_bytes_that_arrived(
    running: Sandbox, title: str, tail: str, fen: int
) -> None:
    account = running.account()
    number = f"p{next(_numbers)}-{tail}-123456"
    PAY.create(account, wanted(number, Method.JSAPI, fen, title=title), now())
    PAY.query(account, number, now())

    for came in running.desk.heard[-2:]:
        said = dict(theirs.AUTHORIZATION.findall(came.headers["authorization"]))
        lines = (came.method, came.target, said["timestamp"], said["nonce_str"])
        message = "".join(f"{line}\n" for line in lines).encode() + came.body + b"\n"
        signed_by_us(message, said["signature"])
    assert running.desk.book.trades[number].title == title
