"""tongdan up, run, status, logs, down, reset: the local stack."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Group

from infra import deployed as emulated
from infra.cli import surroundings
from infra.cli.commands import command
from infra.cli.exits import Exit, Stop
from infra.cli.session import Session
from infra.cli.words import CATALOGUE
from infra.local import install, logs, stack, status, supervisor
from infra.local.home import Home
from infra.local.state import State

CATALOGUE.update(
    {
        "stack-up": ("已启动：{url}", "Up: {url}"),
        "stack-deployed": (
            "命令行连它：export TONGDAN_HOME={path}；停止后数据不保留",
            "To command it: export TONGDAN_HOME={path}; its data ends with `tongdan down`",
        ),
        "stack-stopped": ("已停止", "Stopped"),
        "stack-absent": ("没有运行中的本地环境", "No local stack runs"),
        "stack-runs": (
            "本地环境正在运行，请先 tongdan down",
            "The stack runs: tongdan down first",
        ),
        "stack-no-sandbox": (
            "本地环境在跑，但没有支付沙箱；请先 tongdan down，再 tongdan up --sandbox",
            "The stack runs without payment sandboxes: tongdan down, then tongdan up --sandbox",
        ),
        "stack-reset": ("已删除本地数据", "The local data is deleted"),
        "stack-reset-ask": ("删除 {path} 里的全部数据？", "Delete all data in {path}?"),
        "stack-failed": ("启动失败：{why}", "It did not start: {why}"),
        "stack-ended": ("启动失败，见 {path}", "It did not start; see {path}"),
        "stack-down": ("有进程未正常工作，见上表", "Something does not work: see the table"),
        "stack-running": ("运行中：{url}（Ctrl-C 停止）", "Running: {url} (Ctrl-C stops it)"),
        "stack-no-log": (
            "没有日志：{process}；有：{known}",
            "No log of {process}; there are {known}",
        ),
        "process": ("进程", "Process"),
        "pid": ("PID", "PID"),
        "cpu_seconds": ("CPU 秒", "CPU s"),
        "memory_mb": ("内存 MB", "Memory MB"),
        "restarts": ("重启", "Restarts"),
        "port": ("端口", "Port"),
        "health": ("状态", "Health"),
        "in_flight": ("处理中", "In flight"),
    }
)
T = TypeVar("T")
PROCESSES = ["process", "pid", "cpu_seconds", "memory_mb", "restarts", "port", "health"]
QUEUES = ["queue", "waiting", "in_flight", "dead"]
Port = Annotated[int | None, typer.Option(help="API port; 0 takes any free one. 端口")]
Sandbox = Annotated[
    bool, typer.Option("--sandbox", help="With WeChat Pay and Alipay, simulated. 带支付沙箱")
]


def register(app: typer.Typer) -> None:
    for name, view in COMMANDS.items():
        command(app, name)(view)


def up(
    session: Session,
    port: Port = None,
    deployed: Annotated[
        bool, typer.Option("--deployed", help="As on AWS, in an emulator. 按 AWS 方式部署到模拟器")
    ] = False,
    sandbox: Sandbox = False,
) -> None:
    """Start the local stack in the background. 在后台启动本地环境"""
    home, say = Home.at(surroundings.home()), session.out.say
    if deployed:
        url = _or_explain(lambda: emulated.up(home, say)).url
    else:
        url = _with_sandbox(
            _or_explain(lambda: stack.up(home, port, say, sandbox=sandbox)), sandbox
        )
    session.out.show({"url": url}, lambda: session.words("stack-up", url=url))
    if deployed:
        say("stack-deployed", path=home.deployed)


def run(session: Session, port: Port = None, sandbox: Sandbox = False) -> None:
    """Run the local stack until Ctrl-C. 在前台运行本地环境"""
    home = Home.at(surroundings.home())
    if stack.running(home):
        raise Stop(Exit.REFUSED, "stack-runs")

    def ready(url: str) -> None:
        session.out.say("stack-running", url=url)

    _or_explain(lambda: supervisor.serve(home, port, ready, sandbox=sandbox))


def down(session: Session) -> None:
    """Stop the local stack; its data stays. 停止本地环境，数据保留"""
    home = Home.at(surroundings.home())
    stopped = emulated.down(home) | stack.down(home)
    word = "stack-stopped" if stopped else "stack-absent"
    session.out.show({"stopped": stopped}, lambda: session.words(word))


def show_status(session: Session) -> None:
    """Show processes and queues; exit code 1 when something is down. 进程与队列状态"""
    seen = status.look(Home.at(surroundings.home()))
    document = asdict(seen)
    session.out.show(document, lambda: _tables(session, document))
    if not seen.up:
        session.out.say("stack-down" if seen.processes else "stack-absent")
        raise typer.Exit(Exit.FAILED)


def show_logs(
    _session: Session,
    process: Annotated[str | None, typer.Argument(help="web, worker-1 ... 进程")] = None,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on. 持续输出")] = False,
    lines: Annotated[int, typer.Option("-n", "--lines", help="Of each log. 行数")] = 20,
) -> None:
    """Show what the processes have said. 查看日志"""
    home = Home.at(surroundings.home())
    known = logs.known(home)
    if process is not None and process not in known:
        raise Stop(Exit.NOT_FOUND, "stack-no-log", process=process, known=", ".join(known))
    for line in logs.lines(home, [process] if process else known, lines, follow=follow):
        print(line, flush=True)


def reset(
    session: Session,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask. 不询问")] = False,
) -> None:
    """Delete all local data. 删除全部本地数据"""
    home = Home.at(surroundings.home())
    if stack.running(home):
        raise Stop(Exit.REFUSED, "stack-runs")
    if not yes:
        typer.confirm(session.words("stack-reset-ask", path=home.data), abort=True)
    stack.reset(home)
    session.out.show({"reset": True}, lambda: session.words("stack-reset"))


def _or_explain(start: Callable[[], T]) -> T:
    try:
        return start()
    except (install.Failed, stack.Down, emulated.Silent, emulated.NotCreated) as error:
        raise Stop(Exit.FAILED, "stack-failed", why=error) from error


def _with_sandbox(state: State, wanted: bool) -> str:
    """The address of a stack, which has the sandboxes if they are wanted."""
    if wanted and not state.ports.sandboxes:
        raise Stop(Exit.REFUSED, "stack-no-sandbox")
    return state.url


def _tables(session: Session, document: dict[str, Any]) -> Group:
    out = session.out
    queues = out.table(document["queues"], QUEUES)
    return Group(out.table(document["processes"], PROCESSES), "", queues)


COMMANDS: dict[str, Callable[..., None]] = {
    "up": up,
    "down": down,
    "status": show_status,
    "logs": show_logs,
    "reset": reset,
    "run": run,
}
