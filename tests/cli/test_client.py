"""The API over HTTP: what is sent again, how long that waits, and what is never doubled."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from infra.cli import retry
from infra.cli.client import Client
from infra.cli.exits import Exit, Stop
from infra.cli.words import Lang
from infra.local.adapter import Request
from infra.local.gateway import Answer
from tests.cli.door import Before, Door, answer, reply
from tests.support import build
from tests.support.build import Merchant

BUSY = {"title": "busy"}


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(acme: Merchant, slept: list[float]) -> Client:
    return Client("http://tongdan.test", acme.token, transport=Door(), sleep=slept.append)


def door(client: Client) -> Door:
    transport = client._http._transport
    assert isinstance(transport, Door)
    return transport


def first(*answers: Callable[[], Answer | None]) -> Before:
    """These in place of the first answers; then the application's own."""
    left: Iterator[Callable[[], Answer | None]] = iter(answers)
    return lambda request: next(left, lambda: None)()


def cut() -> Answer | None:
    raise httpx.ReadError("cut")


def test_a_busy_server_is_asked_again(client: Client, slept: list[float]) -> None:
    door(client).before = first(lambda: reply(503, BUSY), lambda: reply(429, BUSY))

    assert client.get("/v1/shops")["shops"]

    assert len(slept) == 2
    assert slept[0] < slept[1]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for(client: Client, slept: list[float], status: int) -> None:
    door(client).before = first(lambda: reply(status, BUSY, Retry_After="7"))

    client.get("/v1/shops")

    assert slept == [7.0]


def test_retry_after_may_be_a_date_and_has_a_limit(client: Client, slept: list[float]) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    door(client).before = first(
        lambda: reply(503, BUSY, Retry_After=soon),
        lambda: reply(503, BUSY, Retry_After="86400"),
    )

    client.get("/v1/shops")

    assert 25 < slept[0] <= 30
    assert slept[1] == retry.LONGEST


def test_a_change_whose_reply_was_cut_is_made_once(client: Client, acme: Merchant) -> None:
    placed = acme.place().body["id"]
    door(client).before = lose_first_reply(client)

    held = client.post(f"/v1/orders/{placed}/hold", {"note": "look"})

    assert held["status"] == "held"
    assert len(door(client).requests) == 2
    keys = {dict(each.headers)["idempotency-key"] for each in door(client).requests}
    assert len(keys) == 1
    assert acme.codes(placed).count("held") == 1


def test_two_changes_have_two_keys(client: Client, acme: Merchant) -> None:
    placed = acme.place().body["id"]

    client.post(f"/v1/orders/{placed}/hold", {})
    client.post(f"/v1/orders/{placed}/release", {})

    keys = {dict(each.headers)["idempotency-key"] for each in door(client).requests}
    assert len(keys) == 2


def test_orders_whose_reply_was_cut_are_taken_once(client: Client, acme: Merchant) -> None:
    door(client).before = lose_first_reply(client)

    answer = client.take_in("/v1/orders/batch", {"orders": [build.document("A-1")]})

    assert answer["counts"] == {"repeated": 1}


def test_nobody_there_is_unreachable_after_some_attempts(
    client: Client, slept: list[float]
) -> None:
    door(client).before = lambda request: cut()

    with pytest.raises(Stop) as stopped:
        client.get("/v1/shops")

    assert stopped.value.exit is Exit.UNREACHABLE
    assert len(slept) == retry.BRIEF
    assert len(door(client).requests) == retry.BRIEF + 1


def test_a_server_that_stays_busy_is_unreachable(client: Client) -> None:
    door(client).before = lambda request: reply(503, BUSY)

    with pytest.raises(Stop) as stopped:
        client.get("/v1/shops")

    assert stopped.value.exit is Exit.UNREACHABLE
    assert stopped.value.problem == {"status": 503, "title": "busy"}


@pytest.mark.parametrize(
    ("status", "exit_"),
    [
        (400, Exit.REFUSED),
        (401, Exit.REFUSED),
        (403, Exit.REFUSED),
        (404, Exit.NOT_FOUND),
        (409, Exit.REFUSED),
        (422, Exit.REFUSED),
        (500, Exit.FAILED),
    ],
)
def test_every_refusal_has_its_exit(client: Client, status: int, exit_: Exit) -> None:
    door(client).before = lambda request: (status, [], b"<html>no problem document</html>")

    with pytest.raises(Stop) as stopped:
        client.get("/v1/shops")

    assert stopped.value.exit is exit_
    assert len(door(client).requests) == 1


def test_answers_come_in_the_language_of_the_command(acme: Merchant) -> None:
    details = []
    for lang in Lang:
        client = Client("http://tongdan.test", "td_no_key", lang, transport=Door())
        with pytest.raises(Stop) as stopped:
            client.get("/v1/shops")
        details.append((stopped.value.problem or {})["title"])

    assert not details[0].isascii()
    assert details[1].isascii()


def lose_first_reply(client: Client) -> Before:
    """The application does what it is asked, but its first answer gets lost."""
    lost: list[Request] = []

    def before(request: Request) -> Answer | None:
        if lost:
            return None
        lost.append(request)
        answer(request)
        raise httpx.ReadError("cut")

    return before
