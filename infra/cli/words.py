"""What the command line says, in Chinese and in English.

What happens to orders, faults and refusals is said by the product itself (`shared.domain.words`).
"""

from enum import StrEnum
from typing import Any

from shared.domain.words import say


class Lang(StrEnum):
    ZH = "zh"
    EN = "en"


LANGS = list(Lang)

CATALOGUE: dict[str, tuple[str, str]] = {
    # messages
    "line": ("{text}", "{text}"),
    "about": ("{name}：", "{name}:"),
    "was-refused": ("请求未被接受：", "The request was refused:"),
    "unreachable": ("连不上 {url}：{why}", "{url} cannot be reached: {why}"),
    "store-unreachable": ("连不上数据库：{why}", "The store cannot be reached: {why}"),
    "bad-url": ("不是有效地址：{url}", "Not an address: {url}"),
    "not-the-api": ("{url} 不是通单接口", "{url} does not answer like Tongdan"),
    "no-access": ("文件读写失败：{why}", "A file cannot be used: {why}"),
    "busy": (
        "服务繁忙（HTTP {status}），请稍后再试",
        "The server is busy (HTTP {status}); try later",
    ),
    "no-key": (
        "没有密钥：用 --key、TONGDAN_KEY，或 tongdan tenants create NAME --use",
        "No key: give --key or TONGDAN_KEY, or run tongdan tenants create NAME --use",
    ),
    "no-tenant": (
        "没有商家：用 --tenant，或 tongdan tenants create NAME --use",
        "No tenant: give --tenant, or run tongdan tenants create NAME --use",
    ),
    "not-a-pair": ("应为 NAME=VALUE：{text}", "Not NAME=VALUE: {text}"),
    "not-an-id": ("不是有效编号：{id}", "Not an id: {id}"),
    "more": (
        "只列出 {limit} 行，更多请加大 --limit",
        "Only {limit} rows; give a larger --limit for more",
    ),
    "done-failed": ("完成 {done}，未完成 {failed}", "{done} done, {failed} not done"),
    "one-order": ("--parcel 只能用于一个订单", "--parcel is for one order at a time"),
    "not-a-parcel": ("应为 包裹号=承运:运单号：{text}", "Not NO=CARRIER:TRACKING: {text}"),
    "no-ids": ("没有给出订单号", "No ids were given"),
    "key-once": ("密钥只显示这一次", "The key is shown only this once"),
    "secret-once": ("签名密钥只显示这一次", "The signing secret is shown only this once"),
    "used": ("已写入 {path}", "Written to {path}"),
    "unknown-scope": ("没有此权限：{scope}", "No such scope: {scope}"),
    # files
    "no-file": ("找不到文件 {file}", "No file {file}"),
    "empty-file": ("文件 {file} 是空的", "{file} is empty"),
    "old-excel": (
        "{file} 是旧版 .xls，请另存为 .xlsx 或 .csv",
        "{file} is an old .xls: save it as .xlsx or .csv",
    ),
    "bad-excel": ("{file} 打不开：{why}", "{file} cannot be opened: {why}"),
    "bad-csv": ("{file} 不是有效的 CSV：{why}", "{file} is no readable CSV: {why}"),
    "json-array": (
        "{file} 是 JSON 数组，请改为一行一单",
        "{file} is a JSON array: write one order a line",
    ),
    "columns-missing": ("缺少列：{columns}", "Columns are missing: {columns}"),
    "columns-twice": ("列重复：{columns}", "Columns stand there twice: {columns}"),
    "not-a-count": ("第 {row} 行：不是数量：{value}", "Row {row}: not a count: {value}"),
    "being-imported": ("{file} 正被另一个导入使用", "{file} is in use by another import"),
    # imports
    "importing": ("导入", "Importing"),
    "rate": ("{rate} 单/秒", "{rate} orders/s"),
    "progress": (
        "{rows}/{total} 行，接收 {taken} 单，未接收 {missed} 单，{rate} 单/秒，约剩 {left} 秒",
        "{rows}/{total} rows, {taken} orders taken, {missed} not, {rate} orders/s, {left} s left",
    ),
    "error-file": ("错误清单：{file}", "All faults: {file}"),
    "more-faults": ("另有 {count} 处错误", "{count} more faults"),
    "run-again": ("再次运行同一命令即可继续", "Run the same command again to go on"),
    "refused-whole": (
        "有错误的订单：停止导入，其余不再发送",
        "There are faulty orders: the import stopped, the rest was not sent",
    ),
    "nothing-written": ("只检查，未写入", "Checked only; nothing was written"),
    # faults of a file
    "not-text": ("不是有效文字（编码？）", "is no text (which encoding?)"),
    "not-json": ("不是有效的 JSON：{why}", "is no JSON: {why}"),
    "not-an-object": ("应为一个订单对象", "must be one order object"),
    "digits-lost": (
        "长数字被表格四舍五入，请把该列设为文本",
        "the spreadsheet has rounded this long number: format the column as text",
    ),
    "not-whole": ("应为整数", "must be a whole number"),
    "not-a-number": ("应为数字", "must be a number"),
    "not-yuan": ("应为元，最多两位小数", "must be yuan with at most two decimals"),
    "not-time": ("应为时间，如 2026-11-20 10:00:00", "must be a time such as 2026-11-20 10:00:00"),
    "not-yes-or-no": ("应为 是 或 否", "must be yes or no"),
    "rows-disagree": ("同一订单各行不一致", "differs between the rows of one order"),
    # what releases a hold
    "waits-for": ("等待：", "Waits for:"),
    "way-out-hand": (
        "人工核对后放行（orders release）",
        "a person who looks and releases it (orders release)",
    ),
    "way-out-update": (
        "渠道更新订单，或人工放行",
        "a newer version from the channel, or a release by hand",
    ),
    "way-out-paid": ("渠道报告已付款", "the channel saying that it is paid"),
    "way-out-mapping": ("在店铺设置商品对应", "an item for it in the shop's mapping"),
    "until": ("；到期 {at}", "; it runs out at {at}"),
    # queues
    "no-queue": ("没有队列 {queue}", "No queue {queue}"),
    "moved": ("已移回 {moved} 条，未移 {failed} 条", "{moved} moved back, {failed} not"),
    "would-move": ("将移回约 {waiting} 条", "About {waiting} would be moved back"),
    # titles
    "id": ("编号", "id"),
    "name": ("名称", "name"),
    "tenant": ("商家", "tenant"),
    "key": ("密钥", "key"),
    "prefix": ("前缀", "prefix"),
    "scopes": ("权限", "scopes"),
    "created_at": ("创建时间", "created"),
    "url": ("地址", "url"),
    "channel": ("渠道", "channel"),
    "currency": ("币种", "currency"),
    "warehouses": ("发货仓", "warehouses"),
    "skus": ("商品对应", "skus"),
    "active": ("启用", "active"),
    "province": ("省", "province"),
    "city": ("市", "city"),
    "serves": ("覆盖省份", "serves"),
    "priority": ("优先级", "priority"),
    "carrier": ("承运", "carrier"),
    "sku": ("商品", "sku"),
    "warehouse": ("仓库", "warehouse"),
    "on_hand": ("实有", "on hand"),
    "held": ("占用", "held"),
    "free": ("可用", "free"),
    "read": ("读取", "read"),
    "accepted": ("新接收", "accepted"),
    "repeated": ("重复", "repeated"),
    "refused": ("拒绝", "refused"),
    "updated": ("更新", "updated"),
    "conflict": ("冲突", "conflict"),
    "failed": ("失败", "failed"),
    "row": ("行", "row"),
    "field": ("字段", "field"),
    "column": ("列", "column"),
    "aliases": ("中文列名", "aliases"),
    "code": ("代码", "code"),
    "message": ("说明", "message"),
    "shop": ("店铺", "shop"),
    "number": ("订单号", "number"),
    "status": ("状态", "status"),
    "holds": ("挂起原因", "holds"),
    "total": ("金额", "total"),
    "placed_at": ("下单时间", "placed"),
    "paid_at": ("付款时间", "paid"),
    "received_at": ("接单时间", "received"),
    "buyer": ("买家", "buyer"),
    "receiver": ("收货人", "receiver"),
    "phone": ("手机", "phone"),
    "address": ("地址", "address"),
    "tags": ("标签", "tags"),
    "lines": ("商品行", "lines"),
    "title": ("商品名", "title"),
    "quantity": ("数量", "quantity"),
    "unit_price": ("单价", "price"),
    "paid": ("实付", "paid"),
    "parcels": ("包裹", "parcels"),
    "tracking": ("运单号", "tracking"),
    "shipped_at": ("发货时间", "shipped"),
    "notes": ("备注", "notes"),
    "at": ("时间", "at"),
    "after": ("间隔", "after"),
    "by": ("操作者", "by"),
    "text": ("说明", "what"),
    "day": ("日期", "day"),
    "events": ("事件", "events"),
    "event": ("事件", "event"),
    "secret": ("签名密钥", "secret"),
    "webhook": ("回调", "webhook"),
    "state": ("状态", "state"),
    "due": ("下次投递", "due"),
    "tries": ("次数", "tries"),
    "queue": ("队列", "queue"),
    "waiting": ("待处理", "waiting"),
    "dead": ("死信", "dead"),
    "yes": ("是", "yes"),
    "no": ("号", "no."),
    "not": ("否", "no"),
    "column-number": ("订单编号 (number)", "number"),
    "column-quantity": ("数量 (quantity)", "quantity"),
    "column-sku": ("商品编码 (sku)", "sku"),
}


class Words:
    """The catalogue in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, word: str, **args: Any) -> str:
        """A word or sentence of ours, else of the product, else the word itself."""
        pair = CATALOGUE.get(word)
        if pair is None:
            return say(word, self.lang, args)
        return pair[LANGS.index(self.lang)].format(**args)
