"""Which orders may share a box: what must be equal, channel by channel, and what forbids it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations

from shared.domain.content import Content, OrderType
from shared.domain.merchant import Merging, Shop, dialled
from shared.domain.order import Order, Status

CHECK = "merge-check"
"""Our tag of an order that a person must look at before it is merged again."""
QUIET_MONTHS = {5, 6, 10, 11}  # of the great sales, in China: presale orders keep to themselves
GOES_ON = frozenset({"cancelled", "closed", "released"})
"""Entries after which nobody has to wait for an order any more."""
CHINA = timedelta(hours=8)
MOST_ASKED = 100  # orders that one call to a platform asks about


class Part(StrEnum):
    BUYER = "buyer"
    SHOP = "shop"
    NAME = "name"
    PHONE = "phone"
    AREA = "area"
    ADDRESS = "address"
    COD = "cod"
    TOKEN = "token"  # the platform's stand-in for the receiver
    CARRIER = "carrier"  # that the buyer chose


class Bar(StrEnum):
    """Why an order does not go into one box with others."""

    NEVER = "never"  # the channel never merges
    COD = "cod"  # nor does it with cash on delivery
    COD_DIFFERS = "cod-differs"  # one is paid on delivery, the other is not
    PICKUP = "pickup"  # the buyer comes for it
    SEALED = "sealed"  # it leaves as it is
    VIRTUAL = "virtual"  # nothing of it is sent
    CARRIER = "carrier"  # two carriers are demanded
    HELD = "held"
    NOT_RESERVED = "not-reserved"  # its goods are not held yet, or it has left already
    MERGED = "merged"  # it is in another merge
    WEIGHED = "weighed"  # a parcel of it is closed
    OFF = "off"  # the shop does not merge by itself
    NO_BUYER = "no-buyer"  # the channel does not say who bought
    ANOTHER_SHOP = "another-shop"
    ANOTHER_BUYER = "another-buyer"
    KEY = "key"  # something of the receiver differs
    CHECK = "check"  # its token changed, but not its address
    UNASKED = "unasked"  # only the platform knows, and did not say yes
    PRESALE = "presale"  # presale orders keep to themselves in this month
    PRESALE_DIFFERS = "presale-differs"  # one is presale, the other is not
    URGENT = "urgent"  # it does not wait
    RULE = "rule"  # a rule of the merchant says no
    NO_BOX = "no-box"  # its goods lie elsewhere, or would have to go apart
    LIMIT = "limit"  # enough are together; it waits for the next run


HARD = {
    Bar.NEVER, Bar.COD, Bar.COD_DIFFERS, Bar.PICKUP, Bar.SEALED, Bar.VIRTUAL, Bar.CARRIER,
    Bar.HELD, Bar.NOT_RESERVED, Bar.MERGED, Bar.WEIGHED, Bar.NO_BOX,
}  # fmt: skip
"""What holds for people as well."""


@dataclass(frozen=True, slots=True)
class Way:
    """How orders of one channel meet: what must be equal, in clear and with a token."""

    clear: tuple[Part, ...]
    sealed: tuple[Part, ...]
    cod: bool = True  # cash on delivery may be merged with its like
    asks: bool = False  # with a token, the platform must be asked
    checks: bool = False  # its token may change though the address does not
    never: bool = False


_P = Part
BASE = (_P.BUYER, _P.SHOP, _P.NAME, _P.PHONE, _P.AREA, _P.ADDRESS, _P.COD)
_UNADDRESSED = (_P.BUYER, _P.SHOP, _P.NAME, _P.PHONE, _P.AREA, _P.COD)
_BY_TOKEN = (_P.BUYER, _P.SHOP, _P.TOKEN, _P.AREA, _P.COD)
PLAIN = Way(BASE, _BY_TOKEN)
NEVER = Way((), (), never=True)
WAYS: dict[str, Way] = {
    "taobao": Way(BASE, _UNADDRESSED, asks=True),
    "tmall": Way(BASE, _UNADDRESSED, asks=True),
    "douyin": Way((*BASE, _P.CARRIER), (*_BY_TOKEN, _P.CARRIER)),
    "jd": Way(BASE, _BY_TOKEN, cod=False),
    "wechat-shop": Way(BASE, _BY_TOKEN, checks=True),
    "pdd": PLAIN,
    "kuaishou": PLAIN,
    "xiaohongshu": PLAIN,
    "youzan": PLAIN,
    "shopify": PLAIN,
    "own": PLAIN,
    "dewu-direct": NEVER,  # 得物直发
    "taobao-consign": NEVER,  # 淘宝代销
    "tmall-supermarket": NEVER,  # 猫超
    "aikucun": NEVER,  # 爱库存
    "zkh": NEVER,  # 震坤行
}
"""One row for each channel; one that is not here merges as an own shop does."""


def way(channel: str) -> Way:
    return WAYS.get(channel, PLAIN)


def parts(content: Content, shop: Shop) -> tuple[Part, ...]:
    """What must be equal for an order of this shop."""
    found = way(shop.channel)
    return found.sealed if content.receiver.token else found.clear


def marks(content: Content, shop: Shop) -> tuple[str, str]:
    """Texts of whom an order may meet, and of all that must be equal; empty where it never may.

    The content is in clear: what is stored of these are keyed hashes.
    """
    if not shop.merge.on or not content.buyer.id or any(_of_itself(content, shop)):
        return "", ""
    values = (f"{part.value}={_value(part, content, shop)}" for part in parts(content, shop))
    return _text(shop.id, content.buyer.id), _text(*values)


def marked(order: Order, content: Content, shop: Shop | None, mark: Callable[[str], str]) -> Order:
    """The order with the marks of whom it may meet; `content`: its own in clear."""
    meet, key = marks(content, shop) if shop else ("", "")
    if not key:
        return replace(order, meet="", key="") if order.key else order
    return replace(order, meet=mark(meet), key=mark(key))


def terms(shop: Shop | None) -> Merging:
    return shop.merge if shop else Merging()


def differing(one: Content, other: Content, of: Shop, from_: Shop) -> list[Part]:
    """What an order's receiver, buyer or shop has otherwise than another's."""
    wanted = dict.fromkeys((*parts(one, of), *parts(other, from_)))
    return [part for part in wanted if _value(part, one, of) != _value(part, other, from_)]


def suspicious(channel: str, fields: Iterable[str]) -> bool:
    """Whether an update changed the receiver's token, and nothing that can be read of him."""
    changed = [name for name in fields if name.startswith("receiver.")]
    return way(channel).checks and changed == ["receiver.token"]


