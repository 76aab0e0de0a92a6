"""A merchant's own server: it answers as it was told, and remembers what it heard."""

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Heard:
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """Answers with `answers` in turn, the last one for ever; 0 stands for no answer at all."""

    answers: list[int]
    heard: list[Heard] = field(default_factory=list)
    slow: float = 0

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer._hear(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def _hear(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        self.heard.append(Heard(request.path, dict(request.headers), body))
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        time.sleep(self.slow)
        if status:
            request.send_response(status)
            request.send_header("Content-Length", "0")
            request.send_header("Location", "/elsewhere")
            request.end_headers()
        else:
            request.close_connection = True
