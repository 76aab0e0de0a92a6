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
    "event.gathered": (
        "商品较多，分批占用库存：已占 {places} 处",
        "Many goods, held in portions: {places} places so far",
    ),
    "event.given-back": ("库存分批退回", "Stock given back in portions"),
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
    "error.in-use": ("{kind} {id} 正被使用：{users}", "{kind} {id} is in use: {users}"),
    "error.has-stock": (
        "{kind} {id} 还有库存：{warehouses}",
        "{kind} {id} still has stock: {warehouses}",
    ),
    "error.wrong-state": (
        "{kind} {id}：{stage}，不能这样做",
        "The {kind} {id} is {stage}: this cannot be done to it",
    ),
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
    "fault.not-a-month": ("应为年月，如 2026-11", "must be a month such as 2026-11"),
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
    "fault.not-a-tax-code": ("应为 19 位数字", "must be 19 digits"),
    "fault.not-for-kits": ("套装没有自己的库存，不设此项", "is not for kits: they have no stock"),
    "fault.part-of-itself": ("套装不能包含自己", "is the kit itself"),
    "fault.shares-short": (
        "价格分摊不足100%：合计 {sum}%，差 {by}%",
        "shares of the price fall short of 100%: {sum}%, {by}% less",
    ),
    "fault.shares-over": (
        "价格分摊已超100%：合计 {sum}%，多 {by}%",
        "shares of the price exceed 100%: {sum}%, {by}% more",
    ),
    "fault.no-shares": (
        "任选一件的套装不分摊价格",
        "a kit of any one part does not share its price",
    ),
    "fault.unknown-item": ("没有此商品", "is not an item of yours"),
    "fault.inactive-item": ("商品已停用", "is an item that was switched off"),
    "fault.nested-kit": ("套装不能包含套装", "is a kit itself"),
    "fault.in-too-many-kits": (
        "已用于 {limit} 个套装，不能再加",
        "is a part of {limit} kits already",
    ),
    "fault.part-of-kits": ("是套装的组成：{kits}", "is a part of kits: {kits}"),
    "fault.by-lot": ("按批次管理，不能这样做", "is kept by lot, for which this is not made"),
    "fault.either-or": ("与 {other} 二选一", "give either this or {other}"),
    "fault.not-after-the-start": ("应晚于开始时间和现在", "must come after the start and now"),
    "fault.has-stock": ("还有库存：{warehouses}", "still has stock: {warehouses}"),
    "fault.not-a-formula": (
        "不是公式，从这里起看不懂：{rest}",
        "is no formula; it cannot be read from here on: {rest}",
    ),
    "fault.unknown-figure": (
        "没有 {figure} 这个数；可用：{choices}",
        "names no figure of ours: {figure}; there are {choices}",
    ),
    "fault.too-deep": ("嵌套过深，最多 {limit} 层", "nested too deeply: at most {limit} levels"),
    "fault.push-off": ("店铺没有开启推送", "has pushing switched off"),
    "fault.not-a-date": ("应为日期，如 2026-11-22", "must be a date such as 2026-11-22"),
    "fault.is-a-kit": ("是套装，没有自己的库存", "is a kit, which has no stock of its own"),
    "fault.not-by-lot": ("此商品不按批次管理", "is not for goods that are not kept by lot"),
    "fault.no-shelf-life": (
        "此商品没有保质期，请直接给出到期日",
        "does not help: the item has no shelf life; give its last day",
    ),
    "fault.other-expiry": (
        "与已知的到期日 {expires} 不同",
        "differs from the last day that we know: {expires}",
    ),
    "fault.too-near-expiry": (
        "离到期只剩 {left} 天，收货至少要 {needed} 天",
        "is too near its end: {left} days left, {needed} needed to take it in",
    ),
    "fault.moves-nothing": ("数量不能都是零", "must not be nought: such a line moves nothing"),
    "fault.lacks-free": (
        "可用 {free}，需 {needed}；另有 {held} 已占用：先释放占用，或改小数量",
        "takes {needed}, but {free} are free and {held} held: release some, or take fewer",
    ),
    "fault.lacks-damaged": (
        "残品 {damaged}，需 {needed}：先报残，或改小数量",
        "takes {needed}, but {damaged} are damaged: write some off first, or take fewer",
    ),
    "fault.below-nought": (
        "实有 {on_hand}，调整 {units} 后为负：请先盘点，或检查此数",
        "leaves less than nothing: {on_hand} on hand, {units} told; count first, or look again",
    ),
    "fault.over-receipt": (
        "未到 {rest}，本次 {units}：确要多收请给 allow_over",
        "is more than was ordered: {rest} still to come, {units} told; allow_over takes them in",
    ),
    "fault.not-in-document": ("不在此单中", "is not on this document"),
    "fault.unknown-order": ("没有此订单", "is not an order of yours"),
    # what a shop may sell, and what it is told
    "sellable.safe": (
        "{steps}（实有-占用-专用-安全，各仓不小于0）= 可售 {sellable}",
        "{steps} (on hand - held - appointed - safety, none below 0) = {sellable} sellable",
    ),
    "sellable.plain": (
        "{steps}（实有-占用-专用）= 可售 {sellable}",
        "{steps} (on hand - held - appointed) = {sellable} sellable",
    ),
    "sellable.kit-all": (
        "{steps}，取最小 = 可售 {sellable}",
        "{steps}, the least of them = {sellable} sellable",
    ),
    "sellable.kit-one": (
        "{steps}，相加 = 可售 {sellable}",
        "{steps}, all of them = {sellable} sellable",
    ),
    "push.negative": (
        "公式结果为负：{result}；不推送，保留原值",
        "The formula gives less than none: {result}; not pushed, the old figure stays",
    ),
    "push.division-by-zero": (
        "公式除以了零；不推送，保留原值",
        "The formula divides by zero; not pushed, the old figure stays",
    ),
    "push.too-large": (
        "公式结果过大：{result}；不推送，保留原值",
        "The formula gives too much: {result}; not pushed, the old figure stays",
    ),
    "push.no-receiver": (
        "没有回调订阅 stock.sellable",
        "No webhook asks for stock.sellable",
    ),
    "push.refused": ("接收方拒绝：{status} {note}", "The receiver refused it: {status} {note}"),
    "push.unreachable": (
        "接收方没有收下：{status} {note}",
        "The receiver did not take it: {status} {note}",
    ),
    # what was done to stock, and because of what
    "deed.held": ("占用", "held"),
    "deed.released": ("释放", "released"),
    "deed.shipped": ("发出", "shipped"),
    "deed.set": ("设定库存", "set"),
    "deed.received": ("收货", "received"),
    "deed.returned": ("退货入库", "returned"),
    "deed.adjusted": ("调整", "adjusted"),
    "deed.damaged": ("转残次", "damaged"),
    "deed.restored": ("残次转正", "restored"),
    "deed.scrapped": ("报废", "scrapped"),
    "deed.counted": ("盘点差异", "counted"),
    "deed.outdated": ("过时的上报，未采用", "told too late, left aside"),
    "deed.sent": ("调出", "sent"),
    "deed.sent-back": ("退给供应商", "sent back"),
    "deed.issued": ("其他出库", "issued"),
    "deed.expected": ("在途", "expected"),
    "deed.lost": ("不再到货", "will not come"),
    "deed.ordered": ("采购在途", "ordered"),
    "deed.appointed": ("专用", "set aside"),
    "deed.presold": ("预售占用", "sold ahead"),
    "deed.spread": ("分到热桶", "spread over buckets"),
    "deed.gathered": ("热桶并回", "gathered from buckets"),
    "cause.order": ("订单", "order"),
    "cause.hand": ("人工", "by hand"),
    "cause.hold": ("占用单", "hold"),
    "cause.purchase": ("采购单", "purchase"),
    "cause.transfer": ("调拨单", "transfer"),
    "cause.movement": ("出入库单", "movement"),
    "cause.count": ("盘点单", "count"),
    "cause.feed": ("仓库回传", "feed"),
    "cause.hot": ("热销分桶", "buckets"),
    "cause.hot-sale": ("热销", "hot sale"),
    "counter.free": ("可用", "free"),
    "counter.held": ("占用", "held"),
    "counter.appointed": ("专用", "set aside"),
    "counter.damaged": ("残次", "damaged"),
    "counter.coming": ("在途", "coming"),
    "counter.presold": ("预售占用", "sold ahead"),
    "counter.on_hand": ("实有", "on hand"),
    "counter.inbound": ("在途合计", "inbound"),
    # what is wrong with a counter
    "flaw.drift": (
        "{counter} 为 {shows}，按流水应为 {should}",
        "{counter} shows {shows}; its ledger adds up to {should}",
    ),
    "flaw.below-nought": ("{counter} 小于 0：{shows}", "{counter} is below nought: {shows}"),
    "flaw.gap": (
        "流水缺行：应到第 {should} 行，却是第 {shows} 行",
        "Lines of the ledger are missing: number {should} is due, {shows} is there",
    ),
    "flaw.holders": (
        "占用 {shows}，各单据合计 {should}",
        "{shows} are held; documents account for {should}",
    ),
    # alerts
    "alert.below-safety": (
        "{sku} 在 {place} 可用 {free}，低于安全库存 {safety}",
        "{sku} in {place}: {free} free, below the safety stock of {safety}",
    ),
    "alert.reorder": (
        "{sku} 应补货：可用 {free}、在途 {coming}，补货点 {point}（到货需 {lead_days} 天）",
        "Order {sku}: {free} free and {coming} coming, the reorder point is {point}"
        " ({lead_days} days to arrive)",
    ),
    "alert.near-expiry": (
        "{sku} 临期：{place} 有 {units} 件，{expires} 到期",
        "{sku} expires soon: {units} in {place}, on {expires}",
    ),
    "alert.no-sale": (
        "{sku} 已到禁售期：{place} 有 {units} 件，{expires} 到期",
        "{sku} may not be sold any more: {units} in {place}, expiring on {expires}",
    ),
    "alert.drift": (
        "{sku} 账实不符：{place} {counter} 为 {shows}，按流水应为 {should}",
        "{sku} differs from its ledger: {counter} in {place} shows {shows}, not {should}",
    ),
    "alert.oversold": (
        "{sku} 超卖 {place}：有 {on_hand}，已承诺 {promised}",
        "{sku} is oversold {place}: {on_hand} there, {promised} promised",
    ),
    "alert.unmoved": (
        "{sku} 呆滞：{units} 件，{moved} 以来 {days} 天以上没有发出",
        "{sku} rests: {units} units, none shipped for over {days} days, since {moved}",
    ),
    "alert.push-refused": (
        "{sku} 未能推送到店铺 {place}：{refused}，仍显示 {units}",
        "{sku} could not be pushed to shop {place}: {refused}; it still shows {units}",
    ),
    "alert.negative": (
        "{sku} 小于 0：{place} {counter} 为 {units}",
        "{sku} is below nought: {counter} in {place} is {units}",
    ),
    "refusal.negative": ("公式结果为负", "the formula gives less than none"),
    "refusal.division-by-zero": ("公式除以了零", "the formula divides by zero"),
    "refusal.too-large": ("公式结果过大", "the formula gives too much"),
    # names of things
    "kind.order": ("订单", "order"),
    "kind.parcel": ("包裹", "parcel"),
    "kind.figure": ("推送的数量", "figure"),
    "kind.shop": ("店铺", "shop"),
    "kind.warehouse": ("仓库", "warehouse"),
    "kind.item": ("商品", "item"),
    "kind.key": ("密钥", "key"),
    "kind.tenant": ("商家", "tenant"),
    "kind.webhook": ("回调", "webhook"),
    "kind.delivery": ("投递", "delivery"),
    "kind.blacklist": ("黑名单条目", "blacklist entry"),
    "kind.purchase": ("采购单", "purchase"),
    "kind.movement": ("出入库单", "movement"),
    "kind.count": ("盘点单", "count"),
    "kind.feed": ("库存回传", "feed"),
    "kind.stock": ("库存", "stock"),
    "kind.alert": ("预警", "alert"),
    "kind.hot-sale": ("热销", "hot sale"),
    "kind.hold": ("预占单", "stock hold"),
    "kind.transfer": ("调拨单", "transfer"),
    "kind.path": ("路径", "path"),
    "stage.planned": ("待开始", "planned"),
    "stage.hot": ("正在热销，库存分在各桶里", "hot: its units lie in several buckets"),
    "stage.on": ("热销中", "on"),
    "stage.over": ("已结束", "over"),
    "stage.open": ("进行中", "open"),
    "stage.released": ("已释放", "released"),
    "stage.sent": ("已发出", "sent"),
    "stage.part-received": ("部分到货", "part received"),
    "stage.done": ("已完成", "done"),
    "stage.closed": ("已结案", "closed"),
    "stage.counted": ("待审核", "counted"),
    "stage.approved": ("已通过", "approved"),
    "stage.rejected": ("待重盘", "rejected"),
    "stage.cancelled": ("已取消", "cancelled"),
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
    "counter": "counter",
    "refused": "refusal",
    "stage": "stage",
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
