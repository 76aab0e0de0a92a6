"""What every simulated carrier has: parcels by the merchant's own numbers, and their way."""

import threading
import time
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

from infra.sandbox.mischief import Trick
from infra.sandbox.notices import PAUSES, Notice
from infra.sandbox.server import Answer, said
from infra.sandbox.stand import No, Stand

FORMS = {  # of the numbers that each carrier gives
    "sf": "SF1{:012d}",
    "jd": "JDVC{:011d}",
    "zto": "78{:012d}",
    "yto": "YT{:013d}",
    "sto": "77{:013d}",
    "yunda": "43{:013d}",
    "jt": "JT{:013d}",
    "ems": "1{:012d}",
    "deppon": "DPK{:012d}",
}
EVENTS = {  # where, and what is said of it
    "booked": ("杭州市", "已下单，等待揽收"),
    "picked": ("杭州市", "【杭州余杭网点】已揽收"),
    "transit": ("杭州市", "快件已从【杭州转运中心】发出，正发往【上海转运中心】"),
    "arrived": ("上海市", "快件到达【上海浦东网点】"),
    "out": ("上海市", "快递员正在派件，请保持电话畅通"),
    "locker": ("上海市", "快件已存入丰巢快递柜，请凭取件码领取"),
    "problem": ("上海市", "派送不成功：无法联系收件人"),
    "signed": ("上海市", "快件已签收，签收人：本人"),
    "other": ("上海市", "快件已签收，签收人：门卫"),
    "refused": ("上海市", "收件人拒收"),
    "returning": ("上海市", "快件退回途中"),
    "returned": ("杭州市", "退回件已签收"),
    "lost": ("上海市", "快件遗失"),
}
BOOKED, STILL, NEXT = "booked", "still", "next"
PATH = ("picked", "transit", "arrived", "out", "signed")
ENDS = ("signed", "other", "returned", "lost")
MASK = "*"


@dataclass(frozen=True, slots=True)
class Scan:
    at: float
    event: str

    @property
    def place(self) -> str:
        return EVENTS[self.event][0]

    @property
    def text(self) -> str:
        return EVENTS[self.event][1]


@dataclass(slots=True)
class Parcel:
    """`idem`: the merchant's own number; `carrier`: a key of FORMS."""

    idem: str
    carrier: str
    tracking: str
    phone: str = ""  # the receiver's, as it was said or as the token was opened
    subs: tuple[str, ...] = ()
    scans: list[Scan] = field(default_factory=list)
    cancelled: bool = False
    still: bool = False  # it lies somewhere, whatever becomes of the others

    @property
    def state(self) -> str:
        if self.cancelled:
            return "cancelled"
        return self.scans[-1].event if self.scans else "made"


