"""Bills as providers write them: the shortest way to a file with these lines."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

DAY = "2026-11-20"
OWNER = "1900000001"
SELLER = "2088000000000156"
_WECHAT = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
    "付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,"
    "退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
_WECHAT_SUMS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
_ALIPAY = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,"
    "券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)


@dataclass(frozen=True)
class Trade:
    """A charge, or with `refund` (our number of it) a refund; fen."""

    number: str
    fen: int
    fee: int = 0
    refund: str = ""
    coupon: int = 0
    state: str = "SUCCESS"
    at: str = "10:00:00"

    @property
    def sign(self) -> int:
        return -1 if self.refund else 1


def wechat(*trades: Trade, day: str = DAY, owner: str = OWNER) -> bytes:
    """The bill of all trades, each cell with its backtick."""
    rows = [_cells(_wechat(trade, day, owner)) for trade in trades]
    charges = [one for one in trades if not one.refund]
    refunds = [one for one in trades if one.refund]
    sums = [
        f"{len(trades)}.0",
        yuan(sum(one.fen - one.coupon for one in charges)),
        yuan(sum(one.fen - one.coupon for one in refunds)),
        "0.00",
        yuan(sum(one.fee for one in trades)),
        yuan(sum(one.fen for one in charges)),
        yuan(sum(one.fen for one in refunds)),
    ]
    return "\r\n".join(("\ufeff" + _WECHAT, *rows, _WECHAT_SUMS, _cells(sums), "")).encode()


def wechat_funds(opening: int, *moves: tuple[str, int], day: str = DAY) -> bytes:
    """(Kind of movement, fen, negative when it goes out) after an opening balance."""
    rows, balance = [], opening
    for no, (kind, fen) in enumerate(moves):
        balance += fen
        way = "支出" if fen < 0 else "收入"
        cells = (f"{day} 10:00:{no:02}", f"W{no}", f"F{no}", kind, kind, way, yuan(abs(fen)))
        rows.append(_cells((*cells, yuan(balance), "system", "备注", f"V{no}")))
    head = (
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额（元）,账户结余（元）,"
        "资金变更提交申请人,备注,业务凭证号"
    )
    come, gone = [f for _, f in moves if f >= 0], [-f for _, f in moves if f < 0]
    told = (
        f"{len(moves)}.0",
        f"{len(come)}.0",
        yuan(sum(come)),
        f"{len(gone)}.0",
        yuan(sum(gone)),
    )
    sums = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
    return "\n".join((head, *rows, sums, _cells(told), "")).encode()


def alipay(*trades: Trade, day: str = DAY, owner: str = SELLER) -> bytes:
    """GBK, with what stands around the lines."""
    rows = [",".join(_alipay(trade, day)) for trade in trades]
    charges = [one.fen - one.coupon for one in trades if not one.refund]
    refunds = [one.coupon - one.fen for one in trades if one.refund]
    text = [
        "#支付宝业务明细查询",
        f"#账号：[{owner}]",
        f"#起始日期：[{day} 00:00:00]   终止日期：[{day} 00:00:00]",
        "#" + "-" * 20 + "业务明细列表" + "-" * 20,
        _ALIPAY,
        *rows,
        "#" + "-" * 20 + "业务明细列表结束" + "-" * 20,
        f"#交易合计：{len(charges)}笔，商家实收共{yuan(sum(charges))}元，商家优惠共0.00元",
        f"#退款合计：{len(refunds)}笔，商家实收退款共{yuan(sum(refunds))}元，商家优惠退款共0.00元",
        f"#导出时间：[{day} 11:24:46]",
    ]
    return "\r\n".join(text).encode("gbk")


def alipay_funds(opening: int, *moves: tuple[str, str, int], day: str = DAY) -> bytes:
    """(Kind of movement, our number, fen, negative when it goes out) after an opening balance."""
    rows, balance = [], opening
    for no, (kind, number, fen) in enumerate(moves):
        balance += fen
        way = (yuan(max(0, fen)), yuan(min(0, fen)))
        rows.append(
            ",".join((f"A{no}", number, f"{day} 10:00:{no:02}", *way, yuan(balance), kind))
        )
    head = "账务流水号,商户订单号,发生时间,收入金额（+元）,支出金额（-元）,账户余额（元）,业务类型"
    end = "#" + "-" * 20 + "账务明细列表结束" + "-" * 20
    return "\r\n".join(("#支付宝账务明细查询", head, *rows, end)).encode("gbk")


def zipped(detail: bytes) -> bytes:
    """As Alipay packs it, with the sums in a file of their own."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("20880000000001560156_20261120_业务明细(汇总).csv", "#汇总".encode("gbk"))
        files.writestr("20880000000001560156_20261120_业务明细.csv", detail)
    return packed.getvalue()


def platform(*rows: Sequence[str]) -> bytes:
    head = ("订单号", "时间", "类型", "金额", "手续费", "退款单号", "流水号")
    return "\n".join(",".join(row) for row in (head, *rows)).encode()


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _wechat(one: Trade, day: str, owner: str) -> list[str]:
    charge, back = (0, one.fen) if one.refund else (one.fen, 0)
    settled = one.fen - one.coupon
    return [
        *(f"{day} {one.at}", "wx0000000000000001", owner, "0", "", f"42{one.number}", one.number),
        *("openid", "NATIVE", "REFUND" if one.refund else "SUCCESS", "OTHERS", "CNY"),
        *("0.00" if one.refund else yuan(settled), yuan(one.coupon)),
        *(f"50{one.refund}" if one.refund else "0", one.refund or "0"),
        *(yuan(settled) if one.refund else "0.00", "0.00", "ORIGINAL" if one.refund else ""),
        *(one.state if one.refund else "", "杯子, 蓝色", "", yuan(one.fee), "0.60%"),
        *(yuan(charge), yuan(back), ""),
    ]


def _alipay(one: Trade, day: str) -> list[str]:
    settled = yuan(one.sign * (one.fen - one.coupon))
    return [
        *(f"2026{one.number}\t", f"{one.number}\t", "退款" if one.refund else "交易", "杯子"),
        *(f"{day} 09:59:00", f"{day} {one.at}", "", "", "", "", "buy***@example.com"),
        *(yuan(one.sign * one.fen), settled, "0.00", "0.00", "0.00", yuan(one.coupon), "0.00", ""),
        *("0.00", "0.00", f"{one.refund}\t" if one.refund else "", yuan(-one.fee), "0.00", ""),
    ]


def _cells(cells: Sequence[str]) -> str:
    return ",".join(f"`{cell}" for cell in cells)
