"""What the environment says to the command line: the only file here that reads it."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.cli.words import Lang


def home() -> Path:
    """Where the profile and the local stack keep their files."""
    return Path(_environ().get("TONGDAN_HOME") or ".tongdan")


def lang() -> Lang:
    """`en` where the locale says English, else `zh`."""
    env = _environ()
    locale = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return Lang.EN if locale.lower().startswith("en") else Lang.ZH


def given(name: str) -> str | None:
    return _environ().get(name) or None


def fill(missing: Mapping[str, str]) -> None:
    """Set the variables that nobody has set yet."""
    for name, value in missing.items():
        os.environ.setdefault(name, value)


def terminal() -> bool:
    return sys.stderr.isatty()


def _environ() -> Mapping[str, str]:
    return os.environ
