"""What the figures were measured on: nothing that names a place or a person."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

from infra.local import engines
from infra.local.home import ROOT

LIBRARIES = ("chalice", "botocore", "pynamodb", "aws-lambda-powertools", "msgspec", "granian")


def load() -> float:
    """Processes that wanted a core, over the last minute."""
    return round(os.getloadavg()[0], 2)


def facts() -> dict[str, str]:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": f"{_memory():.1f} GB",
        "System": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "Python": platform.python_version(),
        "Engines": f"Dynoxide {engines.VERSION}, MiniStack {_ministack()}",
        "Libraries": libraries,
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.+)", info.read_text()) if info.exists() else []
    return str(names[0]) if names else platform.processor() or platform.machine()


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _ministack() -> str:
    lock = (ROOT / "infra" / "locks" / "ministack.txt").read_text()
    found = re.search(r"^ministack==(\S+)", lock, re.MULTILINE)
    return found[1] if found else "?"
