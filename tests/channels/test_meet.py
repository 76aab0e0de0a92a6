"""Orders behind tokens share a box only where their platform says that they may."""

import pytest

from functions.channels import meet
from shared.gateways import receivers
from shared.gateways.channels.port import Rejected, Why
from shared.store import merchants
from tests.support.bazaar import Bazaar
from tests.support.build import Merchant

PAIRS = [("T1", "o"), ("T2", "o"), ("T3", "p")]


def same(shop: Merchant, shop_id: str = "mall") -> list[str]:
    meet.register()
    return list(receivers.same(shop.id, merchants.shops.get(shop.id, shop_id), PAIRS))


def test_the_platform_says_who_goes_to_one_receiver(shop: Merchant, bazaar: Bazaar) -> None:
    assert same(shop) == ["T1,T2", "T3"]


@pytest.mark.parametrize("why", [Why.LATER, Why.DENIED, Why.EXPIRED])
def test_where_it_does_not_tell_they_stay_apart(shop: Merchant, bazaar: Bazaar, why: Why) -> None:
    bazaar.troubles["same"] = [Rejected(why, "no")]

    assert same(shop) == ["T1", "T2", "T3"]


def test_a_shop_without_a_connection_is_not_asked(shop: Merchant, bazaar: Bazaar) -> None:
    assert same(shop, "tmall") == ["T1", "T2", "T3"]
    assert bazaar.calls == []
