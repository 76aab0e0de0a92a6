"""What rules may ask of an order: a typed list, each fact found out only when it is asked for."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from shared.domain import place
from shared.domain.content import Content, Line, OrderType, PaymentState
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.order import Order

CHINA = timezone(timedelta(hours=8))
PER_CENT = 100
_DIRECT = ("北京", "天津", "上海", "重庆")  # cities that are provinces: their districts come next
_PEOPLES = (
    "各|藏|彝|苗|侗|壮|回|羌|白|傣|瑶|畲|黎|佤|满|水|怒|蒙古|朝鲜|土家|土|布依|布朗|哈尼|哈萨克|景颇|傈僳|柯尔克孜"
    "|撒拉|东乡|保安|裕固|锡伯|塔吉克|仡佬|仫佬|毛南|纳西|普米|独龙|拉祜|鄂温克|鄂伦春|达斡尔"
)
_ENDING = re.compile(
    f"(?<=..)(?:(?:(?:{_PEOPLES})族?)+自治[州县旗]|市|新区|地区|林区|区|县|旗|盟|街道|镇|乡)$"
)


class Sort(StrEnum):
    """Of what type a fact is: which operators there are for it follows from this."""

    NUMBER = "number"  # a whole number
    TEXT = "text"  # one of several names
    TEXTS = "texts"  # any number of them
    NOTE = "note"  # free text of a person, encrypted at rest
    FLAG = "flag"
    TIME = "time"
    AREA = "area"  # province, city, district: what is named may stop early


@dataclass(slots=True, eq=False)
class Facts:
    """What is known of one order; each fact is found out once, when somebody asks."""

    order: Order
    content: Content
    shop: Shop | None
    items: Mapping[str, Item]
    now: str
    more: Mapping[str, Any]
    _known: dict[Any, Any] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        try:
            return self._known[name]
        except KeyError:
            value = self._known[name] = FACTS[name].of(self)
            return value

    def heads(self, name: str) -> tuple[tuple[str, ...], ...]:
        """Of an area: all that it lies in, itself included."""
        path = self.get(name)
        if (known := self._known.get(path)) is None:
            known = self._known[path] = tuple(path[:size] for size in range(1, len(path) + 1))
        return known

    @property
    def bought(self) -> Iterator[Line]:
        """Its lines without gifts."""
        return (line for line in self.content.lines if not line.gift)

    def of_items(self, name: str) -> tuple[str, ...]:
        """What its items have as `name`, each once."""
        found = (self.items.get(line.sku) for line in self.content.lines)
        return tuple(dict.fromkeys(v for item in found if item and (v := getattr(item, name))))


def of(
    order: Order,
    content: Content,
    shop: Shop | None,
    items: Mapping[str, Item],
    now: str,
    **more: Any,
) -> Facts:
    """The facts of `order`, seen at `now`.

    `content`: its notes in clear if a rule reads notes (`book.asks`), or else as it lies at rest.
    `more`: what only some rules are told: `warehouse` (one or several), `grams` (of the parcel).
    """
    return Facts(order, content, shop, items, now, more)


@dataclass(frozen=True, slots=True)
class Fact:
    """`unit`: of a number. `only`: the kinds of rule that are told it (none: all of them).

    `same`: how the values that a rule lists are written here.
    """

    name: str
    sort: Sort
    of: Callable[[Facts], Any]
    unit: str = ""
    choices: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    same: Callable[[str], str] = str


def plain(text: str) -> str:
    """Text as it is compared: wide and narrow letters, large and small ones are the same."""
    return unicodedata.normalize("NFKC", text).casefold()


def path_of(names: list[str]) -> tuple[str, ...]:
    """`浙江省, 杭州市, 西湖区` -> `浙江, 杭州, 西湖`; a city that is a province stands once."""
    province, *rest = (name.strip() for name in names)
    bare = [place.short(province), *(_ENDING.sub("", name) for name in rest)]
    if bare[0] in _DIRECT and bare[1:2] in ([bare[0]], ["市辖"], ["县"], [""]):
        del bare[1]
    return tuple(bare)


def _area(facts: Facts) -> tuple[str, ...]:
    at = facts.content.receiver
    return path_of([at.province, at.city, at.district, at.town])


def _weight(facts: Facts) -> int:
    return sum(line.weight or _of_line(facts, line, "weight") for line in facts.content.lines)


def _volume(facts: Facts) -> int:
    return sum(_of_line(facts, line, "volume") for line in facts.content.lines)


def _of_line(facts: Facts, line: Line, name: str) -> int:
    item = facts.items.get(line.sku)
    return getattr(item, name) * line.quantity if item else 0


def _virtual(facts: Facts) -> bool:
    found = (facts.items.get(line.sku) for line in facts.content.lines)
    return any(item is not None and item.virtual for item in found)


def _presale(facts: Facts) -> bool:
    content = facts.content
    return content.type is OrderType.PRESALE or any(line.presale for line in content.lines)


def _discount_rate(facts: Facts) -> int:
    """Rounded down: it is at least n exactly where the exact rate is."""
    amount = sum(line.amount for line in facts.bought)
    paid = sum(line.paid for line in facts.bought)
    return (amount - paid) * PER_CENT // amount if amount > 0 else 0


def _unit_price_least(facts: Facts) -> int:
    return min((line.paid // max(line.quantity, 1) for line in facts.bought), default=0)


def _placed(facts: Facts) -> datetime:
    return datetime.fromisoformat(facts.content.placed_at).astimezone(CHINA)


def _warehouse(facts: Facts) -> tuple[str, ...]:
    given = facts.more.get("warehouse", ())
    return (given,) if isinstance(given, str) else tuple(given)


def _skus(facts: Facts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.sku for line in facts.content.lines if line.sku))


_OPENED = ("review", "hold", "gift", "tags")  # asked while the order is open to be reviewed
_N, _T, _S = Sort.NUMBER, Sort.TEXT, Sort.TEXTS
FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("shop", _T, lambda f: f.order.shop),
        Fact("channel", _T, lambda f: f.shop.channel if f.shop else ""),
        Fact("mode", _T, lambda f: f.shop.mode if f.shop else ""),
        Fact("type", _T, lambda f: f.content.type.value, choices=tuple(OrderType)),
        Fact("total", _N, lambda f: f.content.amounts.total, "fen"),
        Fact("goods_total", _N, lambda f: f.content.amounts.goods_total, "fen"),
        Fact("discount_rate", _N, _discount_rate, "%"),
        Fact("unit_price_least", _N, _unit_price_least, "fen"),
        Fact("cod", Sort.FLAG, lambda f: f.content.payment.cod),
        Fact("paid", Sort.FLAG, lambda f: f.content.payment.state is PaymentState.PAID),
        Fact("area", Sort.AREA, _area),
        Fact("province", _T, lambda f: f.get("area")[0], same=place.short),
        Fact("skus", _S, _skus),
        Fact("sku_count", _N, lambda f: len(f.get("skus")), "sku"),
        Fact("pieces", _N, lambda f: sum(line.quantity for line in f.bought), "pieces"),
        Fact("lines", _N, lambda f: len(f.content.lines), "lines"),
        Fact("weight", _N, _weight, "g"),
        Fact("volume", _N, _volume, "cm3"),
        Fact("categories", _S, lambda f: f.of_items("category")),
        Fact("goods_groups", _S, lambda f: f.of_items("group")),
        Fact("suppliers", _S, lambda f: f.of_items("supplier")),
        Fact("virtual", Sort.FLAG, _virtual),
        Fact("presale", Sort.FLAG, _presale),
        Fact("buyer_level", _T, lambda f: f.content.buyer.level),
        Fact("tags", _S, lambda f: tuple(dict.fromkeys((*f.content.tags, *f.order.tags)))),
        Fact("buyer_note", Sort.NOTE, lambda f: plain(f.content.notes.buyer), only=_OPENED),
        Fact("seller_note", Sort.NOTE, lambda f: plain(f.content.notes.seller), only=_OPENED),
        Fact("live", _T, lambda f: f.content.live),
        Fact("placed_at", Sort.TIME, lambda f: f.content.placed_at),
        Fact("hour", _N, lambda f: _placed(f).hour, "hour"),
        Fact("weekday", _N, lambda f: _placed(f).isoweekday(), "weekday"),
        Fact("warehouse", _S, _warehouse, only=("split", "carrier")),
        Fact("grams", _N, lambda f: f.more.get("grams", 0), "g", only=("carrier",)),
    )
}
"""In the order in which people are shown them."""
