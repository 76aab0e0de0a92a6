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
    "event.alerted": ("提醒（规则 {rule}）：{note}", "Alert by rule {rule}: {note}"),
    "event.tagged": ("打标签：{tags}（规则 {rules}）", "Tagged {tags} by rules {rules}"),
    "event.gifted": ("送赠品：{gifts}（规则 {rules}）", "Given along: {gifts}, by rules {rules}"),
    "event.not-gifted": (
        "没有送：{skus} 无货；规则 {rules} 的名额已满",
        "Not given: {skus} out of stock; no more orders get a gift by rules {rules}",
    ),
    "event.reserved": (
        "已预占库存：{warehouses}；{passed} 较近但缺货",
        "Stock held in {warehouses}; nearer but lacking: {passed}",
    ),
    "event.reserved-nearest": (
        "已预占库存：{warehouses}（最近且齐全）",
        "Stock held in {warehouses}, the nearest that has it all",
    ),
    "event.reserved-cheapest": (
        "已预占库存：{warehouses}，共 {cost}；次优 {runner_up}",
        "Stock held in {warehouses}, {cost} in all; next best: {runner_up}",
    ),
    "event.reserved-scarce": (
        "已预占库存：{warehouses}，连同稀缺加价 {scarce} 共 {cost}；次优 {runner_up}",
        "Stock held in {warehouses}, {cost} in all, {scarce} of it for scarce units; "
        "next best: {runner_up}",
    ),
    "event.replanned": (
        "与其他待合单的订单一起重新分仓：改由 {warehouses} 发货，费用 {was} → {cost}",
        "Routed anew together with other waiting orders: from {warehouses}, cost {was} → {cost}",
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
    "event.merged": (
        "合单 {merge}：与 {members} 同箱（规则 {rule}；相同：{key}）",
        "Merged ({merge}): one box for {members}, by rule {rule}; equal: {key}",
    ),
    "event.merge-moved": (
        "为合单改由 {warehouses} 发出（原 {was}）",
        "To be merged it comes from {warehouses} now, not from {was}",
    ),
    "event.unmet": (
        "等待结束，单独发：{others}（规则 {rule}）",
        "Waited for others, goes alone: {others} (rule {rule})",
    ),
    "event.unmerged": ("退出合单 {merge}：{why}", "Out of the merge {merge}: {why}"),
    "event.merge-released": (
        "合单 {merge} 继续：{members} 已取出",
        "The merge {merge} goes on: {members} were taken out",
    ),
    "event.merge-check": (
        "收货密文变了，地址没变：合单前请人工核对",
        "The receiver's token changed, but not the address: look at it before it is merged",
    ),
    "event.weighed": (
        "已称重：包裹 {parcels}，{grams} 克",
        "Weighed: parcels {parcels}, {grams} g",
    ),
    "event.opened": ("重新打开包裹 {parcels}", "Parcels {parcels} were opened again"),
    "event.planned-chosen": (
        "已分仓：{parcels} 个包裹，{warehouses}；快递：{chosen}；拆单规则：{rule}",
        "Planned: {parcels} parcels from {warehouses}; carriers: {chosen}; split rule: {rule}",
    ),
    "chosen.alone": ("{carrier}（{how}）", "{carrier} ({how})"),
    "chosen.among": (
        "{carrier}（{how}；未选 {lost}）",
        "{carrier} ({how}; passed over: {lost})",
    ),
    "chosen.hand": ("人工指定", "by hand"),
    "chosen.channel": ("平台指定", "by the channel"),
    "chosen.rule": ("规则 {rule}", "by rule {rule}"),
    "chosen.cost": ("最便宜", "the cheapest"),
    "chosen.speed": ("最快", "the fastest"),
    "event.part-shipped": ("部分发货，运单号 {tracking}", "Part shipped, tracking {tracking}"),
    "event.shipped": ("已发货，运单号 {tracking}", "Shipped, tracking {tracking}"),
    "event.signed": ("已签收", "Signed for"),
    "event.completed": ("交易完成", "Completed"),
    "event.cancelled": (
        "已取消：{reason}，库存已退回",
        "Cancelled: {reason}; its stock was given back",
    ),
    "event.part-cancelled": (
        "部分取消：{lines}，{reason}；其余照发",
        "Cancelled in part: {lines}, {reason}; the rest goes on",
    ),
    "event.edited": (
        "已修改：{fields}；应收 {collect}，应退 {refund}",
        "Edited: {fields}; {collect} to collect, {refund} to give back",
    ),
    "event.overruled": (
        "渠道的新版本取代了我们的修改：{fields}",
        "The channel's newer version takes the place of our edits: {fields}",
    ),
    "event.resent": ("补发：{number}（{reason}）", "Sent again with {number}: {reason}"),
    "event.resend-of": (
        "为 {number} 补发（{reason}）",
        "Sends some of {number} again: {reason}",
    ),
    "event.closed": ("已关闭：{why}，不占库存", "Closed: {why}; holds no stock"),
    "why.seen-shipped": ("首次收到时渠道已发货", "first seen as already shipped"),
    "why.seen-cancelled": ("首次收到时渠道已取消", "first seen as cancelled"),
    "why.imported": ("历史订单导入", "imported as history"),
    "why.channel": ("渠道取消", "by the channel"),
    "why.expired": ("挂起到期", "its hold ran out"),
    "why.undone": ("人工拆开", "taken apart by hand"),
    "why.taken-out": ("已停止，商品已取出", "it was stopped, and its goods taken out"),
    "why.left-alone": ("没有别的订单同箱了", "nobody else is left in the box"),
    "why.drifted": ("收货信息已变，不再相同", "its receiver is no longer the same"),
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
    "hold.balance": ("预售尾款未付", "The balance of the presale is due"),
    "hold.presale": ("预售，{until} 之后才处理", "Presale: not before {until}"),
    "hold.group": ("拼团未成", "The group is not full yet"),
    "hold.two-addresses": (
        "双地址：省市栏是{here}，详细地址写的是{there}",
        "Two addresses: its fields say {here}, its text says {there}",
    ),
    "hold.masked": (
        "手工单的收货信息带星号：{fields}",
        "Made by hand, but {fields} shown in part only",
    ),
    "hold.several-addresses": (
        "同一买家的订单 {orders} 寄往别处",
        "Orders {orders} of the same buyer go elsewhere",
    ),
    "hold.mergeable": (
        "可与订单 {orders} 合单，但那边未付款或挂起",
        "Could go with {orders}, which are unpaid or held",
    ),
    "hold.seller-note": ("卖家有备注", "The seller left a note"),
    "hold.no-warehouse": ("没有仓库可发 {codes}", "No warehouse may serve it {codes}"),
    "hold.short": ("缺货：{missing}", "Short of stock: {missing}"),
    "hold.unreachable": (
        "没有快递能到 {area}：{carriers}",
        "No carrier goes to {area}: {carriers}",
    ),
    "hold.split-limit": (
        "要拆成太多包裹：最多 {most} 个",
        "It would take too many parcels: {most} at most",
    ),
    "hold.only-gifts": ("有包裹只剩赠品：行 {lines}", "A parcel of gifts alone: lines {lines}"),
    "hold.no-ship": ("平台不许发货", "The platform forbids shipping"),
    "hold.risk": ("平台风控审核中", "Under risk review by the platform"),
    "hold.refund": ("买家申请退款", "The buyer wants a refund"),
    "hold.address-change": ("改地址待确认", "A change of address waits for approval"),
    "hold.oversold": ("平台标记超卖", "Marked as oversold by the platform"),
    "hold.invoice": ("开票资料不全：缺 {fields}", "Invoice cannot be written: {fields} missing"),
    "hold.price": (
        "售价过低（{sku}，行 {line}）：至少 {expected}，实为 {found}",
        "Sold too cheap ({sku}, line {line}): at least {expected}, found {found}",
    ),
    "hold.breaker": ("价格熔断：{skus}", "Stopped for a price that must be wrong: {skus}"),
    "hold.service": ("待客审 {note}", "Waits for customer service {note}"),
    "hold.finance": ("待财审 {note}", "Waits for finance {note}"),
    "hold.rule": ("规则 {rule} 挂起：{note}", "Stopped by rule {rule}: {note}"),
    "reason.amounts": ("金额不平", "amounts do not add up"),
    "reason.address": ("收货信息不全", "receiver incomplete"),
    "reason.buyer-note": ("买家留言", "buyer's note"),
    "reason.blacklist": ("黑名单", "blacklist"),
    "reason.unpaid": ("未付清", "not fully paid"),
    "reason.sku-unmapped": ("商品未对应", "SKU not mapped"),
    "reason.shipped-elsewhere": ("渠道已发货", "shipped elsewhere"),
    "reason.manual": ("人工挂起", "held by hand"),
    "reason.balance": ("尾款未付", "balance due"),
    "reason.presale": ("预售未到时间", "presale, too early"),
    "reason.group": ("拼团未成", "group not full"),
    "reason.two-addresses": ("双地址", "two addresses"),
    "reason.masked": ("收货信息带星号", "receiver masked"),
    "reason.several-addresses": ("同买家多地址", "several addresses of one buyer"),
    "reason.mergeable": ("可合单，等另一单", "could be merged, waits for the other"),
    "reason.seller-note": ("卖家备注", "seller's note"),
    "reason.no-warehouse": ("无可发仓库", "no warehouse"),
    "reason.short": ("缺货", "short of stock"),
    "reason.unreachable": ("快递不到", "no carrier goes there"),
    "reason.split-limit": ("拆单过多", "too many parcels"),
    "reason.only-gifts": ("只剩赠品", "gifts alone"),
    "reason.no-ship": ("平台不许发货", "platform forbids shipping"),
    "reason.risk": ("平台风控", "risk review"),
    "reason.refund": ("申请退款", "refund wanted"),
    "reason.address-change": ("改地址待确认", "address change waits"),
    "reason.oversold": ("平台超卖", "oversold by the platform"),
    "reason.invoice": ("开票资料不全", "invoice data missing"),
    "reason.price": ("售价过低", "sold too cheap"),
    "reason.breaker": ("价格熔断", "price breaker"),
    "reason.service": ("待客审", "waits for service"),
    "reason.finance": ("待财审", "waits for finance"),
    "reason.rule": ("规则挂起", "stopped by a rule"),
    "field.name": ("收货人", "name"),
    "field.phone": ("手机号", "phone"),
    "field.province": ("省", "province"),
    "field.city": ("市", "city"),
    "field.address": ("详细地址", "address"),
    "field.buyer": ("买家", "buyer"),
    "field.receiver": ("收货信息", "receiver"),
    "field.lines": ("商品行", "lines"),
    "field.surcharge": ("加减价", "surcharge"),
    "field.warehouse": ("仓库", "warehouse"),
    "field.moves": ("换仓", "moves"),
    "field.carrier": ("快递", "carrier"),
    "field.urgent": ("加急", "urgency"),
    "field.promise": ("发货时限", "promise"),
    "field.note": ("卖家备注", "seller's note"),
    "field.tags": ("标签", "tags"),
    # what lost against what was chosen
    "lost": ("{what} 落选：{lost}", "{what} lost: {lost}"),
    "lost-for": ("{what} {cost}，落选：{lost}", "{what} at {cost} lost: {lost}"),
    "lost.lacks": ("缺货", "it lacks goods"),
    "lost.dearer": ("更贵", "it costs more"),
    "lost.slower": ("更慢", "it is slower"),
    "lost.not-met": ("条件不符", "its condition does not hold"),
    "lost.unreachable": ("不到此地", "it does not go there"),
    "lost.suspended": ("此地停发", "it has stopped going there"),
    "lost.too-heavy": ("超重", "the parcel is too heavy"),
    "lost.no-cod": ("不代收货款", "it does not take cash on delivery"),
    "lost.inactive": ("已停用", "it was switched off"),
    "lost.no-tariff": ("没有此仓的价格", "it has no tariff from there"),
    "lost.unpriced": ("运费未知", "nobody knows its price"),
    "lost.not-for-shop": ("店铺不用", "the shop does not use it"),
    "field.title": ("抬头", "title"),
    "field.tax_id": ("税号", "tax id"),
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
    "error.locked": ("订单现在不能改：{fields}", "The order is past changing this: {fields}"),
    "error.stale": (
        "预览之后订单变了，现在{status}：请重新预览",
        "The order changed after the preview and is {status} now: preview it again",
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
    "error.stopped": ("需要人工处理：{hold}", "A person must look at this: {hold}"),
    "error.merged": (
        "订单在合单 {merge} 中，请对合单操作",
        "The order is in the merge {merge}: act on that",
    ),
    "error.blocked": (
        "合单 {merge}：先取出 {numbers} 的商品",
        "The merge {merge}: take the goods of {numbers} out first",
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
    "fault.is-packed": (
        "已称重或已发 {packed} 件，最多还能取消 {left} 件",
        "has {packed} pieces weighed or shipped; {left} may still go",
    ),
    "fault.not-planned": ("还没有分包裹", "has to wait until there are parcels"),
    "fault.is-weighed": (
        "已称重，只能改备注和标签",
        "is too late: a parcel is weighed; only note and tags may change",
    ),
    "fault.has-left": (
        "已发货，只能改备注和标签",
        "is too late: a parcel has left; only note and tags may change",
    ),
    "fault.is-over": (
        "订单已结束，只能改备注和标签",
        "is too late: the order is over; only note and tags may change",
    ),
    "fault.under-refund": (
        "买家在平台申请了退款，等平台结果",
        "has to wait: the platform decides on a refund",
    ),
    "fault.address-pending": (
        "买家在平台申请了改地址，等平台结果",
        "has to wait: the platform decides on another address",
    ),
    "fault.not-divided": (
        "货到付款、自提、整单发货的订单不能分仓",
        "would divide an order that must go in one piece",
    ),
    "fault.short": ("库存不足：需 {needed}", "is short of stock: {needed} needed"),
    "fault.not-served": ("没有仓库可以发：{reasons}", "cannot be served: {reasons}"),
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
    # promotions that contradict themselves or each other
    "fault.not-a-promotion-id": (
        "不能含 | 或 @，也不能是 code、gift",
        "must not have | or @, nor be `code` or `gift`",
    ),
    "fault.only-of-coupons": ("只有券才有券码（coupon）", "are only for coupons"),
    "fault.not-a-clock-time": ("应为时刻，如 20:00", "must be a time of day such as 20:00"),
    "fault.wrong-lane": ("只能在其中之一：{choices}", "can only stand in {choices}"),
    "fault.repeats-one-tier": (
        "每满只能有一档，要有门槛，不能打折",
        "needs a single tier with a threshold and no rate",
    ),
    "fault.brings-nothing": ("这一档没有优惠", "brings nothing"),
    "fault.unreachable-tier": (
        "永远用不到：达到它时 {other} 也达到了",
        "is never used: whoever reaches it reaches {other} too",
    ),
    "fault.worth-less": (
        "比更低的 {other} 优惠还小",
        "is worth less than {other}, which is reached earlier",
    ),
    "fault.code-of-two": ("券码已属于 {other}", "is a code of {other} already"),
    "fault.same-group": (
        "{id} 与 {other} 互斥，优先级又相同，商品和时间有重叠：请分出优先级",
        "leaves it to chance: {id} and {other} exclude each other with the same priority",
    ),
    "fault.both-exclusive": (
        "{id} 与 {other} 都要独享，优先级又相同：请分出优先级",
        "leaves it to chance: {id} and {other} are both exclusive with the same priority",
    ),
    "fault.two-prices": (
        "{id} 与 {other} 给同样的商品定了两个价，优先级又相同",
        "gives two prices: {id} and {other} are for the same goods with the same priority",
    ),
    "fault.gives-all-away": (
        "减免不小于门槛，等于白送",
        "takes off as much as is asked for: the goods are given away",
    ),
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
    "fault.unknown-carrier": ("没有此承运", "is not a carrier of yours"),
    "fault.unknown-fact": ("没有 {fact} 这个事实", "names no fact of ours: {fact}"),
    "fault.not-for-this-kind": (
        "这类规则用不了 {fact}：只用于 {kinds}",
        "is not told to rules of this kind: {fact} is for {kinds}",
    ),
    "fault.wrong-operator": (
        "不能用于 {fact}：应为 {choices}",
        "is not for {fact}, which takes {choices}",
    ),
    "fault.no-operator": (
        "没有说 {fact} 应怎样：给出 {choices} 之一",
        "does not say what {fact} should be: give one of {choices}",
    ),
    "fault.stands-alone": ("不能和别的条件写在一起", "stands alone, without other operators"),
    "fault.empty-range": (
        "范围是空的：从 {least} 到小于 {below}",
        "is an empty range: from {least} to below {below}",
    ),
    "fault.contradicts": (
        "和 {other} 矛盾，不可能同时成立",
        "contradicts {other}: no order can meet both",
    ),
    "fault.not-an-area": (
        "应为地区，如 浙江 或 浙江/杭州/西湖",
        "must be an area: a province, or province/city/district",
    ),
    "fault.not-after": ("应晚于 {other}", "must come after {other}"),
    "fault.too-many-conditions": (
        "全部规则的条件最多 {limit} 个",
        "have too many conditions in all: at most {limit}",
    ),
    "fault.shadowed": (
        "不会用到：{by} 先成立，总是挡在它前面",
        "will never be used: {by} comes first wherever it holds",
    ),
    "fault.over": ("已过期：{until}", "is over since {until}"),
    "fault.unmergeable": ("不能合单：{bar}", "cannot be merged: {bar}"),
    "fault.too-few": ("至少 {least} 项", "needs {least} items at least"),
    # why orders do not go into one box, and what of them must be equal
    "bar.never": ("渠道不支持合单", "its channel never merges"),
    "bar.cod": ("渠道的货到付款订单不合单", "its channel never merges cash on delivery"),
    "bar.cod-differs": ("有的货到付款，有的已付款", "only some are paid on delivery"),
    "bar.pickup": ("到店自提", "the buyer comes for it"),
    "bar.sealed": ("原封发出，不能拆合", "it leaves as it is"),
    "bar.virtual": ("全是虚拟商品", "nothing of it is sent"),
    "bar.carrier": ("指定的快递不同", "different carriers are demanded"),
    "bar.held": ("已挂起", "held"),
    "bar.not-reserved": ("还没占库存，或已经发货", "its goods are not held yet, or it has left"),
    "bar.merged": ("已在别的合单里", "in another merge"),
    "bar.weighed": ("已有包裹称重", "one of its parcels is weighed"),
    "bar.off": ("店铺没有开启合单", "the shop does not merge by itself"),
    "bar.no-buyer": ("渠道没有给买家", "the channel does not say who bought"),
    "bar.another-shop": ("店铺不同", "of another shop"),
    "bar.another-buyer": ("买家不同", "of another buyer"),
    "bar.key": ("收货信息不同", "another receiver"),
    "bar.check": ("收货密文变过，待核对", "its token changed, somebody must look at it"),
    "bar.unasked": ("平台没有确认是同一收货人", "the platform did not say that they are one"),
    "bar.presale": ("本月预售不合单", "presale orders are not merged this month"),
    "bar.presale-differs": ("预售与现货不合单", "presale does not go with spot"),
    "bar.urgent": ("加急，不等待", "urgent, it does not wait"),
    "bar.rule": ("规则不让合单", "a rule says no"),
    "bar.no-box": ("货在别的仓，或要拆成几个包裹", "its goods lie elsewhere, or go apart"),
    "bar.limit": ("超过上限，等下一次", "over the limit, waits for the next run"),
    "part.buyer": ("买家", "buyer"),
    "part.shop": ("店铺", "shop"),
    "part.name": ("收货人", "name"),
    "part.phone": ("手机号", "phone"),
    "part.area": ("省市区", "area"),
    "part.address": ("详细地址", "address"),
    "part.cod": ("付款方式", "way of paying"),
    "part.token": ("收货密文", "token"),
    "part.carrier": ("买家选的快递", "carrier"),
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
    "cause.merge": ("合单", "merge"),
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
    # what a promotion brought to a cart, or why it did not count
    "applied.tiers": ("满额优惠：{brings}", "Threshold reached: {brings}"),
    "applied.piece": ("特价：{brings}", "Special price: {brings}"),
    "applied.sets": ("多件优惠：{brings}", "For pieces together: {brings}"),
    "applied.add-on": ("加价购：{brings}", "Added on: {brings}"),
    "applied.points": ("积分抵扣：{brings}", "Points: {brings}"),
    "applied.campaign": ("活动优惠：{brings}", "By the campaign: {brings}"),
    "brings.less": ("减 ¥{less}", "¥{less} off"),
    "brings.floored": (
        "另有 ¥{dropped} 会低于最低价，没有减",
        "¥{dropped} more would go below the floor price and stays",
    ),
    "brings.freight": ("免运费 ¥{less}", "¥{less} of freight off"),
    "brings.spent": ("用 {count} 积分", "{count} points spent"),
    "brings.earned": ("得 {count} 积分", "{count} points earned"),
    "brings.gift": ("送 {sku} x {count}", "{sku} x {count} for free"),
    "passed.no-such-code": ("没有此券码 {code}", "There is no such code {code}"),
    "passed.no-such-promotion": ("没有此加价购 {id}", "There is no such add-on {id}"),
    "passed.not-here": ("不用于此店铺", "Not for this shop"),
    "passed.not-now": ("不在时间内", "Not at this time"),
    "passed.once": ("同一张券一单只用一次", "Such a coupon counts once in an order"),
    "passed.level": ("仅限会员等级 {levels}", "Only for the levels {levels}"),
    "passed.not-new": ("仅限新客", "Only for new buyers"),
    "passed.buyer-unknown": ("不知道买家是谁", "Nobody knows who buys"),
    "passed.used-up": ("已用完", "Used up"),
    "passed.used-up-today": ("今天已用完", "Used up for today"),
    "passed.used-up-by-you": ("每人 {most} 次，已用完", "{most} times a buyer, all used"),
    "passed.budget-spent": ("优惠预算不够了", "Its budget does not suffice any more"),
    "passed.no-goods": ("没有适用的商品", "No goods that it is for"),
    "passed.short-amount": ("差 ¥{lacks} 可用", "¥{lacks} more are needed"),
    "passed.short-pieces": ("差 {count} 件可用", "{count} more pieces are needed"),
    "passed.short-points": ("差 {count} 积分可用", "{count} more points are needed"),
    "passed.none-to-get": (
        "还可优惠选 {count} 件，购物车里没有",
        "{count} pieces may be had for less: none is in the cart",
    ),
    "passed.not-an-add-on": ("{skus} 不能加价购", "{skus} cannot be added by it"),
    "passed.gift-short": ("赠品 {skus} 已送完", "No more of the gifts {skus}"),
    "passed.exceeds-payable": ("优惠金额超过订单金额", "It is worth as much as the order or more"),
    "passed.nothing-left": ("没有可减的了", "Nothing is left that it could take off"),
    "passed.not-with": ("与 {name} 不可同享", "Cannot be combined with {name}"),
    "event.priced": (
        "按报价 {quote} 定价：优惠 {less}，按促销 {rules}",
        "Priced by quote {quote}: {less} off, by promotions {rules}",
    ),
    # coupons that were issued by themselves, and carts that cannot be ordered
    "passed.coupon-void": ("此券已作废", "This coupon was taken back"),
    "passed.coupon-expired": ("此券已过期", "This coupon has expired"),
    "passed.coupon-of-another": ("此券是别人的", "This coupon is somebody else's"),
    "kind.promotions": ("促销版本", "version of the promotions"),
    "kind.promotions-draft": ("促销草稿", "draft of the promotions"),
    "kind.coupon": ("优惠券", "coupon"),
    "error.stale-quote": (
        "价格或优惠已变化，请按新报价下单",
        "prices or promotions have changed: order by the new quote",
    ),
    "fault.no-price": ("商品没有售价", "is an item without a price"),
    "fault.not-sent-there": ("不配送到此地区", "is where nothing is sent"),
    "fault.unknown-promotion": ("没有已发布的此促销", "is not a promotion that was published"),
    "fault.needs-no-coupon": ("此促销不需要券", "is a promotion that needs no coupon"),
    # what rules ask of an order, and what they decide
    "fact.shop": ("店铺", "shop"),
    "fact.channel": ("渠道", "channel"),
    "fact.mode": ("经营方式", "mode of the shop"),
    "fact.type": ("订单类型", "type of order"),
    "fact.total": ("订单总额", "total"),
    "fact.goods_total": ("商品总额", "goods total"),
    "fact.discount_rate": ("折扣率", "discount"),
    "fact.unit_price_least": ("最低单价", "lowest unit price"),
    "fact.cod": ("货到付款", "cash on delivery"),
    "fact.paid": ("已付清", "paid in full"),
    "fact.area": ("收货地区", "receiver's area"),
    "fact.province": ("收货省份", "receiver's province"),
    "fact.skus": ("商品", "SKUs"),
    "fact.sku_count": ("商品种数", "number of SKUs"),
    "fact.pieces": ("件数（不含赠品）", "pieces (gifts apart)"),
    "fact.lines": ("行数", "lines"),
    "fact.weight": ("重量", "weight"),
    "fact.volume": ("体积", "volume"),
    "fact.categories": ("商品分类", "categories"),
    "fact.goods_groups": ("存放分组", "storage groups"),
    "fact.suppliers": ("供货方", "suppliers"),
    "fact.virtual": ("有虚拟商品", "virtual goods among them"),
    "fact.presale": ("预售", "presale"),
    "fact.buyer_level": ("客户等级", "class of customer"),
    "fact.tags": ("标签", "tags"),
    "fact.buyer_note": ("买家留言", "buyer's note"),
    "fact.seller_note": ("卖家备注", "seller's note"),
    "fact.live": ("直播间或达人", "live room"),
    "fact.placed_at": ("下单时间", "time of the order"),
    "fact.hour": ("下单钟点", "hour of the order"),
    "fact.weekday": ("下单星期", "weekday of the order"),
    "fact.warehouse": ("发货仓", "warehouse"),
    "fact.grams": ("包裹重量", "weight of the parcel"),
    "rule.review": ("审单规则", "review rule"),
    "rule.hold": ("挂起规则", "hold rule"),
    "rule.merge": ("合单规则", "merge rule"),
    "rule.split": ("拆单规则", "split rule"),
    "rule.routing": ("分仓规则", "routing rule"),
    "rule.carrier": ("快递规则", "carrier rule"),
    "rule.gift": ("赠品规则", "gift rule"),
    "rule.tags": ("打标规则", "tags rule"),
    # names of things
    "kind.order": ("订单", "order"),
    "kind.parcel": ("包裹", "parcel"),
    "kind.figure": ("推送的数量", "figure"),
    "kind.shop": ("店铺", "shop"),
    "kind.warehouse": ("仓库", "warehouse"),
    "kind.carrier": ("快递", "carrier"),
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
    "kind.rules": ("规则版本", "version of the rules"),
    "kind.rules-draft": ("规则草稿", "draft of the rules"),
    "kind.breaker": ("价格熔断", "price breaker"),
    "kind.merge": ("合单", "merge"),
    "kind.box": ("箱", "box"),
    "kind.path": ("路径", "path"),
    "stage.planned": ("待开始", "planned"),
    # campaigns: presale and group buying
    "event.balance-due": (
        "提醒买家付尾款 {collect}，{closes} 截止",
        "The buyer was reminded of the balance: {collect}, until {closes}",
    ),
    "why.balance-unpaid": ("尾款到期未付", "its balance was not paid in time"),
    "why.group-failed": ("拼团未成", "its group was not full in time"),
    "error.group-full": (
        "这个团已满；还可以参加的团：{groups}",
        "This group is full; groups that may be joined: {groups}",
    ),
    "fault.unknown-campaign": ("没有此活动", "is not a campaign of yours"),
    "fault.campaign-closed": (
        "活动不在进行：{opens} 到 {closes}",
        "does not sell now: from {opens} to {closes}",
    ),
    "fault.campaign-elsewhere": (
        "活动只在这些店铺：{shops}",
        "sells only in these shops: {shops}",
    ),
    "fault.not-in-campaign": ("不在活动中：{skus}", "are not in the campaign: {skus}"),
    "fault.no-groups": ("此活动不是拼团", "is not for a campaign without groups"),
    "fault.unknown-group": ("此活动没有这个团", "is not a group of this campaign"),
    "fault.group-over": ("这个团已结束", "is over"),
    "fault.joined-already": ("这位买家已在团里", "has this buyer already"),
    "fault.no-more-groups": ("活动最多 {limit} 个团，已开满", "cannot be opened: {limit} at most"),
    "fault.buyer-limit": (
        "每位买家限 {limit} 件，还可买 {left} 件",
        "may be {left} pieces more for this buyer, {limit} in all",
    ),
    "fault.campaign-sold-out": (
        "{sku} 限售 {limit} 件，还剩 {left} 件",
        "leave {left} pieces of {sku}, of {limit}",
    ),
    "fault.campaign-overlaps": (
        "{skus} 同时在活动 {campaign}（{name}）里卖",
        "are sold by campaign {campaign} ({name}) at the same time: {skus}",
    ),
    "fault.fixed-once-sold": ("已有订单，不能再改", "is fixed once somebody has bought"),
    "fault.only-with-deposit": ("全款预售没有定金", "is only for presales with a deposit"),
    "fault.beyond-inbound": (
        "{sku} 的在途数量不够预售",
        "is more of {sku} than is on its way",
    ),
    "cause.campaign": ("活动", "campaign"),
    "cause.group": ("拼团", "group"),
    "kind.campaign": ("活动", "campaign"),
    "kind.group": ("团", "group"),
    "stage.active": ("进行中", "active"),
    "stage.stopped": ("已停止", "stopped"),
    "stage.succeeded": ("已成团", "succeeded"),
    "stage.failed": ("未成团", "failed"),
    "stage.hot": ("正在热销，库存分在各桶里", "hot: its units lie in several buckets"),
    "stage.undone": ("已拆开", "undone"),
    "stage.weighed": ("已称重", "weighed"),
    "stage.shipped": ("已发货", "shipped"),
    "stage.on": ("热销中", "on"),
    "stage.over": ("已结束", "over"),
    "stage.open": ("进行中", "open"),
    "stage.armed": ("值守中", "armed"),
    "stage.tripped": ("已熔断", "tripped"),
    "stage.released": ("已释放", "released"),
    "stage.sent": ("已发出", "sent"),
    "stage.part-received": ("部分到货", "part received"),
    "stage.done": ("已完成", "done"),
    "stage.closed": ("已结案", "closed"),
    "stage.counted": ("待审核", "counted"),
    "stage.approved": ("已通过", "approved"),
    "stage.rejected": ("待重盘", "rejected"),
    "stage.cancelled": ("已取消", "cancelled"),
    "prices.fresh": (
        "按最近 {learned} 单学得，预计 7 天内还有 {awaited} 单；{hours} 小时内有效",
        "Learned from the last {learned} orders; {awaited} are expected within 7 days. "
        "They count for {hours} hours",
    ),
    "prices.stale": (
        "超过 {hours} 小时没有更新，分仓不再采用",
        "Not renewed for more than {hours} hours: routing leaves them aside",
    ),
    "prices.none": (
        "还没有影子价：近 7 天的订单太少，或者还没到整点",
        "No prices yet: too few orders in the last 7 days, or the hour is not over",
    ),
    "prices.off": (
        "不用影子价：没有店铺按费用分仓，或者没有运费表，或者只有一个仓",
        "No prices are used: no shop routes by cost, or no tariff is known, or there is one "
        "warehouse",
    ),
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
    "status.weighed": ("已称重", "weighed"),
    "status.updated": ("更新", "updated"),
    "status.resent": ("补发", "resent"),
    # how long things take, and where the time goes
    "clock.review": ("审单", "review"),
    "clock.held-finance": ("挂起（财务处理）", "held for finance"),
    "clock.held-service": ("挂起（客服处理）", "held for customer service"),
    "clock.held-owner": ("挂起（负责人处理）", "held for the owner"),
    "clock.held-channel": ("挂起（等平台）", "held for the channel"),
    "clock.held-clock": ("挂起（等到时间）", "held until its time"),
    "clock.held-operations": ("挂起（运营处理）", "held for operations"),
    "clock.stock": ("等库存", "waiting for stock"),
    "clock.buffer": ("等合单、分包裹", "waiting to be merged and divided"),
    "clock.warehouse": ("仓库作业", "work in the warehouse"),
    "clock.handover": ("称重后等揽收", "from the scales to the carrier"),
    "clock.delivery": ("运输", "delivery"),
    "clock.total": ("接单到发货", "from received to shipped"),
    "lasting.seconds": ("{n} 秒", "{n} s"),
    "lasting.minutes": ("{n} 分钟", "{n} min"),
    "lasting.hours": ("{n} 小时", "{n} h"),
    "lasting.days": ("{n} 天", "{n} days"),
    "by.shop": ("店铺 {place}", "shop {place}"),
    "by.warehouse": ("{place} 仓", "warehouse {place}"),
    "breaker.tripped": (
        "已熔断（{by}）：{orders} 单异常低价；审单停止，店铺显示 0 {note}",
        "Tripped by {by}: {orders} orders far too cheap; review has stopped, shops show 0 {note}",
    ),
    "breaker.armed": (
        "值守中：近期 {orders} 单异常低价",
        "Armed: {orders} orders far too cheap of late",
    ),
    "promise.hand": ("人工指定的发货期限", "the time that a person set"),
    "promise.channel": ("平台承诺的发货期限", "the time that the channel promised"),
    "promise.presale": (
        "预售：可发之日起 {hours} 小时",
        "presale: {hours} h from when it can be shipped",
    ),
    "promise.urgent": ("加急：付款后 {hours} 小时", "urgent: {hours} h from payment"),
    "promise.shop": ("店铺设定：付款后 {hours} 小时", "the shop's rule: {hours} h from payment"),
    "promise.platform": (
        "平台规则：付款后 {hours} 小时",
        "the platform's rule: {hours} h from payment",
    ),
    "promise.spent": (
        "时间主要用在{stage}：{mean}，占 {share}%",
        "most of its time went into {stage}: {mean}, {share} %",
    ),
    "promise.late": ("已超时", "late"),
    "promise.breach-forecast": ("预计超时", "will be late"),
    "promise.soon": ("临近", "soon"),
    "alert.promise-late": (
        "{place}：{orders} 单已超发货时效",
        "{place}: {orders} orders are late",
    ),
    "alert.promise-risk": (
        "{place}：{orders} 单预计超发货时效",
        "{place}: {orders} orders will be late at the usual pace",
    ),
    "alert.price-breaker": (
        "{sku} 异常低价：{minutes} 分钟内 {orders} 单低于常价 {percent}%，已停止审单，店铺显示 0",
        "{sku} sells far too cheaply: {orders} orders in {minutes} min below {percent} % of its "
        "usual price; review has stopped, shops show 0",
    ),
    "bottleneck.of-several": (
        "瓶颈是{stage}，占接单到发货时间的 {share}%；"
        "其中{place}最慢，平均 {mean}，其余平均 {others}",
        "The bottleneck is {stage}: {share} % of the time from received to shipped; "
        "slowest in {place}, {mean} on average against {others} elsewhere",
    ),
    "bottleneck.alone": (
        "瓶颈是{stage}，占接单到发货时间的 {share}%（{place}，平均 {mean}）；"
        "其次是{next}，占 {by}%",
        "The bottleneck is {stage}: {share} % of the time from received to shipped "
        "({place}, {mean} on average); next comes {next} with {by} %",
    ),
    "bottleneck.all": (
        "接单到发货的时间 {share}% 用在{stage}（{place}，平均 {mean}）",
        "{share} % of the time from received to shipped goes into {stage} "
        "({place}, {mean} on average)",
    ),
    # payments and refunds
    "event.paid": (
        "已收款 {fen}（{provider}，第 {payment} 笔）",
        "Paid: {fen} by {provider}, payment {payment}",
    ),
    "event.part-paid": (
        "已收部分款项 {fen}（{provider}，第 {payment} 笔）",
        "Paid in part: {fen} by {provider}, payment {payment}",
    ),
    "event.paid-otherwise": (
        "收到 {fen}，与应收不符（{provider}，第 {payment} 笔），等人处理",
        "Paid another figure, {fen} by {provider}, payment {payment}: a person must look",
    ),
    "event.payment-closed": (
        "收款单已关闭，未付款（{provider}，第 {payment} 笔）{note}",
        "Payment {payment} by {provider} was closed unpaid {note}",
    ),
    "event.charged-back": (
        "被拒付 {fen}（{provider}，第 {payment} 笔）",
        "Charged back: {fen} by {provider}, payment {payment}",
    ),
    "event.refund-asked": (
        "申请退款 {fen}（{provider}，第 {payment} 笔），原因：{cause}",
        "Refund of {fen} asked of {provider}, payment {payment}: {cause}",
    ),
    "event.refunded": (
        "已退款 {fen}（{provider}，第 {payment} 笔），原因：{cause}{note}",
        "Refunded: {fen} by {provider}, payment {payment}: {cause} {note}",
    ),
    "event.refund-stuck": (
        "退款 {fen} 异常，买家账户收不了（{provider}，第 {payment} 笔），等财务处理",
        "The refund of {fen} is stuck at {provider}, payment {payment}: finance must see to it",
    ),
    "event.refund-failed": (
        "退款 {fen} 失败（{provider}，第 {payment} 笔）：{note}",
        "The refund of {fen} failed at {provider}, payment {payment}: {note}",
    ),
    "event.refund-limited": (
        "应退 {fen}，已到 {provider} 的退款次数或期限（第 {payment} 笔），等财务处理",
        "{fen} should go back, but {provider} takes no more refunds of payment {payment}: "
        "finance must see to it",
    ),
    "kind.payment": ("收款", "payment"),
    "kind.payment-account": ("支付账户", "payment account"),
    "kind.refund": ("退款", "refund"),
    "provider.wechat": ("微信支付", "WeChat Pay"),
    "provider.alipay": ("支付宝", "Alipay"),
    "provider.offline": ("线下", "offline"),
    "cause.cancel": ("订单取消", "the order was called off"),
    "cause.edit": ("订单金额减少", "the order costs less now"),
    "cause.late": ("多付或取消后才付", "paid twice, or after it was called off"),
    "wait.amount": ("实收与应收不符，请核对", "another figure was paid than was asked for"),
    "wait.abnormal": (
        "退款异常：买家账户收不了，请换方式退",
        "a refund is stuck: the buyer's account cannot take it; pay it out otherwise",
    ),
    "wait.refused": ("支付机构拒绝退款，请处理", "the provider refused a refund"),
    "wait.limit": (
        "超过支付机构的退款次数或期限，请换方式退",
        "too many refunds, or too late for one: pay it out otherwise",
    ),
    "wait.by-hand": ("线下收款，请线下退回", "it came past every provider: pay it back by hand"),
    "wait.short": (
        "商户余额不足，充值后自动重试",
        "the merchant's account has too little money; tried again by itself",
    ),
    "wait.account": (
        "支付账户的密钥或权限有误，改好后自动重试",
        "keys or rights of the payment account are wrong; tried again by itself",
    ),
    "wait.chargeback": ("被拒付，请处理", "charged back"),
    "error.provider-refused": ("{provider}拒绝：{note}", "{provider} refused: {note}"),
    "error.provider-unclear": (
        "{provider}没有明确答复，可原样重试：{note}",
        "No clear answer of {provider}; the same may be sent again: {note}",
    ),
    "fault.unknown-payment-account": ("没有此支付账户，或已停用", "is no payment account in use"),
    "fault.no-such-method": ("{provider}没有这种付款方式", "is not a method of {provider}"),
    "fault.unknown-provider": ("没有此支付机构", "is not a payment provider"),
    "fault.not-own-shop": (
        "不是自营店铺的订单，钱由平台收",
        "is of a platform, which takes the money",
    ),
    "fault.is-paid": ("已付清", "is paid"),
    "fault.not-open-yet": ("{until} 起才能付", "may be paid from {until} on"),
    "fault.has-closed": ("{until} 已截止", "could be paid until {until}"),
    "fault.other-figure": ("已按 {expected} 登记过", "was recorded with {expected}"),
    "fault.not-failed": ("不是失败的退款", "is not a refund that failed"),
    "fault.no-public-url": (
        "没有设公网地址 PUBLIC_URL，收不到支付通知",
        "no PUBLIC_URL is set: the provider cannot tell us of payments",
    ),
    "fault.provider-account": (
        "支付机构不认这个账户：{note}",
        "the provider knows no such account: {note}",
    ),
    "fault.provider-silent": ("连不上支付机构：{note}", "the provider cannot be reached: {note}"),
    "fault.provider-forged": (
        "答复的签名不对，请检查支付机构的公钥",
        "the answer's signature is wrong: check the provider's public key",
    ),
    # keys and ids of payment providers
    "fault.not-a-provider-id": ("不像平台给的编号", "does not look like an id of the provider's"),
    "fault.not-an-rsa-key": (
        "不是可用的 RSA 密钥，至少 2048 位",
        "is no RSA key of 2048 bits or more",
    ),
    "fault.wrong-length": ("应为 {length} 个字节", "must have {length} bytes"),
    "fault.other-serial": (
        "名字应为证书自己的序列号，或公钥 ID",
        "must be named by the certificate's serial number, or by the public key's id",
    ),
    "fault.other-key": ("与应用私钥不是一对", "does not belong to the app's private key"),
    "fault.not-a-certificate": ("不是可用的证书", "is no certificate that can be used"),
    # after-sales
    "event.after-sale-opened": (
        "售后 {no}：买家申请{service}，{fen}",
        "After-sale {no}: {service} asked for, {fen}",
    ),
    "event.after-sale-changed": (
        "售后 {no} 有变：{service}，{fen}",
        "After-sale {no} changed: {service}, {fen}",
    ),
    "event.after-sale-agreed": (
        "售后 {no}：已同意{service}，{fen}",
        "After-sale {no}: {service} agreed, {fen}",
    ),
    "event.after-sale-ended": (
        "售后 {no} 已结束：{ended} {text}",
        "After-sale {no} is over: {ended} {text}",
    ),
    "event.after-sale-late": (
        "售后 {no} 超时未处理：{service}，{fen}",
        "After-sale {no} was not dealt with in time: {service}, {fen}",
    ),
    "event.intercept-asked": (
        "售后 {no}：请仓库拦截包裹（{service}，{fen}）",
        "After-sale {no}: the parcel is to be stopped ({service}, {fen})",
    ),
    "event.intercepted": (
        "售后 {no}：拦截成功（{service}，{fen}）",
        "After-sale {no}: the parcel was stopped ({service}, {fen})",
    ),
    "event.not-intercepted": (
        "售后 {no}：没拦住，改为退货退款（{fen}，原为{service}）",
        "After-sale {no}: the parcel has left, so its goods come back ({fen}; was {service})",
    ),
    "event.goods-back": (
        "售后 {no}：收到退货，良品 {good}，残品 {damaged}",
        "After-sale {no}: goods came back, {good} sound, {damaged} damaged",
    ),
    "event.exchange-of": (
        "为 {number} 换货（{reason}）",
        "Goes out in exchange for goods of {number}: {reason}",
    ),
    "service.refund": ("仅退款", "refund only"),
    "service.return": ("退货退款", "return and refund"),
    "service.exchange": ("换货", "exchange"),
    "service.resend": ("补发", "resend"),
    "service.repair": ("维修", "repair"),
    "service.compensation": ("赔付", "compensation"),
    "step.requested": ("待处理", "requested"),
    "step.approving": ("待复核", "waiting for approval"),
    "step.intercepting": ("拦截中", "being intercepted"),
    "step.awaiting-return": ("待买家退货", "waiting for the goods"),
    "step.returning": ("退货在途", "goods on their way back"),
    "step.returned": ("已收货，待确认", "goods are back, to be decided"),
    "step.refunding": ("退款中", "being refunded"),
    "step.refunded": ("已退款", "refunded"),
    "step.done": ("已完成", "done"),
    "step.rejected": ("已拒绝", "rejected"),
    "step.withdrawn": ("买家已撤回", "withdrawn"),
    "step.closed": ("已关闭", "closed"),
    "why.no-longer-wanted": ("不想要了", "no longer wanted"),
    "why.quality": ("质量问题", "poor quality"),
    "why.damaged": ("破损", "damaged"),
    "why.wrong-goods": ("发错货", "wrong goods"),
    "why.missing-pieces": ("少件", "pieces missing"),
    "why.not-as-described": ("与描述不符", "not as described"),
    "why.not-received": ("没收到货", "not received"),
    "why.late": ("发货太慢", "too late"),
    "why.price": ("价格问题", "about the price"),
    "why.other": ("其他", "other"),
    "why.after-sale": ("售后退款", "refunded on request"),
    "kind.aftersale": ("售后单", "after-sale"),
    "cause.aftersale": ("售后单", "after-sale"),
    "status.after-sale": ("售后", "the subject of an after-sale"),
    "error.not-now": (
        "售后单 {no} {step}，不能这样操作；现在可以：{allowed}",
        "The after-sale {no} is {step} and does not allow it; now it allows: {allowed}",
    ),
    "fault.more-than-left": ("超过剩余：还有 {left}", "is more than is left: {left}"),
    "fault.not-paid": ("订单还没付清", "cannot go back: the order is not paid"),
    "fault.above-limit": (
        "超过你的额度 {most}，需要有额度的人处理",
        "is above your limit of {most}: somebody who may give more must do it",
    ),
    "fault.paid-by-us": (
        "这单的钱由我们收取和退回，退款结果以支付机构为准",
        "is not for others to tell: we took the money, and give it back",
    ),
    "fault.not-for-kind": ("{service}没有这一项", "does not belong to this kind: {service}"),
    "fault.no-offer": ("还没有人提出金额", "cannot be accepted: nobody made one"),
    # bills and reconciliation
    "kind.bill": ("账单", "bill"),
    "kind.bill-terms": ("账单约定", "terms of bills"),
    "kind.reconciliation": ("对账日", "reconciliation"),
    "kind.difference": ("对账差异", "difference"),
    "line-kind.charge": ("收款", "charge"),
    "line-kind.refund": ("退款", "refund"),
    "line-kind.fee": ("手续费", "fee"),
    "line-kind.withdrawal": ("提现", "withdrawal"),
    "line-kind.other": ("其他", "other"),
    "line-state.done": ("已完成", "done"),
    "line-state.pending": ("处理中", "under way"),
    "line-state.failed": ("失败", "failed"),
    "line-state.open": ("未完成", "not done"),
    "difference.missing-here": (
        "{kind} {ref}：账单有 {bill}，我方没有",
        "{kind} {ref}: {bill} on the bill, nothing in our books",
    ),
    "difference.missing-there": (
        "{kind} {ref}：我方有 {ours}，账单没有",
        "{kind} {ref}: {ours} in our books, nothing on the bill",
    ),
    "difference.amount": (
        "{kind} {ref} 金额不同：账单 {bill}，我方 {ours}",
        "{kind} {ref} differs: {bill} on the bill, {ours} in our books",
    ),
    "difference.fee": (
        "{kind} {ref} 手续费不同：账单 {bill}，按约定费率 {rate} 应为 {ours}",
        "The fee of {kind} {ref} differs: {bill} on the bill, {ours} at the agreed {rate}",
    ),
    "difference.late": (
        "{kind} {ref} 不在同一天：账单 {bill_day}（{bill}），我方 {our_day}（{ours}）",
        "{kind} {ref} is on another day: {bill_day} on the bill ({bill}), {our_day} in our books"
        " ({ours})",
    ),
    "difference.twice": (
        "{kind} {ref} 在账单上出现 {times} 次，共 {bill}；我方 {ours}",
        "{kind} {ref} is on the bill {times} times, {bill} in all; {ours} in our books",
    ),
    "difference.state": (
        "{kind} {ref} 状态不同：账单{bill_state}（{bill}），我方{our_state}（{ours}）",
        "{kind} {ref} is {bill_state} on the bill ({bill}) and {our_state} in our books ({ours})",
    ),
    "difference.balance": (
        "账户余额对不上：账单余额 {bill}，按明细应为 {ours}",
        "The account does not add up: its bill says {bill}, the lines come to {ours}",
    ),
    "bill-trouble.absent": (
        "支付机构没有这一天的账单（没有交易，或还没有出账）",
        "The provider has no bill of this day: nothing happened, or it is not written yet",
    ),
    "bill-trouble.later": ("账单还没有出，稍后再取", "The bill is not written yet; asked again"),
    "bill-trouble.account": (
        "账号设置有误，支付机构拒绝：请检查密钥和商户号",
        "The provider refuses the account: look at its keys and numbers",
    ),
    "bill-trouble.refused": ("支付机构拒绝给出账单", "The provider refuses the bill"),
    "bill-trouble.unclear": (
        "没有收到完整的账单，稍后再取",
        "The bill did not arrive whole; asked again",
    ),
    "bill-trouble.unreadable": (
        "账单有读不懂的行，没有收下：请下载后上传，会列出每一行的问题",
        "The bill has lines that do not read, so it was not taken: send it by hand to see them",
    ),
    "stage.explained": ("已解释", "explained"),
    "stage.booked": ("已调账", "booked"),
    "fault.not-yuan": (
        "{column} 不是金额：{text}",
        "is no amount in yuan ({column}): {text}",
    ),
    "fault.not-a-bill-time": ("{column} 不是时间：{text}", "is no time ({column}): {text}"),
    "fault.cell-missing": ("这一行缺 {column}", "has no cell for {column}"),
    "fault.unknown-word": (
        "不认识 {column}：{text}；平台账单可在 kinds 里说明",
        "has a word that nobody explained ({column}): {text}; kinds may say what it means",
    ),
    "fault.other-day": ("是 {day} 的，不是这张账单的日期", "is of {day}, another day"),
    "fault.not-a-bill": (
        "认不出这是哪种账单：没有找到标题行",
        "is no bill that we know: the line of titles was not found",
    ),
    "fault.not-a-bill-text": (
        "读不出文字：应为 UTF-8 或 GBK 的 CSV，或它的 zip、gzip",
        "does not read: CSV in UTF-8 or GBK is wanted, or a zip or gzip of it",
    ),
    "fault.other-bill": ("这是 {found} 账单", "is another one: the file is a bill of {found}"),
    "fault.no-bill-columns": (
        "还没有说明这家平台账单的列：先设置账单约定",
        "has no columns for its platform's bills yet: set its terms first",
    ),
    "fault.other-owner": (
        "账单是商户 {found} 的，不是此账号的",
        "is another one: the bill is that of merchant {found}",
    ),
    "fault.no-summary": (
        "没有汇总行：文件可能不完整",
        "has no line of sums: it may have been cut off",
    ),
    "fault.sum-differs": (
        "{sum}对不上：汇总 {told}，逐行相加 {found}",
        "does not add up ({sum}): {told} by its summary, {found} by its lines",
    ),
    "fault.more-flaws": ("另有 {count} 处问题", "has {count} more flaws"),
    "fault.parts-missing": (
        "还缺前面的分片：共 {parts} 片，按顺序发送",
        "comes too early: of {parts} parts, send those before it first",
    ),
    "fault.not-base64": ("不是 Base64", "is no Base64"),
    "fault.unknown-account": ("没有此收款账号或店铺", "is no account or shop of yours"),
}

_NAMED = {
    "reasons": "reason",
    "status": "status",
    "to": "status",
    "kind": "kind",
    "bar": "bar",
    "key": "part",
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
    "service": "service",
    "step": "step",
    "ended": "step",
    "provider": "provider",
    "cause": "cause",
}
"""Which values are codes themselves, and where in the catalogue their words stand."""

_UNITS = (("days", 86400, 2 * 86400), ("hours", 3600, 5400), ("minutes", 60, 90))
"""From how many seconds on a duration is said in such units."""

_MONEY = {
    *("fen", "less", "lacks", "dropped", "was", "scarce", "total", "expected", "found", "cost"),
    *("collect", "refund"),
}


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
        return _DICTS.get(name, _counted)(value, language)
    if name in _MONEY and isinstance(value, int) and not code.startswith("fault."):
        return money(value)
    key = f"{_NAMED[name]}.{value}" if name in _NAMED else ""
    return say(key, language) if key in CATALOGUE else str(value)


def _held(hold: Mapping[str, Any], language: str) -> str:
    return say(f"hold.{hold['reason']}", language, hold)


def _brought(benefit: Mapping[str, Any], language: str) -> str:
    return say(f"brings.{benefit['what']}", language, benefit)


def _sourced(choice: Mapping[str, Any], language: str) -> str:
    names = _word("", choice["warehouses"], language, "")
    return f"{names} {money(choice['cost'])}"


def _counted(units: Mapping[str, int], language: str) -> str:
    return _word("", [f"{sku} x {n}" for sku, n in units.items()], language, "")


def _barred(others: Mapping[str, str], language: str) -> str:
    """Orders, each with why it does not go along."""
    said = (f"{number} ({say(f'bar.{bar}', language)})" for number, bar in others.items())
    return _word("", list(said), language, "")


def _sent(choice: Mapping[str, Any], language: str) -> str:
    lost = [_answered(each, language) for each in choice.get("lost", ())]
    told = {
        "carrier": _answered(choice, language),
        "how": say(f"chosen.{choice['by']}", language, choice),
        "lost": lost,
    }
    return say("chosen.among" if lost else "chosen.alone", language, told)


def _answered(answer: Mapping[str, Any], language: str) -> str:
    """What a carrier takes, or why it takes nothing."""
    if "why" in answer:
        return f"{answer['carrier']} {say('lost.' + answer['why'], language)}"
    fee = f" {money(answer['fen'])}" if "fen" in answer else ""
    return f"{answer['carrier']}{fee}"


def _refused(whys: Mapping[str, str], language: str) -> str:
    told = [_answered({"carrier": name, "why": why}, language) for name, why in whys.items()]
    return _word("", told, language, "")


_DICTS = {
    "holds": _held,
    "brings": _brought,
    "others": _barred,
    "runner_up": _sourced,
    "chosen": _sent,
    "carriers": _refused,
}


def lasting(seconds: float, language: str) -> str:
    """A duration in the unit that suits it: `40 s`, `12 min`, `3.5 h`, `2.1 days`."""
    for unit, size, least in _UNITS:
        if abs(seconds) >= least:
            n = seconds / size
            return say(f"lasting.{unit}", language, {"n": f"{n:.0f}" if n >= 10 else f"{n:.1f}"})  # noqa: PLR2004
    return say("lasting.seconds", language, {"n": round(seconds)})


def money(fen: int) -> str:
    """1234567 -> `12,345.67`; the sign stands in front."""
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{cents:02d}"
