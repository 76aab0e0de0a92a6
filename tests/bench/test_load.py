"""The clients of the benchmarks, against a server that answers what it is told."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.bench.load import AWAY, Call, Crowd, fire


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    busy = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 503 if Echo.busy else 202
        Echo.busy = max(0, Echo.busy - 1)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_answers_come_in_the_order_of_the_calls(url: str) -> None:
    calls = [Call(str(no).encode()) for no in range(50)]

    answers = fire(Crowd(url, "key", clients=4), calls)

    assert [int(answer.body) for answer in answers] == list(range(50))
    assert {answer.status for answer in answers} == {202}


def test_a_busy_server_is_asked_again(url: str) -> None:
    Echo.busy = 1

    (answer,) = fire(Crowd(url, "key", tries=2), [Call(b"order")])

    assert answer.status == 202


def test_a_server_that_is_away_counts_as_no_answer() -> None:
    (answer,) = fire(Crowd("http://127.0.0.1:9", "key"), [Call(b"order")])

    assert answer.status == AWAY
