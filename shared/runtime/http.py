"""The HTTP edge: a view gets a Call; what it refuses becomes a problem document."""

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, ClassVar, Protocol

from chalice.app import Chalice, Request, Response

from shared.domain.access import Key, prefix_of
from shared.domain.claim import Claim
from shared.domain.errors import (
    Conflict,
    Denied,
    Fault,
    KeyReused,
    NotFound,
    Refused,
    TooLarge,
    Unknown,
    Unreadable,
    WrongMedia,
    faulty,
)
from shared.domain.reader import Reader
from shared.runtime import clock, problems, retry
from shared.runtime.observe import log

MAX_BODY = 2 * 1024 * 1024
MAX_LETTER = 512 * 1024  # bytes that we take from whoever has no key
View = Callable[..., Any]
Headers = dict[str, str | list[str]]
ROUNDS, WAIT = 2, 0.02  # more tries when somebody else wrote the same rows; seconds between
KEY_LENGTH = 255
PDF = "application/pdf"
OPEN = ""  # the scope of a route that needs no key
LONGEST_ID = 200  # characters; what is longer in a path is the id of nothing
_NUMBER = re.compile("[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any


@dataclass(frozen=True, slots=True)
class Letter:
    """What comes to an open route, as it came: nobody knows yet who wrote it."""

    headers: Mapping[str, str]
    body: bytes
    now: str
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plain:
    """An answer in another's own words, byte for byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class File:
    """Something to keep or to print; a caller has to say that he accepts its media type."""

    name: str
    media: str
    body: bytes


class Doors(Protocol):
    """What the edge asks of the store: whose key this is, and what a claim answered before."""

    def key(self, prefix: str) -> Key | None: ...
    def claim(self, tenant: str, key: str) -> Claim | None: ...


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request."""

    tenant: str
    by: str  # who acts, for the history: `key:ab12cd34`
    key: Key
    language: str
    query: Mapping[str, str]
    raw: bytes
    now: str
    idempotency_key: str = ""
    request: str = field(default="", repr=False)  # what the Idempotency-Key stands for
    claimed: list[Answer] = field(default_factory=list, repr=False)  # was written under the key

    def json(self) -> Any:
        try:
            return json.loads(self.raw, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Unreadable from None

    def reader(self) -> Reader:
        """The body as an object; an empty body reads as `{}`."""
        return Reader(self.json() if self.raw.strip() else {})

    def limit(self, usual: int, most: int) -> int:
        """How many things of a list are wanted, from 1 to `most`."""
        given = self.query.get("limit", str(usual))
        if not _NUMBER.fullmatch(given) or not 1 <= int(given) <= most:
            raise faulty("limit", "out-of-range", least=1, most=most)
        return int(given)

    def claim(self, answer: Answer) -> Claim | None:
        """What to write together with the effect, so that the same key answers the same."""
        if not self.idempotency_key:
            return None
        self.claimed.append(answer)
        return Claim(self.tenant, self.idempotency_key, self.request, answer.status, answer.body)


class Routes:
    """The views of one module, which take a Call. Every route names the scope that it needs."""

    doors: ClassVar[Doors]  # set once, by app.py
    app: ClassVar[Chalice]  # and so is this
    scopes: ClassVar[dict[tuple[str, str], str]] = {}  # of every route that was imported
    answers: ClassVar[dict[tuple[str, str], View]] = {}

    def __init__(self) -> None:
        self.ways: list[str] = []

    def on(self, method: str, path: str, scope: str) -> Callable[[View], View]:
        def known(view: View) -> View:
            self.scopes[method, path] = scope
            self.answers[method, path] = self._answering(view, scope)
            self.ways.append(f"{method} {path}")
            return view

        return known

    def _answering(self, view: View, scope: str) -> View:
        @functools.wraps(view)
        def answer(**params: str) -> Response:
            request = self.app.current_request
            assert request  # only the application calls this
            language = problems.language_of(request.headers.get("accept-language", ""))
            about = {
                "route": view.__name__,
                "request_id": str(request.context.get("requestId", "")),
            }
            try:
                if scope == OPEN:
                    return _opened(view, request, params)
                call = _call(request, self.doors, scope, language)
                about["tenant"] = call.tenant
                return self._answer(view, call, params)
            except Refused as refusal:
                log.info("refused", extra={"code": refusal.code, **about})
                return _problem(problems.refused(refusal, language, about["request_id"]))
            except Exception as error:
                log.exception("failed", extra=about)
                return _problem(problems.trouble(error, language, about["request_id"]))

        return answer

    def _answer(self, view: View, call: Call, params: dict[str, str]) -> Response:
        return self._before(call) or self._tried(view, call, params, ROUNDS)

    def _tried(self, view: View, call: Call, params: dict[str, str], more: int) -> Response:
        """A view reads, decides and writes; when somebody else wrote meanwhile, once more."""
        call.claimed.clear()
        try:
            answer = _response(view(call, **params))
            before = None if call.claimed else self._before(call)  # an equal one was just done
            return before or answer
        except Refused as refusal:
            if before := self._before(call):  # an equal request was faster by a hair
                return before
            if not more or not isinstance(refusal, Conflict):
                raise
        retry.pause(WAIT)
        return self._tried(view, call, params, more - 1)

    def _before(self, call: Call) -> Response | None:
        """The answer that this Idempotency-Key has got already."""
        if not call.idempotency_key:
            return None
        claim = self.doors.claim(call.tenant, call.idempotency_key)
        if claim is None:
            return None
        if claim.request != call.request:
            raise KeyReused
        return _response(Answer(claim.status, claim.body), {"Idempotency-Replayed": "true"})


def _opened(view: View, request: Request, params: dict[str, str]) -> Response:
    """Of a route that needs no key: it is given what came."""
    raw = request.raw_body
    body = raw.encode() if isinstance(raw, str) else raw
    if len(body) > MAX_LETTER or any(len(value) > LONGEST_ID for value in params.values()):
        raise TooLarge(limit=MAX_LETTER)
    query = dict(request.query_params or {})
    letter = Letter(request.headers, body, clock.now(), request.method, query)
    said = view(letter, **params)
    if not isinstance(said, Plain):
        return _response(said)
    return Response(said.body.decode(), status_code=said.status, headers=dict(said.headers))


def _call(request: Request, doors: Doors, scope: str, language: str) -> Call:
    key = _key(request, doors)
    if not key.may(scope):
        raise Denied(scope=scope)
    if any(len(value) > LONGEST_ID for value in (request.uri_params or {}).values()):
        raise NotFound(kind="path", id=request.path)
    raw = _body(request)
    idempotency_key = _idempotency_key(request)
    return Call(
        tenant=key.tenant,
        by=f"key:{key.prefix}",
        key=key,
        language=language,
        query={k: v for k, v in (request.query_params or {}).items()},
        raw=raw,
        now=clock.now(),
        idempotency_key=idempotency_key,
        request=_digest(request, raw) if idempotency_key else "",
    )


def _key(request: Request, doors: Doors) -> Key:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    key = doors.key(prefix_of(token)) if kind.lower() == "bearer" and prefix_of(token) else None
    if key is None or not key.opens(token):
        raise Unknown
    return key


def _body(request: Request) -> bytes:
    raw = request.raw_body
    if isinstance(raw, str):
        raw = raw.encode()
    if len(raw) > MAX_BODY:
        raise TooLarge(limit=MAX_BODY)
    media = request.headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if raw and media != "application/json":
        raise WrongMedia
    return raw


def _idempotency_key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if request.method == "GET":
        return ""
    if len(key) > KEY_LENGTH:
        raise Unreadable(faults=(Fault("Idempotency-Key", "too-long", {"limit": KEY_LENGTH}),))
    return str(key)


def _digest(request: Request, raw: bytes) -> str:
    """What makes two requests equal: method, path with its ids, and body. Not the tenant's key."""
    ids = json.dumps(request.uri_params or {}, sort_keys=True)
    return sha256("\n".join((request.method, request.path, ids)).encode() + raw).hexdigest()


def _response(answer: Any, headers: dict[str, str] | None = None) -> Response:
    if isinstance(answer, File):
        return _file(answer)
    given = answer if isinstance(answer, Answer) else Answer(200, answer)
    said: Headers = {**problems.HEADERS, "Content-Type": "application/json", **(headers or {})}
    return Response(_text(given.body), status_code=given.status, headers=said)


def _file(one: File) -> Response:
    named = f'attachment; filename="{one.name}"'
    said: Headers = {**problems.HEADERS, "Content-Type": one.media, "Content-Disposition": named}
    return Response(one.body, headers=said)


def _problem(document: problems.Document) -> Response:
    headers: Headers = {**problems.headers(document)}
    return Response(_text(document), status_code=document["status"], headers=headers)


def _text(body: Any) -> str:
    """JSON with its Chinese as it is: shorter, and a person can read it."""
    return json.dumps(body, ensure_ascii=False)


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON
