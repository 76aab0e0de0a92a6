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
    "kind.decision": ("退款的决定", "decision on a refund"),
    "kind.refund-pulling": ("退款的读取进度", "reading of refunds"),
    "cause.refund-pulling": ("退款的读取进度", "reading of refunds"),
    "fault.asked-back": (
        "买家要退包裹 {parcel} 里的商品（售后单 {no}），先处理售后",
        "goods in parcel {parcel} are asked back (after-sale {no}): see to that first",
    ),
    "fault.in-back-office": (
        "要到平台（{platform}）的商家后台做，做完会自己读进来",
        "must be done in the back office of the platform ({platform}); it is read in from there",
    ),
    "platform.changed": (
        "决定以后平台上的退款变了，请看过再决定",
        "the refund changed on the platform since it was decided: look at it and decide again",
    ),
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
        "授权已失效：请店主重新授权（tongdan links consent），或换上新的令牌",
        "the token has ended: let the owner of the shop consent anew (tongdan links consent)",
    ),
    "platform.denied": (
        "平台不让这个应用做：请在平台后台开通这个接口、订购应用，把出口 IP 加进白名单",
        "the platform does not let this app do it: grant it the call and allow our address there",
    ),
    "platform.signature": (
        "签名不对，应用的 Key 和 Secret 不是一对：请从平台后台重新复制这两项（tongdan links set）",
        "bad signature: copy the app's key and secret anew, they do not belong together",
    ),
    "platform.clock": (
        "我们的时间和平台差得太多，已按平台的时间再试；还不行请校准服务器的时钟",
        "our clock is too far from the platform's, and asking it did not help: set our clock",
    ),
    "platform.limited": (
        "调用太频繁，稍后自动再试；常常这样请在平台后台申请更高的频率",
        "too many calls; tried again by itself. Where it happens often, ask the platform for more",
    ),
    "platform.many": (
        "一次问得太多，自动缩短时间再问",
        "too much at once; a shorter time is asked for by itself",
    ),
    "platform.later": (
        "平台暂时出错或连不上，稍后自动再试；很久不好请看平台的公告",
        "the platform fails or is out of reach; tried again by itself",
    ),
    "platform.absent": (
        "平台上没有这个编号：请在平台后台看它是不是已删除，或属于别的店铺",
        "the platform knows no such number: was it deleted, or is it another shop's?",
    ),
    "platform.refund": (
        "买家正在申请退款，不能发货",
        "the buyer wants the money back: not to be shipped",
    ),
    "platform.done": ("已经做过", "it was done before"),
    "platform.state": (
        "平台上的状态不允许：请在平台后台看它现在的状态",
        "not in this state at the platform: see there how it stands",
    ),
    "platform.carrier": (
        "快递公司没有对应的平台编码（tongdan links set --carrier），或单号不是它的",
        "no code for this carrier (tongdan links set --carrier), or no number of its",
    ),
    "platform.refused": (
        "平台拒绝了，再试也一样：请照平台的原话处理",
        "the platform refused, and will again: do what its own words say",
    ),
    "platform.unclear": (
        "没有得到平台的明确答复，稍后自动再试；很久不好请看平台的公告",
        "no clear answer came from the platform; tried again by itself",
    ),
    "platform.waits": (
        "还没有授权：请店主授权（tongdan links consent）",
        "nobody has consented so far: let the owner of the shop do so (tongdan links consent)",
    ),
    "platform.silent": (
        "读取没有在进行：请联系维护的人看定时器和队列",
        "nobody reads: let whoever runs the system see to timers and queues",
    ),
    "alert.shop-unread": (
        "店铺 {place} 从 {moment} 起没有读到平台的订单：{platform}（平台原话：{note}）",
        "shop {place}: nothing was read of its platform since {moment}: {platform} ({note})",
    ),
    "consent.done": (
        "店铺 {shop} 已授权，订单会自己读进来。这个页面可以关了。",
        "The shop {shop} is connected; its orders come by themselves. Please close this page.",
    ),
    "consent.refused": (
        "平台没有给授权（{note}）。请回到通单重新授权。",
        "The platform gave no consent ({note}). Please begin anew.",
    ),
    # why a carrier could not be asked for a parcel
    "following.account": (
        "没有能跟踪这家快递的账户：请给一个账户打开跟踪（tracks），或换上有效的令牌",
        "no account can follow this carrier's parcels: let one do so (tracks), or renew its token",
    ),
    "following.expired": ("账户的授权已失效", "the account's token has ended"),
    "following.denied": (
        "账户没有查询的权限或余额不足",
        "the account may not ask for parcels, or nothing is left to pay for it",
    ),
    "following.signature": ("账户的密钥不对", "the account's keys are wrong"),
    "following.clock": ("我们的时间和快递差得太多", "our clock is too far from the carrier's"),
    "following.limited": ("查询太频繁，稍后自动再查", "too many calls; asked again by itself"),
    "following.later": (
        "快递暂时不可用，稍后自动再查",
        "the carrier fails; asked again by itself",
    ),
    "following.unclear": (
        "快递没有明确答复，稍后自动再查",
        "no clear answer; asked again by itself",
    ),
    "following.absent": ("快递还没有这个单号", "the carrier does not know it so far"),
    "following.carrier": ("快递公司或单号不对", "not this carrier's, or no number of its"),
    "following.state": ("单号现在的状态不能查", "it cannot be asked for in this state"),
    "following.refused": (
        "快递拒绝查询：请看单号、收件人电话后四位",
        "the carrier refused: see to the number and the receiver's phone",
    ),
    # alerts of parcels: see them with GET /v1/tracks?trouble=
    "alert.parcel-no-movement": (
        "{place}：{parcels} 个包裹没有新的轨迹，请催快递"
        "（tongdan tracks list --trouble no-movement）",
        "{place}: {parcels} parcels stand still, ask the carrier "
        "(tongdan tracks list --trouble no-movement)",
    ),
    "alert.parcel-slow-delivery": (
        "{place}：{parcels} 个包裹派送太久还没签收，请联系快递和收件人"
        "（tongdan tracks list --trouble slow-delivery）",
        "{place}: {parcels} parcels are out for delivery for too long, ask carrier and receiver "
        "(tongdan tracks list --trouble slow-delivery)",
    ),
    "alert.parcel-problem": (
        "{place}：{parcels} 个包裹派送异常，请联系收件人（tongdan tracks list --trouble problem）",
        "{place}: {parcels} parcels could not be handed over, ask the receivers "
        "(tongdan tracks list --trouble problem)",
    ),
    "alert.parcel-returned": (
        "{place}：{parcels} 个包裹被拒收或退回，请处理退款或补发"
        "（tongdan tracks list --trouble returned）",
        "{place}: {parcels} parcels were refused or come back, refund or resend them "
        "(tongdan tracks list --trouble returned)",
    ),
    "alert.parcel-lost": (
        "{place}：{parcels} 个包裹丢失，请补发并向快递索赔（tongdan tracks list --trouble lost）",
        "{place}: {parcels} parcels are lost, resend them and claim damages "
        "(tongdan tracks list --trouble lost)",
    ),
    "alert.parcel-signed-by-other": (
        "{place}：{parcels} 个包裹被他人代签，请和收件人确认"
        "（tongdan tracks list --trouble signed-by-other）",
        "{place}: {parcels} parcels were signed for by others, ask the receivers "
        "(tongdan tracks list --trouble signed-by-other)",
    ),
    "kind.track": ("轨迹", "parcel on its way"),
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
