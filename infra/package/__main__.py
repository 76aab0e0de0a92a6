"""python -m infra.package: build the zip and the template, or check the template."""

import argparse
import time
from pathlib import Path

from infra.package import archive
from infra.package.assembly import Built, build
from infra.package.target import TARGETS, Target

ROOT = Path(__file__).parents[2]


def main() -> int:
    options = _options()
    if options.check_template:
        from infra.package import check  # seconds of imports that a build has no use for

        return check.check(ROOT)
    target, started = TARGETS[options.platform], time.perf_counter()
    built = build(ROOT, target, options.out)
    _tell(built, target, time.perf_counter() - started)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m infra.package", description=__doc__)
    parser.add_argument("--platform", choices=sorted(TARGETS), default="lambda")
    parser.add_argument("--out", type=Path, default=ROOT / "build")
    parser.add_argument("--check-template", action="store_true", help="lint it; build nothing")
    return parser.parse_args()


def _tell(built: Built, target: Target, seconds: float) -> None:
    zipped, unzipped = built.archive.stat().st_size, archive.unzipped(built.archive)
    compiled = f"compiled by Python {built.bytecode}" if built.bytecode else _uncompiled(target)
    print(f"{built.archive}: {zipped / 1e6:.1f} MB, {unzipped / 1e6:.1f} MB unzipped, {compiled}")
    print(f"{built.template}")
    print(f"built for {target.name} in {seconds:.1f} s")


def _uncompiled(target: Target) -> str:
    return f"WITHOUT bytecode: no Python {target.version} was found here (cold starts are slower)"


if __name__ == "__main__":
    raise SystemExit(main())
