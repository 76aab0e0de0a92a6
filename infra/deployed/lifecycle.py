"""tongdan up --deployed: package, start the emulator, create the stack; and down again."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra import package
from infra.deployed import emulator, gaps, stack
from infra.local import engines, env
from infra.local.home import ROOT, Home
from infra.local.ports import free
from infra.local.state import Ports, State
from infra.package.template import API_STAGE

DIRECT = Config(proxies={})  # a proxy of this machine does not know its loopback
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Deployed:
    """A running stack: its API, and the environment in which our code reaches its services."""

    url: str
    pid: int
    port: int
    environment: dict[str, str]


def up(home: Home, say: Say) -> Deployed:
    """Bring the stack up anew in `home`. Its data lasts until `down`."""
    down(home)
    folder = home.deployed
    say("packaging for this machine")
    built = package.build(ROOT, package.LOCAL, folder / "build")
    python = engines.get(home.engines, say).ministack
    say("starting the emulator")
    port = free()
    pid = emulator.start(python, port, folder)
    try:
        deployed = _deploy(built, home, pid, port, say)
    except BaseException:
        emulator.stop(pid, folder)
        raise
    say(f"API {deployed.url}")
    return deployed


def down(home: Home) -> bool:
    """Stop the emulator and forget its data; False when there was none."""
    found = find(home)
    if found:
        emulator.stop(found.pid, home.deployed)
        _state(home).unlink()
    for name in ("s3", "state", "tmp"):
        shutil.rmtree(home.deployed / name, ignore_errors=True)
    return found is not None


def find(home: Home) -> Deployed | None:
    """The stack that was brought up in `home`, if any."""
    try:
        return Deployed(**json.loads(_state(home).read_text()))
    except FileNotFoundError:
        return None


def _deploy(built: package.Built, home: Home, pid: int, port: int, say: Say) -> Deployed:
    environment = _environment(home, pid, port)
    clients = _clients(environment)
    outputs = stack.create(built, clients, say, Stage="deployed")
    api = outputs["RestAPIId"]
    gaps.put_responses(built.template, api, clients("apigateway"))
    url = f"{environment['AWS_ENDPOINT_URL']}/restapis/{api}/{API_STAGE}/_user_request_"
    deployed = Deployed(url, pid, port, environment)
    _state(home).write_text(json.dumps(asdict(deployed), indent=2))
    return deployed


def _environment(home: Home, pid: int, port: int) -> dict[str, str]:
    state = State(pid, Ports(api=port, dynamodb=port, sqs=port))
    return {
        **env.environment(home, state),
        **emulator.KEYS,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "KEY_SOURCE": f"kms:alias/{env.STACK}-tenants",
        "STAGE": "deployed",
    }


def _clients(environment: dict[str, str]) -> stack.Clients:
    session = boto3.Session(
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_DEFAULT_REGION"],
    )

    def client(service: str) -> Any:
        make: Any = session.client
        return make(service, endpoint_url=environment["AWS_ENDPOINT_URL"], config=DIRECT)

    return client


def _state(home: Home) -> Path:
    return home.deployed / "state.json"