class Depot(Stand):
    """One carrier, or a gateway to several."""

    customer = "7551234567"
    expires = False

    def __init__(self, pauses: tuple[float, ...] = PAUSES) -> None:
        super().__init__(pauses)
        self.parcels: dict[str, Parcel] = {}  # by tracking number
        self.numbers: dict[str, str] = {}  # the merchant's own -> tracking number
        self.followed: dict[str, Any] = {}  # tracking number -> how, where each must be named
        self._next = count(int(time.time() * 10) % 10**9)
        self._lock = threading.Lock()

    @abstractmethod
    def secrets(self) -> dict[str, str]:
        """What a merchant must keep to itself."""

    @abstractmethod
    def push(self, parcel: Parcel, scans: tuple[Scan, ...], trick: Trick) -> tuple[str, bytes]:
        """What it tells of a parcel by itself: its content type, and its bytes as they leave."""

    def options(self) -> dict[str, str]:
        return {}

    def back(self, _: Parcel) -> str:
        """Where a parcel is told of; empty = nowhere."""
        return self.push_url

    def link(self) -> dict[str, Any]:
        return {
            "kind": self.name,
            "app_key": self.app_key,
            "customer": self.customer,
            "secrets": self.secrets(),
            "options": self.options(),
            "endpoint": self.url,
        }

    def take(self, idem: str, carrier: str, phone: str, parcels: int = 1) -> Parcel:
        """A new waybill; KeyError for an unknown carrier, No where the number has one."""
        with self._lock:
            if idem in self.numbers:
                raise No("done")
            first, *rest = (FORMS[carrier].format(next(self._next)) for _ in range(parcels))
            parcel = Parcel(idem, carrier, first, phone, tuple(rest))
            self.numbers[idem], self.parcels[first] = first, parcel
            return parcel

    def kept(self, idem: str, carrier: str, phone: str, parcels: int = 1) -> tuple[Parcel, bool]:
        """The waybill that a number has, or a new one; whether it was there before."""
        try:
            return self.take(idem, carrier, phone, parcels), False
        except No:
            return self.of(idem), True

    def of(self, idem: str) -> Parcel:
        """By the merchant's own number; raises No."""
        if idem not in self.numbers:
            raise No("absent")
        return self.parcels[self.numbers[idem]]

    def parcel(self, tracking: str) -> Parcel:
        if tracking not in self.parcels:
            raise No("absent")
        return self.parcels[tracking]

    def cancel(self, parcel: Parcel) -> None:
        """Raises No where it was cancelled before, or is on its way."""
        if parcel.cancelled:
            raise No("cancelled")
        if any(scan.event != BOOKED for scan in parcel.scans):
            raise No("state")
        parcel.cancelled = True

    def move(self, parcel: Parcel, event: str) -> None:
        """Something happens to a parcel, a second after the last at least; it is told."""
        at = float(int(self.now))
        if parcel.scans:
            at = max(at, parcel.scans[-1].at + 1)
        parcel.scans.append(Scan(at, event if event in EVENTS else _next(parcel)))
        self.tell(parcel, tuple(parcel.scans))

    def tell(self, parcel: Parcel, scans: tuple[Scan, ...]) -> None:
        def write(trick: Trick) -> tuple[dict[str, str], bytes]:
            kind, body = self.push(parcel, scans, trick)
            return {"Content-Type": kind}, body

        if url := self.back(parcel):
            self.notices.send(Notice(parcel.tracking, url, write))

    def truth(self) -> dict[str, Any]:
        return {
            "parcels": {
                parcel.tracking: {
                    "idem": parcel.idem,
                    "carrier": parcel.carrier,
                    "state": parcel.state,
                    "scans": [[scan.at, scan.event] for scan in parcel.scans],
                    "subs": parcel.subs,
                }
                for parcel in list(self.parcels.values())
            },
            "fired": self.fired,
        }

    def shown(self) -> dict[str, Any]:
        return {
            "carrier": self.name,
            "parcels": len(self.parcels),
            "push_url": self.push_url,
            "mischief": self.mischief.shown(),
            "notices": self.notices.shown(),
        }

    def _actions(self) -> dict[str, Callable[[dict[str, Any]], Answer]]:
        return super()._actions() | {"POST /move": self._move}

    def _move(self, asked: dict[str, Any]) -> Answer:
        """One parcel, or all that can still move; `next`: the usual way; `still`: no further."""
        event = str(asked["event"])
        if event not in (*EVENTS, STILL, NEXT):
            raise ValueError(f"event: one of {', '.join((*EVENTS, STILL, NEXT))}")
        moved = self._moving() if asked.get("all") else [self.parcel(str(asked["tracking"]))]
        for parcel in moved:
            if event == STILL:
                parcel.still = True
            else:
                self.move(parcel, event)
        return said({"moved": [parcel.tracking for parcel in moved]})

    def _moving(self) -> list[Parcel]:
        stuck = ("cancelled", *ENDS)
        return [one for one in self.parcels.values() if not one.still and one.state not in stuck]


def _next(parcel: Parcel) -> str:
    """The step after the last of the usual way; what left that way comes to its end."""
    steps = dict(pairwise(PATH))
    return {"made": PATH[0], BOOKED: PATH[0], **steps}.get(parcel.state, PATH[-1])


def bare(text: str) -> str:
    """A receiver's own words; raises No for what is masked, which only a token opens."""
    if not text or MASK in text:
        raise No("receiver")
    return text
