"""One measured figure, and a section of them as it is kept between runs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from infra.local.home import ROOT

KEPT = ROOT / "build" / "bench"


@dataclass(frozen=True, slots=True)
class Figure:
    """A median with its spread; a target is an upper limit unless `floor` is set."""

    name: str
    value: float
    unit: str
    low: float = 0.0
    high: float = 0.0
    runs: int = 1
    target: float | None = None
    floor: bool = False
    why: str = ""  # where the target is missed

    @classmethod
    def of(cls, name: str, values: Sequence[float], unit: str, **more: object) -> "Figure":
        return cls(name, median(values), unit, min(values), max(values), len(values), **more)  # type: ignore[arg-type]

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.floor else self.value <= self.target


@dataclass(frozen=True, slots=True)
class Table:
    columns: list[str]
    rows: list[list[str]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    title: str
    how: str  # what was done to get the figures
    figures: list[Figure]
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def missed(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.met is False]


@dataclass(frozen=True, slots=True)
class Taken:
    """A section with when and under what load it was measured."""

    section: Section
    at: str
    load_before: float
    load_after: float


def keep(taken: Taken) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    _file(taken.section.name).write_text(json.dumps(asdict(taken), ensure_ascii=False, indent=1))


def kept(name: str) -> Taken | None:
    file = _file(name)
    if not file.exists():
        return None
    found = json.loads(file.read_text())
    section = found["section"]
    section["figures"] = [Figure(**figure) for figure in section["figures"]]
    section["tables"] = [Table(**table) for table in section["tables"]]
    return Taken(**{**found, "section": Section(**section)})


def _file(name: str) -> Path:
    return KEPT / f"{name}.json"
