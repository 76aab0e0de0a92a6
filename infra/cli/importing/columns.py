"""The columns of a table of orders: one row is one line of an order.

Amounts are yuan with at most two decimals, or fen where the English name ends in `_fen`.
Columns marked `line` are read in every row; the others are the order's: filled in any of its
rows, and where they are filled more than once they must agree. Other columns are not read.
"""

from dataclasses import dataclass
from typing import Any

from infra.cli.importing import cells
from infra.cli.importing.cells import Kind


@dataclass(frozen=True, slots=True)
class Column:
    name: str  # the English header
    path: str  # where its value goes in the order
    kind: Kind
    aliases: tuple[str, ...] = ()
    line: bool = False

    @property
    def field(self) -> str:
        """The field of the order request that the column fills."""
        return f"lines[].{self.path}" if self.line else self.path


def money(name: str, path: str, *aliases: str, line: bool = False) -> tuple[Column, Column]:
    return (
        Column(name, path, cells.yuan, aliases, line),
        Column(f"{name}_fen", path, cells.fen, tuple(f"{each}(分)" for each in aliases), line),
    )


COLUMNS: tuple[Column, ...] = (
    Column("shop", "shop", cells.text, ("店铺", "店铺编号")),
    Column("number", "number", cells.text, ("订单编号", "订单号", "原始单号", "平台单号")),
    Column("version", "version", cells.whole, ("版本",)),
    Column("state", "state", cells.state, ("平台状态", "订单状态")),
    Column("type", "type", cells.text, ("订单类型",)),
    Column("ship_by", "ship_by", cells.time, ("最晚发货时间",)),
    Column("not_before", "not_before", cells.time, ("预售发货时间",)),
    Column("carrier", "carrier", cells.text, ("指定快递", "快递公司")),
    Column("pickup", "pickup", cells.text, ("自提门店",)),
    Column("live", "live", cells.text, ("直播间", "达人")),
    Column("placed_at", "placed_at", cells.time, ("下单时间", "订单创建时间", "创建时间")),
    Column("paid_at", "paid_at", cells.time, ("付款时间", "订单付款时间", "支付时间")),
    Column("currency", "currency", cells.text, ("币种",)),
    Column("buyer_id", "buyer.id", cells.text, ("买家", "买家账号", "买家会员名", "买家昵称")),
    Column("buyer_name", "buyer.name", cells.text, ("买家姓名",)),
    Column("buyer_level", "buyer.level", cells.text, ("客户等级", "会员等级")),
    Column("receiver", "receiver.name", cells.text, ("收货人", "收货人姓名", "收件人")),
    Column("phone", "receiver.phone", cells.text, ("手机", "手机号", "联系电话", "收货人手机")),
    Column("province", "receiver.province", cells.text, ("省", "省份")),
    Column("city", "receiver.city", cells.text, ("市", "城市")),
    Column("district", "receiver.district", cells.text, ("区", "区县", "县")),
    Column("town", "receiver.town", cells.text, ("街道", "乡镇")),
    Column("address", "receiver.address", cells.text, ("详细地址", "地址", "收货地址")),
    Column("postcode", "receiver.postcode", cells.text, ("邮编",)),
    Column("token_kind", "receiver.token.kind", cells.text, ("密文类型",)),
    Column("token", "receiver.token.value", cells.text, ("收货人密文", "OAID")),
    Column("sku", "sku", cells.text, ("商品编码", "商家编码", "规格编码"), line=True),
    Column("shop_sku", "shop_sku", cells.text, ("平台商品编码", "平台规格编码"), line=True),
    Column("title", "title", cells.text, ("商品名称", "商品标题", "宝贝标题"), line=True),
    Column("quantity", "quantity", cells.whole, ("数量", "购买数量", "商品数量"), line=True),
    *money("unit_price", "unit_price", "单价", "商品单价", line=True),
    *money("amount", "amount", "金额", "小计", line=True),
    *money("line_discount", "discount", "单品优惠", line=True),
    *money("sale", "sale", "优惠后金额", line=True),
    *money("share", "share", "分摊优惠", "优惠分摊", line=True),
    *money("line_paid", "paid", "行实付", "商品实付", line=True),
    Column("weight", "weight", cells.whole, ("重量(克)", "重量"), line=True),
    Column("presale", "presale", cells.flag, ("预售",), line=True),
    Column("gift", "gift", cells.flag, ("赠品", "是否赠品"), line=True),
    Column("sub", "sub", cells.text, ("子订单号", "子订单编号"), line=True),
    Column("appointed", "warehouse", cells.text, ("指定仓库",), line=True),
    *money("goods_total", "goods_total", "货款", "商品总额"),
    *money("discount", "discount", "订单优惠", "优惠"),
    *money("freight", "freight", "运费", "邮费"),
    *money("insurance", "insurance", "保险费", "保价费"),
    *money("adjustment", "adjustment", "调整", "改价"),
    *money("tax", "tax", "税费", "税"),
    *money("fee", "fee", "服务费", "手续费"),
    *money("total", "total", "实付金额", "订单总额", "应付总额", "总金额"),
    Column("payment", "payment.state", cells.payment, ("付款状态", "支付状态")),
    Column("cod", "payment.cod", cells.flag, ("货到付款",)),
    Column("buyer_note", "notes.buyer", cells.text, ("买家留言", "买家备注")),
    Column("seller_note", "notes.seller", cells.text, ("卖家备注", "商家备注", "备注")),
    Column("invoice_kind", "invoice.kind", cells.text, ("发票类型",)),
    Column("invoice_title", "invoice.title", cells.text, ("发票抬头",)),
    Column("invoice_tax_id", "invoice.tax_id", cells.text, ("税号", "纳税人识别号")),
    Column("invoice_email", "invoice.email", cells.text, ("发票邮箱",)),
    Column("tags", "tags", cells.texts, ("标签", "标记")),
)


def names(columns: tuple[Column, ...]) -> dict[str, Column]:
    return {name.lower(): each for each in columns for name in (each.name, *each.aliases)}


def find(header: Any, among: dict[str, Column]) -> Column | None:
    """The column of a header cell, by its English or Chinese name."""
    name = str(header or "").strip().lower().replace("（", "(").replace("）", ")")
    return among.get(name) or among.get(name.replace(" ", "_"))


NAMES = names(COLUMNS)
NEEDED = ("number", "quantity")
