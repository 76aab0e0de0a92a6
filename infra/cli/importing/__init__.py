"""Bring in the orders of a file: JSON Lines, CSV or XLSX, however large."""

from infra.cli.importing.options import Fault, OnFault, Options, Stock, Summary
from infra.cli.importing.running import check, error_path, run

__all__ = ["Fault", "OnFault", "Options", "Stock", "Summary", "check", "error_path", "run"]