def bars(order: Order, shop: Shop, now: str, *, virtual: bool = False) -> list[Bar]:
    """Why this order is not merged with any other by itself; see HARD for people."""
    return [
        *_of_itself(order.content, shop),
        *_standing(order, virtual),
        *_waiting(order, shop, now),
    ]


def apart(one: Order, other: Order, merging: Merging) -> list[Bar]:
    """Why these two do not go into one box, where each of them could with others."""
    a, b = one.content, other.content
    wrong = {
        Bar.COD_DIFFERS: a.payment.cod != b.payment.cod,
        Bar.CARRIER: len({c for c in (_carrier(one), _carrier(other)) if c}) > 1,
        Bar.ANOTHER_SHOP: one.shop != other.shop,
        Bar.ANOTHER_BUYER: a.buyer.id != b.buyer.id,
        Bar.KEY: one.key != other.key,
        Bar.PRESALE_DIFFERS: not merging.presale and presale(a) != presale(b),
    }
    return [bar for bar, so in wrong.items() if so]


def frees(order: Order) -> bool:
    """Whether those who wait for it might go on since its newest version."""
    fresh = (entry.code for entry in order.timeline if entry.v == order.version)
    return bool(order.meet) and not GOES_ON.isdisjoint(fresh)


def presale(content: Content) -> bool:
    return content.type is OrderType.PRESALE or any(line.presale for line in content.lines)


