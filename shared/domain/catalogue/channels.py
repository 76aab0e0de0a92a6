"""Platforms: how a shop is connected, and what a platform refuses."""

WORDS: dict[str, tuple[str, str]] = {
    "kind.link": ("平台连接", "connection with a platform"),
    "kind.waybill-account": ("面单账户", "account for waybills"),
    "kind.stray": ("没收进来的订单", "order that could not be taken in"),
    "kind.pulling": ("读取进度", "reading"),
    "kind.report": ("发货回传", "report of parcels"),
    "cause.stray": ("没收进来的订单", "order that could not be taken in"),
    "cause.pulling": ("读取进度", "reading"),
    "cause.report": ("发货回传", "report of parcels"),
    "fault.not-taken": (
        "订单现在的状态不允许平台的改动（{refusal}）",
        "the order's state does not allow the platform's change ({refusal})",
    ),
    "fault.not-readable": (
        "平台的数据读不懂，原文已保存",
        "what the platform sent cannot be read; it is kept word by word",
    ),
    "fault.ill-formed": ("格式不对", "does not look as it should"),
    "fault.unknown-channel": (
        "这个店铺的渠道不是能连接的平台",
        "the channel of this shop is no platform that can be connected",
    ),
    "fault.no-consent": (
        "这个平台不用跳转授权，直接填密钥",
        "this platform has no page of consent: give its keys",
    ),
    "fault.bad-state": (
        "授权链接已过期，或不是这个店铺的，请重新授权",
        "the consent is too old, or another shop's: begin anew",
    ),
    "fault.platform-says": ("{platform}（平台原话：{note}）", "{platform} (in its words: {note})"),
    # why a platform refuses
    "platform.expired": (
        "授权已失效，请商家重新授权",
        "the platform takes the token no more: consent anew",
    ),
    "platform.denied": (
        "应用、店铺或出口 IP 没有权限，请在平台后台开通接口、加白名单",
        "this app, shop or address may not do this: see the platform's console",
    ),
    "platform.signature": (
        "签名不对：应用的 Key 和 Secret 不是一对",
        "bad signature: app key and secret do not belong together",
    ),
    "platform.clock": ("我们的时间和平台差得太多", "our clock is too far from the platform's"),
    "platform.limited": ("调用太频繁，稍后自动再试", "too many calls; tried again by itself"),
    "platform.many": (
        "一次问得太多，缩短时间再问",
        "too much at once; a shorter time is asked for",
    ),
    "platform.later": (
        "平台暂时不可用，稍后自动再试",
        "the platform fails; tried again by itself",
    ),
    "platform.absent": ("平台上没有这个编号", "the platform knows no such number"),
    "platform.refund": (
        "买家正在申请退款，不能发货",
        "the buyer wants the money back: not to be shipped",
    ),
    "platform.done": ("已经做过", "it was done before"),
    "platform.state": ("平台上的状态不允许", "not in this state at the platform"),
    "platform.carrier": (
        "快递公司没有对应的平台编码，或单号不是它的",
        "no code of the platform's for this carrier, or no number of its",
    ),
    "platform.refused": ("平台拒绝了", "the platform refused"),
    "platform.unclear": ("没有得到平台的明确答复", "no clear answer came from the platform"),
    # what becomes of a parcel on its way
    "tracking.accepted": ("已下单，等待揽收", "known to the carrier, not picked up"),
    "tracking.cancelled": ("已取消", "cancelled"),
    "tracking.picked": ("已揽收", "picked up"),
    "tracking.transit": ("运输中", "on its way"),
    "tracking.customs": ("清关中", "at customs"),
    "tracking.arrived": ("已到达", "arrived"),
    "tracking.delivering": ("派送中", "out for delivery"),
    "tracking.problem": ("派送异常", "delivery failed"),
    "tracking.locker": ("待取件（驿站、快递柜）", "waits to be fetched"),
    "tracking.refused": ("拒收", "refused"),
    "tracking.returning": ("退回途中", "on its way back"),
    "tracking.lost": ("丢失", "lost"),
    "tracking.signed": ("已签收", "signed"),
    "tracking.signed-by-other": ("他人代签", "signed by another"),
    "tracking.returned": ("已退回", "returned"),
    # what somebody should look at
    "trouble.no-movement": ("物流 {hours} 小时没有更新", "no movement for {hours} hours"),
    "trouble.slow-delivery": (
        "派送或待取 {hours} 小时仍未签收",
        "out for delivery, or waiting to be fetched, for {hours} hours",
    ),
    "trouble.problem": ("派送异常，已 {hours} 小时", "delivery failed {hours} hours ago"),
    "trouble.returned": (
        "拒收或退回，已 {hours} 小时",
        "refused or on its way back for {hours} hours",
    ),
    "trouble.lost": ("包裹丢失，已 {hours} 小时", "lost {hours} hours ago"),
    "trouble.signed-by-other": (
        "他人代签，已 {hours} 小时",
        "signed by another {hours} hours ago",
    ),
}
