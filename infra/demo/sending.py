"""Send the orders: a file through the importer, batches, and a burst of single requests."""

import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from infra.bench import load
from infra.bench.load import Answer, Call, Crowd
from infra.bench.progress import At
from infra.cli import importing
from infra.cli.client import Client
from infra.cli.importing.progress import watching
from infra.cli.words import Words
from infra.demo import superstore
from infra.demo.merchant import TENANT
from infra.demo.orders import Document
from infra.demo.tally import TAKEN, Tally
from shared.domain.order import id_for

BATCH, PARALLEL = 100, 4
CLIENTS, TRIES = 8, 6
ROUNDS = 3  # how often a failed order of a batch is sent
REPEATED, MALFORMED = 0.05, 0.02
OUTCOMES = {200: "repeated", 202: "accepted", 409: "conflict"}
REFUSALS = (400, 413, 415, 422)


def import_file(documents: list[Document], path: Path, api: Client, words: Words) -> Tally:
    """Through the importer of the command line, with its own progress."""
    superstore.write(documents, path)
    with watching(words) as watch:
        summary = importing.run(path, api, None, watch, words)
    if summary.stopped:
        raise summary.stopped
    tally = Tally(summary.read)
    tally.outcomes.update(summary.counts)
    if not summary.missed:  # the importer keeps no ids: they follow from shop and number
        for document in documents:
            tally.ids[id_for(TENANT, document["shop"], document["number"])] = None
    return tally


def send_batches(documents: list[Document], api: Client, at: At) -> Tally:
    tally, began = Tally(), time.monotonic()
    with ThreadPoolExecutor(PARALLEL) as pool:
        for results in pool.map(lambda some: _batch(api, some), _cut(documents)):
            for result in results:
                tally.add(result["outcome"], result.get("id", ""))
            at(tally.sent, f"{tally.sent / (time.monotonic() - began):.0f}/s")
    return tally


def send_burst(documents: list[Document], api: Client, at: At) -> Tally:
    """Each order in a request of its own; some twice, some in a form that must be refused."""
    chance = random.Random(len(documents))
    wrong = [malformed(no, documents) for no in range(round(len(documents) * MALFORMED))]
    repeats = round(len(documents) * REPEATED)
    good = documents[: len(documents) - len(wrong) - repeats]
    calls = [Call(_json(document)) for document in good]
    calls += [chance.choice(calls) for _ in range(repeats)] + wrong
    chance.shuffle(calls)
    crowd = Crowd(api.url, api.key, CLIENTS, TRIES)
    tally, began = Tally(expected_refusals=len(wrong)), time.monotonic()

    def progress(done: int) -> None:
        at(done, f"{done / (time.monotonic() - began):.0f}/s")

    for answer in load.fire(crowd, calls, progress):
        _settle(tally, answer)
    return tally


def _settle(tally: Tally, answer: Answer) -> None:
    refused = "refused" if answer.status in REFUSALS else "failed"
    outcome = OUTCOMES.get(answer.status, refused)
    tally.add(outcome, json.loads(answer.body)["id"] if outcome in TAKEN else "")


def _batch(api: Client, documents: list[Document]) -> list[dict[str, Any]]:
    """One result for each order; what failed for no fault of its own is sent again."""
    results: dict[int, dict[str, Any]] = {}
    asked = list(range(len(documents)))
    for attempt in range(ROUNDS):
        time.sleep(attempt)
        found = api.take_in("/v1/orders/batch", {"orders": [documents[no] for no in asked]})
        results |= {asked[each["index"]]: each for each in found["results"]}
        asked = [no for no in asked if results[no]["outcome"] == "failed"]
        if not asked:
            break
    return [results[no] for no in range(len(documents))]


def _cut(documents: list[Document]) -> Iterator[list[Document]]:
    rest = iter(documents)
    while some := list(islice(rest, BATCH)):
        yield some


def malformed(no: int, documents: list[Document]) -> Call:
    """One of the ways in which a request can be wrong; none of them may be taken."""
    order = {**documents[no], "number": f"BAD{no}"}
    wrong: list[Call] = [
        Call(_json(order)[:-9]),
        Call(b'{"shop": "douyin", "number": NaN}'),
        Call(_json([order])),
        Call(_json(order | {"lines": "two cups"})),
        Call(_json(order | {"lines": [{"sku": "CUP-1", "quantity": "2", "unit_price": 3900}]})),
        Call(_json(order | {"lines": [{"sku": "CUP-1", "quantity": -1, "unit_price": 3900}]})),
        Call(_json(order | {"total": 39.5})),
        Call(_json(order | {"placed_at": "yesterday"})),
        Call(_json(order | {"placed_at": "2099-01-01T00:00:00+08:00"})),
        Call(_json(order | {"shop": "nowhere"})),
        Call(_json(order | {"currency": "USD"})),
        Call(_json({**order, "recevier": order["receiver"]})),
        Call(_json(order), headers={"Content-Type": "text/plain"}),
        Call(b"\xff\xfe not text"),
    ]
    return wrong[no % len(wrong)]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
