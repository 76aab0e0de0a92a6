"""The demo's merchant: its shops, warehouses and stock, as the API takes them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from infra.demo import goods, superstore
from infra.demo.brain import MERGING
from infra.demo.orders import shop_sku
from infra.demo.superstore import Sold
from infra.sandbox.markets.orders import ARTICLES
from shared.domain.stock import Place

TENANT, NAME = "demo", "通单示范商家"
Document = dict[str, Any]
US_SCARCE = 6  # products that sell out
ROOM = 1.6  # times what the file sells of a product in a region
SOLD = [sku for sku, _, _ in ARTICLES]  # on simulated platforms

_REGIONS = """
east     Philadelphia  simulated  Connecticut,Delaware,District of Columbia,Maine,Maryland,Massachusetts,New Hampshire,New Jersey,New York,Ohio,Pennsylvania,Rhode Island,Vermont,West Virginia
west     Los Angeles   simulated  Arizona,California,Colorado,Idaho,Montana,Nevada,New Mexico,Oregon,Utah,Washington,Wyoming
central  Chicago       manual     Illinois,Indiana,Iowa,Kansas,Michigan,Minnesota,Missouri,Nebraska,North Dakota,Oklahoma,South Dakota,Texas,Wisconsin
south    Jacksonville  manual     Alabama,Arkansas,Florida,Georgia,Kentucky,Louisiana,Mississippi,North Carolina,South Carolina,Tennessee,Virginia
"""  # noqa: E501
_CHINA = (
    ("hangzhou", "杭州仓", "浙江", "杭州市", "simulated"),
    ("guangzhou", "广州仓", "广东", "广州市", "simulated"),
    ("chengdu", "成都仓", "四川", "成都市", "manual"),
    ("beijing", "北京仓", "北京", "北京市", "manual"),
)


def _american(line: str) -> Document:
    region, rest = line.split(maxsplit=1)
    city, carrier, states = (part.strip() for part in rest.split("  ") if part.strip())
    return {
        "id": f"us-{region}",
        "name": city,
        "city": city,
        "serves": states.split(","),
        "carrier": carrier,
    }


US = [_american(line) for line in _REGIONS.strip().splitlines()]
CN = [
    {"id": id_, "name": name, "province": province, "city": city, "carrier": carrier}
    for id_, name, province, city, carrier in _CHINA
]
WAREHOUSES: list[Document] = [*US, *CN]


def _shop(shop: str, name: str, prefix: str, *, hold_notes: bool) -> Document:
    return {
        "id": shop,
        "name": name,
        "channel": shop,
        "warehouses": [warehouse["id"] for warehouse in CN],
        "skus": {shop_sku(prefix, item.sku): item.sku for item in goods.ITEMS},
        "hold_notes": hold_notes,
    }


SHOPS: list[Document] = [
    {
        "id": superstore.SHOP,
        "name": "Superstore",
        "channel": "own",
        "currency": "USD",
        "warehouses": [warehouse["id"] for warehouse in US],
        "skus": {},
        "hold_notes": False,
    },
    _shop("tmall", "天猫旗舰店", "TM", hold_notes=True),
    _shop("douyin", "抖音小店", "DY", hold_notes=False),
    {**_shop("youzan", "有赞微商城", "YZ", hold_notes=False), "merge": MERGING},
]


def stock(sold: Iterable[Sold]) -> dict[Place, int]:
    """Units to put down: enough of most, too little of a few, of some in one region only."""
    return dict([*_american_stock(sold), *_chinese_stock(), *_platform_stock()])


def _american_stock(sold: Iterable[Sold]) -> Iterator[tuple[Place, int]]:
    """Where a product sells, with a little more than was sold there."""
    needed: Counter[Place] = Counter()
    for each in sold:
        needed[Place(each.sku, f"us-{each.region}")] += each.quantity
    best = Counter[str]()
    for place, units in needed.items():
        best[place.sku] += units
    scarce = {sku for sku, _ in best.most_common(US_SCARCE)}
    for place, units in needed.items():
        yield place, units // 3 if place.sku in scarce else round(units * ROOM) + 1


def _platform_stock() -> Iterator[tuple[Place, int]]:
    """What simulated platforms sell."""
    for sku in SOLD:
        for warehouse in CN:
            yield Place(sku, warehouse["id"]), goods.MANY


def _chinese_stock() -> Iterator[tuple[Place, int]]:
    for at, item in enumerate(goods.ITEMS):
        if item.sku in goods.SCARCE:
            yield Place(item.sku, CN[at % len(CN)]["id"]), goods.FEW
            continue
        for no, warehouse in enumerate(CN):
            if (at + no) % 5:  # one in five is not kept there: another warehouse helps out
                yield Place(item.sku, warehouse["id"]), goods.MANY
