"""Payments and refunds, after-sales, bills and what does not agree with them."""

WORDS: dict[str, tuple[str, str]] = {
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
    # what the clock, or the end of the order, makes of after-sales
    "event.after-sale-timed": (
        "售后 {no} 到时，按设置 {rule}（时限 {limit}）由时钟处理：{service}，{fen}",
        "After-sale {no}: its time is over by {rule} ({limit}); the clock acts: {service}, {fen}",
    ),
    "event.after-sale-overtaken": (
        "订单已取消，售后 {no} 随之了结（{service}，{fen}）",
        "The order was called off, and after-sale {no} with it ({service}, {fen})",
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
    "line-kind.chargeback": ("拒付", "chargeback"),
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
    "difference.due": (
        "订单 {number} 应收 {due}，收款记录还有 {ours}，当天账单 {bill}",
        "Order {number}: {due} is due, {ours} in our books, {bill} on the day's bill",
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
    "fault.no-bill-yet": (
        "还没有出账：次日北京时间 10:30 以后才有",
        "has no bill yet: it is there by 10:30 (China) of the next day",
    ),
    "fault.unknown-account": ("没有此收款账号或店铺", "is no account or shop of yours"),
}
