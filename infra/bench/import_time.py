"""How long a fresh process takes to import the packaged application, and how large it is."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from zipfile import ZipFile

from infra import package
from infra.bench import used
from infra.bench.figures import Figure, Section, Table
from infra.bench.show import Show
from infra.local.home import ROOT
from infra.package import archive

SECONDS, MEGABYTES, REBUILD = 0.45, 30.0, 2.0
RUNS, FEWER = 10, 5
SHOWN = 15
LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)")
IMPORT = "import sys; sys.path.insert(0, sys.argv[1]); import app, functions.api.orders"
CLOCK = (
    "import time; t, c = time.perf_counter(), time.process_time(); {}; "
    "print(time.perf_counter() - t, time.process_time() - c)"
)


def measure(show: Show) -> Section:
    runs = FEWER if show.quick else RUNS
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        show.say("packaging")
        builds = [_build(out / "build") for _ in range(4)]
        size = archive.unzipped(out / "build" / "deployment.zip") / 1e6
        code = _unpack(out / "build" / "deployment.zip", out / "code")
        logs = [_imported(code) for _ in show.each("importing", range(runs))]
        plain = [_timed(code) for _ in show.each("importing, unwatched", range(runs))]
    figures = [
        Figure.of("`import app`, intake: by -X importtime", [_whole(log) for log in logs], "s",
                  target=SECONDS, why="see the modules, below."),
        Figure.of("`import app`, intake: by the clock", [wall for wall, _ in plain], "s"),
        Figure.of("`import app`, intake: processor time", [cpu for _, cpu in plain], "s"),
        Figure.of("Building the package again", builds[1:], "s", target=REBUILD),
        Figure("Package, unzipped", size, "MB", target=MEGABYTES),
    ]  # fmt: skip
    return Section(
        "import-time",
        "Cold start",
        "The package for this machine, bytecode included, unpacked; a fresh process that sees "
        "nothing but it and the standard library. The files are warm in the system's cache.",
        figures,
        _tables(logs),
    )


def _build(out: Path) -> float:
    began = time.perf_counter()
    package.build(ROOT, package.LOCAL, out)
    return time.perf_counter() - began


def _unpack(zipped: Path, into: Path) -> Path:
    with ZipFile(zipped) as opened:
        opened.extractall(into)
    return into


def _imported(code: Path) -> str:
    command = [sys.executable, "-I", "-S", "-X", "importtime", "-c", IMPORT, str(code)]
    return _run(command).stderr


def _timed(code: Path) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    command = [sys.executable, "-I", "-S", "-c", CLOCK.format(IMPORT), str(code)]
    wall, cpu = _run(command).stdout.split()
    return float(wall), float(cpu)


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=clean)


def _whole(log: str) -> float:
    """Seconds of the application, and of what answers an order, with all that they import."""
    wanted = ("app", "functions.api.orders")
    return sum(int(total) / 1e6 for _, total, name in _modules(log) if name in wanted)


def _modules(log: str) -> list[tuple[str, str, str]]:
    found = (LINE.match(line) for line in log.splitlines())
    return [(each[1], each[2], each[4]) for each in found if each]


def _tables(logs: list[str]) -> list[Table]:
    own = _own(logs)
    idle = used.unused_by_intake(set(own))
    unused = {name: own[name] for name in idle}
    whole = sum(unused.values())
    return [
        _table(_by_library(own), "Library", "Own time of each library, all its modules together:"),
        _table(
            unused, "Module", f"No function of these ran during an intake, {whole:.0f} ms in all:"
        ),
    ]


def _own(logs: list[str]) -> dict[str, float]:
    """Milliseconds of each module without what it imports, the median of all logs."""
    times: dict[str, list[float]] = {}
    for log in logs:
        for micro, _, name in _modules(log):
            times.setdefault(name, []).append(int(micro) / 1000)
    return {name: median(each) for name, each in times.items()}


def _by_library(modules: dict[str, float]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for name, milliseconds in modules.items():
        library = name.partition(".")[0]
        sums[library] = sums.get(library, 0) + milliseconds
    return sums


def _table(times: dict[str, float], head: str, title: str) -> Table:
    first = sorted(times.items(), key=lambda each: -each[1])[:SHOWN]
    return Table([head, "ms"], [[f"`{name}`", f"{ms:.1f}"] for name, ms in first], title)
