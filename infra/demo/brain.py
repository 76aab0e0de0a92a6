"""What the demo's merchant has decided beforehand: tariffs, rules, and orders that meet."""

from collections.abc import Iterator
from typing import Any

from infra.cli.client import Client
from infra.demo.orders import Document, Series

KILO = 1000
FAR = ("新疆", "西藏", "青海", "内蒙古", "甘肃", "宁夏")
NEAR = {
    "hangzhou": ("浙江", "江苏", "上海", "安徽"),
    "guangzhou": ("广东", "广西", "福建", "湖南"),
    "chengdu": ("四川", "重庆", "贵州", "云南"),
    "beijing": ("北京", "天津", "河北", "山东"),
}


def _zone(warehouse: str, areas: tuple[str, ...], first: int, step: int) -> Document:
    tariff = {"first_weight": KILO, "first_fee": first, "step_weight": KILO, "step_fee": step}
    return {"warehouse": warehouse, "areas": list(areas), "tariff": tariff}


CARRIERS: list[Document] = [
    {
        "id": carrier,
        "name": name,
        "zones": [
            zone
            for warehouse, near in NEAR.items()
            for zone in (_zone(warehouse, near, 400, 100), _zone(warehouse, (), 700, 250))
        ]
        + [_zone("", (), 900, 300)],
        "remote": dict.fromkeys(FAR, 1000),
    }
    for carrier, name in (("simulated", "模拟快递"), ("manual", "人工填运单"))
]
RULES: list[Document] = [
    {
        "id": "large",
        "name": "满 1000 元财务审核",
        "kind": "review",
        "when": {"fact": "total", "at_least": 100_000},
        "then": {"result": "finance"},
    },
    {
        "id": "pen",
        "name": "满 300 元送中性笔，每天前 200 单",
        "kind": "gift",
        "when": {"all": [{"fact": "total", "at_least": 30_000}, {"fact": "cod", "is": False}]},
        "then": {"sku": "PEN-1", "limit": {"orders": 200, "each": "day"}, "instead": ["PEN-2"]},
    },
    {
        "id": "close",
        "name": "江浙沪次日达",
        "kind": "tags",
        "when": {"fact": "area", "in": ["江苏", "浙江", "上海"]},
        "then": {"tags": ["次日达"]},
    },
]
MERGING: dict[str, Any] = {"on": True, "buffer": 1}  # minutes


def decide(api: Client) -> None:
    """Publish the rules, unless an earlier run did."""
    if not api.get("/v1/rules")["version"]:
        draft = api.get("/v1/rules/draft")["version"]
        api.put("/v1/rules/draft", {"version": draft, "rules": RULES})
        api.post("/v1/rules/publish", {"note": "demo"})


def pairs(series: Series, count: int) -> Iterator[Document]:
    """Each buyer orders twice within a minute, to the same address."""
    for document in series.orders(count):
        yield document
        yield {**document, "number": f"{document['number']}B"}
