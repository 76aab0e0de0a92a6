"""What shops may sell, what was done to stock, what is wrong with a counter; alerts."""

WORDS: dict[str, tuple[str, str]] = {
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
}
