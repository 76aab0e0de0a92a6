"""Papers as a reader of PDF finds them: sizes, text, pages, and the same bytes each time."""

import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from shared.gateways.papers import labels, packing, picking
from shared.gateways.papers.labels import Label, Person, Size
from shared.gateways.papers.letters import POINT
from shared.gateways.papers.packing import Packed, Slip
from shared.gateways.papers.page import DOT
from shared.gateways.papers.picking import Place, Take, Wave

LABEL = Label(
    carrier="顺丰速运",
    tracking="SF1234567890123",
    receiver=Person("张三", "13812345678", "浙江省杭州市余杭区文一西路 969 号"),
    sender=Person("通单仓库", "0571-88886666", "浙江省嘉兴市南湖区"),
    route=("571W-BA-07", "W07"),
    goods="马克杯×2",
    grams=1250,
    parcel=1,
    parcels=3,
    order="TB-1",
    note="放快递柜",
    collect=12850,
    printed="2026-11-23 12:05",
)
SLIP = Slip(
    "通单店", "TB-1", LABEL.receiver, (Packed("mug", "马克杯", 2, price=3900),), notes=("送人",)
)
WAVE = Wave(
    "杭州仓", (Take("mug", 3, ((1, 1), (2, 2)), "马克杯", "690123"),), (Place(1, "TB-1", 1),)
)


def read(pdf: bytes) -> list[str]:
    """The text of each page, without spaces."""
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def size(pdf: bytes) -> tuple[int, int]:
    (wide, high) = (
        getattr(PdfReader(BytesIO(pdf)).pages[0].mediabox, name) for name in ("width", "height")
    )
    return round(float(wide) * POINT), round(float(high) * POINT)


def bars(pdf: bytes) -> list[tuple[float, float]]:
    """(Left, width) in millimetres of every bar."""
    content = PdfReader(BytesIO(pdf)).pages[0].get_contents()
    assert content is not None
    found = [line.split() for line in content.get_data().decode().splitlines()]
    wide = (one for one in found if one[-1:] == ["re"])
    return [(float(one[0]) * POINT, float(one[2]) * POINT) for one in wide]


@pytest.mark.parametrize(("kind", "lengths"), [("76x130", (76, 130)), ("100x180", (100, 180))])
def test_a_label_says_all_that_a_carrier_needs(kind: str, lengths: tuple[int, int]) -> None:
    pdf = labels.pdf([LABEL], Size(kind))

    (text,) = read(pdf)
    assert size(pdf) == lengths
    shown = ("顺丰速运", "SF1234567890123", "571W-BA-07", "W07", "张三", "13812345678", "969号")
    rest = (
        "通单仓库",
        "代收货款￥128.50",
        "马克杯×2",
        "1/3",
        "1.25kg",
        "TB-1",
        "放快递柜",
        "12:05",
    )
    assert [word for word in (*shown, *rest) if word not in text] == []


def test_the_second_part_of_a_large_label_collects_no_money() -> None:
    (text,) = read(labels.pdf([LABEL], Size.LARGE))

    assert (text.count(LABEL.tracking), text.count("张三"), text.count("￥")) == (2, 2, 1)


def test_what_is_not_there_leaves_no_trace() -> None:
    bare = replace(LABEL, collect=0, note="", grams=0, printed="", route=())

    (text,) = read(labels.pdf([bare], Size.SMALL))

    assert [word for word in ("代收", "备注", "重量", "打印") if word in text] == []


def test_bars_are_whole_dots_of_a_printer_with_quiet_zones_beside_them() -> None:
    code = replace(LABEL, collect=0)
    found = bars(labels.pdf([code], Size.SMALL))
    framed = [each for each in found if each[1] > 5]  # the marks of the people
    found = [each for each in found if each not in framed]

    module = min(wide for _, wide in found)
    dots = round(module / DOT)
    assert dots == 3
    assert all(abs(x / DOT - round(x / DOT)) < 0.02 for each in found for x in each)
    assert min(left for left, _ in found) >= 10 * module
    assert max(left + wide for left, wide in found) <= 76 - 10 * module


def test_a_number_without_room_or_of_other_letters_is_printed_without_bars() -> None:
    for tracking in ("Ab" * 60, "单号1"):
        pdf = labels.pdf([replace(LABEL, tracking=tracking, collect=0)], Size.SMALL)

        assert len(bars(pdf)) == 2
        assert tracking[:3] in read(pdf)[0]


def test_a_name_that_no_printer_knows_breaks_nothing() -> None:
    strange = Person("𬱖😀\x00李", "1" * 40, "很长的地址" * 100 + "\ud83d")

    (text,) = read(labels.pdf([replace(LABEL, receiver=strange)], Size.SMALL))

    assert "〓〓李" in text
    assert "…" in text


def test_a_pick_list_has_each_warehouse_on_pages_of_its_own() -> None:
    takes = tuple(Take(f"sku-{n:03d}", 2, ((1, 2),), f"商品{n}") for n in reversed(range(60)))
    many = replace(WAVE, warehouse="广州仓", takes=takes, printed="2026-11-23 12:05")

    pdf = picking.pdf([WAVE, many])
    pages = read(pdf)

    assert size(pdf) == (210, 297)
    assert ["第1/1页" in pages[0], "1×1、2×2" in pages[0], "690123" in pages[0]] == [True] * 3
    assert [f"第{n}/{len(pages) - 1}页" in page for n, page in enumerate(pages[1:], 1)] == [
        True
    ] * (len(pages) - 1)
    assert all("拣货单广州仓" in page for page in pages[1:])
    order = [text.find(f"sku-{n:03d}") for text in ["".join(pages[1:])] for n in range(60)]
    assert order == sorted(order)
    assert -1 not in order
    assert "60种120件" in pages[1]


def test_a_packing_slip_has_no_prices_unless_they_are_wanted() -> None:
    gift = Packed("cup", "杯垫", 1, gift=True)
    slip = replace(SLIP, lines=(*SLIP.lines, gift))

    plain, priced = (read(packing.pdf([slip], prices=prices))[0] for prices in (False, True))

    assert "￥" not in plain
    assert "￥39.00" in priced
    for text in (plain, priced):
        assert [
            word for word in ("通单店", "送人", "【赠品】杯垫", "合计3") if word not in text
        ] == []


PAPERS: dict[str, Callable[[], bytes]] = {
    "labels": lambda: labels.pdf([LABEL, LABEL], Size.LARGE),
    "picking": lambda: picking.pdf([WAVE]),
    "packing": lambda: packing.pdf([SLIP], prices=True),
}


@pytest.mark.parametrize("paper", PAPERS)
def test_the_same_paper_is_the_same_bytes(paper: str) -> None:
    assert PAPERS[paper]() == PAPERS[paper]()
    assert b"CreationDate" not in PAPERS[paper]()


def test_five_hundred_labels_take_less_than_two_seconds() -> None:
    some = [
        replace(
            LABEL,
            tracking=f"SF{n:013d}",
            receiver=Person(
                f"王{n}", f"138{n:08d}", f"浙江省杭州市文三路 {n} 号，门口有两棵树的那一家"
            ),
        )
        for n in range(500)
    ]

    began = time.process_time()
    pdf = labels.pdf(some, Size.SMALL)

    assert time.process_time() - began < 2
    assert len(PdfReader(BytesIO(pdf)).pages) == 500
