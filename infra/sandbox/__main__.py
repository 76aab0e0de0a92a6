"""Those who are simulated, on loopback: `python -m infra.sandbox FOLDER NAME=PORT ...`."""

import signal
import sys
import threading
from pathlib import Path
from pkgutil import resolve_name
from typing import Protocol

from infra.sandbox.keys import Keys
from infra.sandbox.kinds import ALL, PROVIDERS
from infra.sandbox.server import Answer, Request, Server


class Simulated(Protocol):
    url: str  # where it stands

    def answer(self, request: Request) -> Answer: ...


def opened(name: str, port: int, folder: Path) -> tuple[Simulated, Server]:
    """One that serves. The keys and the books of payment providers lie in the folder."""
    kind = resolve_name(ALL[name])
    given = (Keys(folder / "keys"), folder / f"{name}.json") if name in PROVIDERS else ()
    one: Simulated = kind(*given)
    server = Server(one.answer, port)
    one.url = server.url
    server.start()
    return one, server


def main(folder: Path, ports: dict[str, int]) -> None:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    servers = []
    for name, port in ports.items():
        servers.append(opened(name, port, folder)[1])
        print(f"{name}: {servers[-1].url}", flush=True)
    ended.wait()
    for server in servers:
        server.close()


if __name__ == "__main__":
    where, *rest = sys.argv[1:]
    pairs = (each.split("=") for each in rest)
    main(Path(where), {name: int(port) for name, port in pairs})
