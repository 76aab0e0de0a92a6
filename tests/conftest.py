"""The product on a real database in memory; messages wait in lists, to be lost or doubled."""

import os
import tempfile
from collections.abc import Iterator
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.engine import Engine

ENGINE = Engine.start()
os.environ.update(ENGINE.environment(Path(tempfile.mkdtemp())))
ENGINE.create_tables()  # before the product is imported: it reads its environment once

from functions.api.ways import WAYS
from shared.runtime import cache
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail
from tests.support.told import Stream

for _module in WAYS:  # the product imports one when its first call comes
    import_module(f"functions.api.{_module}")

_numbers = count(1)
settings.register_profile("tongdan", deadline=None)  # a busy machine is no fault of an example
settings.load_profile("tongdan")


@pytest.fixture(scope="session", autouse=True)
def engine() -> Iterator[Engine]:
    yield ENGINE
    ENGINE.stop()


@pytest.fixture(scope="module", autouse=True)
def fresh(engine: Engine) -> None:
    ENGINE.fresh()
    cache.forget()


@pytest.fixture
def mail() -> Iterator[Mail]:
    box = Mail()
    box.take_over()
    yield box
    box.hand_back()


@pytest.fixture
def acme(mail: Mail) -> Merchant:
    """A merchant of its own for each test: nothing needs to be cleaned away."""
    return build.merchant(f"acme{next(_numbers)}")


@pytest.fixture
def other(mail: Mail) -> Merchant:
    """A second merchant, who must see nothing of the first."""
    return build.merchant(f"other{next(_numbers)}")


@pytest.fixture
def stream(engine: Engine) -> Stream:
    return Stream(engine)
