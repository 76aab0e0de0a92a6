"""Money of an own shop: an account, and payments that were made on it."""

from shared.domain.payment import Account, Event, Kind, Payment, State
from shared.store import merchants, payments
from tests.support.build import Merchant
from tests.support.statements import DAY, OWNER

ACCOUNT = "main"


def account(acme: Merchant, account_id: str = ACCOUNT, **more: str) -> None:
    about = {"provider": "wechat", "merchant_id": OWNER, **more}
    made = Account(account_id, name="", app_id="wx1", secrets={}, keys={}, **about)  # type: ignore[arg-type]
    merchants.payment_accounts.add(acme.id, made)


def paid(
    acme: Merchant, order: str, fen: int, at: str = f"{DAY}T02:00:00.000+00:00", *backs: int
) -> Payment:
    """A payment that was taken, and what of it went back at the same time."""
    number = f"{order}-01"
    charge = Event(Kind.CHARGE, State.DONE, fen, number, at)
    gone = [
        Event(Kind.REFUND, State.DONE, back, f"{number}-{nth:02}", at)
        for nth, back in enumerate(backs, 1)
    ]
    made = Payment(order, "01", "wechat", ACCOUNT, "native", 0, fen, at, events=(charge, *gone))
    payments.save(acme.id, made)
    return made
