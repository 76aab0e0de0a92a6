"""tongdan stages"""

from tests.cli.conftest import Command
from tests.support.build import Merchant
from tests.support.mail import Mail
from tests.support.told import Stream


def test_the_stages_are_shown_with_the_bottleneck(
    tongdan: Command, acme: Merchant, mail: Mail, stream: Stream
) -> None:
    acme.put_stock("mug", 2)
    order_id = acme.place().body["id"]
    mail.pump()
    acme.call("POST", f"/v1/orders/{order_id}/ship", {})
    stream.tell("count")

    shown = tongdan("stages", "--groups", "--lang", "en")

    assert shown.exit_code == 0, shown.output
    assert "work in the warehouse" in shown.stdout
    assert "The bottleneck is " in shown.stdout
    assert tongdan.json("stages", "--by", "shop")["groups"][0]["shop"] == "tmall"


def test_a_day_without_orders_is_an_empty_table(tongdan: Command) -> None:
    shown = tongdan("stages", "--from", "2026-01-01", "--to", "2026-01-02")

    assert shown.exit_code == 0, shown.output
