"""python -m infra.bench [SECTION ...]: measure, and write docs/performance.md."""

import argparse
import importlib
import subprocess
import sys
from datetime import UTC, datetime

from infra.bench import engine, figures, machine, report
from infra.bench.figures import Taken
from infra.bench.show import Show

SECTIONS = (
    *("write-units", "intake-cpu", "cpu-per-order", "import-time", "throughput", "growth"),
    *("stock", "rules", "routing", "routing-exact", "quote", "apportionment"),
)


def main() -> int:
    options = _options()
    engine.keep_engines()
    names = options.sections or list(SECTIONS)
    if len(names) == 1:
        code = _measure(names[0], Show(options.quick))
    else:  # each in a process of its own: the product reads its environment once
        code = max(_apart(name, quick=options.quick) for name in names)
    report.write(taken for name in SECTIONS if (taken := figures.kept(name)))
    return code


def _measure(name: str, show: Show) -> int:
    """Run one section; 1 if it has a limit that is not a wish, and broke it."""
    module = importlib.import_module(f"infra.bench.{name.replace('-', '_')}")
    before = machine.load()
    section = module.measure(show)
    now = datetime.now(UTC).isoformat()
    figures.keep(Taken(section, now, before, machine.load()))
    show.section(section)
    return 1 if getattr(module, "STRICT", False) and section.missed else 0


def _apart(name: str, *, quick: bool) -> int:
    command = [sys.executable, "-m", "infra.bench", name]
    return subprocess.run([*command, "--quick"] if quick else command, check=False).returncode


def _section(name: str) -> str:
    if name not in SECTIONS:
        raise argparse.ArgumentTypeError(f"there are {', '.join(SECTIONS)}")
    return name


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m infra.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", type=_section, metavar="SECTION")
    parser.add_argument("--quick", action="store_true", help="fewer runs, 10,000 stored orders")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
