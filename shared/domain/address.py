"""What an address says of its region: where the free text names another than the fields do."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from shared.domain import place
from shared.domain.content import Receiver

_CITIES = """
河北: 石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水;
山西: 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁;
内蒙古: 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安 锡林郭勒 阿拉善;
辽宁: 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛;
吉林: 长春 吉林 四平 辽源 通化 白山 松原 白城 延边;
黑龙江: 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭;
江苏: 南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁;
浙江: 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水;
安徽: 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城;
福建: 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德;
江西: 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶;
山东: 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽;
河南: 郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口
驻马店;
湖北: 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施;
湖南: 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西;
广东: 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山
潮州 揭阳 云浮;
广西: 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左;
海南: 海口 三亚 三沙 儋州;
四川: 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中
资阳 阿坝 甘孜 凉山;
贵州: 贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南;
云南: 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆;
西藏: 拉萨 日喀则 昌都 林芝 山南 那曲 阿里;
陕西: 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛;
甘肃: 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南;
青海: 西宁 海东 海北 黄南 海南 果洛 玉树 海西;
宁夏: 银川 石嘴山 吴忠 固原 中卫;
新疆: 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 克孜勒苏 喀什 和田 伊犁 塔城
阿勒泰;
台湾: 台北 新北 桃园 台中 台南 高雄 基隆 新竹 嘉义
"""
_DISTRICTS = """
北京: 东城 西城 朝阳 丰台 石景山 海淀 门头沟 房山 通州 顺义 昌平 大兴 怀柔 平谷 密云 延庆;
天津: 和平 河东 河西 南开 河北 红桥 东丽 西青 津南 北辰 武清 宝坻 滨海新 宁河 静海 蓟州;
上海: 黄浦 徐汇 长宁 静安 普陀 虹口 杨浦 闵行 宝山 嘉定 浦东新 金山 松江 青浦 奉贤 崇明;
重庆: 万州 涪陵 渝中 大渡口 江北 沙坪坝 九龙坡 南岸 北碚 綦江 大足 渝北 巴南 黔江 长寿 江津
合川 永川 南川 璧山 铜梁 潼南 荣昌 开州 梁平 武隆
"""
"""Of the cities that are provinces: `朝阳` alone is elsewhere too, so only behind the city."""

_PIECES = re.compile(r"[\s,，、;；:：/|()（）\[\]【】·.。-]+")
_PROVINCE = re.compile("省|特别行政区|(?:壮族|回族|维吾尔)?自治区")
_CITY = re.compile("市|州|盟|地区|[^省市区县路街]{2,9}?自治州")
_PART = re.compile(r"[^省市区县路街道巷弄楼幢号店厦校院园社小村\d\s]{1,7}?(?:区|县|市|旗)")
_ONLY_A_NAME = re.compile("场|道|级|立|民|政|府|委|驻|办事|人民|商会|银行|医院|大学")
"""What follows where a region is but the name of something: `上海市场`, `江苏省人民医院`."""


class Region(NamedTuple):
    """A province and a city by their short names; empty = not said."""

    province: str = ""
    city: str = ""


NOWHERE = Region()


def astray(receiver: Receiver) -> Region | None:
    """The other region that the free text names, if it names one. A road's name is none."""
    here = region(receiver.province, receiver.city)
    if here == NOWHERE:
        return None
    return next((there for there in named(receiver.address) if _apart(here, there)), None)


def region(province: str, city: str) -> Region:
    """The region of two fields; a province that there is none of is not said."""
    known = place.short(province)
    return Region(known, _own(known, city)) if known in place.CAPITALS else NOWHERE


def named(text: str) -> Iterator[Region]:
    """The regions that a free text names as such, from left to right."""
    for piece in _PIECES.split(text):
        start = piece.removeprefix("中国")
        if start[:2] in _beginnings():
            yield _leading(start)
        for seam in _PROVINCE.finditer(piece):
            yield _inside(piece[: seam.start()], piece[seam.end() :])


def _apart(here: Region, there: Region) -> bool:
    if here.province != there.province:
        return there != NOWHERE
    return bool(here.city and there.city) and here.city != there.city


def _leading(text: str) -> Region:
    """The region that a piece begins with: in full, or in short where the city follows."""
    province = next((name for name in place.CAPITALS if text.startswith(name)), "")
    if province and (seam := _seam(province).match(text, len(province))):
        return _unless_a_name(Region(province, _own(province, text[seam.end() :])), text, seam)
    if province and _shortly(province, text[len(province) :]):
        return Region(province, _own(province, text[len(province) :]))
    return _city(text)


def _inside(before: str, behind: str) -> Region:
    """A province in full amid a piece: only where one of its own cities follows in full."""
    province = next((name for name in place.CAPITALS if before.endswith(name)), "")
    city = _own(province, behind)
    return Region(province, city) if city and _CITY.match(behind, len(city)) else NOWHERE


def _seam(province: str) -> re.Pattern[str]:
    """What makes a short name a full one: `市` only for the cities that are provinces."""
    return _CITY if province in _districts() else _PROVINCE


def _shortly(province: str, behind: str) -> bool:
    """Whether a short name is meant: `上海浦东新区`, `江苏南京市`; not `上海路`, `南京东路`."""
    if province in _districts():
        return behind.startswith(tuple(f"{name}区" for name in _districts()[province]))
    city = _own(province, behind)
    return bool(city and (_CITY.match(behind, len(city)) or _PART.match(behind, len(city))))


def _city(text: str) -> Region:
    """The city that a piece begins with in full, of whichever province it is."""
    for province, cities in _cities().items():
        for city in cities:
            if text.startswith(city) and (seam := _CITY.match(text, len(city))):
                return _unless_a_name(Region(province, city), text, seam)
    return NOWHERE


def _unless_a_name(found: Region, text: str, seam: re.Match[str]) -> Region:
    return NOWHERE if _ONLY_A_NAME.match(text, seam.end()) else found


def _own(province: str, text: str) -> str:
    return next((city for city in _cities().get(province, ()) if text.startswith(city)), "")


@cache
def _cities() -> dict[str, tuple[str, ...]]:
    return _read(_CITIES)


@cache
def _districts() -> dict[str, tuple[str, ...]]:
    return _read(_DISTRICTS)


@cache
def _beginnings() -> frozenset[str]:
    """The first two characters of every name: most addresses begin with none of them."""
    cities = (city for names in _cities().values() for city in names)
    return frozenset(name[:2] for name in (*place.CAPITALS, *cities))


def _read(table: str) -> dict[str, tuple[str, ...]]:
    rows = (row.partition(":") for row in table.split(";"))
    return {province.strip(): tuple(names.split()) for province, _, names in rows}
