"""Waybills: why one waits, and what is wrong with an account or a wish."""

WORDS: dict[str, tuple[str, str]] = {
    "kind.waybill": ("运单", "waybill"),
    "cause.waybill": ("运单", "waybill"),
    "stage.waybill-wanted": ("还没取到号", "not made yet"),
    "stage.waybill-made": ("已取号", "made"),
    "stage.waybill-unwanted": ("正在取消", "being cancelled"),
    "stage.waybill-cancelled": ("已取消", "cancelled"),
    "fault.no-waybill-account": (
        "没有一个启用的面单账户能在 {warehouse} 仓取 {carrier} 的面单",
        "no account in use makes waybills of {carrier} in {warehouse}",
    ),
    "fault.several-waybill-accounts": (
        "有几个面单账户都能取：{accounts}。请写明用哪一个，或只让一个自动取号",
        "several accounts fit: {accounts}. Name one, or let only one be automatic",
    ),
    "fault.account-not-for": (
        "这个面单账户不取 {warehouse} 仓 {carrier} 的面单，或已停用",
        "this account makes no waybills of {carrier} in {warehouse}, or is not in use",
    ),
    "fault.parcel-left": ("包裹 {parcel} 已经发出", "parcel {parcel} has left"),
    "fault.parcel-stopped": (
        "包裹 {parcel} 正在拦截，不取面单",
        "parcel {parcel} is being stopped: no waybill is taken",
    ),
    # papers
    "fault.no-number": (
        "包裹 {parcel} 还没有单号：先取面单",
        "parcel {parcel} has no number yet: take a waybill first",
    ),
    "fault.no-such-parcel": ("没有这个包裹", "is not a parcel of this order"),
    "fault.parcel-stays": (
        "包裹 {parcel} 现在不能发：订单挂起、正在拦截，或要先取出别人的商品",
        "parcel {parcel} shall not leave now: it is held, stopped, or somebody's goods come out",
    ),
    # waybills
    "fault.waybill-going": (
        "包裹 {parcel} 的旧面单 {tracking} 还没取消掉，先处理它",
        "the old waybill {tracking} of parcel {parcel} is not cancelled yet",
    ),
    "fault.waybill-asked": (
        "已经向 {account} 要过这个号，不能换账户；先取消再取",
        "{account} was asked for it already: cancel it first",
    ),
    "fault.waybill-not-made": (
        "包裹 {parcel} 的面单还没取到；用别的单号发出请写 other",
        "the waybill of parcel {parcel} is not made yet; say `other` to use another number",
    ),
    "fault.other-waybill": (
        "包裹 {parcel} 的面单是 {tracking}；用别的单号发出请写 other，原来的会取消",
        "parcel {parcel} has the waybill {tracking}; say `other` to use another: it is cancelled",
    ),
    "fault.no-sender": ("没有填发货人", "nobody is named who sends"),
    "fault.not-a-phone": ("不是电话号码", "is no phone number"),
    "fault.no-tokens": ("这家快递不用令牌", "this carrier has no tokens that end"),
    "fault.carrier-says": ("{carrier}（快递原话：{note}）", "{carrier} (in its words: {note})"),
    # why a waybill waits, or is tried again
    "waybill.account": (
        "没有能用的面单账户，或有几个都能用：请在面单账户里改好，再重试",
        "no account fits, or several do, or it is not in use: mend that, then try again",
    ),
    "waybill.no-sender": (
        "账户里没有这个仓库的发货人：请补上再重试",
        "the account names nobody who sends from this warehouse: add it, then try again",
    ),
    "waybill.token": (
        "收货人是平台加密的，这家快递打不开：请换平台自己的电子面单账户",
        "the receiver is a platform's token that this carrier does not open: use another account",
    ),
    "waybill.no-collect": (
        "要代收货款，这家快递不代收：请换一家",
        "money is to be collected and this carrier does not: use another",
    ),
    "waybill.unclear": (
        "快递没有回答，稍后自动按原号查；一直不好请到快递后台看",
        "the carrier did not answer; it is looked up by itself under the same number",
    ),
    "waybill.unknown": (
        "不要了，但不知道快递取到号没有：请按我们的编号到快递后台查，有就取消，再选“不用管了”",
        "nobody knows whether it was made: look there by our number, cancel it, then drop it",
    ),
    "waybill.two": (
        "快递给了两个单号：请到快递后台取消多出来的那个",
        "the carrier gave two numbers: cancel the one too many there",
    ),
    "waybill.left": (
        "包裹已经用这个单号发出，取消不了：要追回请拦截",
        "its parcel has left with it: have it stopped on its way",
    ),
    "waybill.state": (
        "快递已经揽收或不让取消：要追回请拦截，处理好选“不用管了”",
        "the carrier has it already: have the parcel stopped, then drop it",
    ),
    "waybill.carrier": (
        "账户不能取这家快递的面单",
        "the account makes no waybills of this carrier",
    ),
    "waybill.expired": ("授权已失效：请换上新的令牌", "the token has ended: give new ones"),
    "waybill.denied": ("快递不让这个账户取号：请在快递后台开通", "not granted: see the carrier"),
    "waybill.signature": ("签名不对：请重新填密钥", "bad signature: give the secrets anew"),
    "waybill.clock": ("时间差得太多，稍后自动再试", "our clock is off; tried again by itself"),
    "waybill.limited": ("调用太频繁，稍后自动再试", "too many calls; tried again by itself"),
    "waybill.later": ("快递暂时出错，稍后自动再试", "the carrier fails; tried again by itself"),
    "waybill.many": ("一次问得太多", "too much at once"),
    "waybill.absent": ("快递说没有这个号", "the carrier knows no such number"),
    "waybill.refund": ("买家在退款", "the buyer wants the money back"),
    "waybill.done": ("快递说已经取过，稍后按原号查", "made before; it is looked up by itself"),
    "waybill.refused": (
        "快递不收，原因看它的原话：改好订单或账户再重试",
        "refused for the reason in its own words: mend it, then try again",
    ),
}
