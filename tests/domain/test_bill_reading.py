"""Bills read without loss: each provider's form, and every way in which a file can be wrong."""

import gzip
from collections.abc import Callable
from datetime import datetime

import pytest

from infra.sandbox import bills as sandbox
from infra.sandbox.book import Book, Refund
from infra.sandbox.book import Trade as Sold
from shared.domain.bill import BillKind, BillTerms, LineKind, Outcome, Parsed
from shared.domain.bill_reading import PRESETS, parse
from shared.domain.errors import Invalid
from tests.support import statements
from tests.support.statements import DAY, OWNER, SELLER, Trade, alipay, wechat

TERMS = BillTerms("main")
CHARGE = Trade("a1-01", 1000, 6)
BACK = Trade("a1-01", 300, -2, "a1-01-01", at="23:59:59")


def trades(data: bytes, owner: str = "") -> Parsed:
    return parse(data, BillKind.TRADES, DAY, TERMS, owner)


def wrong(data: bytes, kind: BillKind = BillKind.TRADES, owner: str = "") -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        parse(data, kind, DAY, TERMS, owner)
    return [(fault.field, fault.code) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("write", "source", "owner"),
    [
        (wechat, "wechat", OWNER),
        (alipay, "alipay", SELLER),
        (lambda *some: statements.zipped(alipay(*some)), "alipay", SELLER),
        (lambda *some: gzip.compress(wechat(*some)), "wechat", OWNER),
        (lambda *some: wechat(*some).decode("utf-8-sig").encode("gbk"), "wechat", OWNER),
    ],
    ids=["wechat", "alipay", "zip", "gzip", "gbk"],
)
def test_each_form_reads_to_the_same_lines(
    write: Callable[..., bytes], source: str, owner: str
) -> None:
    found = trades(write(CHARGE, BACK), owner)

    told = [(one.kind, one.number, one.fen, one.fee, one.refund, one.at) for one in found.lines]
    assert found.source == source
    assert told == [
        (LineKind.CHARGE, "a1-01", 1000, 6, "", "2026-11-20T02:00:00.000+00:00"),
        (LineKind.REFUND, "a1-01", 300, -2, "a1-01-01", "2026-11-20T15:59:59.000+00:00"),
    ]
    assert sum(one.flow for one in found.lines) == 1000 - 6 - 300 + 2


@pytest.mark.parametrize("write", [wechat, alipay])
def test_what_we_bear_ourselves_is_not_settled(write: Callable[..., bytes]) -> None:
    (line,) = trades(write(Trade("a1-01", 1000, 5, coupon=100))).lines

    assert (line.fen, line.coupon, line.flow) == (1000, 100, 895)


@pytest.mark.parametrize(
    ("word", "state"), [("PROCESSING", Outcome.PENDING), ("FAIL", Outcome.FAILED)]
)
def test_a_refund_says_how_it_stands(word: str, state: Outcome) -> None:
    (line,) = trades(wechat(Trade("a1-01", 300, 0, "a1-01-01", state=word))).lines

    assert line.state is state


def test_a_comma_in_a_title_divides_nothing() -> None:
    assert len(trades(wechat(CHARGE)).lines) == 1


@pytest.mark.parametrize("write", [wechat, alipay])
def test_a_bill_of_a_day_without_trades_is_a_bill(write: Callable[..., bytes]) -> None:
    assert trades(write()).lines == ()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("`10.00", "`10.001", ("content[2]", "not-yuan")),
        ("`10.00", "`ten", ("content[2]", "not-yuan")),
        ("2026-11-20 10", "2026-11-31 10", ("content[2]", "not-a-bill-time")),
        ("2026-11-20 10", "2026-11-19 10", ("content[2]", "other-day")),
        ("`SUCCESS", "`WHATEVER", ("content[2]", "unknown-word")),
        (",`0.60%,`10.00,`0.00,`", "", ("content[2]", "cell-missing")),
        ("`1.0,", "`2.0,", ("content", "sum-differs")),
        ("`0.06,`10.00,`0.00", "`0.07,`10.00,`0.00", ("content", "sum-differs")),
        ("微信订单号", "单号", ("content", "not-a-bill")),
    ],
)
def test_a_flaw_is_told_with_its_line(old: str, new: str, fault: tuple[str, str]) -> None:
    text = wechat(CHARGE).decode()
    assert old in text

    found = wrong(text.replace(old, new).encode())

    assert found == [fault]


def test_a_bill_that_was_cut_off_is_refused() -> None:
    text = wechat(CHARGE).decode()

    assert wrong(text.partition("总交易单数")[0].encode()) == [("content", "no-summary")]


def test_every_flaw_is_told_and_none_hides_another() -> None:
    text = wechat(CHARGE, BACK, Trade("a2-01", 500)).decode()

    found = wrong(text.replace("`10.00", "`x").replace("`5.00", "`y").encode())

    assert found == [("content[2]", "not-yuan"), ("content[4]", "not-yuan")]


def test_sums_of_alipay_are_checked() -> None:
    text = alipay(CHARGE, BACK).decode("gbk")

    assert wrong(text.replace("共10.00元", "共10.01元").encode("gbk")) == [
        ("content", "sum-differs")
    ]
    assert wrong(text.partition("业务明细列表结束")[0].encode("gbk")) == [
        ("content", "no-summary")
    ]


