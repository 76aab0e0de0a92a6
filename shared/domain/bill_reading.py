"""Read bills without loss: every line, or why it does not read.

A line that does not read is told with its number in the file, and so is a sum that does not hold;
whoever keeps bills keeps none that has such a flaw.
"""

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Any

from shared.domain import words
from shared.domain.bill import (
    CHINA,
    BillKind,
    BillTerms,
    Line,
    LineKind,
    Outcome,
    Parsed,
    day_of,
)
from shared.domain.errors import Fault, Invalid, TooLarge
from shared.domain.reader import MAX_FEN

MOST_BYTES = 64 * 1024 * 1024  # of a bill as text
MOST_LINES = 200_000
HOUR = len("2026-11-20T10")
MOST_FLAWS = 1000  # that are told one by one
FIELDS = ("number", "at", "kind", "fen", "out", "fee", "refund", "provider_no")
NEEDED = ("number", "at", "fen")
WORDS = {
    **dict.fromkeys(("收款", "交易", "交易付款", "在线支付", "货款", "charge"), "charge"),
    **dict.fromkeys(("退款", "交易退款", "退货", "refund"), "refund"),
    **dict.fromkeys(("收费", "服务费", "手续费", "佣金", "扣除交易手续费", "fee"), "fee"),
    **dict.fromkeys(("拒付", "交易拒付", "拒付扣款", "chargeback"), "chargeback"),
    **dict.fromkeys(("提现", "转账", "withdrawal"), "withdrawal"),
    **dict.fromkeys(("其他", "other"), "other"),
}
"""What kinds are called where nobody has said otherwise."""
PRESETS = {
    "generic": BillTerms(
        id="generic",
        columns={
            "number": "订单号",
            "at": "时间",
            "kind": "类型",
            "fen": "金额",
            "fee": "手续费",
            "refund": "退款单号",
            "provider_no": "流水号",
        },
    ),
    "taobao": BillTerms(  # what Alipay's statement calls the orders of Taobao and Tmall
        id="taobao",
        columns={
            "number": "商户订单号",
            "at": "发生时间",
            "kind": "业务类型",
            "fen": "收入金额（+元）",
            "out": "支出金额（-元）",
            "provider_no": "账务流水号",
        },
        prefix="T200P",
    ),
}


class Flaw(Exception):
    """Why a line does not read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(slots=True)
class Sheet:
    """A table whose titles are known: a cell is asked for by its title."""

    titles: Mapping[str, int]
    cells: Sequence[str] = ()
    row: int = 0

    def has(self, name: str) -> bool:
        return name in self.titles

    def text(self, name: str) -> str:
        at = self.titles.get(name)
        if at is None:
            return ""
        if at >= len(self.cells):
            raise Flaw(Fault(name, "cell-missing", {"column": name}))
        return self.cells[at]

    def fen(self, name: str) -> int:
        return fen(self.text(name), name)

    def at(self, name: str) -> str:
        return moment(self.text(name), name)


Read = Callable[[Sheet], Line]


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of file is told from the others, and how a line of it reads."""

    source: str
    kind: BillKind
    titles: tuple[str, ...]  # that it has
    read: Read
    summary: Callable[[Sequence[Line], Sequence[str]], Iterator[Fault]]
    end: str = ""  # what the first cell of the line behind the last begins with
    owner: Callable[[Sequence[str]], str] = lambda _: ""


def parse(data: bytes, kind: BillKind, day: str, terms: BillTerms, owner: str = "") -> Parsed:
    """The bill of a day; raises Invalid with every flaw, TooLarge when nobody could read it.

    `owner`: the merchant's number at the provider, where it is known: another's is refused.
    """
    platform = kind is BillKind.PLATFORM
    if platform and not terms.columns:
        raise Invalid(faults=(Fault("account", "no-bill-columns"),))
    found = next(_recognised(data, [_platform(terms)] if platform else FORMS), None)
    if found is None:
        raise Invalid(faults=(Fault("content", "not-a-bill"),))
    if found[0].kind is not kind:
        raise Invalid(faults=(Fault("kind", "other-bill", {"found": found[0].kind.value}),))
    return _read(*found, day, owner)


