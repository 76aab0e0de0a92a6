"""Whether orders go to one receiver, where only the platform can tell who is behind a token."""

from collections.abc import Callable, Sequence

from shared.domain.merchant import Shop

Ask = Callable[[str, Shop, Sequence[tuple[str, str]]], Sequence[str]]
"""(Tenant, shop, pairs of number and token) -> texts that each name orders of one receiver."""
ways: dict[str, Ask] = {}
"""How each channel is asked. One that is not here says nothing: its orders stay apart."""


def same(tenant: str, shop: Shop, pairs: Sequence[tuple[str, str]]) -> Sequence[str]:
    ask = ways.get(shop.channel)
    return ask(tenant, shop, pairs) if ask else [number for number, _ in pairs]
