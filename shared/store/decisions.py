"""What was decided of platforms' refunds, each decision beside its order."""

from shared.domain.decision import Decision
from shared.store import claims
from shared.store.beside import Beside
from shared.store.table import Put

rows = Beside("decision", Decision)
get, find, due = rows.get, rows.find, rows.due


def put(tenant: str, one: Decision) -> Put:
    """The row, unless somebody else wrote it since it was read."""
    return rows.writes(tenant, one, due=one.due)


def save(tenant: str, one: Decision) -> None:
    claims.write(put(tenant, one), None)
