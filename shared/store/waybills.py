"""Merchants' accounts with carriers."""

from shared.domain.waybill import Account
from shared.store.shelf import Shelf

accounts = Shelf("waybill-account", Account)
