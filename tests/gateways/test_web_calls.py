"""The one HTTP client, where an answer counts: exactly these bytes out, all of them back."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from infra.sandbox.server import Answer, Request, Server
from shared.gateways import web


@contextmanager
def answering(answer: Callable[[Request], Answer]) -> Iterator[str]:
    server = Server(answer)
    server.start()
    yield server.url
    server.close()


def test_the_bytes_go_out_as_they_are_and_the_answer_comes_back_whole() -> None:
    heard = []

    def answer(came: Request) -> Answer:
        heard.append(came)
        return Answer(201, "好".encode(), {"X-Odd-Name": "y"})

    with answering(answer) as url:
        got = web.call("POST", f"{url}/a/b%2Fc?x=%E8%8C%B6&y=1", b"\x00\xff{", {"Sent": "z"})

    (came,) = heard
    assert (came.method, came.target, came.body) == (
        "POST",
        "/a/b%2Fc?x=%E8%8C%B6&y=1",
        b"\x00\xff{",
    )
    assert came.headers["sent"] == "z"
    assert (got.status, got.headers["x-odd-name"], got.body.decode()) == (201, "y", "好")


def test_it_does_not_go_where_it_is_sent_on_to() -> None:
    with answering(lambda _: Answer(302, headers={"Location": "http://127.0.0.1:1/"})) as url:
        assert web.call("GET", url, b"", {}).status == 302


@pytest.mark.parametrize("sent", [0, 3])
def test_an_answer_that_breaks_off_is_none(sent: int) -> None:
    breaking = answering(lambda _: Answer(200, b"0123456789", sent=sent))
    with breaking as url, pytest.raises(web.Unanswered) as cut:
        web.call("POST", url, b"x", {})

    assert cut.value.sent


def test_an_answer_that_takes_too_long_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(web.Unanswered) as cut:
        web.call("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/", b"", {}, timeout=0.05)

    assert cut.value.sent


def test_an_answer_that_is_too_long_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LONGEST", 9)

    long = answering(lambda _: Answer(200, b"0123456789"))
    with long as url, pytest.raises(web.Unanswered, match="too long"):
        web.call("GET", url, b"", {})


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "ftp://x/", ""])
def test_what_never_left_is_known_not_to_have_been_done(url: str) -> None:
    with pytest.raises(web.Unanswered) as cut:
        web.call("POST", url, b"x", {})

    assert not cut.value.sent
