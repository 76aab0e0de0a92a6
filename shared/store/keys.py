"""Every key string in the system. The tenant stands first in each."""

from zlib import crc32

SHARDS = 8


def order(tenant: str, order_id: str) -> tuple[str, str]:
    return f"{tenant}#{order_id}", "order"


def history(tenant: str, order_id: str, seq: int) -> tuple[str, str]:
    return f"{tenant}#{order_id}", f"history#{seq:06d}"


def month(tenant: str, moment: str) -> str:
    return f"{tenant}#{moment[:7]}"


def placed(moment: str, order_id: str) -> str:
    return f"{moment}#{order_id}"


def work(kind: str, row_id: str) -> str:
    """One partition of open work: `kind` is what waits, the shard spreads it."""
    return f"{kind}#{crc32(row_id.encode()) % SHARDS}"


def works(kind: str) -> list[str]:
    return [f"{kind}#{shard}" for shard in range(SHARDS)]


def stock(tenant: str, sku: str, warehouse: str) -> tuple[str, str]:
    return f"{tenant}#{sku}", warehouse


def place(sku: str, warehouse: str) -> str:
    return f"{sku}#{warehouse}"


def merchant(tenant: str, kind: str, row_id: str = "") -> tuple[str, str]:
    return tenant, f"{kind}#{row_id}"


def api_key(prefix: str) -> tuple[str, str]:
    """The only row that is found without its tenant: it tells which tenant a key speaks for."""
    return f"key#{prefix}", "key"


def claim(tenant: str, key: str) -> tuple[str, str]:
    return f"{tenant}#claim#{key}", "claim"


def slot(tenant: str, moment: str) -> tuple[str, str]:
    """Ten seconds of a day: `2026-11-22T11:31:0`."""
    return day(tenant, moment[:10]), f"slot#{moment[11:18]}"


def day(tenant: str, date: str) -> str:
    return f"{tenant}#day#{date}"


def delivery(tenant: str, delivery_id: str) -> tuple[str, str]:
    """A delivery's id begins with the time of its event: YYYYMMDD..."""
    return f"{tenant}#deliveries#{delivery_id[:8]}", delivery_id


def reveal(tenant: str, moment: str, order_id: str) -> tuple[str, str]:
    return f"{tenant}#reveals#{moment[:7]}", f"{moment}#{order_id}"
