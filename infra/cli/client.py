"""The API over HTTP: timeouts, retries where a repeat is harmless, problems as exceptions."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from infra.cli import retry
from infra.cli.exits import Exit, Stop
from infra.cli.words import Lang

TIMEOUT = httpx.Timeout(35.0, connect=5.0)  # the gateway gives up after 29 s
LOOPBACK = {"127.0.0.1", "localhost", "::1"}  # never through a proxy
EXITS = {401: Exit.REFUSED, 403: Exit.REFUSED, 404: Exit.NOT_FOUND}
Json = dict[str, Any]


class Client:
    """One merchant's view of the API. Safe to use from several threads."""

    def __init__(
        self,
        url: str,
        key: str,
        lang: Lang = Lang.ZH,
        *,
        attempts: int = retry.BRIEF,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.key = key
        self._attempts = attempts
        self._sleep = sleep
        headers = {"Accept-Language": lang, "User-Agent": "tongdan-cli"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx.Client(
            base_url=self.url,
            headers=headers,
            timeout=TIMEOUT,
            transport=transport,
            trust_env=httpx.URL(self.url).host not in LOOPBACK,
        )

    def get(self, path: str, **params: Any) -> Json:
        """A read: repeated freely. Parameters that are None are left out."""
        given = {name: value for name, value in params.items() if value is not None}
        return self._json(self._send("GET", path, params=given))

    def take_in(self, path: str, body: Json | bytes) -> Json:
        """Order intake: repeated freely, because an order's shop and number make it one."""
        return self._json(self._send("POST", path, content=_content(body)))

    def post(self, path: str, body: Json | None = None) -> Json:
        return self._change("POST", path, body)

    def paper(self, path: str, body: Json) -> bytes:
        """A PDF of what there is: nothing changes, so it is repeated freely."""
        headers = {"Accept": "application/pdf"}
        return self._good(
            self._send("POST", path, content=_content(body), headers=headers)
        ).content

    def make(self, path: str, thing: Json) -> bool:
        """Whether it was not there yet."""
        try:
            self.post(path, thing)
        except Stop as stop:
            if (stop.problem or {}).get("code") != "exists":
                raise
            return False
        return True

    def put(self, path: str, body: Json) -> Json:
        return self._change("PUT", path, body)

    def delete(self, path: str) -> Json:
        return self._change("DELETE", path, None)

    def pages(self, path: str, name: str, **params: Any) -> Iterator[Json]:
        """Every row of a list, page after page."""
        cursor = None
        while True:
            page = self.get(path, cursor=cursor, **params)
            yield from page[name]
            cursor = page.get("next")
            if not cursor:
                return

    def close(self) -> None:
        self._http.close()

    def _change(self, method: str, path: str, body: Json | None) -> Json:
        """A change: its idempotency key makes a repeat answer what the first one answered."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        content = {} if method == "DELETE" else {"content": _content(body or {})}
        return self._json(self._send(method, path, headers=headers, **content))

    def _send(self, method: str, path: str, **parts: Any) -> httpx.Response:
        if "content" in parts:
            parts["headers"] = {"Content-Type": "application/json", **parts.get("headers", {})}
        for pause in retry.pauses(self._attempts):
            try:
                answer = self._http.request(method, path, **parts)
            except httpx.TransportError:
                self._sleep(pause)
                continue
            if answer.status_code not in retry.PASSING:
                return answer
            self._sleep(max(pause, retry.asked(answer) or 0.0))
        return self._last(method, path, parts)

    def _last(self, method: str, path: str, parts: dict[str, Any]) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **parts)
        except httpx.TransportError as error:
            raise Stop(Exit.UNREACHABLE, "unreachable", url=self.url, why=_why(error)) from error
        if answer.status_code in retry.PASSING:
            raise Stop(Exit.UNREACHABLE, "busy", problem(answer), status=answer.status_code)
        return answer

    def _json(self, answer: httpx.Response) -> Json:
        self._good(answer)
        try:
            found: Json = answer.json() if answer.content else {}
        except ValueError as error:
            raise Stop(Exit.FAILED, "not-the-api", url=self.url) from error
        return found

    def _good(self, answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            raise Stop(exit_for(answer.status_code), "was-refused", problem(answer))
        return answer


def exit_for(status: int) -> Exit:
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Exit.FAILED
    return EXITS.get(status, Exit.REFUSED)


def problem(answer: httpx.Response) -> Json:
    """The problem document, or one made up from what else came back."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if isinstance(found, dict) and ("detail" in found or "title" in found):
        return {"status": answer.status_code, **found}
    return {
        "status": answer.status_code,
        "title": answer.reason_phrase,
        "detail": answer.text[:500],
    }


def _content(body: Json | bytes) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__
