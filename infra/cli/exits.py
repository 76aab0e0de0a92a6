"""How a command ends: the exit codes, which are stable, and the exception that carries one."""

from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    OK = 0
    FAILED = 1  # something broke: the server said 5xx, a file could not be written
    USAGE = 2  # the command line does not read
    NOT_FOUND = 3  # no such order, shop, file, queue ...
    REFUSED = 4  # the rules forbid it, the key may not, or somebody else was faster
    PARTLY = 5  # some of it was done; what was not is listed
    UNREACHABLE = 6  # nobody answered, after retries


class Stop(Exception):
    """End the command with `exit` and say why: a problem document, or a word of the catalogue."""

    def __init__(
        self, exit: Exit, word: str, problem: dict[str, Any] | None = None, **args: Any
    ) -> None:
        super().__init__(word)
        self.exit = exit
        self.word = word
        self.args_of_word = args
        self.problem = problem
