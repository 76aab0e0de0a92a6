"""Where a local stack keeps its files; one home, one stack."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]  # where app.py lies


@dataclass(frozen=True, slots=True)
class Home:
    path: Path

    @classmethod
    def at(cls, path: Path | str | None = None) -> "Home":
        """The named home, else TONGDAN_HOME, else `.tongdan` here."""
        return cls(Path(path or os.environ.get("TONGDAN_HOME") or ".tongdan").resolve())

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def checkpoints(self) -> Path:
        return self.data / "checkpoints"

    @property
    def queues(self) -> Path:
        return self.data / "queues"

    @property
    def database(self) -> Path:
        return self.data / "dynoxide.sqlite"

    @property
    def sandbox(self) -> Path:
        """The keys and books of the payment providers' sandboxes."""
        return self.data / "sandbox"

    @property
    def key(self) -> Path:
        return self.path / "master.key"

    @property
    def engines(self) -> Path:
        return Path(os.environ.get("TONGDAN_ENGINES") or self.path / "engines").resolve()

    @property
    def deployed(self) -> Path:
        """The home of the emulator, for commands that shall reach it."""
        return self.path / "deployed"

    def make(self) -> None:
        for folder in (self.checkpoints, self.queues, self.logs):
            folder.mkdir(parents=True, exist_ok=True)

    def log(self, process: str) -> Path:
        return self.logs / f"{process}.log"
