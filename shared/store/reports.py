"""What platforms were told of parcels, each report beside its order."""

from shared.domain.claim import Claim
from shared.domain.report import Report
from shared.store import claims
from shared.store.beside import Beside

rows = Beside("report", Report)
get, find, desk, page, due = rows.get, rows.find, rows.desk, rows.page, rows.due


def save(tenant: str, report: Report, claim: Claim | None = None) -> None:
    """Write it, unless somebody else did since it was read: Conflict."""
    claims.write(rows.writes(tenant, report, due=report.due, waits=report.waits), claim)
