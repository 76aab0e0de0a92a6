"""How much processor time and memory a process has used, together with its children."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    parent: int
    cpu: float  # seconds
    memory: int  # bytes


def of_all() -> dict[int, Usage]:
    """Every process that can be seen."""
    return dict(_from_proc() if (PROC / "self" / "stat").exists() else _from_ps())


def tree(pid: int, all_: dict[int, Usage]) -> Usage | None:
    """A process and its descendants in one sum; None when it is gone."""
    if pid not in all_:
        return None
    below = [tree(each, all_) for each, usage in all_.items() if usage.parent == pid]
    found = [all_[pid], *(each for each in below if each)]
    return Usage(all_[pid].parent, sum(u.cpu for u in found), sum(u.memory for u in found))


def _from_proc() -> Iterator[tuple[int, Usage]]:
    tick, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    for folder in PROC.iterdir():
        if folder.name.isdigit() and (stat := _stat(folder)):
            cpu = (int(stat[11]) + int(stat[12])) / tick
            yield int(folder.name), Usage(int(stat[1]), cpu, int(stat[21]) * page)


def _stat(folder: Path) -> list[str] | None:
    """The fields after the name, which may hold blanks; None for a process that has ended."""
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] == "Z" else fields


def _from_ps() -> Iterator[tuple[int, Usage]]:
    command = ["ps", "-axo", "pid=,ppid=,time=,rss="]
    for line in subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.splitlines():
        pid, parent, cpu, memory = line.split()
        yield int(pid), Usage(int(parent), _seconds(cpu), int(memory) * 1024)


def _seconds(text: str) -> float:
    """`[[days-]hours:]minutes:seconds[.hundredths]`."""
    days, _, clock = text.rpartition("-")
    total = 0.0
    for part in clock.split(":"):
        total = total * 60 + float(part)
    return total + int(days or 0) * 86400