def fen(text: str, column: str) -> int:
    """Yuan as they are written, as fen; an empty cell is nought."""
    cents = _cents(text)
    if cents is None:
        raise Flaw(Fault(column, "not-yuan", _cell(column, text)))
    return cents


@lru_cache(maxsize=8192)  # the same few amounts stand in most cells
def _cents(text: str) -> int | None:
    try:
        cents = Decimal(text.replace(",", "").lstrip("¥￥") or "0") * 100
    except InvalidOperation:
        return None
    whole = cents.is_finite() and cents == cents.to_integral_value() and abs(cents) <= MAX_FEN
    return int(cents) if whole else None


def moment(text: str, column: str) -> str:
    """A time of China's without its zone, as a bill writes it."""
    try:
        at = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise Flaw(Fault(column, "not-a-bill-time", _cell(column, text))) from None
    utc = at.replace(tzinfo=at.tzinfo or CHINA).astimezone(UTC)
    return utc.isoformat(timespec="milliseconds")


def decode(data: bytes) -> str:
    """UTF-8 with or without its mark, else GBK and what contains it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(faults=(Fault("content", "not-a-bill-text"),))


def files(data: bytes) -> Iterator[bytes]:
    """What lies in a file: itself, or what was packed in it; never more than we read."""
    if data[:2] == b"\x1f\x8b":
        yield _bounded(gzip.GzipFile(fileobj=io.BytesIO(data)))
    elif data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for info in packed.infolist()[:10]:
                with packed.open(info) as one:
                    yield _bounded(one)
    else:
        yield data


def _bounded(stream: Any) -> bytes:
    data: bytes = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge(limit=MOST_BYTES)
    return data


def _recognised(data: bytes, forms: Sequence[Form]) -> Iterator[tuple[Form, int, list[str]]]:
    """(Form, where its titles stand, the file line by line)."""
    try:
        texts = [decode(one) for one in files(data)]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError):
        raise Invalid(faults=(Fault("content", "not-a-bill-text"),)) from None
    for text in texts:
        rows = text.replace("\r\n", "\n").split("\n")
        for at, row in enumerate(rows[:50]):
            titles = set(map(_title, _cells(row)))
            yield from ((form, at, rows) for form in forms if titles.issuperset(form.titles))


@lru_cache(maxsize=64)
def _day(hour: str) -> str:
    return day_of(f"{hour}:00+00:00")


@dataclass(slots=True)
class Reading:
    """A file on its way to becoming a bill."""

    form: Form
    sheet: Sheet
    day: str
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def take(self, row: int, cells: list[str]) -> None:
        self.sheet.cells, self.sheet.row = cells, row
        try:
            line = self.form.read(self.sheet)
            if self.form.kind is not BillKind.PLATFORM and _day(line.at[:HOUR]) != self.day:
                raise Flaw(Fault("", "other-day", {"day": day_of(line.at)}))
        except Flaw as flaw:
            self.faults.append(replace(flaw.fault, field=f"content[{row}]"))
        else:
            self.lines.append(line)

    def check(self) -> None:
        if more := self.faults[MOST_FLAWS:]:
            self.faults[MOST_FLAWS:] = [Fault("content", "more-flaws", {"count": len(more)})]
        if self.faults:
            raise Invalid(faults=tuple(self.faults))
        if len(self.lines) > MOST_LINES:
            raise TooLarge(limit=MOST_LINES)


def _read(form: Form, at: int, rows: list[str], day: str, owner: str) -> Parsed:
    sheet = Sheet({_title(cell): n for n, cell in enumerate(_cells(rows[at]))})
    reading = Reading(form, sheet, day)
    told = form.owner(rows[: at + 2])
    if owner and told and told != owner:
        reading.faults.append(Fault("account", "other-owner", {"found": told}))
    end = len(rows)
    for row, text in enumerate(rows[at + 1 :], at + 2):
        if form.end and text.lstrip("`#").startswith(form.end):
            end = row - 1
            break
        if text.strip() and not text.startswith("#"):
            reading.take(row, _cells(text))
    if not reading.faults:
        reading.faults += form.summary(reading.lines, rows[end:])
    reading.check()
    opening, closing = _balances(reading.lines)
    return Parsed(form.source, form.kind, tuple(reading.lines), opening, closing)


def _cells(row: str) -> list[str]:
    """WeChat writes a backtick before each cell, so that a comma inside one divides nothing."""
    if row.startswith("`"):
        return [cell.strip() for cell in row[1:].split(",`")]
    try:
        return [cell.strip() for cell in next(csv.reader([row]), [])]
    except csv.Error:
        return [cell.strip() for cell in row.split(",")]


def _title(cell: str) -> str:
    """Titles are written with wide or narrow brackets, or without their unit."""
    plain = cell.strip("` \t").replace("（", "(").replace("）", ")")
    return plain.replace("(元)", "")


def _balances(lines: Sequence[Line]) -> tuple[int | None, int | None]:
    """What the account had before and after; None where the lines do not follow each other."""
    if not lines or any(line.balance is None for line in (lines[0], lines[-1])):
        return None, None
    moved = sum(line.flow for line in lines)
    for first, last in ((lines[0], lines[-1]), (lines[-1], lines[0])):
        opening, closing = (first.balance or 0) - first.flow, last.balance or 0
        if opening + moved == closing:
            return opening, closing
    return None, None


# --- WeChat Pay -----------------------------------------------------------------------------
_WECHAT = {"SUCCESS": LineKind.CHARGE, "REFUND": LineKind.REFUND, "REVOKED": LineKind.REFUND}
_BACK = {"FAIL": Outcome.FAILED, "PROCESSING": Outcome.PENDING, "CHANGE": Outcome.PENDING}
_SUMS = ("总交易单数", "应结订单总金额", "退款总金额", "手续费总金额", "订单总金额")


def _wechat_trade(sheet: Sheet) -> Line:
    kind = _WECHAT.get(sheet.text("交易状态"))
    if kind is None:
        raise Flaw(_unknown(sheet, "交易状态"))
    back = kind is LineKind.REFUND
    settled = sheet.fen("退款金额" if back else "应结订单金额")
    asked = "申请退款金额" if back else "订单金额"  # bills of before 2018 lack both
    whole = sheet.fen(asked) if sheet.has(asked) else settled
    return Line(
        row=sheet.row,
        at=sheet.at("交易时间"),
        kind=kind,
        number=sheet.text("商户订单号"),
        fen=whole,
        fee=sheet.fen("手续费"),
        provider_no=sheet.text("微信退款单号" if back else "微信订单号"),
        refund=sheet.text("商户退款单号") if back else "",
        coupon=whole - settled,
        state=_BACK.get(sheet.text("退款状态"), Outcome.DONE) if back else Outcome.DONE,
    )


def _wechat_sums(lines: Sequence[Line], rest: Sequence[str]) -> Iterator[Fault]:
    """The last line adds up what stands above it, refunds whose end is not known among them."""
    titles, told = _summary(rest)
    charges = [line for line in lines if line.kind is LineKind.CHARGE]
    refunds = [line for line in lines if line.kind is LineKind.REFUND]
    found = {
        "总交易单数": len(lines),
        "应结订单总金额": sum(line.fen - line.coupon for line in charges),
        "退款总金额": sum(line.fen - line.coupon for line in refunds),
        "手续费总金额": sum(line.fee for line in lines),
        "订单总金额": sum(line.fen for line in charges),
        "申请退款总金额": sum(line.fen for line in refunds),
    }
    yield from _differing(found, dict(zip(titles, told, strict=False)), "总交易单数")


def _wechat_fund(sheet: Sheet) -> Line:
    out = sheet.text("收支类型") == "支出"
    flow = sheet.fen("收支金额") * (-1 if out else 1)
    return _movement(sheet, flow, ("记账时间", "账户结余", "业务凭证号", "资金流水单号"))


def _wechat_fund_sums(lines: Sequence[Line], rest: Sequence[str]) -> Iterator[Fault]:
    titles, told = _summary(rest)
    come = [line.flow for line in lines if line.flow > 0]
    gone = [-line.flow for line in lines if line.flow <= 0]
    found = {"资金流水总笔数": len(lines), "收入金额": sum(come), "支出金额": sum(gone)}
    yield from _differing(found, dict(zip(titles, told, strict=False)), "资金流水总笔数")


def _summary(rest: Sequence[str]) -> tuple[list[str], list[str]]:
    written = [row for row in rest if row.strip()][:2]
    if len(written) < 2:  # noqa: PLR2004 - titles and figures
        return [], []
    return [_title(cell) for cell in _cells(written[0])], _cells(written[1])


def _differing(found: Mapping[str, int], told: Mapping[str, str], number: str) -> Iterator[Fault]:
    """Sums of the bill that its lines do not come to; a bill without any was cut off."""
    if number not in told:
        yield Fault("content", "no-summary")
    for name, value in found.items():
        if name not in told:
            continue
        try:
            said = fen(told[name], name) // (100 if name == number else 1)
        except Flaw as flaw:
            yield replace(flaw.fault, field="content")
            continue
        if said != value:
            yield _gap(name, said, value, money=name != number)


def _wechat_owner(rows: Sequence[str]) -> str:
    titles, cells = [_title(cell) for cell in _cells(rows[-2])], _cells(rows[-1])
    told = dict(zip(titles, cells, strict=False))
    return told.get("商户号", "") if told.get("商户号", "").isdigit() else ""


# --- Alipay ---------------------------------------------------------------------------------
_ALIPAY_OWNER = re.compile(r"#?账号[：:]\[(\d{16})\d{0,4}\]")
_ALIPAY_SUMS = re.compile(
    r"#?(交易|退款|收入|支出)合计[：:](\d+)笔，(?:商家实收(?:退款)?)?共(-?[\d,.]+)元"
)


def _alipay_trade(sheet: Sheet) -> Line:
    word = sheet.text("业务类型")
    if word not in ("交易", "退款"):
        raise Flaw(_unknown(sheet, "业务类型"))
    back = word == "退款"
    whole, settled = abs(sheet.fen("订单金额")), abs(sheet.fen("商家实收"))
    return Line(
        row=sheet.row,
        at=sheet.at("完成时间"),
        kind=LineKind.REFUND if back else LineKind.CHARGE,
        number=sheet.text("商户订单号"),
        fen=whole,
        fee=-sheet.fen("服务费") - sheet.fen("分润"),
        provider_no=sheet.text("支付宝交易号"),
        refund=sheet.text("退款批次号/请求号") if back else "",
        coupon=whole - settled,
    )


def _alipay_fund(sheet: Sheet) -> Line:
    flow = sheet.fen("收入金额(+元)") - abs(sheet.fen("支出金额(-元)"))
    return _movement(sheet, flow, ("发生时间", "账户余额", "商户订单号", "账务流水号"))


def _alipay_sums(lines: Sequence[Line], rest: Sequence[str]) -> Iterator[Fault]:
    """What stands behind the lines: how many of each, and what they come to."""
    groups: dict[str, list[int]] = {name: [] for name in ("交易", "退款", "收入", "支出")}
    for line in lines:
        settled = line.fen - line.coupon
        groups["交易" if line.kind is LineKind.CHARGE else "退款"].append(settled)
        groups["收入" if line.flow > 0 else "支出"].append(abs(line.flow))
    told = [found for row in rest if (found := _ALIPAY_SUMS.match(row.strip()))]
    if not told and not any("结束" in row for row in rest[:1]):
        yield Fault("content", "no-summary")
    for match in told:
        name, count, text = match.groups()
        of, said = groups[name], abs(fen(text, name))
        if int(count) != len(of):
            yield _gap(f"{name}笔数", int(count), len(of))
        if said != sum(of):
            yield _gap(f"{name}合计", said, sum(of), money=True)


def _gap(name: str, told: int, found: int, *, money: bool = False) -> Fault:
    """A sum of the bill that its lines do not come to."""
    said = words.money if money else str
    return Fault("content", "sum-differs", {"sum": name, "told": said(told), "found": said(found)})


def _alipay_owner(rows: Sequence[str]) -> str:
    found = (_ALIPAY_OWNER.match(row.strip()) for row in rows)
    return next((match.group(1) for match in found if match), "")


def _movement(sheet: Sheet, flow: int, titles: tuple[str, str, str, str]) -> Line:
    """A line of an account's statement; a word that nobody knows is neither of our kinds."""
    at, balance, number, own = titles
    kind = LineKind(WORDS.get(sheet.text("业务类型"), "other"))
    sign = 1 if kind in (LineKind.CHARGE, LineKind.OTHER) else -1
    return Line(
        row=sheet.row,
        at=sheet.at(at),
        kind=kind,
        number=sheet.text(number),
        fen=sign * flow,
        provider_no=sheet.text(own),
        balance=sheet.fen(balance) if sheet.text(balance) else None,
    )


