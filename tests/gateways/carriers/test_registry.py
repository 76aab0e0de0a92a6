"""The adapters by their names, and what each promises."""

import pytest

from shared.gateways.carriers import registry
from shared.gateways.carriers.port import Find, Parcel, Push
from shared.gateways.channels.port import Rejected
from tests.support.waybills import account
from tests.support.wire import saying


@pytest.mark.parametrize("name", registry.names())
def test_an_adapter_is_found_by_the_name_it_has(name: str) -> None:
    adapter = registry.of(name)

    assert adapter.name == name
    assert adapter.carriers
    assert adapter.caps.find in Find


@pytest.mark.parametrize("name", registry.names())
def test_a_push_that_nobody_signs_needs_a_key_of_ours(name: str) -> None:
    adapter = registry.of(name)

    assert ("push_key" in adapter.secrets) == (adapter.caps.push is Push.UNSIGNED)


@pytest.mark.parametrize("name", registry.names())
def test_what_an_account_lacks_is_told_by_name(name: str) -> None:
    adapter = registry.of(name)
    faults = adapter.check(account(name, app_key=""))

    assert {"app_key", *(f"secrets.{secret}" for secret in adapter.secrets)} <= {
        fault.field for fault in faults
    }


@pytest.mark.parametrize("name", registry.names())
def test_what_a_carrier_cannot_it_refuses_without_being_asked(name: str) -> None:
    adapter, mine = registry.of(name), account(name)
    parcel = Parcel("sf", "SF1")

    if not adapter.caps.subscribe:
        with pytest.raises(Rejected):
            adapter.subscribe(saying(), mine, parcel, "https://example.com")
    if not adapter.caps.query:
        with pytest.raises(Rejected):
            adapter.track(saying(), mine, parcel)
    if not adapter.caps.life:
        with pytest.raises(Rejected):
            adapter.refresh(saying(), mine)


def test_a_name_without_an_adapter_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        registry.of("nobody")
