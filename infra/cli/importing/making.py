"""Make an order of its rows, noting every cell that does not read."""

from typing import Any

from infra.cli.importing.cells import Unread
from infra.cli.importing.columns import COLUMNS, Column
from infra.cli.importing.options import Entry, Fault
from infra.cli.words import Words
from shared.domain.intake import SPARE

Row = tuple[int, dict[str, Any]]
BY_NAME = {column.name: column for column in COLUMNS}


class Maker:
    """Knows the columns of one table: `used` is the header text of each."""

    def __init__(self, used: dict[str, str], shop: str, words: Words) -> None:
        self._used = used
        self._shop = shop
        self._words = words
        self._of_order = [BY_NAME[name] for name in used if not BY_NAME[name].line]
        self._of_line = [BY_NAME[name] for name in used if BY_NAME[name].line]
        self._paths = {
            ("lines." if BY_NAME[name].line else "") + BY_NAME[name].path: header
            for name, header in used.items()
        }

    def entry(self, rows: list[Row]) -> Entry:
        faults: list[tuple[Column, Fault]] = []
        order: dict[str, Any] = {"shop": self._shop} if self._shop else {}
        for column in self._of_order:
            self._put_once(order, column, rows, faults)
        order["lines"] = [self._line(row, faults) for row in rows]
        self._payment(order)
        spare = {column.path.split(".")[0] for column, _ in faults if not column.line} & {*SPARE}
        return Entry(
            rows=tuple(number for number, _ in rows),
            order={name: value for name, value in order.items() if name not in spare},
            faults=tuple(fault for _, fault in faults),
            columns=self._paths,
            spare=all(not c.line and c.path.split(".")[0] in spare for c, _ in faults),
        )

    def _line(self, row: Row, faults: list[tuple[Column, Fault]]) -> dict[str, Any]:
        line: dict[str, Any] = {}
        for column in self._of_line:
            if column.name in row[1]:
                self._put(line, column, row, faults)
        return line

    def _put_once(
        self, order: dict[str, Any], column: Column, rows: list[Row], faults: list[Any]
    ) -> None:
        """An order's own value: from the first row that has it; the others must agree."""
        filled = [row for row in rows if column.name in row[1]]
        if filled:
            self._put(order, column, filled[0], faults)
        for number, cells in filled[1:]:
            if cells[column.name] != filled[0][1][column.name]:
                faults.append((column, self._fault(number, column, "rows-disagree")))

    def _put(self, into: dict[str, Any], column: Column, row: Row, faults: list[Any]) -> None:
        number, cells = row
        try:
            value = column.kind(cells[column.name])
        except Unread as error:
            faults.append((column, self._fault(number, column, error.code)))
            return
        *parents, last = column.path.split(".")
        for parent in parents:
            into = into.setdefault(parent, {})
        into[last] = value

    def _payment(self, order: dict[str, Any]) -> None:
        """Where the table tells the time of payment but no state: no time means unpaid."""
        if "paid_at" in self._used and "payment" not in self._used:
            state = "paid" if "paid_at" in order else "unpaid"
            order.setdefault("payment", {})["state"] = state

    def _fault(self, row: int, column: Column, code: str) -> Fault:
        return Fault(row, self._used[column.name], code, self._words(code))
