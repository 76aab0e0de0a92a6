"""The code as data: what its calls say, read without running them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import ROOT


def product() -> list[Path]:
    """The files that ship."""
    return [
        ROOT / "app.py",
        *sorted(ROOT.glob("functions/**/*.py")),
        *sorted(ROOT.glob("shared/**/*.py")),
    ]


def calls(paths: list[Path]) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of the name that is called."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield _name(node.func), node


def texts(paths: list[Path]) -> Iterator[str]:
    """Every text that stands in the code."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def faults() -> set[str]:
    """The code of every fault that is made anywhere."""
    makers = {"fault", "faulty", "Fault"}
    made = [call.args[1] for name, call in calls(product()) if name in makers and call.args[1:]]
    return {str(arg.value) for arg in made if isinstance(arg, ast.Constant)}


def kinds() -> set[str]:
    """The kinds of thing that may not be found, or be there already."""
    named = [word.value for name, call in calls(product()) for word in call.keywords
             if name in {"NotFound", "Exists"} and word.arg == "kind"]  # fmt: skip
    shelves = [call.args[0] for name, call in calls(product()) if name == "Shelf"]
    return {str(each.value) for each in [*named, *shelves] if isinstance(each, ast.Constant)}


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""
