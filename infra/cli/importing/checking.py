"""The dry run: read every order as the API would, and list what is wrong, writing nothing."""

from collections.abc import Callable, Iterable, Iterator

from infra.cli.importing import places, source
from infra.cli.importing.options import Entry, Fault, OnFault, Options, Summary
from infra.cli.importing.sniff import Facts
from infra.cli.words import Words
from shared.domain import intake
from shared.domain.errors import Fault as DomainFault
from shared.domain.errors import Invalid
from shared.domain.words import say
from shared.runtime import clock

Report = Callable[[Iterable[Fault]], int]


def check(facts: Facts, options: Options, words: Words, report: Report) -> Summary:
    """Count the orders that would be refused; `report` is told each fault and counts them."""
    summary = Summary()
    latest = clock.later(clock.now(), intake.SKEW)
    keep = options.on_fault is OnFault.KEEP
    for entry in source.open_(facts, options.shop, words).entries:
        refused = bool(entry.faults) and not (keep and entry.spare)
        found = list(_read(entry, latest, keep, words))
        summary.read += 1
        summary.faults += report([*entry.faults, *(fault for fault, _ in found)])
        summary.add({"refused": int(refused or any(final for _, final in found))})
    return summary


def _read(entry: Entry, latest: str, keep: bool, words: Words) -> Iterator[tuple[Fault, bool]]:
    """The faults that the domain finds, each with whether it refuses the order."""
    if entry.order is None:
        return
    try:
        found, final = intake.read(entry.order, latest=latest, keep=keep).dropped, False
    except Invalid as invalid:
        found, final = invalid.faults, True
    said = {fault.field for fault in entry.faults}
    for fault in found:
        placed = _placed(entry, fault, words)
        if placed.field not in said:  # a cell that did not read is missing for the domain
            yield placed, final


def _placed(entry: Entry, fault: DomainFault, words: Words) -> Fault:
    message = say(f"fault.{fault.code}", words.lang, fault.args)
    return places.fault(entry, fault.field, fault.code, message)
