"""microburst between the SDK and the engine: a second opinion on what AWS's refusals look like."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import urllib3

from infra.local import ports
from infra.local.wire import Wire

Rule = dict[str, Any]


class Proxy:
    def __init__(self, upstream: str, port: int = ports.ANY) -> None:
        port = port or ports.free()
        binary = Path(sys.executable).with_name("microburst")
        self.url = f"http://127.0.0.1:{port}"
        self._http = urllib3.PoolManager(retries=False)
        self._process = subprocess.Popen(
            [str(binary), "--upstream", upstream, "--port", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._warm()

    def rules(self, *rules: Rule) -> None:
        """From now on these; none at all leave every call in peace."""
        body = json.dumps([{"service": "dynamodb", **rule} for rule in rules])
        self._http.request("POST", f"{self.url}/_microburst/rules", body=body)

    def fired(self) -> int:
        """How many faults there were since the rules were set."""
        stats = self._http.request("GET", f"{self.url}/_microburst/stats").json()
        listed = self._http.request("GET", f"{self.url}/_microburst/rules").json()
        now = {rule["id"] for rule in listed}
        return sum(rule["fired"] for rule in stats["by_rule"] if rule["id"] in now)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def _warm(self) -> None:
        """The first call loads every service's model, which takes longer than the SDK waits."""
        wire = Wire(self.url, "dynamodb", timeout=60)
        for _ in range(600):
            try:
                wire.call("ListTables")
                return wire.close()
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the fault proxy did not start")
