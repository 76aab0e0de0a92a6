"""Who takes a parcel and for how much: tariffs, areas, and the order in which choices count."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import carrier
from shared.domain.carrier import (
    Carrier,
    Chosen,
    Journey,
    Quote,
    Suspension,
    Wanted,
    Zone,
)
from shared.domain.hold import Hold, Reason
from shared.domain.merchant import Shop
from shared.domain.order import Order
from shared.domain.place import Tariff, Warehouse
from shared.domain.planning import Desk
from shared.domain.rules.rule import Book, Kind, Rule, Send
from tests.support import build

NOW = build.NOON
HZ = Warehouse("hz", "杭州仓", "浙江", "杭州市", carrier="sf")
KILO = Tariff(1000, 500, 1000, 100)  # five yuan for a kilogram, one for each kilogram more
NEAR, FAR = Zone(KILO, ("浙江", "上海"), days=1), Zone(Tariff(1000, 900, 1000, 500), days=3)
SF = Carrier("sf", "顺丰", zones=(NEAR, FAR))
ZTO = Carrier("zto", "中通", zones=(Zone(Tariff(1000, 300, 1000, 80), days=4),))
BOTH = replace(HZ, carriers=("sf", "zto"))
HANGZHOU, URUMQI = ("浙江", "杭州", "西湖"), ("新疆", "乌鲁木齐", "天山")


def going(*path: str, cod: bool = False, now: str = NOW, only: tuple[str, ...] = ()) -> Journey:
    return Journey(path or HANGZHOU, cod, now, only)


def fen(of: Carrier, journey: Journey, grams: int = 1000, volume: int = 0) -> int | str:
    found = carrier.quote(of, HZ, journey, grams, volume)
    return found.fen if isinstance(found, Quote) else found.why


# tariffs


@pytest.mark.parametrize(
    ("grams", "expected"),
    [(0, 500), (1, 500), (1000, 500), (1001, 600), (2000, 600), (2001, 700), (10_000, 1400)],
)
def test_each_kilogram_that_is_begun_counts(grams: int, expected: int) -> None:
    assert fen(SF, going(), grams) == expected


def test_a_tariff_without_steps_is_the_same_for_any_weight() -> None:
    assert Tariff(1000, 500).fee(90_000) == 500
    assert Tariff().fee(90_000) == 0


@pytest.mark.parametrize(
    ("volume", "expected"), [(0, 500), (6000, 500), (6001, 600), (12_000, 600), (60_000, 1400)]
)
def test_what_is_large_counts_by_its_size(volume: int, expected: int) -> None:
    assert fen(replace(SF, divisor=6000), going(), 800, volume) == expected
    assert fen(SF, going(), 800, volume) == 500


@given(st.integers(0, 100_000), st.integers(0, 100_000), st.integers(0, 10**6))
def test_more_never_costs_less(grams: int, more: int, volume: int) -> None:
    sized = replace(SF, divisor=6000)

    before, after = (fen(sized, going(), n, volume) for n in (grams, grams + more))

    assert isinstance(before, int)
    assert isinstance(after, int)
    assert before <= after


# areas


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("浙江", "杭州", "西湖"), 100),
        (("浙江", "杭州", "余杭"), 200),
        (("浙江", "宁波"), 300),
        (("江苏", "南京"), 400),
        (("浙江",), 300),
    ],
)
def test_the_finest_area_counts(path: tuple[str, ...], expected: int) -> None:
    zones = tuple(
        Zone(Tariff(1000, fee), areas)
        for fee, areas in [
            (400, ()),
            (300, ("浙江省",)),
            (100, ("浙江/杭州市/西湖区",)),
            (200, ("上海", "浙江/杭州")),
        ]
    )

    assert fen(Carrier("x", "x", zones=zones), going(*path)) == expected


def test_a_warehouse_with_zones_of_its_own_has_no_others() -> None:
    own = Zone(Tariff(1000, 700), ("浙江",), warehouse="hz")
    both = replace(SF, zones=(NEAR, FAR, own))

    assert fen(both, going()) == 700
    assert fen(both, going("江苏")) == "unreachable"
    assert fen(replace(SF, zones=(replace(own, warehouse="gz"),)), going()) == "no-tariff"


def test_remote_areas_cost_more_the_finest_alone() -> None:
    far = replace(SF, remote={"新疆": 1500, "西藏": 2000, "新疆/喀什": 3000})

    assert fen(far, going(*URUMQI)) == 900 + 1500
    assert fen(far, going("新疆", "喀什")) == 900 + 3000
    assert fen(far, going()) == 500


def test_without_any_tariff_it_costs_nothing_and_goes_everywhere() -> None:
    found = carrier.quote(Carrier("manual", "manual"), HZ, going(*URUMQI), 90_000, 0)

    assert found == Quote("manual", 0, 0, known=False)


def test_the_tariff_of_a_warehouse_counts_where_the_carrier_has_none() -> None:
    own = replace(HZ, tariff=KILO)

    found = carrier.quote(Carrier("manual", "manual"), own, going(), 1500, 0)

    assert found == Quote("manual", 600, 0)


# what is refused


@pytest.mark.parametrize(
    ("change", "journey", "why"),
    [
        ({"active": False}, going(), "inactive"),
        ({"unreached": ("新疆",)}, going(*URUMQI), "unreachable"),
        ({"unreached": ("新疆",)}, going(), 500),
        ({"zones": (NEAR,)}, going(*URUMQI), "unreachable"),
        ({"cod": False}, going(cod=True), "no-cod"),
        ({"cod": False}, going(), 500),
        ({"most_weight": 999}, going(), "too-heavy"),
        ({"most_weight": 1000}, going(), 500),
    ],
)
def test_a_refusal_says_why(change: dict[str, Any], journey: Journey, why: int | str) -> None:
    assert fen(replace(SF, **change), journey) == why


@pytest.mark.parametrize(
    ("suspension", "stopped"),
    [
        (Suspension(), True),
        (Suspension("浙江"), True),
        (Suspension("浙江/杭州/西湖"), True),
        (Suspension("浙江/宁波"), False),
        (Suspension(since=NOW), True),
        (Suspension(since="2026-11-21"), False),
        (Suspension(until=NOW), False),
        (Suspension(until="2026-11-21"), True),
    ],
)
def test_a_suspension_is_of_an_area_for_a_time(suspension: Suspension, stopped: bool) -> None:
    found = fen(replace(SF, suspensions=(suspension,)), going())

    assert (found == "suspended") is stopped


# freight, as routing asks


def test_freight_is_what_the_best_of_a_warehouse_takes() -> None:
    both = replace(HZ, carriers=("sf", "zto", "manual"))
    gz = Warehouse("gz", "广州仓", carrier="sf")

    fee = carrier.freight([both, gz], {"sf": SF, "zto": ZTO}, going())

    assert (fee("hz", 1000, 0), fee("gz", 1000, 0)) == (300, 500)


def test_freight_is_not_known_where_nobody_goes() -> None:
    fee = carrier.freight([HZ], {"sf": replace(SF, active=False)}, going())

    assert fee("hz", 1, 0) is None


def test_freight_heeds_who_may_take_it() -> None:
    fee = carrier.freight([BOTH], {"sf": SF, "zto": ZTO}, going(only=("sf",)))

    assert fee("hz", 1000, 0) == 500


def test_nothing_is_priced_until_somebody_sets_a_tariff() -> None:
    assert not carrier.priced([HZ], {})
    assert not carrier.priced([HZ], {"sf": Carrier("sf", "顺丰")})
    assert carrier.priced([HZ], {"sf": SF})
    assert carrier.priced([replace(HZ, tariff=KILO)], {})


# the choice


@dataclass
class Case:
    """A parcel of 1.5 kg from Hangzhou to Hangzhou, with two carriers to choose from."""

    order: dict[str, Any] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)
    shop: tuple[str, ...] = ()
    warehouse: Warehouse = BOTH
    carriers: tuple[Carrier, ...] = (SF, ZTO)
    rule: str = ""
    grams: int = 1500

    def choose(self) -> Chosen | Hold:
        order: Order = build.order(content=build.content(**self.content), **self.order)
        rules = (Rule("far", "远", Kind.CARRIER, Send(self.rule)),) if self.rule else ()
        desk = Desk(
            now=NOW,
            shop=Shop("tmall", "天猫店", carriers=self.shop),
            carriers={each.id: each for each in self.carriers},
            book=Book(7, rules),
        )
        return carrier.choose(Wanted(order, self.warehouse, self.grams, 0), desk)

    def chosen(self) -> Chosen:
        found = self.choose()
        assert isinstance(found, Chosen)
        return found

    def held(self) -> dict[str, Any]:
        found = self.choose()
        assert isinstance(found, Hold)
        assert found.reason is Reason.UNREACHABLE
        return found.args


@pytest.mark.parametrize(
    ("case", "carrier_", "by"),
    [
        (Case(order={"carrier": "yto"}, content={"carrier": "sf"}), "yto", "hand"),
        (Case(content={"carrier": "sf"}, shop=("zto",), rule="zto"), "sf", "channel"),
        (Case(rule="sf"), "sf", "rule"),
        (Case(), "zto", "cost"),
        (Case(order={"urgent": True}), "sf", "speed"),
        (Case(content={"ship_by": "2026-11-20T11:00:00+00:00"}), "sf", "speed"),
        (Case(content={"ship_by": "2026-11-21T11:00:00+00:00"}), "zto", "cost"),
        # what is not known to cost anything is no price
        (Case(warehouse=replace(HZ, carriers=("manual", "sf"))), "sf", "cost"),
        # a rule whose carrier cannot take it, or must not, is passed over
        (Case(rule="sf", carriers=(replace(SF, active=False), ZTO)), "zto", "cost"),
        (Case(rule="sf", shop=("zto",)), "zto", "cost"),
        # a warehouse that names none takes what the shop names
        (Case(warehouse=HZ, shop=("zto", "sf")), "sf", None),
        (Case(warehouse=HZ, shop=("zto",)), "zto", None),
        (Case(warehouse=HZ), "sf", None),
    ],
)
def test_the_first_that_says_who_decides(case: Case, carrier_: str, by: str | None) -> None:
    found = case.chosen()

    assert (found.carrier, found.why.get("by")) == (carrier_, by)


def test_without_carriers_the_one_of_the_warehouse_takes_it_and_nothing_is_said() -> None:
    plain = Case(warehouse=Warehouse("hz", "", carrier="simulated"), carriers=())

    assert plain.chosen() == Chosen("simulated", 0, 1500)


def test_the_choice_says_what_it_costs_and_what_lost() -> None:
    yto = Carrier("yto", "圆通", zones=SF.zones, unreached=("浙江",))
    many = replace(HZ, carriers=("sf", "zto", "yto"))

    found = Case(warehouse=many, carriers=(SF, ZTO, yto)).chosen()

    assert (found.fen, found.days, found.grams) == (380, 4, 1500)
    assert found.why == {
        "by": "cost",
        "carrier": "zto",
        "fen": 380,
        "days": 4,
        "lost": [
            {"carrier": "sf", "fen": 600, "days": 1},
            {"carrier": "yto", "why": "unreachable"},
        ],
    }


def test_a_rule_is_named_with_its_version() -> None:
    assert Case(rule="sf").chosen().why["rule"] == "far@7"


@pytest.mark.parametrize("where", ["order", "content"])
def test_a_carrier_that_was_asked_for_is_never_replaced(where: str) -> None:
    gone = (replace(SF, suspensions=(Suspension(note="暴雪"),)), ZTO)

    held = Case(**{where: {"carrier": "sf"}}, carriers=gone).held()  # type: ignore[arg-type]

    assert held == {"carriers": {"sf": "suspended"}, "area": "浙江杭州西湖"}


def test_nobody_who_takes_it_is_a_hold_that_names_every_refusal() -> None:
    held = Case(carriers=(replace(SF, active=False), replace(ZTO, most_weight=1000))).held()

    assert held["carriers"] == {"sf": "inactive", "zto": "too-heavy"}


@pytest.mark.parametrize(("order", "expected"), [({}, "sf"), ({"carrier": "zto"}, "zto")])
def test_a_person_may_let_it_go_all_the_same(order: dict[str, Any], expected: str) -> None:
    gone = (replace(SF, active=False), replace(ZTO, active=False))

    case = Case(order={**order, "waived": (Reason.UNREACHABLE,)}, carriers=gone)

    assert case.chosen().carrier == expected


def test_a_carrier_whose_price_nobody_knows_loses_for_that() -> None:
    found = Case(warehouse=replace(HZ, carriers=("manual", "sf"))).chosen()

    assert found.why["lost"] == [{"carrier": "manual", "why": "unpriced"}]
