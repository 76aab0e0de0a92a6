"""What is left out of the dependencies: data of services that we never call, and baggage."""

import json
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

SERVICES = {"dynamodb", "kms", "sqs", "sts"}

UNUSED = (
    *("auth_alpha", "batch", "circuit_breaker", "data_classes", "data_masking", "feature_flags"),
    *("idempotency", "kafka", "parameters", "parser", "streaming"),
)
"""Utilities of Powertools that nobody imports."""
LEFT_OUT = (
    "bin",
    "*.pyi",
    "*/py.typed",
    "*/tests",
    "*.dist-info/INSTALLER",
    "*.dist-info/RECORD",
    "*.dist-info/REQUESTED",
    "*.dist-info/WHEEL",
    "*.dist-info/entry_points.txt",
    "*.dist-info/sboms",
    "*.dist-info/top_level.txt",
    "*.dist-info/zip-safe",
    "aws_lambda_powertools/event_handler",  # Chalice does its work; brings a web interface
    *(f"aws_lambda_powertools/utilities/{name}" for name in UNUSED),
    "botocore/data/*/*/examples-1.json",
    "cffi",  # cryptography is built: it loads _cffi_backend alone
    "cffi/*",
    "dateutil/__pycache__/rrule.*",
    "dateutil/rrule.py",  # calendars; botocore reads times with it
    "dateutil/zoneinfo",
    "pycparser",
    "pycparser-*.dist-info",
    "urllib3/contrib/emscripten",  # for browsers
)


def trim(folder: Path) -> None:
    """Take out of the installed dependencies in `folder` what no function needs."""
    for path in [*_left_out(folder), *_foreign_services(folder)]:
        _remove(path)
    _trim_endpoints(folder / "botocore/data/endpoints.json")


def _left_out(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(fnmatch(name, pattern) for pattern in LEFT_OUT):
            yield path


def _foreign_services(folder: Path) -> Iterator[Path]:
    for path in sorted((folder / "botocore/data").iterdir()):
        if path.is_dir() and path.name not in SERVICES:
            yield path


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _trim_endpoints(path: Path) -> None:
    """Every new client parses this file: 1.2 MB of it are about other services."""
    endpoints: dict[str, Any] = json.loads(path.read_text())
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in SERVICES & services.keys()}
    path.unlink()  # never written through: it may be a link into uv's cache
    path.write_text(json.dumps(endpoints, sort_keys=True, separators=(",", ":")))
