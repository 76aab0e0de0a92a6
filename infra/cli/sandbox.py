"""tongdan sandbox: the payment providers beside the local stack, and the buyer who pays there."""

from typing import Annotated, Any
from urllib.parse import quote

import httpx
import typer

from infra.cli import surroundings
from infra.cli.commands import command, group
from infra.cli.exits import Exit, Stop
from infra.cli.output import Row
from infra.cli.session import Session
from infra.cli.words import CATALOGUE
from infra.local import state
from infra.local.home import Home

CATALOGUE.update(
    {
        "sandbox-absent": (
            "没有运行中的支付沙箱：tongdan up --sandbox",
            "No payment sandbox runs: tongdan up --sandbox",
        ),
        "sandbox-refused": ("沙箱不接受：{why}", "The sandbox says no: {why}"),
        "sandbox-account": (
            "支付账户 {id} 已指向沙箱 {provider}",
            "Payment account {id} goes to the sandbox of {provider}",
        ),
        "sandbox-paid": ("{number} 已付款", "{number} is paid"),
        "sandbox-trick": ("{provider} 下一次 {on}：{what}", "{provider}, next {on}: {what}"),
    }
)
ACCOUNTS = "/v1/payment-accounts"
TRADES = ("provider", "number", "fen", "title", "state")
TIMEOUT = 10.0  # seconds
Provider = Annotated[str, typer.Argument(help="wechat or alipay. 支付机构")]
Number = Annotated[str, typer.Argument(help="Order and number, as 5f...-01. 收款单号")]


def register(app: typer.Typer) -> None:
    commands = group(app, "sandbox", "Payment providers, simulated. 支付沙箱")
    for act in (account, trades, pay, trick):
        command(commands, act.__name__)(act)


def account(
    session: Session,
    provider: Provider,
    account_id: Annotated[str | None, typer.Argument(help="Id of the account. 支付账户")] = None,
) -> None:
    """Let a payment account go to the sandbox; add it if it is new. 支付账户指向沙箱"""
    found, name = _ask("GET", provider, "/account"), account_id or provider
    known = [one["id"] for one in session.api.get(ACCOUNTS)["payment_accounts"]]
    if name in known:
        made = session.api.put(f"{ACCOUNTS}/{quote(name, safe='')}", found)
    else:
        made = session.api.post(ACCOUNTS, {**found, "id": name, "name": f"{provider} sandbox"})
    said = {"id": made["id"], "provider": provider}
    session.out.show(made, lambda: session.words("sandbox-account", **said))


def trades(session: Session) -> None:
    """List what the providers know of. 沙箱里的交易"""
    rows = [
        {"provider": provider, **trade}
        for provider in _places()
        for trade in _ask("GET", provider, "")["trades"]
    ]
    session.out.show({"trades": rows}, lambda: session.out.table(rows, TRADES))


def pay(session: Session, number: Number) -> None:
    """Pay as the buyer would on the phone. 扮演买家付款"""
    known = [
        provider
        for provider in _places()
        for trade in _ask("GET", provider, "")["trades"]
        if trade["number"] == number
    ]
    if not known:
        raise Stop(Exit.NOT_FOUND, "sandbox-refused", why=number)
    paid = _ask("POST", known[0], "/pay", {"number": number})
    session.out.show(paid, lambda: session.words("sandbox-paid", number=number))


def trick(
    session: Session,
    provider: Provider,
    *,
    on: Annotated[str, typer.Option(help="create query close refund bill notice ... 哪个调用")],
    what: Annotated[str, typer.Option(help="cut delay double old byte ... 怎样捣乱")],
    times: Annotated[int, typer.Option(min=1, help="How often. 几次")] = 1,
    seconds: Annotated[float, typer.Option(help="Of a delay, or an old time. 秒")] = 0,
    code: Annotated[str, typer.Option(help="Of a refusal. 错误码")] = "",
) -> None:
    """Let a provider misbehave. 让沙箱出错"""
    asked = {"on": on, "what": what, "times": times, "seconds": seconds, "code": code}
    told = _ask("POST", provider, "/mischief", asked)
    said = {"provider": provider, "on": on, "what": what}
    session.out.show(told, lambda: session.words("sandbox-trick", **said))


def _places() -> dict[str, str]:
    """Where the sandboxes of the running stack stand."""
    found = state.read(Home.at(surroundings.home()))
    if found is None or not found.ports.wechat:
        raise Stop(Exit.REFUSED, "sandbox-absent")
    ports = {"wechat": found.ports.wechat, "alipay": found.ports.alipay}
    return {name: f"http://127.0.0.1:{port}/sandbox" for name, port in ports.items()}


def _ask(method: str, provider: str, path: str, body: Row | None = None) -> dict[str, Any]:
    places = _places()
    if provider not in places:
        raise Stop(Exit.NOT_FOUND, "sandbox-refused", why=provider)
    try:
        with httpx.Client(trust_env=False, timeout=TIMEOUT) as client:
            answer = client.request(method, places[provider] + path, json=body)
    except httpx.TransportError as error:
        raise Stop(Exit.REFUSED, "sandbox-absent") from error
    found: dict[str, Any] = answer.json()
    if answer.is_error:
        raise Stop(Exit.REFUSED, "sandbox-refused", why=found["message"])
    return found
