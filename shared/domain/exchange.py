"""Goods in exchange that are dearer than what came back: the difference is paid before they go."""

from collections.abc import Iterable
from dataclasses import replace

from shared.domain.aftersale import AfterSale, Wanted
from shared.domain.apportion import spread
from shared.domain.content import (
    Amounts,
    Content,
    Deal,
    Instalment,
    Line,
    Payment,
    PaymentState,
)


def dearer(content: Content, one: AfterSale) -> Content:
    """The order of the goods wanted at their prices, less what came back; else as it is."""
    if one.difference <= 0:
        return content
    lines = tuple(_lines(content.lines, one.wanted, one.difference))
    goods = sum(line.amount for line in lines)
    return replace(
        content,
        lines=lines,
        amounts=Amounts(goods, one.difference, discount=goods - one.difference),
        payment=Payment(PaymentState.UNPAID),
        payments=(Instalment(one.difference),),
        deal=Deal(),
    )


def _lines(lines: tuple[Line, ...], wanted: tuple[Wanted, ...], due: int) -> Iterable[Line]:
    amounts = [each.unit_price * each.quantity for each in wanted]
    credits = spread(sum(amounts) - due, amounts)
    for line, each, amount, credit in zip(lines, wanted, amounts, credits, strict=True):
        yield replace(
            line,
            unit_price=each.unit_price,
            amount=amount,
            sale=amount,
            share=credit,
            paid=amount - credit,
        )
