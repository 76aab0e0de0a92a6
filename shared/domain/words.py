"""Everything that the product says, in Chinese and in English, from one catalogue."""

from collections.abc import Mapping
from typing import Any

LANGUAGES = ("zh", "en")

CATALOGUE: dict[str, tuple[str, str]] = {
    # what happened to an order, and why
    "event.accepted": (
        "已接单：{lines} 行商品，应付 {total}",
        "Accepted: {lines} lines, total {total}",
    ),
    "event.updated": (
        "渠道更新到版本 {version}，变更：{fields}；重新审单",
        "The channel sent version {version}, changed: {fields}; reviewed anew",
    ),
    "event.amended": (
        "渠道更新到版本 {version}，变更：{fields}；不影响履约",
        "The channel sent version {version}, changed: {fields}; fulfilment goes on",
    ),
    "event.approved": ("审单通过（规则 {rule}）", "Approved by rule {rule}"),
    "event.held": ("挂起：{holds}", "Held: {holds}"),
    "event.released": ("解除挂起：{reasons} {note}", "Released: {reasons} {note}"),
    "event.expired": ("挂起到期，自动处理：{then}", "The hold ran out; done by the clock: {then}"),
    "event.reserved": (
        "已预占库存：{warehouses}；{passed} 较近但缺货",
        "Stock held in {warehouses}; nearer but lacking: {passed}",
    ),
    "event.reserved-nearest": (
        "已预占库存：{warehouses}（最近且齐全）",
        "Stock held in {warehouses}, the nearest that has it all",
    ),
    "event.short": ("缺货：{missing}", "Short of stock: {missing}"),
    "event.planned": (
        "已分仓：{parcels} 个包裹，{warehouses}",
        "Planned: {parcels} parcels from {warehouses}",
    ),
    "event.part-shipped": ("部分发货，运单号 {tracking}", "Part shipped, tracking {tracking}"),
    "event.shipped": ("已发货，运单号 {tracking}", "Shipped, tracking {tracking}"),
    "event.signed": ("已签收", "Signed for"),
    "event.completed": ("交易完成", "Completed"),
    "event.cancelled": (
        "已取消：{reason}，库存已退回",
        "Cancelled: {reason}; its stock was given back",
    ),
    "event.closed": ("已关闭：{why}，不占库存", "Closed: {why}; holds no stock"),
    "why.seen-shipped": ("首次收到时渠道已发货", "first seen as already shipped"),
    "why.seen-cancelled": ("首次收到时渠道已取消", "first seen as cancelled"),
    "why.imported": ("历史订单导入", "imported as history"),
    "why.channel": ("渠道取消", "by the channel"),
    "why.expired": ("挂起到期", "its hold ran out"),
    "then.release": ("放行", "released"),
    "then.cancel": ("取消", "cancelled"),
    # why an order is held
    "hold.amounts": (
        "金额不平（{identity}，行 {line}）：应为 {expected}，实为 {found}",
        "Amounts do not add up ({identity}, line {line}): expected {expected}, found {found}",
    ),
    "hold.address": ("收货信息不全：缺 {fields}", "Receiver incomplete: {fields} missing"),
    "hold.buyer-note": ("买家有留言", "The buyer left a note"),
    "hold.blacklist": ("命中黑名单：{matched}", "On the blacklist: {matched}"),
    "hold.unpaid": ("未付清（{state}）", "Not fully paid ({state})"),
    "hold.sku-unmapped": ("商品未对应：{skus}", "No item of ours for {skus}"),
    "hold.too-big": (
        "商品种类过多：{skus} 种，上限 {most}",
        "Too many SKUs: {skus}, at most {most}",
    ),
    "hold.shipped-elsewhere": (
        "渠道显示已发货，但不是由本系统发出",
        "The channel says shipped, but not by us",
    ),
    "hold.manual": ("人工挂起 {note}", "Held by hand {note}"),
    "reason.amounts": ("金额不平", "amounts do not add up"),
    "reason.address": ("收货信息不全", "receiver incomplete"),
    "reason.buyer-note": ("买家留言", "buyer's note"),
    "reason.blacklist": ("黑名单", "blacklist"),
    "reason.unpaid": ("未付清", "not fully paid"),
    "reason.sku-unmapped": ("商品未对应", "SKU not mapped"),
    "reason.too-big": ("商品种类过多", "too many SKUs"),
    "reason.shipped-elsewhere": ("渠道已发货", "shipped elsewhere"),
    "reason.manual": ("人工挂起", "held by hand"),
    "field.name": ("收货人", "name"),
    "field.phone": ("手机号", "phone"),
    "field.province": ("省", "province"),
    "field.city": ("市", "city"),
    "field.address": ("详细地址", "address"),
    "field.buyer": ("买家", "buyer"),
    "payment.unpaid": ("未付款", "unpaid"),
    "payment.part": ("部分付款", "part paid"),
    "line.0": ("整单", "the order"),
    "identity.price-x-quantity": ("单价×数量=金额", "price x quantity = amount"),
    "identity.amount-less-discount": ("金额-行优惠=销售额", "amount - discount = sale amount"),
    "identity.sale-less-share": ("销售额-分摊优惠=实付", "sale amount - share = paid"),
    "identity.goods-total": ("各行金额之和=商品总额", "sum of amounts = goods total"),
    "identity.shares": ("各行分摊之和=订单优惠", "sum of shares = order discount"),
    "identity.order-total": ("实付+运费等=订单总额", "sum paid + freight and fees = order total"),
    # what keeps a request from being done
    "title.400": ("请求无法读取", "Unreadable request"),
    "title.401": ("未认证", "Not authenticated"),
    "title.403": ("没有权限", "Not permitted"),
    "title.404": ("不存在", "Not found"),
    "title.405": ("方法不支持", "Method not served"),
    "title.409": ("与现状冲突", "Conflict with what is there"),
    "title.413": ("请求过大", "Request too large"),
    "title.415": ("格式不支持", "Media type not read"),
    "title.422": ("请求有错误", "Faulty request"),
    "title.500": ("内部错误", "Internal error"),
    "title.503": ("暂时不可用", "Not available for now"),
    "error.refused": ("请求被拒绝", "Refused"),
    "error.unreadable": ("请求体不是有效的 JSON", "The body is not valid JSON"),
    "error.unknown-key": ("缺少访问密钥，或密钥无效", "No access key, or one that is not valid"),
    "error.denied": ("密钥没有权限 {scope}", "The key lacks the scope {scope}"),
    "error.not-found": ("找不到{kind} {id}", "No {kind} {id}"),
    "error.wrong-method": ("此路径不支持 {method}", "{method} is not served on this path"),
    "error.not-allowed": (
        "订单状态为{status}，不能变为{to}",
        "The order is {status} and cannot become {to}",
    ),
    "error.differs": (
        "同一订单已接收，内容不同：{fields}",
        "This order was taken before with other content: {fields}",
    ),
    "error.exists": ("{kind} {id} 已存在", "{kind} {id} exists already"),
    "error.short": ("库存不足：{missing}", "Not enough stock: {missing}"),
    "error.too-large": ("请求体超过 {limit} 字节", "The body is larger than {limit} bytes"),
    "error.wrong-media": ("只接受 application/json", "Only application/json is read"),
    "error.invalid": ("请求有 {count} 处错误", "The request has {count} faults"),
    "error.idempotency-key-reused": (
        "此 Idempotency-Key 已用于另一请求",
        "This Idempotency-Key was used for another request",
    ),
    "error.conflict": ("刚被其他操作修改，请重试", "Changed by someone else just now; try again"),
    "error.unavailable": ("暂时不可用，请稍后重试", "Not available just now; try again"),
    "error.internal": ("内部错误，已记录", "Internal error; it was recorded"),
    # what is wrong with a field
    "fault.missing": ("必填", "is required"),
    "fault.wrong-type": ("类型应为 {expected}", "must be of type {expected}"),
    "fault.not-an-object": ("应为对象", "must be an object"),
    "fault.too-long": ("最长 {limit} 个字符", "at most {limit} characters"),
    "fault.control-characters": ("含有控制字符", "has control characters"),
    "fault.not-an-id": ("不能含 # 或首尾空格", "must not have # or spaces at its ends"),
    "fault.out-of-range": ("应在 {least} 到 {most} 之间", "must be between {least} and {most}"),
    "fault.too-much": ("过大：结果为负 {result}", "is too much: leaves {result}"),
    "fault.not-one-of": ("应为其中之一：{choices}", "must be one of {choices}"),
    "fault.not-a-time": (
        "应为带时区的时间（RFC 3339）",
        "must be a time with its offset (RFC 3339)",
    ),
    "fault.in-the-future": ("时间在未来", "lies in the future"),
    "fault.too-many": ("最多 {limit} 项", "at most {limit} items"),
    "fault.not-short-texts": ("应为短文本", "must be short texts"),
    "fault.empty": ("不能为空", "must not be empty"),
    "fault.twice": ("重复", "is given twice"),
    "fault.unknown-field": ("没有此字段", "is not a field here"),
    "fault.unknown-shop": ("没有此店铺", "is not a shop of yours"),
    "fault.closed-shop": ("店铺已停用", "is a shop that was switched off"),
    "fault.currency": ("店铺币种为 {expected}", "the shop trades in {expected}"),
    "fault.unknown-warehouse": ("没有此仓库", "is not a warehouse of yours"),
    "fault.unknown-scope": ("没有此权限", "is not a scope"),
    "fault.bad-cursor": ("游标无效", "is not a cursor of this list"),
    "fault.bad-url": ("地址不允许", "is not an address that we may call"),
    "fault.short": ("库存不足：需 {needed}", "is short of stock: {needed} needed"),
    "fault.not-in-the-future": ("时间应在未来", "must lie in the future"),
    # names of things
    "kind.order": ("订单", "order"),
    "kind.parcel": ("包裹", "parcel"),
    "kind.shop": ("店铺", "shop"),
    "kind.warehouse": ("仓库", "warehouse"),
    "kind.key": ("密钥", "key"),
    "kind.tenant": ("商家", "tenant"),
    "kind.webhook": ("回调", "webhook"),
    "kind.delivery": ("投递", "delivery"),
    "kind.blacklist": ("黑名单条目", "blacklist entry"),
    "kind.stock": ("库存", "stock"),
    "kind.path": ("路径", "path"),
    "status.received": ("已接收", "received"),
    "status.held": ("已挂起", "held"),
    "status.approved": ("已审核", "approved"),
    "status.short": ("缺货", "short"),
    "status.reserved": ("已预占", "reserved"),
    "status.planned": ("待发货", "planned"),
    "status.shipping": ("部分发货", "part shipped"),
    "status.shipped": ("已发货", "shipped"),
    "status.signed": ("已签收", "signed"),
    "status.completed": ("已完成", "completed"),
    "status.cancelled": ("已取消", "cancelled"),
    "status.closed": ("已关闭", "closed"),
    "status.released": ("放行", "released"),
    "status.updated": ("更新", "updated"),
}

