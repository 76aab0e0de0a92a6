"""Every key string in the system. The tenant stands first in each."""

from zlib import crc32

from shared.domain.stock import BUCKET, Place

SHARDS = 8


def order(tenant: str, order_id: str) -> tuple[str, str]:
    return f"{tenant}#{order_id}", "order"


def history(tenant: str, order_id: str, seq: int) -> tuple[str, str]:
    return f"{tenant}#{order_id}", f"history#{seq:06d}"


def beside(tenant: str, order_id: str, kind: str, no: str = "") -> tuple[str, str]:
    """A document that lies beside its order: a payment, an after-sale."""
    return f"{tenant}#{order_id}", f"{kind}#{no}"


def month(tenant: str, moment: str) -> str:
    return f"{tenant}#{moment[:7]}"


def placed(moment: str, order_id: str) -> str:
    return f"{moment}#{order_id}"


def meet(tenant: str, mark: str) -> str:
    return f"{tenant}#{mark}"


def work(kind: str, row_id: str) -> str:
    """One partition of open work: `kind` is what waits, the shard spreads it."""
    return f"{kind}#{crc32(row_id.encode()) % SHARDS}"


def works(kind: str) -> list[str]:
    return [f"{kind}#{shard}" for shard in range(SHARDS)]


def stock(tenant: str, place: Place) -> tuple[str, str]:
    """A bucket of a hot SKU has a partition of its own, so that its writers do not queue."""
    bucket = f"#{place.lot}#{place.warehouse}" if place.lot.startswith(BUCKET) else ""
    return f"{tenant}#{place.sku}{bucket}", f"at#{place.warehouse}#{place.lot}"


def capacity(tenant: str, warehouse: str, date: str) -> tuple[str, str]:
    """What a warehouse has taken of a day."""
    return f"{tenant}#capacity#{warehouse}", date


def levels(tenant: str, sku: str) -> tuple[str, str]:
    return f"{tenant}#{sku}", "at#"


def ledger(tenant: str, place: Place, seq: int) -> tuple[str, str]:
    """Lines of one place's ledger from number `seq` on."""
    pk, sk = stock(tenant, place)
    return pk, f"ledger{sk.removeprefix('at')}#{seq:010d}"


def document(tenant: str, kind: str, row_id: str) -> tuple[str, str]:
    return f"{tenant}#{kind}#{row_id}", "document"


def of_kind(tenant: str, kind: str) -> str:
    return f"{tenant}#{kind}"


def place(at: Place) -> str:
    return "#".join(at)


def merchant(tenant: str, kind: str, row_id: str = "") -> tuple[str, str]:
    return tenant, f"{kind}#{row_id}"


def barcode(tenant: str, code: str, sku: str = "") -> tuple[str, str]:
    return tenant, f"barcode#{code}#{sku}"


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


def audit(tenant: str, moment: str, audit_id: str) -> tuple[str, str]:
    return f"{tenant}#audit#{moment[:7]}", f"{moment}#{audit_id}"


def unrouted(tenant: str, sku: str, order_id: str = "") -> tuple[str, str]:
    return f"{tenant}#unrouted#{sku}", order_id


def waiting(tenant: str, order_id: str) -> tuple[str, str]:
    return f"{tenant}#waiting#{order_id}", "skus"


def figure(tenant: str, shop: str, sku: str = "") -> tuple[str, str]:
    return f"{tenant}#figure#{shop}", sku


def refused(tenant: str, shop: str, sku: str) -> tuple[str, str]:
    return f"{tenant}#refused", f"{shop}#{sku}"


def alert(tenant: str, alert_id: str) -> tuple[str, str]:
    return f"{tenant}#alert", alert_id


def alerts(tenant: str) -> str:
    """The alerts of one merchant that stand."""
    return f"{tenant}#alert"


def closed_alert(tenant: str, moment: str, alert_id: str) -> tuple[str, str]:
    return f"{tenant}#alert-closed", f"{moment}#{alert_id}"


