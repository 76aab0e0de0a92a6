"""Waybills: with whom they are made."""

from dataclasses import dataclass, field

from shared.domain.content import Receiver
from shared.domain.link import Connection


@dataclass(frozen=True, slots=True)
class Account(Connection):
    """A merchant's account with a carrier, or with a gateway to carriers."""

    KIND = "waybill-account"

    id: str
    kind: str  # of the adapter
    customer: str = ""  # the number that is charged: a monthly card, a customer's code
    options: dict[str, str] = field(default_factory=dict)  # by the names of the adapter's
    carriers: tuple[str, ...] = ()  # our codes that it makes waybills for; empty = all it can
    warehouses: tuple[str, ...] = ()  # from which; empty = all
    senders: dict[str, Receiver] = field(default_factory=dict)  # by warehouse; "" = all others
    automatic: bool = False  # a waybill is taken as soon as a parcel is planned

    def serves(self, warehouse: str, carrier: str) -> bool:
        return (not self.carriers or carrier in self.carriers) and (
            not self.warehouses or warehouse in self.warehouses
        )
