"""How a function becomes a command: the options that all share, and how each one ends."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

import typer
from rich.text import Text

from infra.cli.exits import Exit, Stop
from infra.cli.output import Output
from infra.cli.session import Choices, Session
from infra.cli.words import Lang

View = Callable[..., None]  # its first parameter is the Session
PANEL = "Everywhere"
SHARED: dict[str, Any] = {
    "json": Annotated[
        bool, typer.Option("--json", help="JSON on stdout. 输出 JSON", rich_help_panel=PANEL)
    ],
    "lang": Annotated[Lang | None, typer.Option(help="Language. 语言", rich_help_panel=PANEL)],
    "url": Annotated[
        str | None, typer.Option(help="Server. 服务地址 (TONGDAN_URL)", rich_help_panel=PANEL)
    ],
    "key": Annotated[
        str | None, typer.Option(help="API key. 密钥 (TONGDAN_KEY)", rich_help_panel=PANEL)
    ],
}
DEFAULTS: dict[str, Any] = {"json": False, "lang": None, "url": None, "key": None}


def command(app: typer.Typer, name: str) -> Callable[[View], View]:
    """Make the view a command of `app`; its docstring is the help."""

    def register(view: View) -> View:
        app.command(name, help=inspect.getdoc(view))(_with_session(view))
        return view

    return register


def group(app: typer.Typer, name: str, help: str) -> typer.Typer:
    """A noun that has commands of its own."""
    nested = typer.Typer(help=help, no_args_is_help=True)
    app.add_typer(nested, name=name)
    return nested


def _with_session(view: View) -> Callable[..., None]:
    def run(ctx: typer.Context, **given: Any) -> None:
        choices = Choices(**{name: given.pop(name) for name in SHARED})
        ending(_session(ctx, choices), view, given)

    own = list(inspect.signature(view).parameters.values())[1:]
    return _signed(run, own)


def _session(ctx: typer.Context, choices: Choices) -> Session:
    before = ctx.obj if isinstance(ctx.obj, Start) else Start()
    return Session(choices.over(before.choices), before.transport)


def _signed(run: Callable[..., None], own: list[inspect.Parameter]) -> Callable[..., None]:
    """Give the wrapper the parameters that typer shall see."""
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    shared = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=DEFAULTS[name], annotation=annotation
        )
        for name, annotation in SHARED.items()
    ]
    named = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    parameters = [context, *named, *shared]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


class Start:
    """What was said before the command: choices, and in tests the transport."""

    def __init__(self, choices: Choices | None = None, transport: Any = None) -> None:
        self.choices = choices or Choices()
        self.transport = transport


def ending(session: Session, view: View, given: dict[str, Any]) -> None:
    """Run the view; whatever stops it becomes words and an exit code."""
    try:
        view(session, **given)
    except Stop as stop:
        _end(session.out, stop)
    except OSError as error:
        _end(session.out, Stop(Exit.FAILED, "no-access", why=error))


def _end(out: Output, stop: Stop) -> NoReturn:
    if out.as_json:
        out.show({"problem": problem_of(out, stop)}, Text)
    tell(out, stop)
    raise typer.Exit(stop.exit)


def tell(out: Output, stop: Stop) -> None:
    """Say on stderr why something stopped."""
    out.say(stop.word, **stop.args_of_word)
    for line in lines(stop.problem) if stop.problem else ():
        out.say("line", text=line)


def problem_of(out: Output, stop: Stop) -> dict[str, Any]:
    """The server's problem document, or one in its shape."""
    return stop.problem or {"code": stop.word, "detail": out.words(stop.word, **stop.args_of_word)}


def lines(problem: dict[str, Any]) -> list[str]:
    """The problem document as lines to read."""
    said = [problem.get("title"), problem.get("detail")]
    head = ": ".join(dict.fromkeys(str(each) for each in said if each))
    code = f" ({problem['code']})" if problem.get("code") else ""
    trace = f" [{problem['request_id']}]" if problem.get("request_id") else ""
    faults = problem.get("faults") or ()
    return [f"{head}{code}{trace}", *(f"  {fault_line(fault)}" for fault in faults)]


def fault_line(fault: dict[str, Any]) -> str:
    return f"{fault.get('field', '')}: {fault.get('detail', '')} ({fault.get('code', '')})"
