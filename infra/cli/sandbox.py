"""tongdan sandbox: those who are simulated beside the local stack, and the buyers there."""

from collections.abc import Callable
from typing import Annotated, TypeVar
from urllib.parse import quote

import typer

from infra.cli import surroundings
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.output import Row
from infra.cli.session import Session
from infra.cli.words import CATALOGUE
from infra.local import state
from infra.local.home import Home
from infra.sandbox import kinds
from infra.sandbox.control import Control, Refused

CATALOGUE.update(
    {
        "sandbox-absent": (
            "没有运行中的沙箱：tongdan up --sandbox",
            "No sandbox runs: tongdan up --sandbox",
        ),
        "sandbox-refused": ("沙箱不接受：{why}", "The sandbox says no: {why}"),
        "sandbox-account": (
            "支付账户 {id} 已指向沙箱 {provider}",
            "Payment account {id} goes to the sandbox of {provider}",
        ),
        "sandbox-paid": ("{number} 已付款", "{number} is paid"),
        "sandbox-shop": (
            "店铺 {shop} 已连到沙箱 {platform}",
            "Shop {shop} is connected with the sandbox of {platform}",
        ),
        "sandbox-made": ("{platform} 新增 {count} 单", "{platform} has {count} more orders"),
        "sandbox-changed": ("{number}：{state}", "{number}: {state}"),
        "sandbox-trick": ("{name} 下一次 {on}：{what}", "{name}, next {on}: {what}"),
    }
)
ACCOUNTS = "/v1/payment-accounts"
STANDING = ("name", "kind", "url")
TRADES = ("provider", "number", "fen", "title", "state")
TRUTH = ("number", "state", "total", "parcels")
T = TypeVar("T")
Provider = Annotated[str, typer.Argument(help="wechat or alipay. 支付机构")]
Platform = Annotated[str, typer.Argument(help="taobao, pdd, shopify ... 平台")]
Name = Annotated[str, typer.Argument(help="As `sandbox list` shows it. 名字")]
Number = Annotated[str, typer.Argument(help="Order and number, as 5f...-01. 收款单号")]


def register(app: typer.Typer) -> None:
    commands = group(app, "sandbox", "Providers and platforms, simulated. 沙箱")
    command(commands, "list")(list_)
    for act in (account, trades, pay, shop, orders, change, truth, trick):
        command(commands, act.__name__)(act)


def list_(session: Session) -> None:
    """List who is simulated, and where each stands. 沙箱列表"""
    groups = {"payment": kinds.PROVIDERS, "platform": kinds.MARKETS, "carrier": kinds.CARRIERS}
    rows = [
        {"name": name, "kind": kind, "url": f"http://127.0.0.1:{port}"}
        for name, port in ports().items()
        for kind, known in groups.items()
        if name in known
    ]
    session.out.show({"sandboxes": rows}, lambda: session.out.table(rows, STANDING))


def account(
    session: Session,
    provider: Provider,
    account_id: Annotated[str | None, typer.Argument(help="Id of the account. 支付账户")] = None,
) -> None:
    """Let a payment account go to the sandbox; add it if it is new. 支付账户指向沙箱"""
    to, name = _one(provider, kinds.PROVIDERS), account_id or provider
    found = asked(lambda: to.get("/account"))
    known = [one["id"] for one in session.api.get(ACCOUNTS)["payment_accounts"]]
    if name in known:
        made = session.api.put(f"{ACCOUNTS}/{quote(name, safe='')}", found)
    else:
        made = session.api.post(ACCOUNTS, {**found, "id": name, "name": f"{provider} sandbox"})
    said = {"id": made["id"], "provider": provider}
    session.out.show(made, lambda: session.words("sandbox-account", **said))


def trades(session: Session) -> None:
    """List what the providers know of. 沙箱里的交易"""
    rows = _trades()
    session.out.show({"trades": rows}, lambda: session.out.table(rows, TRADES))


def pay(session: Session, number: Number) -> None:
    """Pay as the buyer would on the phone. 扮演买家付款"""
    known = [trade["provider"] for trade in _trades() if trade["number"] == number]
    if not known:
        raise Stop(Exit.NOT_FOUND, "sandbox-refused", why=number)
    to = _one(known[0], kinds.PROVIDERS)
    paid = asked(lambda: to.post("/pay", number=number))
    session.out.show(paid, lambda: session.words("sandbox-paid", number=number))