def test_another_merchants_bill_is_refused() -> None:
    assert wrong(wechat(CHARGE), owner="1900000002") == [("account", "other-owner")]
    assert wrong(alipay(CHARGE), owner="2088000000000999") == [("account", "other-owner")]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00\x81", b"PK\x03\x04junk", b"\x1f\x8bjunk"])
def test_what_is_no_bill_is_refused(data: bytes) -> None:
    assert wrong(data)[0][1] in ("not-a-bill", "not-a-bill-text")


def test_a_bill_of_another_kind_is_refused() -> None:
    assert wrong(wechat(CHARGE), BillKind.FUNDS) == [("kind", "other-bill")]
    assert wrong(wechat(CHARGE), BillKind.PLATFORM) == [("account", "no-bill-columns")]


def test_a_statement_tells_what_the_account_had() -> None:
    data = statements.wechat_funds(
        5000,
        ("交易", 1000),
        ("扣除交易手续费", -6),
        ("退款", -300),
        ("提现", -2000),
        ("红包", -10),
    )

    found = parse(data, BillKind.FUNDS, DAY, TERMS)

    assert (found.opening, found.closing) == (5000, 5000 + 1000 - 6 - 300 - 2000 - 10)
    assert [(one.kind, one.fen) for one in found.lines] == [
        (LineKind.CHARGE, 1000),
        (LineKind.FEE, 6),
        (LineKind.REFUND, 300),
        (LineKind.WITHDRAWAL, 2000),
        (LineKind.OTHER, -10),
    ]


def test_a_platforms_bill_reads_by_its_columns() -> None:
    data = statements.platform(
        ("TB-1", "2026-11-20 10:00:00", "货款", "10.00", "-0.50", "", "s1"),
        ("TB-1", "2026-11-20 11:00:00", "退款", "-3.00", "", "r1", "s2"),
        ("", "2026-11-20", "佣金", "-0.20", "", "", "s3"),
    )

    found = parse(data, BillKind.PLATFORM, DAY, PRESETS["generic"])

    assert [(one.kind, one.number, one.fen, one.fee, one.refund) for one in found.lines] == [
        (LineKind.CHARGE, "TB-1", 1000, 50, ""),
        (LineKind.REFUND, "TB-1", 300, 0, "r1"),
        (LineKind.FEE, "", 20, 0, ""),
    ]


def test_words_and_units_of_a_platform_are_the_shops_own() -> None:
    columns = PRESETS["generic"].columns
    terms = BillTerms("shop", columns=columns, kinds={"JS": "charge"}, yuan=False, prefix="T200P")
    data = statements.platform(("T200P77", "2026-11-20", "JS", "1000", "", "", "s1"))

    (line,) = parse(data, BillKind.PLATFORM, DAY, terms).lines

    assert (line.number, line.fen, line.kind) == ("77", 1000, LineKind.CHARGE)


def test_the_sandboxes_write_bills_that_read() -> None:
    """Their bills are written by others than whoever reads them here."""
    at = datetime.fromisoformat(f"{DAY}T10:00:00+08:00").timestamp()
    book = Book(most=0, gap=0, days=365)
    paid = Sold("a-01", 1000, "杯子", "native", "", 0, "", "42", at, "paid", True, "buyer", at)
    book.trades["a-01"] = paid
    book.refunds.append(Refund("a-01", "a-01-01", 300, "", "", "50", at, "done", at))
    wechat_bill = sandbox.wechat_trades(book, "wx1", OWNER, DAY).encode()
    alipay_bill = sandbox.alipay_trades(book, SELLER, DAY)
    funds = (
        sandbox.wechat_funds(book, OWNER, DAY).encode(),
        sandbox.alipay_funds(book, SELLER, DAY),
    )

    for data, owner in ((wechat_bill, OWNER), (alipay_bill, SELLER)):
        assert sum(one.flow for one in trades(data, owner).lines) == 1000 - 6 - 300 + 2
    for data, owner in zip(funds, (OWNER, SELLER), strict=True):
        found = parse(data, BillKind.FUNDS, DAY, TERMS, owner)
        assert (found.opening, found.closing) == (0, 696)


def test_alipays_statement_is_a_bill_of_taobao() -> None:
    rows = [
        "#支付宝账务明细查询",
        "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
        "账户余额（元）,交易渠道,业务类型,备注",
        f"1\t,2\t,T200P77\t,杯子,{DAY} 10:00:00,x,18.00,,18.00,支付宝,交易付款,",
        f"3\t,4\t,T200P77\t,杯子,{DAY} 11:00:00,x,,-0.90,17.10,支付宝,收费,",
        "#" + "-" * 20 + "账务明细列表结束" + "-" * 20,
    ]

    found = parse("\n".join(rows).encode("gbk"), BillKind.PLATFORM, DAY, PRESETS["taobao"])

    assert [(one.number, one.kind, one.fen) for one in found.lines] == [
        ("77", LineKind.CHARGE, 1800),
        ("77", LineKind.FEE, 90),
    ]
