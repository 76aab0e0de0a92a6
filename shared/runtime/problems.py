"""Saying no as RFC 9457 does: every fault with its field, in the caller's language."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain import words
from shared.domain.errors import Fault, Refused

HEADERS = {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
SHOWN = ("differences", "quote", "groups")  # figures that are documents of their own
_BY_STATUS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}
Document = dict[str, Any]


def refused(refusal: Refused, language: str, request_id: str = "") -> Document:
    """Say no, with every fault, every difference, and what is offered instead."""
    figures = {**refusal.figures, "count": len(refusal.faults)}
    body = _document(refusal.status, refusal.code, language, request_id, figures)
    if refusal.faults:
        body["faults"] = [fault_document(fault, language) for fault in refusal.faults]
    return body | {name: refusal.figures[name] for name in SHOWN if refusal.figures.get(name)}


def trouble(error: Exception, language: str, request_id: str = "") -> Document:
    """Not the caller's fault. If an engine said no for now, the same may be sent again."""
    if isinstance(getattr(error, "cause", error), BotoCoreError | ClientError):
        return _document(503, "unavailable", language, request_id, {})
    return _document(500, "internal", language, request_id, {})


def headers(document: Document) -> dict[str, str]:
    return HEADERS | _BY_STATUS.get(document["status"], {})


def fault_document(fault: Fault, language: str) -> dict[str, str]:
    detail = words.say(f"fault.{fault.code}", language, fault.args)
    return {"field": fault.field, "code": fault.code, "detail": detail}


def at(path: str, fault: Fault) -> Fault:
    """The same fault, seen from the document around it."""
    return Fault(f"{path}.{fault.field}" if fault.field else path, fault.code, fault.args)


def language_of(accept: str) -> str:
    """The better of our languages by an Accept-Language header; Chinese when it names neither."""
    best, weight = "zh", 0.0
    for part in accept.replace(" ", "").split(","):
        tag, _, q = part.partition(";q=")
        language = tag.lower().split("-")[0]
        try:
            wanted = float(q) if q else 1.0
        except ValueError:
            wanted = 0.0
        if language in words.LANGUAGES and wanted > weight:
            best, weight = language, wanted
    return best


def _document(
    status: int, code: str, language: str, request_id: str, figures: Mapping[str, Any]
) -> Document:
    return {
        "type": f"urn:tongdan:problem:{code}",
        "title": words.say(f"title.{status}", language),
        "status": status,
        "detail": words.say(f"error.{code}", language, figures),
        "code": code,
        "request_id": request_id,
    }
