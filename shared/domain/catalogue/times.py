"""How long things take, where the time goes, and what is promised."""

WORDS: dict[str, tuple[str, str]] = {
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
}
