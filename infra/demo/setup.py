"""Make the demo's merchant, or find it as an earlier run left it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from infra.bench.progress import At
from infra.cli import admin, profile
from infra.cli.client import Client
from infra.cli.exits import Stop
from infra.cli.profile import Profile
from infra.cli.words import Words
from infra.demo import brain, merchant
from infra.demo.merchant import TENANT
from infra.demo.orders import BLACKLISTED
from shared.domain.access import ALL
from shared.domain.stock import Place


@dataclass(frozen=True, slots=True)
class Opened:
    """The merchant's API, when it was made, and whether that was just now."""

    api: Client
    since: datetime
    fresh: bool


def open_(url: str, words: Words) -> Opened:
    """The merchant with a key that lies in the profile of the command line."""
    with admin.opened(words):
        from shared.store import merchants

        found = merchants.tenants.find(TENANT, TENANT)
        tenant = found or admin.create_tenant(TENANT, merchant.NAME)
        api = Client(url, _key(url, words), words.lang)
    return Opened(api, datetime.fromisoformat(tenant.created_at), found is None)


def furnish(api: Client) -> None:
    for warehouse in merchant.WAREHOUSES:
        api.make("/v1/warehouses", warehouse)
    for carrier in brain.CARRIERS:
        api.make("/v1/carriers", carrier)
    for shop in merchant.SHOPS:
        api.make("/v1/shops", shop)
    brain.decide(api)
    if not api.get("/v1/blacklist")["entries"]:
        api.post("/v1/blacklist", {"kind": "phone", "value": BLACKLISTED, "note": "恶意退货"})


def put_stock(units: dict[Place, int], at: At) -> None:
    """Put down what is not there yet; what an earlier run left stays as it is."""
    from shared.domain.errors import Conflict
    from shared.domain.stock import Cause, Level
    from shared.runtime import clock
    from shared.store import stock

    cause = Cause("hand", "-", clock.now())
    for done, (place, on_hand) in enumerate(units.items(), 1):
        with suppress(Conflict):
            stock.set_on_hand(TENANT, Level(*place), on_hand, cause)
        at(done, "")


def _key(url: str, words: Words) -> str:
    kept = profile.load()
    if kept.tenant == TENANT and kept.key and _opens(url, kept.key, words):
        key = kept.key
    else:
        _, key = admin.create_key(TENANT, [ALL], "demo")
    profile.save(Profile(url, key, TENANT))
    return key


def _opens(url: str, key: str, words: Words) -> bool:
    try:
        Client(url, key, words.lang).get("/v1/shops")
    except Stop:
        return False
    return True
