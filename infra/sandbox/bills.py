"""The bills of a day, written as each provider writes them: `columns, rows, a summary`."""

import io
import zipfile
from collections.abc import Iterable, Sequence

from infra.sandbox.book import Book, Refund, Trade, date, local, yuan

WECHAT_TRADES = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
WECHAT_TRADES_SUM = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
WECHAT_FUNDS = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
WECHAT_FUNDS_SUM = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
ALIPAY_TRADES = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,"
    "对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,"
    "券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
ALIPAY_FUNDS = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
    "账户余额（元）,交易渠道,业务类型,备注"
)
STATES = {"processing": "PROCESSING", "done": "SUCCESS", "abnormal": "FAIL", "closed": "CHANGE"}
RATE = 60  # of 10,000: what a provider keeps of each payment


def fee(fen: int) -> int:
    """To the nearest fen, the half up."""
    return (fen * RATE + 5000) // 10000


def wechat_trades(book: Book, app_id: str, merchant: str, day: str) -> str:
    """Amounts of refunds are positive; the fee of a refund is negative."""
    paid, refunds = book.day(day)
    rows = [_wechat_paid(each, app_id, merchant) for each in paid]
    rows += [_wechat_back(each, book.trades[each.number], app_id, merchant) for each in refunds]
    sold, back = sum(each.fen for each in paid), sum(each.fen for each in refunds)
    fees = sum(fee(each.fen) for each in paid) - sum(fee(each.fen) for each in refunds)
    summary = [str(len(rows)), *map(yuan, (sold, back, 0, fees, sold, back))]
    return _wechat(WECHAT_TRADES, rows, WECHAT_TRADES_SUM, summary)


def wechat_funds(book: Book, merchant: str, day: str) -> str:
    moves = _moves(book, day)
    left, rows = 0, []
    for at, number, name, fen, voucher in moves:
        left += fen
        kind, sign = ("收入", fen) if fen >= 0 else ("支出", -fen)
        rows.append([at, number, f"F{voucher}", name, name, kind, yuan(sign), yuan(left), merchant,
                     "", voucher])  # fmt: skip
    ins, outs = [m[3] for m in moves if m[3] >= 0], [-m[3] for m in moves if m[3] < 0]
    sums = [str(len(rows)), str(len(ins)), yuan(sum(ins)), str(len(outs)), yuan(sum(outs))]
    return _wechat(WECHAT_FUNDS, rows, WECHAT_FUNDS_SUM, sums)


def alipay_trades(book: Book, seller: str, day: str) -> bytes:
    """Amounts of refunds are negative; so are the fees of payments."""
    paid, refunds = book.day(day)
    rows = [_alipay_row(each, each.fen, each.created, each.paid_at) for each in paid]
    for each in refunds:
        trade = book.trades[each.number]
        row = _alipay_row(trade, -each.fen, each.created, each.done_at, each.refund_no)
        rows.append(row)
    sold, back = sum(each.fen for each in paid), sum(each.fen for each in refunds)
    foot = [
        f"#交易合计：{len(paid)}笔，商家实收共{yuan(sold)}元，商家优惠共0.00元",
        f"#退款合计：{len(refunds)}笔，商家实收退款共{yuan(-back)}元，商家优惠退款共0.00元",
    ]
    return _alipay("业务明细", ALIPAY_TRADES, rows, (seller, day), foot)


def alipay_funds(book: Book, seller: str, day: str) -> bytes:
    left, rows = 0, []
    for at, number, name, fen, voucher in _moves(book, day):
        left += fen
        into, out = (yuan(fen), "") if fen >= 0 else ("", yuan(fen))
        rows.append([f"F{voucher}\t", f"{number}\t", f"{voucher}\t", "", at, "", into, out,
                     yuan(left), "支付宝", name, ""])  # fmt: skip
    return _alipay("账务明细", ALIPAY_FUNDS, rows, (seller, day), [])


Move = tuple[str, str, str, int, str]  # when, the provider's number, name, fen, our number


def _moves(book: Book, day: str) -> list[Move]:
    """Each payment comes in and its fee goes out; a refund goes out, its fee comes back."""
    paid, refunds = book.day(day)
    found: list[Move] = []
    for trade in paid:
        at = _time(trade.paid_at)
        found.append((at, trade.provider_no, "交易", trade.fen, trade.number))
        if fee(trade.fen):
            found.append((at, trade.provider_no, "扣除交易手续费", -fee(trade.fen), trade.number))
    for each in refunds:
        kept = fee(each.fen) - each.fen
        found.append((_time(each.created), each.provider_no, "退款", kept, each.refund_no))
    return sorted(found, key=lambda move: move[0])


