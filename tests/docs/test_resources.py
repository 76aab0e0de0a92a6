"""Queues, streams, timers, tables and settings: the README against app.py and the template."""

import inspect
import re
from typing import Any

from chalice.app import DynamoDBEventConfig, ScheduledEventConfig, SQSEventConfig

import app as product
from infra.local.env import STACK
from infra.local.template import Resources, read
from shared.domain.flow import QUEUES, SERVES
from shared.domain.stock import Place
from shared.store import keys
from tests.docs import pages

RESOURCES: Resources = read()


def of(kind: type[Any]) -> list[Any]:
    return [each for each in product.app.event_sources if isinstance(each, kind)]


def short(name: str) -> str:
    return name.removeprefix(f"{STACK}-")


def test_the_queues_are_those_of_the_flow_the_application_and_the_template() -> None:
    rows = pages.table("README.md", "Queues")

    told = {pages.code(row[0]): pages.code(row[1]) for row in rows}
    made = {short(queue.name) for queue in RESOURCES.queues}

    assert tuple(told) == QUEUES
    assert {short(str(source.queue)) for source in of(SQSEventConfig)} == set(QUEUES)
    assert {*told, *told.values(), "stream-dead"} == made


def test_each_queue_names_the_module_and_the_statuses_that_it_serves() -> None:
    for queue, _, module, serves in pages.table("README.md", "Queues"):
        name, statuses = (
            pages.code(queue),
            [s for s, q in SERVES.items() if q == pages.code(queue)],
        )

        assert pages.code(module) in (
            f"functions/{room}/{name}.py" for room in ("steps", "channels", "carriers")
        )
        assert (pages.ROOT / pages.code(module)).exists()
        assert pages.codes(serves) == [status.value for status in statuses]


def test_a_message_is_tried_as_often_as_the_readme_says() -> None:
    tried = {
        q.attributes["RedrivePolicy"] for q in RESOURCES.queues if "RedrivePolicy" in q.attributes
    }

    assert all('"maxReceiveCount": 5' in policy for policy in tried)
    assert "处理 5 次" in pages.section("README.md", "Queues")
    sizes = {short(str(source.queue)): source.batch_size for source in of(SQSEventConfig)}
    assert sizes == {name: 1 if name == "pull" else 10 for name in QUEUES}


def test_the_streams_are_those_of_the_application() -> None:
    rows = pages.table("README.md", "Streams")

    told = {pages.code(row[0]): pages.code(row[1]) for row in rows}

    assert told == {s.name: f"functions/streams/{s.name}.py" for s in of(DynamoDBEventConfig)}
    assert all((pages.ROOT / module).exists() for module in told.values())


def test_each_stream_collects_as_the_template_says() -> None:
    batches = {source.name: source.batch_size for source in of(DynamoDBEventConfig)}

    for name, _, collects, _ in pages.table("README.md", "Streams"):
        window = round(RESOURCES.windows[pages.code(name)])

        assert f"{batches[pages.code(name)]} 条" in collects
        assert (f"{window} 秒" if window else "不等") in collects


def test_the_timers_are_those_of_the_application() -> None:
    told = {
        (pages.code(name), rate, pages.code(module))
        for name, rate, module, _ in pages.table("README.md", "Timers")
    }

    timers = of(ScheduledEventConfig)
    assert told == {(t.name, every(t), f"functions/timers/{t.name}.py") for t in timers}


def every(timer: ScheduledEventConfig) -> str:
    rate: Any = timer.schedule_expression
    return f"{rate.value} {({'MINUTES': '分钟', 'HOURS': '小时'})[rate.unit]}"


def test_the_tables_their_indexes_streams_and_expiry_are_those_of_the_template() -> None:
    told = {
        pages.code(name): (pages.codes(indexes), pages.codes(stream), pages.codes(expiry))
        for name, _, indexes, stream, expiry in pages.table("README.md", "Tables")
    }

    assert told == {
        short(table.create["TableName"]): described(table) for table in RESOURCES.tables
    }


def described(table: Any) -> tuple[list[str], list[str], list[str]]:
    indexes = [index["IndexName"] for index in table.create.get("GlobalSecondaryIndexes", ())]
    stream = table.create.get("StreamSpecification")
    return (
        indexes,
        [stream["StreamViewType"]] if stream else [],
        [table.ttl["AttributeName"]] if table.ttl else [],
    )


def test_every_table_and_index_has_a_question_that_it_answers() -> None:
    asked = {pages.code(row[1]) for row in pages.table("README.md", "patterns")}

    there = {
        f"{name}.{index}" if index else name
        for name, (indexes, _, _) in (
            (short(table.create["TableName"]), described(table)) for table in RESOURCES.tables
        )
        for index in (*indexes, "")
    }
    assert asked == there


def test_the_keys_of_the_access_patterns_are_those_of_the_code() -> None:
    told = {
        word
        for row in pages.table("README.md", "patterns")
        for key in pages.codes(row[2])
        for word in re.findall(r"[a-z]+", key)
    }

    assert told == words_of_keys() | kinds_of_work()


def words_of_keys() -> set[str]:
    """The fixed words in the keys that the store makes."""
    given = {"moment": "2026-11-22T11:31:07.000+00:00", "date": "2026-11-22", "seq": 1}
    given |= {"place": Place("X", "X")}
    made = []
    for name, make in inspect.getmembers(keys, inspect.isfunction):
        if make.__module__ == keys.__name__ and name not in ("work", "works", "place", "placed"):
            made.append(make(*(given.get(p, "X") for p in inspect.signature(make).parameters)))
    return {word for key in made for word in re.findall(r"[a-z]+", str(key))}


def kinds_of_work() -> set[str]:
    sources = (pages.ROOT / "shared/store").glob("*.py")
    return {
        kind for path in sources for kind in re.findall(r'keys\.works?\("(\w+)"', path.read_text())
    }


def test_the_settings_and_their_defaults_are_those_of_the_code() -> None:
    source = (pages.ROOT / "shared/runtime/settings.py").read_text()
    read_ = dict(re.findall(r'env\.get\("(\w+)"(?:, "([^"]*)")?\)', source))

    told = {
        pages.code(name): (pages.codes(default) or [""])[0]
        for name, default, _ in pages.table("README.md", "Settings")
    }

    assert told == read_


def test_the_template_gives_no_variable_that_nobody_reads() -> None:
    template = (pages.ROOT / "infra/template.yaml").read_text()
    given = re.search(r"Variables:\n((?: {8,}.*\n)+)", template)
    told = {pages.code(row[0]) for row in pages.table("README.md", "Settings")}

    assert given
    names = set(re.findall(r"^ {8}(\w+):", given[1], flags=re.MULTILINE))
    assert names <= told | {"POWERTOOLS_LOG_LEVEL"}
