"""One provider on loopback: `python -m infra.sandbox wechat|alipay PORT FOLDER`."""

import signal
import sys
import threading
from pathlib import Path

from infra.sandbox import alipay, wechat
from infra.sandbox.desk import Desk
from infra.sandbox.keys import Keys
from infra.sandbox.server import Server

KINDS = {"wechat": wechat.WeChat, "alipay": alipay.Alipay}


def opened(name: str, port: int, folder: Path) -> tuple[Desk, Server]:
    """A sandbox that serves: its keys and its book lie in the folder."""
    desk: Desk = KINDS[name](Keys(folder / "keys"), folder / f"{name}.json")
    server = Server(desk.answer, port)
    desk.url = server.url
    server.start()
    return desk, server


def main(name: str, port: int, folder: Path) -> None:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    desk, server = opened(name, port, folder)
    print(f"{desk.name}: {server.url}", flush=True)
    ended.wait()
    server.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