_NAMED = {
    "reasons": "reason",
    "status": "status",
    "to": "status",
    "kind": "kind",
    "why": "why",
    "then": "then",
    "identity": "identity",
    "fields": "field",
    "matched": "field",
    "state": "payment",
    "line": "line",
    "reason": "why",
}
"""Which values are codes themselves, and where in the catalogue their words stand."""

_MONEY = {"total", "expected", "found"}


def say(code: str, language: str, args: Mapping[str, Any] | None = None) -> str:
    """The text of `code` in `language`; figures are formatted, and codes named in its words."""
    pair = CATALOGUE.get(code)
    if pair is None:
        return code
    values = {k: _word(k, v, language, code) for k, v in (args or {}).items()}
    return pair[LANGUAGES.index(language)].format_map(_Blank(values)).strip()


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "-"


def _word(name: str, value: Any, language: str, code: str) -> str:
    if isinstance(value, list | tuple):
        join = "、" if language == "zh" else ", "
        return join.join(_word(name, each, language, code) for each in value) or "-"
    if isinstance(value, dict):
        return _held(value, language) if name == "holds" else _counted(value, language)
    if name in _MONEY and isinstance(value, int) and not code.startswith("fault."):
        return money(value)
    key = f"{_NAMED[name]}.{value}" if name in _NAMED else ""
    return say(key, language) if key in CATALOGUE else str(value)


def _held(hold: Mapping[str, Any], language: str) -> str:
    return say(f"hold.{hold['reason']}", language, hold)


def _counted(units: Mapping[str, int], language: str) -> str:
    return _word("", [f"{sku} x {n}" for sku, n in units.items()], language, "")


def money(fen: int) -> str:
    """1234567 -> `12,345.67`; the sign stands in front."""
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{cents:02d}"
