"""Which adapter speaks to which provider; each is imported when it is first wanted."""

from functools import cache
from importlib import import_module

from shared.gateways.payments.port import Provider

NAMES = ("wechat", "alipay")


@cache
def of(name: str) -> Provider:
    """The adapter of a provider by its name; KeyError for any other."""
    if name not in NAMES:
        raise KeyError(name)
    provider: Provider = import_module(f"shared.gateways.payments.{name}").PROVIDER
    return provider
