"""The zip and the template at work: the emulator's own API Gateway, Lambda, queues, stream, clock.

Roles are enforced there, so that a right which a policy lacks fails here as it would on AWS.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from infra import deployed
from infra.deployed import emulator
from infra.local.home import ROOT, Home
from shared.domain.delivery import sign
from tests.support import build
from tests.support.engine import WHERE

pytestmark = [pytest.mark.deployed, pytest.mark.timeout(180)]
FUNCTIONS = (
    *("api", "review", "reserve", "plan", "ship", "notify"),
    *("count", "publish", "sweep", "expire"),
)


@dataclass
class Stack:
    up: deployed.Deployed
    home: Path
    said: list[str]

    def tongdan(self, *words: str) -> Any:
        """The command line, pointed at the deployed stack by its home alone."""
        done = subprocess.run(
            [sys.executable, "-m", "infra.cli", "--json", *words],
            env={"TONGDAN_HOME": str(self.home), "PATH": "", "LANG": "C.UTF-8"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def client(self, service: str) -> Any:
        given = self.up.environment
        make: Any = boto3.client  # its types know three services
        return make(
            service,
            endpoint_url=given["AWS_ENDPOINT_URL"],
            region_name=given["AWS_DEFAULT_REGION"],
            aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"],
        )

    def log(self, function: str) -> list[str]:
        name = f"/aws/lambda/tongdan-{function}"
        return [
            e["message"]
            for e in self.client("logs").filter_log_events(logGroupName=name)["events"]
        ]


class Receiver(BaseHTTPRequestHandler):
    """A merchant's webhook."""

    got: list[tuple[dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGDAN_ENGINES", str(WHERE))
        home = Home.at(tmp_path_factory.mktemp("home"))
        said: list[str] = []
        up = deployed.up(home, said.append)
        try:
            yield Stack(up, home.path / "deployed", said)
        finally:
            deployed.down(home)
        assert not emulator.lives(home.path / "deployed")


@pytest.fixture(scope="module")
def api(stack: Stack) -> Iterator[httpx.Client]:
    """The API in the name of a merchant with one warehouse and ten mugs."""
    key = stack.tongdan("tenants", "create", "acme")["key"]
    with httpx.Client(
        base_url=stack.up.url, headers={"Authorization": f"Bearer {key}"}, timeout=30
    ) as client:
        for method, path, body in (
            ("POST", "/v1/warehouses", {"id": "hz", "name": "杭州仓", "city": "杭州市"}),
            ("POST", "/v1/shops", {"id": "tmall", "name": "天猫店"}),
            ("PUT", "/v1/stock/mug/hz", {"on_hand": 10}),
        ):
            client.request(method, path, json=body).raise_for_status()
        yield client


@pytest.fixture(scope="module")
def inbox() -> Iterator[Any]:
    handler: Any = type("Inbox", (Receiver,), {"got": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    handler.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield handler
    server.shutdown()
    server.server_close()
    thread.join()


def within(seconds: float, found: Callable[[], Any]) -> Any:
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)
    return value


def test_it_tells_how_it_comes_up(stack: Stack) -> None:
    first, *_, made, last = stack.said

    assert first == "packaging for this machine"
    assert made.startswith("creating the stack: ")
    assert last == f"API {stack.up.url}"


def test_an_order_goes_its_way_by_real_events(stack: Stack, api: httpx.Client, inbox: Any) -> None:
    hook = api.post("/v1/webhooks", json={"id": "hook", "url": inbox.url}).raise_for_status()

    placed = api.post("/v1/orders", json=build.document("TB-1"))

    assert placed.status_code == 202, placed.text
    path = f"/v1/orders/{placed.json()['id']}"
    within(60, lambda: api.get(path).json()["status"] == "planned")
    assert api.get("/v1/stock/mug").json()["held"] == 2
    shipped = api.post(f"{path}/ship", json={}).raise_for_status().json()
    assert shipped["status"] == "shipped"

    counts = within(60, lambda: _counted(api, "shipped"))
    assert counts["accepted"] == 1
    headers, body = within(60, lambda: inbox.got)[0]
    stamp = int(headers["webhook-timestamp"])
    secret = hook.json()["secret"]
    assert headers["webhook-signature"] == sign(
        secret, headers["webhook-id"], stamp, body.decode()
    )


def _counted(api: httpx.Client, name: str) -> dict[str, int] | None:
    counts: dict[str, int] = api.get("/v1/days").json()["days"][0]["counts"]
    return counts if name in counts else None


def test_the_gateway_says_no_in_both_languages(api: httpx.Client) -> None:
    lost = api.get("/v1/nowhere")

    assert lost.status_code == 404
    assert lost.headers["content-type"] == "application/problem+json"
    assert lost.json()["code"] == "not-found"
    assert " / " in lost.json()["title"]


def test_a_key_that_nobody_has_opens_nothing(stack: Stack) -> None:
    answer = httpx.get(f"{stack.up.url}/v1/orders", headers={"Authorization": "Bearer td_x_y"})

    assert answer.status_code == 401


@pytest.mark.parametrize("timer", ["sweep", "expire"])
def test_timers_run_by_the_emulators_clock(stack: Stack, timer: str) -> None:
    log = within(90, lambda: stack.log(timer))

    assert any("REPORT" in line for line in log)


def test_no_function_met_an_error_or_lacked_a_right(stack: Stack) -> None:
    lines = [line for function in FUNCTIONS for line in stack.log(function)]

    assert [line for line in lines if '"level":"ERROR"' in line or "Denied" in line] == []
