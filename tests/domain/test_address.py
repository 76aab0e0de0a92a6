"""An address whose free text names another region than its fields; a road's name is none."""

import pytest

from shared.domain import address
from shared.domain.address import Region
from shared.domain.content import Receiver
from shared.domain.place import CAPITALS


def astray(text: str, province: str = "浙江省", city: str = "杭州市") -> Region | None:
    return address.astray(Receiver(province=province, city=city, address=text))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("江苏省南京市玄武区中山路 1 号", ("江苏", "南京")),
        ("江苏省 南京市 玄武区 中山路 1 号", ("江苏", "")),
        ("江苏省，南京市，玄武区", ("江苏", "")),
        ("江苏省昆山市玉山镇", ("江苏", "")),
        ("中国江苏省苏州市姑苏区", ("江苏", "苏州")),
        ("江苏南京市玄武区", ("江苏", "南京")),
        ("江苏南京玄武区", ("江苏", "南京")),
        ("江苏苏州昆山市玉山镇", ("江苏", "苏州")),
        ("南京市玄武区中山路 1 号", ("江苏", "南京")),
        ("南京市中山路 1 号", ("江苏", "南京")),
        ("上海市浦东新区张江路 1 号", ("上海", "")),
        ("上海浦东新区张江路 1 号", ("上海", "")),
        ("北京市朝阳区建国路", ("北京", "")),
        ("北京朝阳区建国路", ("北京", "")),
        ("重庆渝北区龙溪街道", ("重庆", "")),
        ("文三路 1 号，江苏省南京市玄武区", ("江苏", "南京")),
        ("文三路1号江苏省南京市玄武区", ("江苏", "南京")),
        ("文三路 1 号（北京市海淀区）", ("北京", "")),
        ("广西壮族自治区南宁市青秀区", ("广西", "南宁")),
        ("文三路1号广西壮族自治区南宁市青秀区", ("广西", "南宁")),
        ("内蒙古自治区呼和浩特市新城区", ("内蒙古", "呼和浩特")),
        ("新疆维吾尔自治区喀什地区", ("新疆", "喀什")),
        ("香港特别行政区九龙", ("香港", "")),
        ("吉林省吉林市船营区", ("吉林", "吉林")),
        ("吉林市船营区", ("吉林", "吉林")),
        ("海南省海口市龙华区", ("海南", "海口")),
        ("海南藏族自治州共和县", ("青海", "海南")),
        ("恩施土家族苗族自治州利川市", ("湖北", "恩施")),
        ("锡林郭勒盟锡林浩特市", ("内蒙古", "锡林郭勒")),
        ("宁波市鄞州区天童路", ("浙江", "宁波")),  # another city of the same province
        ("浙江省宁波市鄞州区", ("浙江", "宁波")),
    ],
)
def test_a_text_that_names_another_region_is_astray(text: str, named: tuple[str, str]) -> None:
    assert astray(text) == Region(*named)


@pytest.mark.parametrize(
    "text",
    [
        "文三路 1 号 2 幢 301",
        "浙江省杭州市西湖区文三路 1 号",
        "浙江省 杭州市 西湖区 文三路 1 号",
        "浙江杭州西湖区文三路 1 号",
        "浙江余杭区五常街道",
        "杭州市西湖区文三路 1 号",
        "杭州西湖区文三路",
        "余杭区五常街道",
        "上海路 12 号",
        "上海街 3 号",
        "南京东路 100 号",
        "南京路步行街",
        "北京西路 8 号",
        "北京西路小区 3 幢",
        "北京东路社区",
        "重庆路与江苏路交叉口",
        "江苏路 5 号",
        "江苏大厦 1201",
        "山东中路",
        "广东街 9 号",
        "湖南卫视大厦",
        "四川北路小区",
        "浙江大学紫金港校区",
        "上海财经大学浙江学院",
        "上海市场 3 号",
        "南京市场二区 12 号",
        "上海银行大厦",
        "上海城 A 区",
        "北京华联超市",
        "重庆火锅店对面",
        "江苏省人民医院杭州分院",
        "江苏省驻杭州办事处",
        "浙江省道 301 旁",
        "文三路5号南京路口",
        "西湖区江苏银行",
        "中山南路 1 号",
        "大连路 9 号",
        "青岛啤酒城",
        "天津小区",
        "朝阳新村",
        "朝阳区域中心",
        "河北新村",
        "海南岛咖啡",
        "台州路",
        "",
    ],
)
def test_a_road_a_school_or_a_house_is_no_region(text: str) -> None:
    assert astray(text) is None


@pytest.mark.parametrize(
    ("province", "city", "text", "apart"),
    [
        ("上海市", "上海市", "上海市浦东新区", False),
        ("上海市", "市辖区", "浦东新区张江路", False),
        ("上海", "", "江苏省昆山市", True),
        ("广西壮族自治区", "南宁市", "广西壮族自治区南宁市青秀区", False),
        ("内蒙古", "", "内蒙古呼和浩特市", False),
        ("吉林省", "吉林市", "吉林市船营区", False),
        ("吉林省", "长春市", "吉林市船营区", True),
        ("青海省", "海南藏族自治州", "海南藏族自治州共和县", False),
        ("湖北省", "省直辖县级行政区划", "仙桃市沔州大道", False),
        ("湖北省", "恩施土家族苗族自治州", "恩施市施州大道", False),
        ("辽宁省", "朝阳市", "朝阳市双塔区", False),
        ("", "", "江苏省南京市", False),  # what is missing is another finding
        ("加州", "", "江苏省南京市", False),
    ],
)
def test_the_fields_say_where_it_is(province: str, city: str, text: str, apart: bool) -> None:
    assert (astray(text, province, city) is not None) == apart


@pytest.mark.parametrize("province", sorted(CAPITALS))
def test_every_province_in_full_is_read(province: str) -> None:
    full = {"北京": "市", "上海": "市", "天津": "市", "重庆": "市", "广西": "壮族自治区",
            "宁夏": "回族自治区", "新疆": "维吾尔自治区", "内蒙古": "自治区", "西藏": "自治区",
            "香港": "特别行政区", "澳门": "特别行政区"}  # fmt: skip
    elsewhere = "浙江省" if province != "浙江" else "江苏省"

    found = astray(f"{province}{full.get(province, '省')}甲路 1 号", elsewhere, "")

    assert found == Region(province)


def test_every_city_in_full_is_read() -> None:
    for province, cities in address._cities().items():
        for city in cities:
            assert next(address.named(f"{city}市甲路 1 号")) == Region(province, city)
