"""Buyers and addresses in China: made up, and spread over the provinces as parcels are."""

import random
from dataclasses import dataclass

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹"
_GIVEN = "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超霞平刚桂英华玉梅文建国欣怡子涵雨桐浩然梓萱一诺"
_PREFIXES = (133, 135, 136, 137, 138, 139, 150, 151, 158, 159, 176, 180, 182, 186, 187, 188)
_ROADS = ("人民路", "解放路", "中山路", "建设路", "文化路", "新华街", "学院路", "滨江大道")
_CITIES = """
16 浙江省 杭州市 西湖区 余杭区 滨江区
6  浙江省 宁波市 鄞州区 海曙区
18 广东省 广州市 天河区 番禺区 白云区
14 广东省 深圳市 南山区 福田区 龙岗区
6  广东省 佛山市 顺德区 南海区
12 上海市 上海市 浦东新区 闵行区 徐汇区
10 北京市 北京市 朝阳区 海淀区 丰台区
10 江苏省 南京市 江宁区 鼓楼区
9  江苏省 苏州市 工业园区 吴中区
9  四川省 成都市 武侯区 高新区 双流区
6  重庆市 重庆市 渝北区 江北区
8  山东省 济南市 历下区 槐荫区
5  山东省 青岛市 市南区 崂山区
8  河南省 郑州市 金水区 二七区
7  湖北省 武汉市 洪山区 江汉区
6  湖南省 长沙市 岳麓区 雨花区
6  福建省 福州市 鼓楼区 仓山区
5  安徽省 合肥市 蜀山区 包河区
5  陕西省 西安市 雁塔区 未央区
4  辽宁省 沈阳市 和平区 浑南区
4  河北省 石家庄市 长安区 裕华区
3  江西省 南昌市 红谷滩区 东湖区
3  广西壮族自治区 南宁市 青秀区 西乡塘区
3  云南省 昆明市 五华区 盘龙区
2  黑龙江省 哈尔滨市 南岗区 道里区
2  贵州省 贵阳市 南明区 观山湖区
1  新疆维吾尔自治区 乌鲁木齐市 天山区 水磨沟区
"""
NOTES = (
    "请发顺丰，谢谢",
    "送人的，不要放价格单",
    "周末再送，工作日家里没人",
    "麻烦包装结实一点",
    "颜色发深一点的",
    "放门口快递柜即可",
    "尽快发货，急用",
    "请开发票",
)


@dataclass(frozen=True, slots=True)
class City:
    weight: int
    province: str
    name: str
    districts: tuple[str, ...]


def _cities() -> list[City]:
    rows = (line.split() for line in _CITIES.strip().splitlines())
    return [
        City(int(weight), province, name, tuple(districts))
        for weight, province, name, *districts in rows
    ]


CITIES = _cities()
_WEIGHTS = [city.weight for city in CITIES]


def name(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.randint(1, 2)))


def phone(chance: random.Random) -> str:
    """A number of the right form; the middle block 0000 keeps it from being somebody's."""
    return f"{chance.choice(_PREFIXES)}0000{chance.randrange(10_000):04d}"


def receiver(chance: random.Random) -> dict[str, str]:
    city = chance.choices(CITIES, _WEIGHTS)[0]
    return {
        "name": name(chance),
        "phone": phone(chance),
        "province": city.province,
        "city": city.name,
        "district": chance.choice(city.districts),
        "address": f"{chance.choice(_ROADS)}{chance.randint(1, 400)}号"
        f"{chance.randint(1, 30)}幢{chance.randint(1, 32)}0{chance.randint(1, 4)}室",
    }
