"""tongdan prices"""

from shared.domain.pricing import Price, PriceList
from shared.runtime import clock
from shared.store import prices
from tests.cli.conftest import Command
from tests.support import costs
from tests.support.build import Merchant


def test_prices_are_listed_with_what_they_were_learned_from(
    tongdan: Command, acme: Merchant
) -> None:
    made = PriceList(clock.now(), 40, 90, (Price("mug", "a", 600), Price("mug", "b", 5)))
    prices.save(acme.id, made)

    shown = tongdan("prices", "--lang", "en")

    assert shown.exit_code == 0, shown.output
    for said in ("mug", "6.00", "0.05", "Learned from the last 40 orders"):
        assert said in shown.stdout
    only = tongdan.json("prices", "--warehouse", "b")
    assert only == {"prices": [{"sku": "mug", "warehouse": "b", "fen": 5}], "more": False}


def test_where_there_are_none_it_says_why(tongdan: Command, acme: Merchant) -> None:
    costs.routed(acme, a=500, b=600)

    assert "No prices yet" in tongdan("prices", "--lang", "en").stdout