def asks(order: Order, shop: Shop) -> bool:
    """Whether only the platform can say who lives at the same address."""
    return way(shop.channel).asks and bool(order.content.receiver.token)


def calls(orders: Sequence[str], most: int = MOST_ASKED) -> list[tuple[str, ...]]:
    """Which orders to ask the platform about together, so that each two meet in some call."""
    if len(orders) <= most:
        return [tuple(orders)] if len(orders) > 1 else []
    half = most // 2
    blocks = [tuple(orders[at : at + half]) for at in range(0, len(orders), half)]
    return [one + other for one, other in combinations(blocks, 2)]


def groups(
    orders: Sequence[str], asked: Iterable[tuple[Sequence[str], Sequence[str]]]
) -> list[list[str]]:
    """Orders that belong together by the platform's answers: (asked about, answer).

    An answer names in one text, with commas, those that may be merged. An order joins a group
    only if it goes with all that are in it, by every call that asked about both.
    """
    together, separate = set[frozenset[str]](), set[frozenset[str]]()
    for about, answer in asked:
        said = {frozenset(pair) for text in answer for pair in combinations(text.split(","), 2)}
        together |= said
        separate |= {frozenset(pair) for pair in combinations(about, 2)} - said
    found: list[list[str]] = []
    for order in orders:
        home = next(
            (g for g in found if {frozenset((order, x)) for x in g} <= together - separate), None
        )
        if home is None:
            found.append([order])
        else:
            home.append(order)
    return found


def _of_itself(content: Content, shop: Shop) -> Iterator[Bar]:
    """What an order's channel and kind forbid for ever."""
    found = way(shop.channel)
    if found.never:
        yield Bar.NEVER
    if content.payment.cod and not found.cod:
        yield Bar.COD
    if content.pickup:
        yield Bar.PICKUP
    if content.sealed:
        yield Bar.SEALED


def _standing(order: Order, virtual: bool) -> Iterator[Bar]:
    """What forbids it as the order stands."""
    if virtual:
        yield Bar.VIRTUAL
    if order.merge:
        yield Bar.MERGED
    elif order.status is Status.HELD:
        yield Bar.HELD
    elif order.status not in (Status.RESERVED, Status.PLANNED):
        yield Bar.NOT_RESERVED
    if any(parcel.weighed_at for parcel in order.parcels):
        yield Bar.WEIGHED


def _waiting(order: Order, shop: Shop, now: str) -> Iterator[Bar]:
    """What keeps it from being merged by itself."""
    wrong = {
        Bar.OFF: not shop.merge.on,
        Bar.NO_BUYER: not order.content.buyer.id,
        Bar.URGENT: order.urgent,
        Bar.CHECK: CHECK in order.tags,
        Bar.PRESALE: _quiet(order.content, shop.merge, now),
    }
    yield from (bar for bar, so in wrong.items() if so)


def _quiet(content: Content, merging: Merging, now: str) -> bool:
    month = (datetime.fromisoformat(now) + CHINA).month
    return presale(content) and not merging.presale and month in QUIET_MONTHS


def _carrier(order: Order) -> str:
    return order.carrier or order.content.carrier


def _value(part: Part, content: Content, shop: Shop) -> str:
    receiver = content.receiver
    values = {
        Part.BUYER: content.buyer.id,
        Part.SHOP: shop.id,
        Part.NAME: _plain(receiver.name),
        Part.PHONE: dialled(receiver.phone),
        Part.AREA: _text(*map(_plain, (receiver.province, receiver.city, receiver.district))),
        Part.ADDRESS: _plain(receiver.town + receiver.address),
        Part.COD: "cod" if content.payment.cod else "paid",
        Part.TOKEN: receiver.token,
        Part.CARRIER: content.carrier,
    }
    return values[part]


def _plain(text: str) -> str:
    """Text as people compare it: blanks and capitals make no difference."""
    return "".join(text.split()).casefold()


def _text(*values: str) -> str:
    return "|".join(value.replace("|", "||") for value in values)