def _wechat_paid(trade: Trade, app_id: str, merchant: str) -> list[str]:
    total = yuan(trade.fen)
    return [
        *(_time(trade.paid_at), app_id, merchant, "0", "", trade.provider_no, trade.number),
        *(trade.payer, trade.method.upper(), "SUCCESS", "OTHERS", "CNY", total, "0.00"),
        *("0", "0", "0.00", "0.00", "", "", trade.title, "", yuan(fee(trade.fen)), "0.60%"),
        *(total, "0.00", ""),
    ]


def _wechat_back(refund: Refund, trade: Trade, app_id: str, merchant: str) -> list[str]:
    back = yuan(refund.fen)
    return [
        *(_time(refund.created), app_id, merchant, "0", "", trade.provider_no, trade.number),
        *(trade.payer, trade.method.upper(), "REFUND", "OTHERS", "CNY", "0.00", "0.00"),
        *(refund.provider_no, refund.refund_no, back, "0.00", "ORIGINAL", STATES[refund.state]),
        *(trade.title, "", yuan(-fee(refund.fen)), "0.60%", "0.00", back, ""),
    ]


def _alipay_row(
    trade: Trade, fen: int, began: float, ended: float, request: str = ""
) -> list[str]:
    kind = "退款" if request else "交易"
    return [
        *(f"{trade.provider_no}\t", f"{trade.number}\t", f"{kind}\t", trade.title),
        *(
            _time(began),
            _time(ended or began),
            "\t",
            "\t",
            "\t",
            "\t",
            "*家(buy***@example.com)\t",
        ),
        *(yuan(fen), yuan(fen), "0.00", "0.00", "0.00", "0.00", "0.00", "", "0.00\t", "0.00"),
        *(f"{request}\t", yuan(fee(-fen) if fen < 0 else -fee(fen)), "0.00", ""),
    ]


def _wechat(head: str, rows: Iterable[Sequence[str]], foot: str, sums: Sequence[str]) -> str:
    lines = [head, *map(_ticked, rows), foot, _ticked(sums)]
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def _ticked(row: Sequence[str]) -> str:
    """A tick before each value keeps spreadsheets from rounding long numbers."""
    return ",".join(f"`{value.replace(',', ' ')}" for value in row)


def _alipay(
    kind: str,
    head: str,
    rows: Sequence[Sequence[str]],
    whose: tuple[str, str],
    foot: Sequence[str],
) -> bytes:
    seller, day = whose
    lines = [
        f"#支付宝{kind}查询",
        f"#账号：[{seller}0156]",
        f"#起始日期：[{_long(day)} 00:00:00]   终止日期：[{_long(day)} 24:00:00]",
        f"#{'-' * 41}{kind}列表{'-' * 40}",
        head,
        *(",".join(value.replace(",", " ") for value in row) for row in rows),
        f"#{'-' * 41}{kind}列表结束{'-' * 36}",
        *foot,
        f"#导出时间：[{_long(day)} 09:00:00]",
    ]
    summary = [f"#支付宝{kind}汇总查询", f"#账号：[{seller}0156]"]
    name = f"{seller}0156_{day.replace('-', '')}_{kind}"
    return _zipped({f"{name}.csv": lines, f"{name}(汇总).csv": summary})


def _zipped(files: dict[str, Sequence[str]]) -> bytes:
    """As Alipay packs it: names in GBK, and nothing that says so."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in files.items():
            text = "".join(f"{line}\r\n" for line in lines)
            archive.writestr(_GbkName(name), text.encode("gbk", errors="replace"))
    return packed.getvalue()


class _GbkName(zipfile.ZipInfo):
    """A name that is written in GBK without the mark of UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  # zipfile's own name
        return self.filename.encode("gbk"), self.flag_bits


def _time(moment: float) -> str:
    return local(moment).strftime("%Y-%m-%d %H:%M:%S")


def _long(day: str) -> str:
    year, month, number = day.split("-")
    return f"{year}年{month}月{number}日"


def empty(book: Book, day: str) -> bool:
    paid, refunds = book.day(day)
    return not paid and not refunds


def later(book: Book, day: str) -> bool:
    return day > date(book.now())
