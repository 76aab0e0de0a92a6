"""tongdan links, strays, reports: shops on platforms, what came from there and what was told."""

import time
from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from infra.cli import paging
from infra.cli.commands import command, group
from infra.cli.moments import local
from infra.cli.output import Output, Row
from infra.cli.pairs import pairs, read
from infra.cli.payments import faults
from infra.cli.session import Session

LINK = (
    *(
        "shop",
        "channel",
        "app_key",
        "seller",
        "standing",
        "secrets",
        "carriers",
        "endpoint",
        "learns",
    ),
    *("expires_at", "push_url", "note"),
)
LISTED = ("shop", "channel", "app_key", "seller", "standing", "active")
READING = ("watermark", "done", "orders", "every", "read_at", "failures", "rests", "text")
DAYS = (
    *("day", "platform_counts", "listed", "held", "filled", "put_right", "lacking"),
    *("asked_again", "gone"),
)
STRAY = ("id", "shop", "number", "seen_at", "tries", "open", "text")
REPORT = ("order", "parcel", "carrier", "tracking", "state", "tries", "text", "note")
TICK, PATIENCE = 1.0, 3600.0  # seconds
WHOLE = 100  # percent

Shop = Annotated[str, typer.Argument(help="Shop. 店铺")]
AppKey = Annotated[str | None, typer.Option(help="The app's key there. 应用的 Key")]
Seller = Annotated[str | None, typer.Option(help="The shop's id there. 平台的店铺编号")]
Secret = Annotated[list[str] | None, typer.Option(help="NAME=VALUE or NAME=@FILE; repeat. 密钥")]
Carrier = Annotated[list[str] | None, typer.Option(help="OURS=THEIRS; repeat. 快递编码")]
Endpoint = Annotated[str | None, typer.Option(help="Another address, as a sandbox. 接口地址")]
Since = Annotated[str | None, typer.Option(help="Read from this time on. 从何时读起")]
LEARN = typer.Option("--learn/--no-learn", help="Learn items from orders. 从订单学 SKU 对应")
Wait = Annotated[bool, typer.Option(help="Until it is read up to now. 等到读完")]
Order = Annotated[str, typer.Argument(help="Order id. 订单编号")]


def register(app: typer.Typer) -> None:
    commands = group(app, "links", "Shops on platforms. 平台连接")
    command(commands, "add")(add)
    command(commands, "set")(set_)
    command(commands, "list")(list_)
    for act in (show, check, consent, code, days):
        command(commands, act.__name__)(act)
    command(commands, "read")(read_again)
    strays = group(app, "strays", "What could not be taken in. 没收进来的订单")
    command(strays, "list")(list_strays)
    command(strays, "retry")(retry)
    reports = group(app, "reports", "What platforms were told of parcels. 发货回传")
    command(reports, "list")(list_reports)
    command(reports, "tell")(tell)


def add(
    session: Session,
    shop: Shop,
    *,
    app_key: AppKey = None,
    seller: Seller = None,
    secret: Secret = None,
    carrier: Carrier = None,
    endpoint: Endpoint = None,
    since: Since = None,
    learns: Annotated[bool | None, LEARN] = None,
    wait: Wait = False,
) -> None:
    """Connect a shop with its platform; secrets are sealed and never shown again. 连接平台"""
    given = {"app_key": app_key, "seller": seller, "endpoint": endpoint, "since": since}
    one = session.api.post(_path(shop), {**given, "learns": learns, **_kept(secret, carrier)})
    if wait and one["standing"] == "ready":
        return _progress(session, _waited(session, shop))
    return _link(session, one)


def set_(
    session: Session,
    shop: Shop,
    *,
    app_key: AppKey = None,
    seller: Seller = None,
    secret: Secret = None,
    carrier: Carrier = None,
    endpoint: Endpoint = None,
    learns: Annotated[bool | None, LEARN] = None,
    active: Annotated[bool, typer.Option("--active/--inactive", help="In use. 启用")] = True,
) -> None:
    """Change a connection; what is not given stays. 修改连接"""
    given = {"app_key": app_key, "seller": seller, "endpoint": endpoint, "active": active}
    kept = {**given, "learns": learns, **_kept(secret, carrier)}
    _link(session, session.api.put(_path(shop), kept))


def list_(session: Session) -> None:
    """List the connections. 连接列表"""
    paging.whole(session, "/v1/links", "links", _listed)


def show(session: Session, shop: Shop) -> None:
    """Show a connection, and how far it was read. 查看连接"""
    one = session.api.get(_path(shop))
    session.out.show(one, lambda: _whole(session.out, one))


def check(session: Session, shop: Shop) -> None:
    """Ask the platform, and say what is wrong. 检查连接"""
    told = session.api.post(_path(shop, "check"))
    session.out.show(told, lambda: faults(session.out, told))


def consent(
    session: Session,
    shop: Shop,
    *,
    back: Annotated[str | None, typer.Option(help="Where it comes back to. 回到哪里")] = None,
) -> None:
    """Where the merchant consents. 授权链接"""
    told = session.api.post(_path(shop, "consent"), {"back": back})
    session.out.show(told, lambda: told["url"])


def code(
    session: Session,
    shop: Shop,
    given: Annotated[str, typer.Argument(help="What the platform gave. 授权码")] = "",
) -> None:
    """Turn consent into tokens; without a code where none is needed. 换令牌"""
    _link(session, session.api.post(_path(shop, "code"), {"code": given}))


