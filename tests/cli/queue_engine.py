"""Real queues for tests: MiniStack on a free port, with the queues of the template."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from infra.local import engines, env, health, ports, processes
from infra.local.home import Home
from infra.local.state import Ports, State
from tests.support.engine import WHERE

PATIENCE = 60  # seconds


@dataclass
class Queues:
    process: subprocess.Popen[bytes]
    state: State

    @classmethod
    def start(cls, folder: Path) -> "Queues":
        home = Home(folder)
        home.make()
        state = State(os.getpid(), Ports(ports.free(), ports.free(), ports.free()))
        specs = processes.engines(home, state, engines.get(WHERE, print))
        spec = next(each for each in specs if each.name == "ministack")
        with home.log(spec.name).open("ab") as log:
            started = subprocess.Popen(spec.command, env=spec.environment, stdout=log, stderr=log)
        _wait(state)
        assert spec.settle
        spec.settle()
        return cls(started, state)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def environment(self) -> dict[str, str]:
        return {"AWS_ENDPOINT_URL_SQS": self.state.sqs, "QUEUE_URL": self.url("")}

    def url(self, name: str) -> str:
        return env.queue_url(self.state, name)

    def client(self) -> Any:
        return boto3.client("sqs", endpoint_url=self.state.sqs)

    def put(self, name: str, *bodies: str, group: str = "acme") -> None:
        for body in bodies:
            self.client().send_message(
                QueueUrl=self.url(name), MessageBody=body, MessageGroupId=group
            )

    def take(self, name: str) -> list[tuple[str, str]]:
        """(body, group) of everything that lies there; it is gone afterwards."""
        found: list[tuple[str, str]] = []
        while messages := self._receive(name):
            found += [(each["Body"], each["Attributes"]["MessageGroupId"]) for each in messages]
        return sorted(found)

    def _receive(self, name: str) -> list[Any]:
        sqs, url = self.client(), self.url(name)
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=0,
            AttributeNames=["MessageGroupId"],
        )
        messages: list[Any] = answer.get("Messages") or []
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return messages


def _wait(state: State) -> None:
    until = time.monotonic() + PATIENCE
    while not health.listens(state.ports.sqs):
        assert time.monotonic() < until, "the queue engine did not start"
        time.sleep(0.05)
