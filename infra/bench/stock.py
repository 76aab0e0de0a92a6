"""What stock costs: a hold, a sale of one SKU in the simulator, and comparing all of it."""

from infra.bench import engine, sale, stock_units, verifying, write_units
from infra.bench.figures import Section
from infra.bench.show import Show

STRICT = True


def measure(show: Show) -> Section:
    with engine.on_disk():
        parts = [
            stock_units.measure(write_units.furnished()),
            sale.measure(show),
            verifying.measure(show),
        ]
    return Section(
        "stock",
        "Stock",
        "Write units as above: the step that holds an order's stock, cancelling the order, and "
        "shipping it. A hot SKU has ten buckets. `stock verify` runs in this process, by the "
        "route that the command calls; its memory is what the kernel counts at the peak beyond "
        f"what the process had before. {sale.MODEL}",
        [figure for figures, _ in parts for figure in figures],
        [table for _, tables in parts for table in tables],
    )
