"""A real database for tests: Dynoxide in memory, with the tables of the template."""

import os
import socket
import subprocess
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3

from infra.local import bonds, engines
from infra.local.home import ROOT
from infra.local.template import Resources, read

WHERE = Path(os.environ.get("TONGDAN_ENGINES") or ROOT / ".tongdan" / "engines")


@dataclass
class Engine:
    process: subprocess.Popen[bytes]
    url: str
    resources: Resources

    @classmethod
    def start(cls) -> "Engine":
        binary = engines.get(WHERE, print).dynoxide
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = subprocess.Popen(
            [str(binary), "serve", "-p", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=bonds.tie,  # a test run that is killed leaves nothing behind
        )
        engine = cls(process, f"http://127.0.0.1:{port}", read())
        engine.wait()
        return engine

    def wait(self) -> None:
        host, _, port = self.url.removeprefix("http://").partition(":")
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex((host, int(port))) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError("the database engine did not start")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def client(self) -> Any:
        return boto3.client(
            "dynamodb",
            endpoint_url=self.url,
            region_name="cn-north-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    @cached_property
    def _client(self) -> Any:
        return self.client()

    def create_tables(self) -> None:
        client = self.client()
        for table in self.resources.tables:
            client.create_table(**table.create)

    def fresh(self) -> None:
        """Empty tables: what goes round all merchants shall not meet those of other tests."""
        client = self.client()
        for table in self.resources.tables:
            client.delete_table(TableName=table.create["TableName"])
        self.create_tables()

    def rows(self, table: str, tenant: str = "") -> list[dict[str, Any]]:
        """Every row of a table, or of one tenant in it, for looking at what was written."""
        asked: dict[str, Any] = {"TableName": f"tongdan-{table}"}
        if tenant:
            asked["FilterExpression"] = "pk = :tenant OR begins_with(pk, :prefix)"
            asked["ExpressionAttributeValues"] = {
                ":tenant": {"S": tenant},
                ":prefix": {"S": f"{tenant}#"},
            }
        pages = self._client.get_paginator("scan").paginate(**asked)
        return [row for page in pages for row in page["Items"]]

    def owned(self, tenant: str) -> list[dict[str, Any]]:
        """Every row of one tenant in all tables, in an order that can be compared."""
        tables = ("orders", "stock", "merchants", "insight")
        mine = [row for table in tables for row in self.rows(table, tenant)]
        return sorted(mine, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))

    def environment(self, home: Path) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.url,
            "AWS_DEFAULT_REGION": "cn-north-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
            "KEY_SOURCE": f"file:{home / 'master.key'}",
            "CACHE_SECONDS": "0",
            "WEBHOOK_PRIVATE": "allow",
            "POWERTOOLS_LOG_LEVEL": "WARNING",
        }
