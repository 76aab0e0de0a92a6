"""The adapters by the names of their channels; one is imported when it is first needed."""

from functools import cache
from importlib import import_module

from shared.gateways.channels.port import Channel

_ADAPTERS = {
    "taobao": "taobao:Taobao",
    "tmall": "taobao:Tmall",
    "pdd": "pdd:Pdd",
    "jd": "jd:Jd",
    "douyin": "douyin:Douyin",
    "kuaishou": "kuaishou:Kuaishou",
    "youzan": "youzan:Youzan",
    "wechat-shop": "wechat:WeChatShop",
    "shopify": "shopify:Shopify",
    "woocommerce": "woocommerce:WooCommerce",
}


def names() -> tuple[str, ...]:
    return tuple(_ADAPTERS)


@cache
def of(name: str) -> Channel:
    """Raises KeyError for a channel that has no adapter."""
    module, _, kind = _ADAPTERS[name].partition(":")
    made = getattr(import_module(f"shared.gateways.channels.{module}"), kind)
    adapter: Channel = made()
    return adapter