def shop(
    session: Session,
    platform: Platform,
    shop_id: Annotated[str | None, typer.Argument(help="Id of the shop. 店铺")] = None,
) -> None:
    """Connect a shop with its platform's sandbox; open it if it is new. 店铺连到沙箱"""
    from infra.rehearsal import shops

    to, name = _one(platform, kinds.MARKETS), shop_id or platform
    given = {"id": name, "name": f"{platform} sandbox", "channel": platform}
    made = asked(lambda: shops.connect(session.api, to, given))
    said = {"shop": name, "platform": platform}
    session.out.show(made, lambda: session.words("sandbox-shop", **said))


def orders(
    session: Session,
    platform: Platform,
    *,
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many. 多少单")] = 10,
    over: Annotated[
        float, typer.Option(min=0, help="Placed over the last so many seconds. 在此前多少秒内下单")
    ] = 0,
) -> None:
    """Let buyers order on a platform. 平台上来新订单"""
    to = _one(platform, kinds.MARKETS)
    made = asked(lambda: to.post("/orders", n=count, since=over))
    said = {"platform": platform, "count": len(made["made"])}
    session.out.show(made, lambda: session.words("sandbox-made", **said))


def change(
    session: Session,
    platform: Platform,
    number: Annotated[str, typer.Argument(help="As on the platform. 平台订单号")],
    *,
    state: Annotated[
        str, typer.Option(help="ready shipped signed completed cancelled ... 新状态")
    ] = "",
    refund: Annotated[str, typer.Option(help="asked agreed refused done closed. 买家退款")] = "",
) -> None:
    """Move an order on its platform; the platform tells of it. 平台上的订单变了"""
    to = _one(platform, kinds.MARKETS)
    moved = asked(lambda: to.post("/change", number=number, state=state, refund=refund))
    session.out.show(moved, lambda: session.words("sandbox-changed", **moved))


def truth(session: Session, platform: Platform) -> None:
    """Show how everything stands on a platform. 平台上的真实情况"""
    to = _one(platform, kinds.MARKETS)
    found = asked(lambda: to.get("/truth"))
    rows = [{"number": number, **order} for number, order in found["orders"].items()]
    session.out.show(found, lambda: session.out.table(rows, TRUTH))


def trick(
    session: Session,
    name: Name,
    *,
    on: Annotated[str, typer.Option(help="create query refund; list order ship ... 哪个调用")],
    what: Annotated[str, typer.Option(help="cut delay double busy shift ... 怎样捣乱")],
    times: Annotated[int, typer.Option(min=1, help="How often. 几次")] = 1,
    seconds: Annotated[float, typer.Option(help="Of a delay, or an old time. 秒")] = 0,
    code: Annotated[str, typer.Option(help="Of a refusal. 错误码")] = "",
) -> None:
    """Let one who is simulated misbehave. 让沙箱出错"""
    to = _one(name, kinds.ALL)
    plan = {"on": on, "what": what, "times": times, "seconds": seconds, "code": code}
    told = asked(lambda: to.post("/mischief", **plan))
    said = {"name": name, "on": on, "what": what}
    session.out.show(told, lambda: session.words("sandbox-trick", **said))


def ports() -> dict[str, int]:
    """The port of each who is simulated beside the running stack."""
    found = state.read(Home.at(surroundings.home()))
    if found is None or not found.ports.sandboxes:
        raise Stop(Exit.REFUSED, "sandbox-absent")
    return found.ports.sandboxes


def asked(ask: Callable[[], T]) -> T:
    """What a sandbox answers; a refusal, or nobody there, becomes an exit."""
    try:
        return ask()
    except Refused as refused:
        raise Stop(Exit.REFUSED, "sandbox-refused", why=refused) from refused
    except OSError as error:
        raise Stop(Exit.REFUSED, "sandbox-absent") from error


def _one(name: str, known: dict[str, str]) -> Control:
    places = ports()
    if name not in places or name not in known:
        raise Stop(Exit.NOT_FOUND, "sandbox-refused", why=name)
    return Control(places[name])


def _trades() -> list[Row]:
    return [
        {"provider": name, **trade}
        for name in kinds.PROVIDERS
        for trade in asked(_one(name, kinds.PROVIDERS).get)["trades"]
    ]
