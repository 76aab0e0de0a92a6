"""`python -m infra.checks`: prints each fault on a line of its own and fails if there is one."""

import sys
from pathlib import Path

from infra.checks import files, locks, words


def main() -> int:
    root = Path.cwd()
    faults = [*words.faults(root, files.of(root)), *locks.faults(root)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