def demand(tenant: str, sku: str) -> tuple[str, str]:
    return f"{tenant}#demand#{sku}", "demand"


def fold(tenant: str, place: Place) -> tuple[str, str]:
    return f"{tenant}#fold#{place.sku}", f"{place.warehouse}#{place.lot}"


def round_(tenant: str, kind: str) -> tuple[str, str]:
    """How far work by the clock has come with one merchant."""
    return f"{tenant}#round", kind


def breakers(tenant: str) -> tuple[str, str]:
    """The settings of all price breakers of a merchant, and which of them tripped."""
    return tenant, "breakers"


def prices(tenant: str) -> tuple[str, str]:
    """What scarce units are worth to the orders still to come."""
    return tenant, "prices"


def halt(tenant: str, sku: str) -> tuple[str, str]:
    """What is still to be done after a price breaker changed."""
    return f"{tenant}#halt", sku


def pace(tenant: str, date: str) -> tuple[str, str]:
    """The stages of one day, summed up."""
    return f"{tenant}#pace", date


def promise(tenant: str, ship_by: str, order_id: str) -> tuple[str, str]:
    return f"{tenant}#promise", f"{ship_by}#{order_id}"


def promises(tenant: str) -> tuple[str, str]:
    """How far the look at orders that must leave has come, and what it found."""
    return f"{tenant}#promises", "run"


def appointed(tenant: str, hold_id: str = "") -> tuple[str, str]:
    return f"{tenant}#appointed", hold_id


def use(tenant: str, counter: str) -> tuple[str, str]:
    """How much of something limited was used: gifts, promotions, coupon codes."""
    return f"{tenant}#use#{counter}", "use"


def money(tenant: str, account: str, day: str, mark: str = "") -> tuple[str, str]:
    """What was charged or given back on one of a merchant's accounts on one day of China's."""
    return f"{tenant}#money#{account}#{day}", mark


def bill(tenant: str, bill_id: str = "") -> tuple[str, str]:
    """A bill's id begins with its day: day.account's mark.kind.edition."""
    return f"{tenant}#bill", bill_id


def bill_lines(tenant: str, digest: str, seq: int) -> tuple[str, str]:
    """Some of a bill's lines: the same file lies in the same rows."""
    return f"{tenant}#bill#{digest}", f"lines#{seq:05d}"


def upload(tenant: str, upload_id: str, seq: int = 0) -> tuple[str, str]:
    """A part of a file that comes in several."""
    return f"{tenant}#upload#{upload_id}", f"part#{seq:05d}"


def reconciled(tenant: str, day: str = "", account: str = "") -> tuple[str, str]:
    return f"{tenant}#reconciled", f"{day}#{account}" if account else day


def difference(tenant: str, day: str, mark: str = "") -> tuple[str, str]:
    """What a day's bill and our books do not agree on."""
    return f"{tenant}#difference#{day}", mark


def rate(name: str) -> tuple[str, str]:
    """How many calls a platform's app has made: all merchants of the app share them."""
    return f"rate#{name}", "rate"


def raw(tenant: str, order_id: str, seq: int = 0) -> tuple[str, str]:
    """What a platform sent of an order, by its version."""
    return f"{tenant}#raw#{order_id}", f"{seq:015d}"


def complete(tenant: str, shop: str, day: str) -> tuple[str, str]:
    """Whether all of a shop's day is with us."""
    return f"{tenant}#complete#{shop}", day


def label(tenant: str, subject: str, no: str) -> tuple[str, str]:
    """What there is to print of a waybill. `subject`: its order, or its merge."""
    return f"{tenant}#label#{subject}", no


def tracking(tenant: str, number: str, parcel: str = "") -> tuple[str, str]:
    """Whose parcels go under a carrier's number: `order#no`."""
    return f"{tenant}#tracking#{number}", parcel


def troubles(tenant: str, group: str = "") -> tuple[str, str]:
    """With how many parcels the same went wrong on one day."""
    return f"{tenant}#troubles", group
