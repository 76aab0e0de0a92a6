"""What is wrong with a field of a request."""

WORDS: dict[str, tuple[str, str]] = {
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
    "fault.is-mapped": ("已对应 {sku}，不能改", "stands for {sku} already"),
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
}
