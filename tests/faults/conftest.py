"""A database of its own for these tests, and the table of what was run."""

from collections.abc import Iterator

import pytest

from tests.faults.database import Database
from tests.faults.tally import Tally

TALLY = pytest.StashKey[Tally]()


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def tally(request: pytest.FixtureRequest) -> Tally:
    config = request.config
    if TALLY not in config.stash:
        config.stash[TALLY] = Tally(_teller(config))
    return config.stash[TALLY]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    if TALLY in config.stash and _alone(config):
        terminalreporter.section("faults")
        terminalreporter.write_line("\n".join(config.stash[TALLY].table()))


def _teller(config: pytest.Config) -> "Teller":
    return Teller(config.pluginmanager.get_plugin("terminalreporter") if _alone(config) else None)


def _alone(config: pytest.Config) -> bool:
    """Whether these tests were asked for, rather than run among all the others."""
    return "faults" in str(config.getoption("markexpr")).replace("not faults", "")


class Teller:
    """Writes one line over the other where a person looks on."""

    def __init__(self, reporter: pytest.TerminalReporter | None) -> None:
        self._reporter = reporter

    def __call__(self, text: str) -> None:
        if self._reporter and self._reporter.isatty:
            self._reporter.rewrite(f"  {text}", erase=True)
        elif self._reporter:
            self._reporter.write_line(f"  {text}")
