"""Import a file of orders: read, send, note; from where an interrupted run stopped."""

from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from pathlib import Path

from infra.cli.client import Client
from infra.cli.importing import checking, source
from infra.cli.importing.batches import Batch, batches
from infra.cli.importing.errors import ErrorFile
from infra.cli.importing.flight import Flight
from infra.cli.importing.journal import Journal, Note
from infra.cli.importing.options import Fault, OnFault, Options, Summary
from infra.cli.importing.progress import Silent, Watch
from infra.cli.importing.sending import Sent, send
from infra.cli.importing.sniff import Facts, sniff
from infra.cli.words import Lang, Words


def run(
    path: Path,
    api: Client,
    options: Options | None = None,
    watch: Watch | None = None,
    words: Words | None = None,
) -> Summary:
    """Bring the orders of a file in. Never raises for what the server answered: see `Summary`.

    Raises Stop where the file itself cannot be read as orders.
    """
    options, words = options or Options(), words or Words(Lang.ZH)
    facts = sniff(path)
    if options.on_fault is OnFault.REFUSE_ALL:
        checked = check(path, options, words)
        if checked.missed:
            return checked
    return _bring_in(facts, api, options, watch or Silent(), words)


def check(path: Path, options: Options, words: Words) -> Summary:
    """Read the whole file as the API would, into the error file, sending nothing."""
    with ErrorFile(error_path(path, options)) as errors:
        return checking.check(sniff(path), options, words, errors.add)


def _bring_in(facts: Facts, api: Client, options: Options, watch: Watch, words: Words) -> Summary:
    journal_path = facts.path.with_name(facts.path.name + ".progress")
    with (
        Journal(journal_path, _identity(facts, api, options)) as journal,
        ErrorFile(error_path(facts.path, options), journal.errors) as errors,
    ):
        orders = source.open_(facts, options.shop, words)
        watch.begin(orders.total)
        keeper = Keeper(journal, errors, watch, Summary())
        keeper.remember()
        flight = Flight(partial(send, api, options=options), keeper.settle, options.parallel)
        flight.carry(
            batch for batch in batches(orders.entries, options.batch) if keeper.new(batch)
        )
        return keeper.close(flight)


@dataclass(slots=True)
class Keeper:
    """Writes down what was settled: first the faults, then the journal's line."""

    journal: Journal
    errors: ErrorFile
    watch: Watch
    summary: Summary
    failed: list[Fault] = field(default_factory=list)
    """Of batches that the server failed on: not noted, so that the next run sends them again."""

    def remember(self) -> None:
        """Count what an earlier run brought in."""
        for note in self.journal.notes:
            self.summary.read += note.read
            self.summary.resumed += note.read
            self.summary.faults += note.faults
            self.summary.add(note.counts)
            self.watch.advance(note.rows, self.summary)

    def new(self, batch: Batch) -> bool:
        return batch.no not in self.journal.done

    def settle(self, batch: Batch, sent: Sent) -> None:
        self.summary.read += len(batch.entries)
        self.summary.faults += len(sent.faults)
        self.summary.add(sent.counts)
        if sent.halt or sent.counts.get("failed"):
            self.failed += sent.faults
        else:
            self.errors.add(sent.faults)
            self.journal.add(self._note(batch, sent))
        self.watch.advance(batch.rows, self.summary)

    def close(self, flight: Flight) -> Summary:
        self.summary.interrupted = flight.interrupted
        self.summary.stopped = flight.failure
        self.errors.add(self.failed)
        if not (flight.interrupted or flight.failure or self.summary.counts["failed"]):
            self.journal.finish()
        return self.summary

    def _note(self, batch: Batch, sent: Sent) -> Note:
        return Note(
            batch=batch.no,
            read=len(batch.entries),
            rows=batch.rows,
            counts=sent.counts,
            faults=len(sent.faults),
            errors=self.errors.size,
        )


def error_path(path: Path, options: Options) -> Path:
    return options.errors or path.with_name(path.name + ".errors.csv")


def _identity(facts: Facts, api: Client, options: Options) -> str:
    """The same file, to the same place, cut in the same way."""
    target = blake2b(api.key.encode(), digest_size=8).hexdigest()
    cut = f"{options.shop} {options.batch} {options.on_fault} {options.stock}"
    return f"{facts.digest} {api.url} {target} {cut}"
