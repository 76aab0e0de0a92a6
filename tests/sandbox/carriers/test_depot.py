"""Parcels move as they are told to, whoever carries them."""

import json
from typing import Any

import pytest

from infra.sandbox.carriers.depot import FORMS, Depot
from infra.sandbox.carriers.kdniao import Kdniao
from infra.sandbox.server import Request


def do(depot: Depot, action: str, **asked: Any) -> tuple[int, Any]:
    body = json.dumps(asked).encode()
    told = depot.answer(Request("POST", f"/sandbox/{action}", {}, body))
    return told.status, json.loads(told.body)


def states(depot: Depot) -> list[str]:
    told = depot.answer(Request("GET", "/sandbox/truth", {}, b""))
    return [parcel["state"] for parcel in json.loads(told.body)["parcels"].values()]


@pytest.fixture
def depot() -> Depot:
    made = Kdniao(pauses=())
    for no, carrier in enumerate(("zto", "sf", "yto")):
        made.take(f"T-{no}", carrier, "13800000000")
    return made


def test_all_go_the_usual_way_but_what_is_cancelled_or_lies_still(depot: Depot) -> None:
    first, second, _ = depot.parcels
    depot.cancel(depot.parcel(first))
    do(depot, "move", tracking=second, event="picked")
    do(depot, "move", tracking=second, event="still")

    for _ in range(6):
        do(depot, "move", all=True, event="next")

    assert states(depot) == ["cancelled", "picked", "signed"]
    assert len(depot.of("T-2").scans) == 5


def test_what_happens_later_is_later(depot: Depot) -> None:
    (number, *_) = depot.parcels

    for event in ("picked", "transit", "problem"):
        do(depot, "move", tracking=number, event=event)

    times = [scan.at for scan in depot.parcel(number).scans]
    assert times == sorted(set(times))


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"tracking": "nobody's", "event": "picked"}, 409),
        ({"all": True, "event": "eaten"}, 422),
        ({"event": "picked"}, 422),
    ],
)
def test_what_cannot_move_is_told(depot: Depot, asked: dict[str, Any], status: int) -> None:
    assert do(depot, "move", **asked)[0] == status


def test_numbers_are_of_their_carriers_form_and_never_twice(depot: Depot) -> None:
    made = [depot.take(f"N-{no}", carrier, "1") for no, carrier in enumerate(FORMS)]

    for parcel in made:
        assert parcel.tracking.startswith(FORMS[parcel.carrier].split("{")[0])
    assert len({parcel.tracking for parcel in made}) == len(FORMS)
