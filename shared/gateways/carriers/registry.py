"""The adapters by their names; one is imported when it is first needed."""

from functools import cache
from importlib import import_module

from shared.gateways.carriers.port import Carrier

_ADAPTERS = {
    "sf": "sf:Sf",
    "kuaidi100": "kuaidi100:Kuaidi100",
    "kdniao": "kdniao:Kdniao",
    "cainiao": "cainiao:Cainiao",
    "jdl": "jdl:Jdl",
}


def names() -> tuple[str, ...]:
    return tuple(_ADAPTERS)


@cache
def of(name: str) -> Carrier:
    """Raises KeyError for what has no adapter."""
    module, _, kind = _ADAPTERS[name].partition(":")
    made = getattr(import_module(f"shared.gateways.carriers.{module}"), kind)
    adapter: Carrier = made()
    return adapter
