"""The queues and their dead letters, by their short names."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.cli import local
from infra.cli.exits import Exit, Stop
from shared.domain.flow import QUEUES

STREAM = "stream"  # what the streams' readers gave up; there is no queue to move it back to


@contextmanager
def opened() -> Iterator[Any]:
    """An SQS client, local or of the account; what cannot be reached becomes an exit."""
    local.borrow_environment()
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    config = Config(connect_timeout=3, read_timeout=30, retries={"total_max_attempts": 3})
    try:
        yield boto3.client("sqs", config=config)
    except (BotoCoreError, ClientError) as error:
        raise Stop(Exit.UNREACHABLE, "store-unreachable", why=error) from error


def url(queue: str) -> str:
    from shared.runtime.settings import settings

    return settings().queue_url + queue


def dead(queue: str) -> str:
    return url(f"{queue}-dead")


def known(queue: str) -> str:
    if queue not in QUEUES:
        raise Stop(Exit.NOT_FOUND, "no-queue", queue=queue)
    return queue


def depth(sqs: Any, queue_url: str) -> int:
    """About how many messages lie there, those just being read included."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    return sum(int(found.get(name, 0)) for name in names)
