"""How long a quote takes: the promotions of a large book on a large cart."""

import random
from collections.abc import Callable, Sequence
from statistics import quantiles
from time import process_time
from typing import Any

from infra.bench.figures import Figure, Section
from infra.bench.show import Show
from shared.domain.postage import Postage, Zone
from shared.domain.promotions import quoting, reading
from shared.domain.promotions.cart import BuyerSide, Cart, CartLine, Code
from shared.domain.promotions.promotion import PromotionBook
from shared.domain.reader import Reader

LINES, PROMOTIONS = 20, 30
MANY, FEW = 1000, 100
MOST_MS = 10.0
SKUS = [f"sku-{no}" for no in range(60)]
POSTAGE = Postage((Zone(first_fee=800, step_fee=200, free_amount=9900),))
HOW = f"""\
Carts of {LINES} lines made by chance, each quoted by a book of {PROMOTIONS} promotions, in one
process; no table is read. Mixed: every kind in every lane, a third of them in exclusive groups, a
coupon, points. One group: all {PROMOTIONS} exclude each other. Prices: {PROMOTIONS} prices for
single pieces, which exclude each other line by line. Choices: ten groups of three, so that far
more choices could be made than are tried."""
Document = dict[str, Any]


def measure(show: Show) -> Section:
    chance = random.Random(1)
    books = {"mixed": _mixed, "one group": _rivals, "prices": _prices, "choices": _choices}
    figures = []
    for name, make in books.items():
        taken = _taken(chance, make, show, name)
        figures += [
            Figure.of(f"Quote, {name}", taken, "ms"),
            Figure(f"Quote, {name}, p99", quantiles(taken, n=100)[98], "ms", target=MOST_MS),
        ]
    return Section("quote", "Quotes", HOW, figures)


def _taken(
    chance: random.Random,
    make: Callable[[random.Random], list[Document]],
    show: Show,
    name: str,
) -> list[float]:
    """Milliseconds of this process's own for each quote."""
    times = FEW if show.quick else MANY
    asked = [(_cart(chance), _book(make(chance))) for _ in range(max(1, times // 10))]
    taken: list[float] = []
    quoting.quote(*asked[0], {}, POSTAGE)  # it imports what it needs
    for at in show.each(f"quoting, {name}", range(times)):
        cart, book = asked[at % len(asked)]
        begun = process_time()
        quoting.quote(cart, book, {}, POSTAGE)
        taken.append(1000 * (process_time() - begun))
    return taken


def _cart(chance: random.Random) -> Cart:
    skus = chance.sample(SKUS, LINES)
    return Cart(
        shop="bench",
        channel="own",
        at="2026-11-11T02:00:00.000+00:00",
        lines=tuple(_line(chance, no, sku) for no, sku in enumerate(skus, 1)),
        buyer=BuyerSide("buyer", "gold", 0, 10_000),
        codes=(Code("BENCH"),),
        points=5_000,
        area=("浙江省", "杭州市"),
    )


def _line(chance: random.Random, no: int, sku: str) -> CartLine:
    price = chance.randint(100, 50_000)
    return CartLine(
        no, sku, chance.randint(1, 9), price, floor=price // 2, category=f"c{no % 4}", weight=300
    )


def _book(promotions: Sequence[Document]) -> PromotionBook:
    document = Reader({"promotions": list(promotions)})
    book = PromotionBook(1, reading.promotions(document))
    document.done()
    document.check()
    return book


def _promotion(no: int, benefit: Document, **more: Any) -> Document:
    return {"id": f"p{no}", "name": f"p{no}", "priority": no, "benefit": benefit, **more}


def _off(chance: random.Random, steps: int = 3) -> Document:
    tiers = [
        {"amount": 10_000 * (step + 1), "off": 900 * (step + 1) + chance.randint(0, 800)}
        for step in range(steps)
    ]
    return {"kind": "tiers", "tiers": tiers}


def _mixed(chance: random.Random) -> list[Document]:
    kinds: list[Document] = [
        _off(chance),
        {"kind": "tiers", "tiers": [{"pieces": 3, "rate": 1000}], "cap": 5000},
        {"kind": "piece", "tiers": [{"rate": chance.randint(100, 2000)}]},
        {"kind": "sets", "buy": 1, "get": 1, "tiers": [{"rate": 5000}]},
        {"kind": "sets", "get": 3, "together": True, "tiers": [{"price": 9900}]},
        {"kind": "tiers", "tiers": [{"amount": 100, "points": 1}], "repeat": True},
        {"kind": "tiers", "tiers": [{"amount": 19_900, "gifts": ["pen", "cup"]}]},
        {"kind": "tiers", "tiers": [{"amount": 9_900, "free_freight": True}]},
        {"kind": "points", "tiers": [{"points": 100, "off": 100}], "cap_rate": 5000},
    ]
    some = [
        _promotion(
            no,
            kinds[no % len(kinds)],
            scope={"skus": chance.sample(SKUS, 30)},
            group=f"g{no % 4}" if no % 3 == 0 else "",
            limits={"total": 10_000, "per_buyer": 3},
        )
        for no in range(PROMOTIONS - 1)
    ]
    return [*some, _promotion(PROMOTIONS, _off(chance, 1), coupon=True, codes=["BENCH"])]


def _rivals(chance: random.Random) -> list[Document]:
    return [_promotion(no, _off(chance), group="g") for no in range(PROMOTIONS)]


def _prices(chance: random.Random) -> list[Document]:
    def price() -> Document:
        return {"kind": "piece", "tiers": [{"rate": chance.randint(100, 3000)}]}

    return [_promotion(no, price(), group="price") for no in range(PROMOTIONS)]


def _choices(chance: random.Random) -> list[Document]:
    return [_promotion(no, _off(chance), group=f"g{no % 10}") for no in range(PROMOTIONS)]