def read_again(
    session: Session,
    shop: Shop,
    *,
    since: Annotated[str, typer.Option(help="From this time on. 从何时起")],
    wait: Wait = False,
) -> None:
    """Read all that changed since a time once more. 重读订单"""
    one = session.api.post(_path(shop, "read"), {"since": since})
    _progress(session, _waited(session, shop) if wait else one)


def days(
    session: Session,
    shop: Shop,
    *,
    month: Annotated[str | None, typer.Option(help="YYYY-MM. 年月")] = None,
) -> None:
    """Whether all that the platform counts of each day is with us. 每天齐不齐"""
    found = session.api.get(f"/v1/shops/{_safe(shop)}/completeness", month=month)
    names = {"told": "platform_counts", "changed": "put_right", "asked": "asked_again"}
    rows = [{names.get(name, name): row[name] for name in row} for row in found["days"]]
    lang = session.out.words.lang.value
    for row in rows:
        row["lacking"] = "\n".join(_gap(gap, lang) for gap in row["gaps"])
    session.out.show(found, lambda: session.out.table(rows, DAYS))


def _gap(gap: Row, lang: str) -> str:
    """A number that is not with us, and why."""
    whys = (f"{fault['field']} {fault[lang]}".strip() for fault in gap["faults"])
    return f"{gap['number']}: {'; '.join(whys)}"


def list_strays(
    session: Session,
    *,
    shop: Annotated[str | None, typer.Option(help="Only of this one. 只看此店铺")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List what platforms told and we could not take. 没收进来的订单"""
    paging.list_(session, "/v1/strays", "strays", limit, _strays, shop=shop)


def retry(session: Session, stray: Annotated[str, typer.Argument(help="Its id. 编号")]) -> None:
    """Look it up once more. 再取一次"""
    one = session.api.post(f"/v1/strays/{_safe(stray)}/retry")
    session.out.show(one, lambda: _strays(session.out, [one]))


def list_reports(
    session: Session,
    *,
    all_: Annotated[bool, typer.Option("--all", help="Not only what waits. 全部")] = False,
    shop: Annotated[str | None, typer.Option(help="Only of this one. 只看此店铺")] = None,
    limit: paging.Limit = paging.DEFAULT,
) -> None:
    """List parcels that platforms could not be told of. 发货回传列表"""
    wanted = {"shop": shop, "waiting": None if all_ else "true"}
    paging.list_(session, "/v1/reports", "reports", limit, _reports, **wanted)


def tell(
    session: Session,
    order: Order,
    *,
    parcel: Annotated[int, typer.Option(min=1, help="Its number. 第几个包裹")] = 1,
    drop: Annotated[bool, typer.Option(help="It need not be told. 不用告诉")] = False,
) -> None:
    """Tell a parcel once more, or never. 再回传一次"""
    one = session.api.post(f"/v1/orders/{_safe(order)}/report", {"parcel": parcel, "drop": drop})
    session.out.show(one, lambda: _reports(session.out, [one]))


def _waited(session: Session, shop: str) -> Row:
    """Draw how far it is read until it is read up to now, or cannot be read any more."""
    end = time.monotonic() + PATIENCE
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=WHOLE)
        while True:
            one = session.api.get(_path(shop))
            read = one["reading"]
            title = f"{session.words('reading')} {read['orders']}"
            bar.update(task, completed=read["done"], description=title)
            if read["done"] >= WHOLE or _stuck(one) or time.monotonic() > end:
                return one
            time.sleep(TICK)


def _stuck(one: Row) -> bool:
    """Whether only a person can help, or the platform rests: the reason is shown instead."""
    return bool(one["reading"]["rests"]) or one["standing"] != "ready" or not one["active"]


def _progress(session: Session, one: Row) -> None:
    session.out.show(one, lambda: session.out.fields(_read(session.out, one["reading"]), READING))


def _kept(secret: list[str] | None, carrier: list[str] | None) -> Row:
    return {"secrets": read(secret), "carriers": pairs(carrier or [])}


def _path(shop: str, *rest: str) -> str:
    return "/".join([f"/v1/shops/{_safe(shop)}/link", *rest])


def _safe(text: str) -> str:
    return quote(text, safe="")


def _link(session: Session, one: Row) -> None:
    session.out.show(one, lambda: session.out.fields(_said(session.out, one), LINK))


def _said(out: Output, one: Row) -> Row:
    return one | {"standing": out.words(f"link-standing.{one['standing']}")}


def _listed(out: Output, rows: list[Row]) -> RenderableType:
    return out.table([_said(out, row) for row in rows], LISTED)


def _whole(out: Output, one: Row) -> RenderableType:
    said = _said(out, one)
    return out.fields(said | _read(out, one["reading"]), (*LINK, *READING))


def _read(out: Output, reading: Row) -> Row:
    named = ("watermark", "read_at", "rests")
    times = {name: local(reading[name]) for name in named if reading[name]}
    text = " ".join((reading["reason"][out.words.lang.value], reading["note"])).strip()
    return reading | times | {"done": f"{reading['done']} %", "text": text}


def _strays(out: Output, rows: list[Row]) -> RenderableType:
    lang = out.words.lang.value
    told = [
        row | {"text": "\n".join(f"{f['field']}: {f[lang]}" for f in row["faults"])}
        for row in rows
    ]
    return out.table([row | {"seen_at": local(row["seen_at"])} for row in told], STRAY)


def _reports(out: Output, rows: list[Row]) -> RenderableType:
    lang = out.words.lang.value
    told = [
        parcel
        | {"order": row["order"], "text": parcel["reason"][lang]}
        | {"state": out.words(f"telling.{parcel['state']}")}
        for row in rows
        for parcel in row["parcels"]
    ]
    return out.table(told, REPORT)
