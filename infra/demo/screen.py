"""What the demo shows while it works: headings, lines, and how far it is."""

import time
from contextlib import AbstractContextManager
from typing import Any

from rich.console import Console

from infra.bench import progress
from infra.bench.progress import At
from infra.cli.words import CATALOGUE, Words
from infra.demo.words import WORDS

CATALOGUE.update(WORDS)


class Screen:
    def __init__(self, words: Words) -> None:
        self.words = words
        self.console = Console(highlight=False)
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def say(self, word: str, **args: Any) -> None:
        self.console.print(self.words(word, **args), markup=False, soft_wrap=True)

    def head(self, word: str, **args: Any) -> None:
        self.console.print()
        self.console.print(self.words(word, **args), style="bold", markup=False)

    def tell(self, text: str) -> None:
        self.console.print(f"  {text}", style="dim", markup=False)

    def bar(self, word: str, total: int) -> AbstractContextManager[At]:
        return progress.bar(self.console, self.words(word), total)
