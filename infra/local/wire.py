"""Calls to the engines in AWS's JSON protocol over one kept connection.

The pollers call a few times for every message: an SDK call costs them about 1 ms of CPU,
this one a quarter of that. The engines want to see a signature but do not check it.
"""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from infra.local.env import REGION

SIGNED = (
    f"AWS4-HMAC-SHA256 Credential=local/20260101/{REGION}/local/aws4_request, "
    "SignedHeaders=host, Signature=local"
)
TARGETS = {
    "dynamodb": "DynamoDB_20120810",
    "streams": "DynamoDBStreams_20120810",
    "sqs": "AmazonSQS",
}
TROUBLE = (OSError, http.client.HTTPException)  # the engine is away: try again soon


class Refusal(Exception):
    """The engine said no: `code` is the last part of its error's type."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Wire:
    """One connection to one service; not to be shared between threads."""

    def __init__(self, endpoint: str, service: str, timeout: float = 30) -> None:
        self._target = TARGETS[service]
        where = urlsplit(endpoint)
        self._connection = http.client.HTTPConnection(where.netloc, timeout=timeout)

    def call(self, action: str, **request: Any) -> dict[str, Any]:
        """Call once. Raises Refusal, or one of TROUBLE; the next call connects anew."""
        try:
            status, answer = self._send(action, json.dumps(request))
        except TROUBLE:
            self._connection.close()
            raise
        if status != http.client.OK:
            code = str(answer.get("__type", status)).rpartition("#")[2].rpartition(".")[2]
            raise Refusal(code, str(answer.get("message") or answer.get("Message", "")))
        return answer

    def close(self) -> None:
        self._connection.close()

    def _send(self, action: str, body: str) -> tuple[int, dict[str, Any]]:
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"{self._target}.{action}",
            "X-Amz-Date": "20260101T000000Z",
            "Authorization": SIGNED,
        }
        self._connection.request("POST", "/", body.encode(), headers)
        response = self._connection.getresponse()
        return response.status, json.loads(response.read() or b"{}")
