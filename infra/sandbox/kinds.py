"""Who is simulated: the name of each, and the class that answers in its place."""

PROVIDERS = {
    "wechat": "infra.sandbox.wechat:WeChat",
    "alipay": "infra.sandbox.alipay:Alipay",
}
MARKETS = {
    "taobao": "infra.sandbox.markets.taobao:Taobao",
    "pdd": "infra.sandbox.markets.pdd:Pdd",
    "douyin": "infra.sandbox.markets.douyin:Douyin",
    "kuaishou": "infra.sandbox.markets.kuaishou:Kuaishou",
    "youzan": "infra.sandbox.markets.youzan:Youzan",
    "wechat-shop": "infra.sandbox.markets.wechat_shop:WechatShop",
    "shopify": "infra.sandbox.markets.shopify:Shopify",
    "woocommerce": "infra.sandbox.markets.woocommerce:WooCommerce",
    "jd": "infra.sandbox.markets.jd:Jd",
}
CARRIERS = {
    "sf": "infra.sandbox.carriers.sf:Sf",
    "kuaidi100": "infra.sandbox.carriers.kuaidi100:Kuaidi100",
    "kdniao": "infra.sandbox.carriers.kdniao:Kdniao",
    "cainiao": "infra.sandbox.carriers.cainiao:Cainiao",
    "jdl": "infra.sandbox.carriers.jdl:Jdl",
}
ALL = {**PROVIDERS, **MARKETS, **CARRIERS}
"""Their ports follow this order: whoever is new comes last in his group."""