# --- platforms ------------------------------------------------------------------------------
def _platform(terms: BillTerms) -> Form:
    titles = tuple(_title(terms.columns[name]) for name in NEEDED)
    return Form("platform", BillKind.PLATFORM, titles, partial(_settled, terms), _no_sums)


def _settled(terms: BillTerms, sheet: Sheet) -> Line:
    """A line of a platform's bill; what was taken off stands there above or below nought."""
    title = {name: _title(column) for name, column in terms.columns.items()}
    amount = _amount(terms, sheet, title["fen"])
    if "out" in title:
        amount -= abs(_amount(terms, sheet, title["out"]))
    kind = _kind(terms, sheet, title.get("kind", ""), amount)
    return Line(
        row=sheet.row,
        at=sheet.at(title["at"]),
        kind=kind,
        number=sheet.text(title["number"]).removeprefix(terms.prefix),
        fen=amount if kind is LineKind.OTHER else abs(amount),
        fee=abs(_amount(terms, sheet, title["fee"])) if "fee" in title else 0,
        provider_no=sheet.text(title["provider_no"]) if "provider_no" in title else "",
        refund=sheet.text(title["refund"]) if "refund" in title else "",
    )


def _amount(terms: BillTerms, sheet: Sheet, title: str) -> int:
    amount = sheet.fen(title)
    if terms.yuan:
        return amount
    whole, rest = divmod(amount, 100)
    if rest:
        raise Flaw(Fault(title, "not-yuan", _cell(title, sheet.text(title))))
    return whole


