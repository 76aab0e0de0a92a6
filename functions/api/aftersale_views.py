"""How after-sales look in answers: with their kind and state in words, and what is missing."""

from dataclasses import asdict
from typing import Any

from functions.api import views
from shared.domain import answering
from shared.domain.aftersale import DEEDS, AfterSale, Kind, Settings
from shared.domain.decision import Decision
from shared.domain.order import Order
from shared.domain.refunding import Quote

OWN = ("version", "digest", "difference", "late")
"""What only the store knows, or is shown otherwise."""


def aftersale(one: AfterSale, order: Order | None = None) -> dict[str, Any]:
    """One after-sale; with its order also the units that have not come back yet."""
    shown = {name: value for name, value in asdict(one).items() if name not in OWN}
    return {
        **shown,
        "names": {
            "kind": views.both(f"service.{one.kind.value}", {}),
            "state": views.both(f"step.{one.state.value}", {}),
            "reason": views.both(f"why.{one.reason.value}", {}),
        },
        "difference": one.difference if one.kind is Kind.EXCHANGE else 0,
        "overdue": one.late,
        "allowed": [deed for deed, states in DEEDS.items() if one.state in states],
        "awaited": dict(answering.left(order, one)) if order else None,
        "links": {
            "self": f"/v1/orders/{one.order}/after-sales/{one.no}",
            "order": f"/v1/orders/{one.order}",
        },
    }


def summary(one: AfterSale) -> dict[str, Any]:
    """One row of a list."""
    names = (
        *("order", "no", "shop", "payer", "fen", "kind", "state", "reason"),
        *("created_at", "since", "due", "by"),
    )
    pieces = sum(piece.quantity for piece in one.lines)
    return {**{name: getattr(one, name) for name in names}, "pieces": pieces, "overdue": one.late}


def decision(one: Decision) -> dict[str, Any]:
    """What was decided of a platform's refund, and whether the platform was told."""
    names = ("agree", "by", "created_at", "state", "tries", "at", "why", "note")
    why = views.both(f"platform.{one.why}", {}) if one.why else {"zh": "", "en": ""}
    return {**{name: getattr(one, name) for name in names}, "reason": why}


def quote(one: Quote, below: list[str]) -> dict[str, Any]:
    """What it comes to, piece by piece; `adjustment`: what a change of the price as a whole is."""
    lines = [
        {**asdict(piece), "amount": share.amount, "earned": share.earned, "spent": share.spent}
        for piece, share in zip(one.lines, one.shares, strict=True)
    ]
    for line in lines:
        line.pop("cut")
    return {
        "lines": lines,
        "share": one.share,
        "adjustment": one.share - sum(piece.paid for piece in one.lines) if one.share else 0,
        "freight": one.freight,
        "fen": one.fen,
        "left": one.left,
        "points": {"give_back": one.earned, "get_back": one.spent},
        "difference": one.difference,
        "last": one.last,
        "gifts_withdrawn": dict(one.gifts),
        "below_threshold": below,
    }


def settings(one: Settings) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "id"}
