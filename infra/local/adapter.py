"""HTTP to a Lambda proxy event of API Gateway's REST API, and the answer back."""

import base64
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from infra.local.env import ACCOUNT
from infra.local.routing import Match

Event = dict[str, Any]
Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    raw_path: str
    query: str
    headers: Headers
    body: bytes
    client: str
    id: str


def event(request: Request, match: Match) -> Event:
    """The event in payload format 1.0, with the parameters of the matched route."""
    body, encoded = _body(request.body)
    query = _multi(parse_qsl(request.query, keep_blank_values=True))
    headers = _multi((_title(name), value) for name, value in request.headers)
    return {
        "resource": match.template,
        "path": unquote(request.raw_path),
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": match.parameters or None,
        "stageVariables": None,
        "requestContext": _context(request, match, _last(headers)),
        "body": body,
        "isBase64Encoded": encoded,
    }


def answer(result: dict[str, Any]) -> tuple[int, Headers, bytes]:
    """What a proxy integration makes of the function's result."""
    headers = [(name, str(value)) for name, value in (result.get("headers") or {}).items()]
    for name, values in (result.get("multiValueHeaders") or {}).items():
        headers += [(name, str(value)) for value in values]
    body = result.get("body") or ""
    raw = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    return int(result["statusCode"]), headers, raw


def _context(request: Request, match: Match, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "resourcePath": match.template,
        "httpMethod": request.method,
        "path": unquote(request.raw_path),
        "stage": "local",
        "protocol": "HTTP/1.1",
        "accountId": ACCOUNT,
        "apiId": "local",
        "requestId": request.id,
        "requestTimeEpoch": int(time.time() * 1000),
        "identity": {"sourceIp": request.client, "userAgent": headers.get("User-Agent")},
    }


def _body(raw: bytes) -> tuple[str | None, bool]:
    """Text stays text; what is none goes as Base64, for the application to refuse."""
    if not raw:
        return None, False
    try:
        return raw.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode(), True


def _multi(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _last(values: dict[str, list[str]]) -> dict[str, str]:
    return {name: each[-1] for name, each in values.items()}


def _title(name: str) -> str:
    return "-".join(word.capitalize() for word in name.split("-"))
