"""The HTTP door of the local stack: an ASGI application around the Chalice one.

A request is handled to its end before the next one starts, as in Lambda: Chalice keeps the
current request on the application.
"""

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from chalice.app import Chalice

from infra.local import adapter
from infra.local.adapter import Headers, Request
from infra.local.context import Context
from infra.local.routing import Match, Router
from shared.domain.errors import NotFound, Refused, TooLarge, WrongMethod
from shared.runtime import problems

LARGEST = 6 * 1024 * 1024  # what Lambda takes
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Answer = tuple[int, Headers, bytes]


class Gateway:
    def __init__(self, app: Chalice) -> None:
        self._app = app
        self._router = Router(app.routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(scope, receive)
        status, headers, content = self.answer(_request(scope, body or b""), fits=body is not None)
        await send({"type": "http.response.start", "status": status, "headers": _wire(headers)})
        await send({"type": "http.response.body", "body": content})

    def answer(self, request: Request, *, fits: bool = True) -> Answer:
        match = self._router.match(request.raw_path)
        if match is None:
            return _refuse(NotFound(kind="path", id=request.raw_path), request)
        methods = self._router.methods(match.template)
        if request.method not in methods:
            return _refuse(
                WrongMethod(method=request.method), request, ("Allow", ", ".join(sorted(methods)))
            )
        if not fits:
            return _refuse(TooLarge(limit=LARGEST), request, ("Connection", "close"))
        return self._call(request, match)

    def _call(self, request: Request, match: Match) -> Answer:
        context = Context("api", aws_request_id=request.id)
        return adapter.answer(self._app(adapter.event(request, match), context))


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body; None as soon as it is larger than a function may get."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if int(announced) > LARGEST:
        return None
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


def _request(scope: Scope, body: bytes) -> Request:
    return Request(
        method=scope["method"],
        raw_path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=[(k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"]],
        body=body,
        client=scope["client"][0] if scope.get("client") else "",
        id=str(uuid.uuid4()),
    )


def _refuse(refusal: Refused, request: Request, *more: tuple[str, str]) -> Answer:
    """What API Gateway would refuse itself, said in the product's words."""
    language = problems.language_of(dict(request.headers).get("accept-language", ""))
    said = problems.refused(refusal, language, request.id)
    headers = [*problems.headers(said).items(), *more]
    return said["status"], headers, json.dumps(said, ensure_ascii=False).encode()


def _wire(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
