"""The context that Lambda hands to a handler."""

import time
import uuid
from dataclasses import dataclass, field

from infra.local.env import ACCOUNT, REGION, STACK

TIMEOUT = 30  # seconds, as the template gives to every function


@dataclass(frozen=True, slots=True)
class Context:
    function_name: str
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    memory_limit_in_mb: int = 512
    function_version: str = "$LATEST"
    log_group_name: str = "local"
    log_stream_name: str = "local"
    started: float = field(default_factory=time.monotonic)

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{STACK}-{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        left = TIMEOUT - (time.monotonic() - self.started)
        return max(0, int(left * 1000))
