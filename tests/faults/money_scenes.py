"""Where an own shop's order can stand with its money when things go wrong."""

from shared.domain.coupon import Coupon
from shared.runtime import cache
from shared.store import coupons, rounds
from tests.faults import scenes
from tests.faults.course import quiet
from tests.faults.faults import Fault
from tests.faults.money_asks import CODE, after_sale, begin, bought, buy, paying_ask, settle_of
from tests.faults.world import World
from tests.support import deals
from tests.support.build import Reply

HOUR = 3600


# --- the shop ---
def selling(world: World, uses: int = 2) -> None:
    """A promotion for so many orders, a coupon for one, and two providers who take the money."""
    _told(world, "POST", "/v1/shops", {"id": "mall", "name": "商城", "channel": "own"})
    for sku, price in (("mug", 1000), ("bowl", 2550)):
        goods = {"id": sku, "name": sku, "price": price, "category": "瓷器"}
        _told(world, "POST", "/v1/items", goods)
        world.give(sku, 9)
    coupon = {
        **{"id": "coupon", "name": "券", "coupon": True},
        "benefit": {"kind": "tiers", "tiers": [{"off": 100}]},
    }
    deals.publish(world.merchant, deals.less(limits={"total": uses}), coupon)
    coupons.issue("acme", [Coupon(CODE, "coupon", created_at=world.now())])
    for name, desk in world.banks.desks.items():
        _told(world, "POST", "/v1/payment-accounts", {"id": name, **desk.account()})
    scenes.people(world)


def selling_the_last(world: World) -> None:
    """One more order may have the promotion."""
    selling(world, uses=1)


def ordered(world: World) -> None:
    """It waits for its money."""
    selling(world)
    buy(world)
    quiet(world)


def begun(world: World) -> None:
    _begun(world, "wechat")


def begun_with_alipay(world: World) -> None:
    _begun(world, "alipay")


def _begun(world: World, provider: str) -> None:
    ordered(world)
    begin(world, paying_ask(world, provider))


def paying(world: World) -> None:
    """The buyer has paid, and nobody has told us yet."""
    begun(world)
    world.banks.pay(_number())


def paying_with_alipay(world: World) -> None:
    begun_with_alipay(world)
    world.banks.pay(_number())


def heard(world: World) -> None:
    """Told, and not settled yet."""
    paying(world)
    world.finish(world.hear(world.banks.letters.pop(0)))


def paid(world: World) -> None:
    """Paid, and packed."""
    paying(world)
    quiet(world)


def paid_with_alipay(world: World) -> None:
    paying_with_alipay(world)
    quiet(world)


def paid_late(world: World) -> None:
    """The buyer paid a second after the order was called off, and nobody knows."""
    begun(world)
    world.banks.pay(_number())
    world.banks.letters.clear()
    world.merchant.call("POST", f"/v1/orders/{bought()}/cancel", {})


def shipped(world: World) -> None:
    paid(world)
    world.merchant.call("POST", f"/v1/orders/{bought()}/ship")
    quiet(world)


# --- money that goes back ---
def cancelled(world: World) -> None:
    """Paid, and called off: its money is to go back."""
    paid(world)
    world.merchant.call("POST", f"/v1/orders/{bought()}/cancel", {})
    _published(world)


def cancelled_with_alipay(world: World) -> None:
    paid_with_alipay(world)
    world.merchant.call("POST", f"/v1/orders/{bought()}/cancel", {})
    _published(world)


def unclear(world: World) -> None:
    """The provider gave the money back, and we do not know it."""
    cancelled(world)
    _struck(world, Fault.UNTOLD)


def unheard(world: World) -> None:
    """The provider was never asked to, and we do not know that either."""
    cancelled(world)
    _struck(world, Fault.UNHEARD)


def unclear_with_alipay(world: World) -> None:
    cancelled_with_alipay(world)
    _struck(world, Fault.UNTOLD)


def processing(world: World) -> None:
    """The provider is done with what took it long, and says so."""
    cancelled(world)
    _struck(world, Fault.PENDING)
    world.banks.letters.clear()
    world.banks.finish()


def cut_in_part(world: World) -> None:
    """One of three mugs was called off."""
    paid(world)
    lines = [{"line": 1, "quantity": 1}]
    world.merchant.call("POST", f"/v1/orders/{bought()}/cancel", {"lines": lines})
    _published(world)


# --- after-sales ---
def requested(world: World) -> None:
    """The buyer wants money back for one mug that has not left."""
    paid(world)
    _opened(world, "refund", [{"line": 1, "quantity": 1}])


def intercepting(world: World) -> None:
    requested(world)
    world.send(after_sale(world, "agree"))


def approving(world: World) -> None:
    """The buyer shall have money though nothing comes back; somebody else must say yes."""
    shipped(world)
    _told(world, "PUT", "/v1/after-sale-settings", {"limits": {"owner": 100}})
    _opened(world, "compensation", [], fen=500)
    world.send(after_sale(world, "agree"))
    _told(world, "PUT", "/v1/after-sale-settings", {})


def compensating(world: World) -> None:
    """Agreed to; the money is to go back."""
    shipped(world)
    _opened(world, "compensation", [], fen=500)
    world.send(after_sale(world, "agree"))


def refunding_packed(world: World) -> None:
    """An order in its box, of which a part shall be paid back."""
    paid(world)
    _opened(world, "compensation", [], fen=500)


def returning(world: World) -> None:
    shipped(world)
    _opened(world, "return", [{"line": 1, "quantity": 2}])
    world.send(after_sale(world, "agree"))


def exchanging(world: World) -> None:
    """One mug comes back, and a cheaper one goes out for it: the difference goes back."""
    shipped(world)
    wanted = [{"sku": "mug", "quantity": 1, "unit_price": 500}]
    _opened(world, "exchange", [{"line": 1, "quantity": 1}], wanted=wanted)
    world.send(after_sale(world, "agree"))


# --- bills ---
def billed(world: World) -> None:
    """Yesterday one order was paid and given back; the providers have written it down."""
    rounds.begin("acme")
    cancelled(world)
    quiet(world)
    world.advance(30 * HOUR)
    quiet(world)


# --- the ways there ---
def _number() -> str:
    return f"{bought()}-01"


def _told(world: World, method: str, path: str, body: object) -> Reply:
    reply = world.merchant.call(method, path, body)
    assert reply.status < 300, reply.body
    world.advance(1)
    cache.forget()
    return reply


def _opened(world: World, kind: str, lines: list[dict[str, int]], **more: object) -> None:
    body = {"kind": kind, **({"lines": lines} if lines else {}), **more}
    _told(world, "POST", f"/v1/orders/{bought()}/after-sales", body)


def _published(world: World) -> None:
    for reader in world.changes.unread():
        world.finish(world.read(reader))


def _struck(world: World, fault: Fault) -> None:
    """Settle, and let this happen to the refund that is asked for."""
    world.banks.next["refund"] = fault
    world.finish(settle_of(world))
    assert not world.banks.next
    world.queues.waiting["settle"].clear()
    world.advance(61)
