"""What is known about the local stack: where its API listens, how to reach its store."""

import json
from typing import Any

from infra.cli import surroundings
from infra.local.ports import USUAL

DEFAULT = f"http://127.0.0.1:{USUAL.api}"


def state() -> dict[str, Any]:
    """What the running stack wrote down about itself; empty without one."""
    try:
        found: dict[str, Any] = json.loads((surroundings.home() / "state.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found


def url() -> str:
    return str(state().get("url") or DEFAULT)


def borrow_environment() -> None:
    """Let this process reach the store as the local stack does, unless told otherwise."""
    if not surroundings.given("AWS_ENDPOINT_URL_DYNAMODB") and (found := state()):
        surroundings.fill(found.get("environment") or {})
