"""What the queue engine saved at its last stop: it finds its queues by an address with a port."""

import re

from infra.local.home import Home

ADDRESS = re.compile(r"http://localhost:\d+/")


def move(home: Home, port: int) -> None:
    """Let the saved queues be found on `port`, where the engine is about to start."""
    file = home.queues / "sqs.json"
    if file.exists():
        file.write_text(ADDRESS.sub(f"http://localhost:{port}/", file.read_text()))
