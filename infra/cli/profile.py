"""The profile file: which server and key to use when the command line names none."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra.cli import surroundings


@dataclass(frozen=True, slots=True)
class Profile:
    url: str = ""
    key: str = ""
    tenant: str = ""


def path() -> Path:
    return surroundings.home() / "profile.json"


def load() -> Profile:
    try:
        found: dict[str, Any] = json.loads(path().read_text())
    except FileNotFoundError:
        return Profile()
    return Profile(**{name: str(found.get(name) or "") for name in ("url", "key", "tenant")})


def save(profile: Profile) -> Path:
    """Write the profile so that only its owner can read it, whole or not at all."""
    target = path()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(asdict(profile), file, indent=2)
    draft.replace(target)
    return target
