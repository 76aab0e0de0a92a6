"""The application behind HTTP for the command's tests: in process, or on a real port."""

import json
import threading
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

import app as product
from infra.local.adapter import Headers, Request
from infra.local.gateway import Answer, Gateway

Before = Callable[[Request], Answer | None]
_ONE_AT_A_TIME = threading.Lock()  # Chalice keeps the current request on the application


def answer(request: Request) -> Answer:
    with _ONE_AT_A_TIME:
        return Gateway(product.app).answer(request)


class Door(httpx.BaseTransport):
    """Calls the application; `before` may answer in its place, or raise what a network raises."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.before: Before = lambda request: None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path, _, query = request.url.raw_path.decode().partition("?")
        given = _request(
            request.method, path, query, list(request.headers.items()), request.read()
        )
        self.requests.append(given)
        status, headers, content = self.before(given) or answer(given)
        return httpx.Response(status, headers=headers, content=content)

    def seen(self, method: str, path: str) -> list[Request]:
        return [each for each in self.requests if (each.method, each.raw_path) == (method, path)]


class Server:
    """The application on a free port of this machine, for commands in processes of their own."""

    def __init__(self) -> None:
        self.before: Before = lambda request: None
        door = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                path, _, query = self.path.partition("?")
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                given = _request(self.command, path, query, list(self.headers.items()), body)
                status, headers, content = door.before(given) or answer(given)
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the base class asks for them

            def log_message(self, format: str, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def reply(status: int, body: Any, **headers: str) -> Answer:
    """An answer that stands in for the application's."""
    named: Headers = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return status, named, json.dumps(body).encode()


def _request(method: str, path: str, query: str, headers: Headers, body: bytes) -> Request:
    return Request(method, path, query, headers, body, "127.0.0.1", str(uuid.uuid4()))