def _kind(terms: BillTerms, sheet: Sheet, title: str, amount: int) -> LineKind:
    """Without a word for it, what comes in is a charge and what goes out a refund."""
    word = sheet.text(title) if title else ""
    if not word:
        return LineKind.CHARGE if amount >= 0 else LineKind.REFUND
    told = terms.kinds.get(word) or WORDS.get(word)
    if told is None:
        raise Flaw(_unknown(sheet, title))
    return LineKind(told)


def _unknown(sheet: Sheet, column: str) -> Fault:
    return Fault(column, "unknown-word", _cell(column, sheet.text(column)))


def _cell(column: str, text: str) -> dict[str, Any]:
    return {"column": column, "text": text[:40]}


def _no_sums(*_: Sequence[Any]) -> Iterator[Fault]:
    yield from ()


FORMS = (
    Form(
        "wechat",
        BillKind.TRADES,
        ("交易时间", "微信订单号", "商户订单号", "交易状态", "手续费"),
        _wechat_trade,
        _wechat_sums,
        "总交易单数",
        _wechat_owner,
    ),
    Form(
        "wechat",
        BillKind.FUNDS,
        ("记账时间", "资金流水单号", "收支类型", "收支金额", "账户结余"),
        _wechat_fund,
        _wechat_fund_sums,
        "资金流水总笔数",
    ),
    Form(
        "alipay",
        BillKind.TRADES,
        ("支付宝交易号", "商户订单号", "业务类型", "完成时间", "商家实收"),
        _alipay_trade,
        _alipay_sums,
        "--",
        _alipay_owner,
    ),
    Form(
        "alipay",
        BillKind.FUNDS,
        ("账务流水号", "发生时间", "收入金额(+元)", "支出金额(-元)", "业务类型"),
        _alipay_fund,
        _alipay_sums,
        "--",
        _alipay_owner,
    ),
)
