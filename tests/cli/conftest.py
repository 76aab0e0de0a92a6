"""The command as a person runs it, on the real application and a real database."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from infra.cli.commands import Start
from infra.cli.main import app
from tests.cli.door import Door, Server
from tests.support.build import Merchant


@dataclass
class Command:
    """Runs `tongdan` in this process, English unless told otherwise."""

    home: Path
    key: str = ""
    door: Door = field(default_factory=Door)

    def __call__(self, *words: str, input: str | None = None, lang: str = "en_US.UTF-8") -> Result:
        env = {
            "TONGDAN_HOME": str(self.home),
            "TONGDAN_URL": "http://tongdan.test",
            "TONGDAN_KEY": self.key,
            "LC_ALL": lang,
        }
        start = Start(transport=self.door)
        result = CliRunner().invoke(app, list(words), input=input, env=env, obj=start)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def json(self, *words: str, input: str | None = None) -> Any:
        return json.loads(self(*words, "--json", input=input).stdout)


@pytest.fixture
def tongdan(tmp_path: Path, acme: Merchant) -> Command:
    """The command with the key of the merchant `acme`."""
    return Command(tmp_path / "home", acme.token)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()
