"""The final template and the built package, each made once."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from infra import package
from infra.local.home import ROOT
from infra.package import template
from tests.infra.sam import Sam


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "deployed: the whole stack on the emulator of AWS")


@pytest.fixture(scope="session")
def sam() -> Sam:
    return Sam(template.final(ROOT))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> package.Built:
    """The package for this machine."""
    return package.build(ROOT, package.LOCAL, tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="session")
def unpacked(built: package.Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with ZipFile(built.archive) as archive:
        archive.extractall(folder)
    return folder
