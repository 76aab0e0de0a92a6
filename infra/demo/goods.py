"""What the demo's Chinese shops sell: an item, its variants and its price in fen."""

from dataclasses import dataclass

_SHELF = """
CUP  陶瓷马克杯     3900  白 黑 青
BOT  保温杯500ml    8900  银 粉 蓝
TEA  明前龙井100g  16800  罐装 袋装 礼盒
BED  纯棉四件套    29900  1.5米 1.8米 2米
TWL  长绒棉毛巾     2900  米 灰 蓝
LMP  护眼台灯      15900  白 木 黑
TEE  圆领短袖       6900  S M L XL
SHO  轻便跑鞋      25900  39 40 41 42
BAG  帆布双肩包    13900  黑 绿 驼
NUT  每日坚果750g   9900  原味 混合
OIL  山茶油1L      12800  单瓶 双瓶
PEN  中性笔12支     1900  黑 蓝 红
PAN  不粘炒锅      19900  28厘米 30厘米
UMB  晴雨伞         4900  蓝 粉 黑
TOY  木制积木      11900  80粒 120粒
CAM  露营折叠椅    14900  卡其 黑
"""
MANY = 3000  # units in each warehouse that has an item
FEW = 12  # units of a scarce one, in one warehouse
SCARCE = ("TEA-3", "SHO-4", "CAM-2")


@dataclass(frozen=True, slots=True)
class Item:
    sku: str
    title: str
    price: int
    weight: int  # grams


def _items() -> list[Item]:
    found = []
    for row, line in enumerate(_SHELF.strip().splitlines()):
        code, name, price, *variants = line.split()
        for no, variant in enumerate(variants, 1):
            weight = 150 + 130 * (row % 9)
            found.append(Item(f"{code}-{no}", f"{name} {variant}", int(price), weight))
    return found


ITEMS = _items()
