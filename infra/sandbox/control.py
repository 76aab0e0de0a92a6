"""A word to one who is simulated: make orders, pay, change its clock, plan tricks, ask it."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT = 20.0  # seconds


class Refused(Exception):
    """What was asked for cannot be done; the message says why."""


class Control:
    """Raises OSError where nobody answers. Safe to use from several threads."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/sandbox"
        self._http = build_opener(ProxyHandler({}))

    def get(self, path: str = "") -> dict[str, Any]:
        return self._ask("GET", path)

    def post(self, path: str, **asked: Any) -> dict[str, Any]:
        return self._ask("POST", path, json.dumps(asked).encode())

    def behave(self) -> None:
        """No tricks any more."""
        self._ask("DELETE", "/mischief")

    def _ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        asked = Request(self.url + path, body, {"Content-Type": "application/json"}, method=method)
        try:
            with self._http.open(asked, timeout=TIMEOUT) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except HTTPError as error:
            with error:
                raise Refused(json.load(error)["message"]) from error
