"""The adapters by their names, and which wire each expects."""

import pytest

from shared.domain import writeback
from shared.gateways.channels import registry

MINE = ("taobao", "tmall", "pdd", "jd")


@pytest.mark.parametrize("name", MINE)
def test_an_adapter_is_found_by_the_name_it_has(name: str) -> None:
    adapter = registry.of(name)

    assert adapter.name == name
    assert adapter.caps.numbers is writeback.takes(name)
    assert set(adapter.carriers) >= {"sf", "zto", "yto", "sto", "yunda", "jt", "ems", "jd"}


def test_a_channel_without_an_adapter_is_a_key_error() -> None:
    assert set(MINE) < set(registry.names())
    with pytest.raises(KeyError):
        registry.of("nowhere")
