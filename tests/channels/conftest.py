"""A shop that is connected with a platform in memory."""

import pytest

from tests.support.bazaar import LINK, Bazaar, opened
from tests.support.build import Merchant
from tests.support.mail import Mail


@pytest.fixture
def bazaar(monkeypatch: pytest.MonkeyPatch) -> Bazaar:
    return opened(monkeypatch)


@pytest.fixture
def shop(acme: Merchant, mail: Mail, bazaar: Bazaar) -> Merchant:
    """The merchant, whose shop `mall` is connected and was read up to now."""
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "淘宝店", "channel": "taobao"})
    connected = acme.call("POST", "/v1/shops/mall/link", LINK)
    assert connected.status == 201, connected.body
    return acme
