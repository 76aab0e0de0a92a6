"""Saying no as RFC 9457 does: every fault with its field, in the caller's language."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Response

from shared.domain import words
from shared.domain.errors import Fault, Refused, Unknown

PROBLEM = "application/problem+json"
HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


def problem(refusal: Refused, language: str, request_id: str) -> Response:
    """Say no as RFC 9457 does, with every fault and its field, in the caller's language."""
    figures = {**refusal.figures, "count": len(refusal.faults)}
    body = document(refusal.status, refusal.code, language, request_id, figures)
    if refusal.faults:
        body["faults"] = [fault_document(fault, language) for fault in refusal.faults]
    if differences := refusal.figures.get("differences"):
        body["differences"] = differences
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(refusal, Unknown) else {}
    return Response(
        body, status_code=refusal.status, headers={**HEADERS, "Content-Type": PROBLEM, **headers}
    )


def trouble(error: Exception, language: str, request_id: str) -> Response:
    """Not the caller's fault. If an engine said no for now, the same may be sent again."""
    if not isinstance(getattr(error, "cause", error), BotoCoreError | ClientError):
        return plain_problem(500, "internal", language, request_id)
    answer = plain_problem(503, "unavailable", language, request_id)
    answer.headers["Retry-After"] = "1"
    return answer


def plain_problem(status: int, code: str, language: str, request_id: str) -> Response:
    body = document(status, code, language, request_id, {})
    return Response(body, status_code=status, headers={**HEADERS, "Content-Type": PROBLEM})


def document(
    status: int, code: str, language: str, request_id: str, figures: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "type": f"urn:tongdan:problem:{code}",
        "title": words.say(f"title.{status}", language),
        "status": status,
        "detail": words.say(f"error.{code}", language, figures),
        "code": code,
        "request_id": request_id,
    }


def fault_document(fault: Fault, language: str) -> dict[str, str]:
    detail = words.say(f"fault.{fault.code}", language, fault.args)
    return {"field": fault.field, "code": fault.code, "detail": detail}


def at(path: str, fault: Fault) -> Fault:
    """The same fault, seen from the document around it."""
    return Fault(f"{path}.{fault.field}" if fault.field else path, fault.code, fault.args)


def refuse(
    refusal: Refused, accept_language: str, request_id: str
) -> tuple[int, dict[str, str], str]:
    """The same documents for what never reaches a view (no such path, wrong method)."""
    answer = problem(refusal, language_of(accept_language), request_id)
    headers = {name: str(value) for name, value in answer.headers.items()}
    return answer.status_code, headers, json.dumps(answer.body, ensure_ascii=False)


def language_of(accept: str) -> str:
    """The better of our languages by an Accept-Language header; Chinese when it names neither."""
    best, weight = "zh", 0.0
    for part in accept.split(","):
        tag, _, q = part.strip().partition(";q=")
        language = tag.strip().lower().split("-")[0]
        try:
            wanted = float(q) if q else 1.0
        except ValueError:
            wanted = 0.0
        if language in words.LANGUAGES and wanted > weight:
            best, weight = language, wanted
    return best
