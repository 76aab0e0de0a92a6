"""Real queues for the tests of the local stack's parts."""

from collections.abc import Iterator

import pytest

from tests.cli.queue_engine import Queues


@pytest.fixture(scope="package")
def queues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queues]:
    found = Queues.start(tmp_path_factory.mktemp("queues"))
    yield found
    found.stop()
