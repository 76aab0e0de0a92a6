"""How a document lies in its row: JSON, squeezed by a dictionary that every writer shares.

An order of two lines takes a third of its JSON that way and stays below one write unit.
"""

import zlib
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_WORDS_1 = (
    '"name":"","phone":"","province":"广东省","city":"市","district":"区","town":"","address":"",'
    '"postcode":"","token":"","token_kind":"oaid"}"kind":"","title":"","tax_id":"","email":""}'
    '"buyer-note""address""amounts""unpaid""blacklist""manual""sku-unmapped","until":"","then":"release"}'
    '"code":"released","status":"approved","by":"key:","args":{"reasons":["note":""}}'
    '"code":"held","status":"held","by":"system","args":{"reasons":['
    '"code":"cancelled","status":"cancelled""code":"short","status":"short","args":{"missing":{'
    '"code":"signed","status":"signed""code":"completed","status":"completed"'
    '"carrier":"simulated","sources":[{"line":1,"sku":"","warehouse":"","quantity":1}],"tracking":"SIM",'
    '"shipped_at":"2026-"}]{"no":1,"sku":"","quantity":1,"unit_price":00,"amount":00,"sale":00,"paid":00,'
    '"discount":0,"share":0,"shop_sku":"","title":"","weight":0,"presale":false},{"no":2,"sku":"'
    '{"tenant":"","id":"","shop":"","number":"","received_at":"2026-01-01T00:00:00.000+00:00","content":'
    '{"placed_at":"2026-01-01T00:00:00.000+00:00","buyer":{"id":"","name":""},"receiver":{"name":"'
    '"},"lines":[{"no":1,"sku":"","amounts":{"goods_total":00,"total":00,"discount":0,"freight":0,'
    '"insurance":0,"adjustment":0,"tax":0,"fee":0},"payment":{"state":"paid","cod":false},'
    '"notes":{"buyer":"","seller":""},"invoice":null,"tags":[],"extra":null,"currency":"CNY",'
    '"paid_at":"","state":"open","version":0},"digest":"","phone_mark":"","status":"planned",'
    '"resume":"received","holds":[],"waived":[],"sources":[{"line":1,"sku":"","warehouse":"","quantity":1}],'
    '"parcels":[{"no":1,"warehouse":"","carrier":"manual","sources":[{"line":1,"sku":"","warehouse":"",'
    '"quantity":1}],"tracking":"","shipped_at":""}],"since":"","timeline":['
    '{"seq":1,"v":1,"at":"2026-01-01T00:00:00.000+00:00","code":"accepted","status":"received","by":"key:'
    '","args":{"lines":1,"total":00}},{"seq":2,"v":2,"at":"2026-01-01T00:00:00.000+00:00","code":"approved",'
    '"status":"approved","by":"system","args":{"rule":"default/1"}},{"seq":3,"v":3,"at":"2026-',
    '"code":"reserved-nearest","status":"reserved","by":"system","args":{"warehouses":[""],"passed":[]}},'
    '{"seq":4,"v":4,"at":"2026-01-01T00:00:00.000+00:00","code":"planned","status":"planned","by":"system",'
    '"args":{"parcels":1,"warehouses":[""]}},{"seq":5,"v":5,"at":"2026-01-01T00:00:00.000+00:00",'
    '"code":"shipped","status":"shipped","by":"key:","args":{"tracking":[""]}}],"version":1}',
)
_WORDS_2 = (
    '"buyer-note""seller-note""address""two-addresses""several-addresses""amounts""blacklist""sku-unmapped"'
    '"unpaid""balance""presale""mergeable""no-warehouse""short""unreachable""split-limit""only-gifts""no-ship"'
    '"risk""refund""address-change""oversold""invoice""price""breaker""service""finance""masked""manual"'
    '"args":{"reasons":[],"note":""}},"code":"released","status":"approved","by":"key:'
    '"code":"held","status":"held","by":"system","args":{"holds":[{"reason":"","until":"","then":"release"}],'
    '"code":"cancelled","status":"cancelled""code":"short","status":"short","args":{"missing":{'
    '"code":"signed","status":"signed""code":"completed","status":"completed","code":"merged",'
    '"cost":00,"runner_up":{"warehouses":[""],"cost":00},"rule":"@1","inputs":{},"losers":[],"carriers":["'
    '"tracking":"SIM","carrier":"simulated","gift":true,"sub":"","warehouse":"","ship_on":"2026-"'
    '"presale":true,"token_kind":"oaid"}"kind":"","title":"","tax_id":"","email":""}"type":"presale","marks":["'
    '{"tenant":"","id":"","shop":"","number":"","received_at":"2026-11-20T12:00:00.000+00:00","content":'
    '{"placed_at":"2026-11-20T04:00:00.000+00:00","buyer":{"id":"","name":"","level":""},"receiver":{"name":"",'
    '"phone":"","province":"广东省","city":"市","district":"区","town":"","address":"","postcode":"","token":"",'
    '"token_kind":""},"lines":[{"no":1,"sku":"","quantity":2,"unit_price":00,"amount":00,"sale":00,"paid":00,'
    '"discount":0,"share":0,"shop_sku":"","title":"","weight":0,"presale":false,"gift":false,"sub":"",'
    '"warehouse":"","ship_on":""},{"no":2,"sku":"","quantity":1,"unit_price":00,"amount":00,"sale":00,"paid":00,'
    '"discount":0,"share":0,"shop_sku":"","title":"","weight":0,"presale":false,"gift":false,"sub":"",'
    '"warehouse":"","ship_on":""}],"amounts":{"goods_total":00,"total":00,"discount":0,"freight":0,"insurance":0,'
    '"adjustment":0,"tax":0,"fee":0},"payment":{"state":"paid","cod":false},"payments":[],"notes":{"buyer":"",'
    '"seller":""},"invoice":null,"tags":[],"extra":null,"currency":"CNY","paid_at":"","state":"open","version":0,'
    '"type":"normal","marks":[],"ship_by":"","not_before":"","carrier":"","pickup":"","sealed":false,"live":""},'
    '"digest":"","phone_mark":"","status":"planned","resume":"received","holds":[],"waived":[],"sources":['
    '{"line":1,"sku":"","warehouse":"","quantity":2,"lot":""},{"line":2,"sku":"","warehouse":"","quantity":1,"lot":""}],'
    '"parcels":[{"no":1,"warehouse":"","carrier":"manual","sources":[{"line":1,"sku":"","warehouse":"","quantity":2,'
    '"lot":""}],"tracking":"","shipped_at":"","box":"","day":"","ship_on":"","freight":0,"grams":0,"weighed_at":""}],'
    '"gathering":false,"owed":[],"gifts":[],"tags":[],"urgent":false,"carrier":"","warehouse":"","promise":"",'
    '"origin":null,"meet":"","key":"","meeting":false,"merge":"","since":"2026-11-20T12:00:00.000+00:00","timeline":['
    '{"seq":1,"v":1,"at":"2026-11-20T12:00:00.000+00:00","code":"accepted","status":"received","by":"key:'
    '","args":{"lines":1,"total":00}},{"seq":2,"v":2,"at":"2026-11-20T12:00:00.000+00:00","code":"approved",'
    '"status":"approved","by":"system","args":{"rule":"default@0"}},{"seq":3,"v":3,"at":"2026-11-',
    '"code":"reserved-nearest","status":"reserved","by":"system","args":{"warehouses":[""],"passed":[]}},'
    '{"seq":4,"v":3,"at":"2026-11-20T12:00:00.000+00:00","code":"planned","status":"planned","by":"system",'
    '"args":{"parcels":1,"warehouses":[""]}},{"seq":5,"v":4,"at":"2026-11-20T12:00:00.000+00:00",'
    '"code":"shipped","status":"shipped","by":"key:","args":{"tracking":[""]}}],"version":0}',
)
DICTIONARIES = {1: "".join(_WORDS_1).encode(), 2: "".join(_WORDS_2).encode()}
"""By number. One that has ever been in use is never changed: add another, and make it CURRENT."""
CURRENT = 2


def pack(document: Any) -> bytes:
    squeeze = zlib.compressobj(6, zdict=DICTIONARIES[CURRENT])
    return bytes([CURRENT]) + squeeze.compress(msgspec.json.encode(document)) + squeeze.flush()


def unpack(body: bytes, kind: type[T]) -> T:
    opened = zlib.decompressobj(zdict=DICTIONARIES[body[0]])
    return msgspec.json.decode(opened.decompress(body[1:]), type=kind)
