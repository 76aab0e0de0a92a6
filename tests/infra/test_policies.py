"""Each function may do what it does, and nothing else."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.home import ROOT
from tests.infra.sam import Sam, strings

POLICIES = sorted(path.stem for path in (ROOT / ".chalice/policies").glob("*.json"))
SERVICES = {"dynamodb", "kms", "logs", "sqs"}


def statements(sam: Sam) -> Iterator[tuple[str, dict[str, Any]]]:
    for function in sam.functions:
        for statement in sam.policy(function):
            yield function, statement


def resources(statement: dict[str, Any]) -> list[dict[str, Any]]:
    found = statement["Resource"]
    return found if isinstance(found, list) else [found]


def named(resource: dict[str, Any]) -> str:
    """The logical id that a statement's resource belongs to."""
    match resource:
        case {"Fn::GetAtt": [name, "Arn" | "StreamArn"]}:
            return str(name)
        case {"Fn::Sub": str(text)}:
            found = re.fullmatch(r"\$\{(\w+)\.Arn\}/index/[\w-]+", text)
            return found[1] if found else ""
    return ""


def may(sam: Sam, action: str) -> dict[str, set[str]]:
    """Function -> what it may use `action` on."""
    found: dict[str, set[str]] = {}
    for function, statement in statements(sam):
        if action in statement["Action"]:
            found.setdefault(function, set()).update(map(named, resources(statement)))
    return found


def test_every_function_has_a_role_and_a_policy_of_its_own(sam: Sam) -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in sam.functions.values()]

    assert len(set(roles)) == len(roles) == len(POLICIES)


def test_every_statement_names_its_reason_and_its_actions(sam: Sam) -> None:
    for function, statement in statements(sam):
        assert re.fullmatch(r"([A-Z][a-z]*){2,}", statement["Sid"]), (function, statement)
        assert statement["Effect"] == "Allow"
        assert all(re.fullmatch(r"[a-z]+:[A-Z]\w+", action) for action in statement["Action"])
        assert {action.split(":")[0] for action in statement["Action"]} <= SERVICES


def test_no_statement_reaches_beyond_this_stack(sam: Sam) -> None:
    for function, statement in statements(sam):
        assert "*" not in "".join(strings(statement)), (function, statement)
        assert all(named(resource) in sam.resources for resource in resources(statement))


def test_a_function_writes_its_own_log_only(sam: Sam) -> None:
    assert may(sam, "logs:PutLogEvents") == {name: {f"{name}Logs"} for name in sam.functions}


def test_a_function_takes_messages_from_its_own_queue_only(sam: Sam) -> None:
    expected = {name: {f"{name}Queue"} for name in sam.sources("SQS")}

    assert may(sam, "sqs:ReceiveMessage") == may(sam, "sqs:DeleteMessage") == expected


def test_only_stream_functions_read_the_stream(sam: Sam) -> None:
    sources = sam.sources("DynamoDB").items()
    expected = {name: {source["Stream"]["Fn::GetAtt"][0]} for name, source in sources}

    assert may(sam, "dynamodb:GetRecords") == expected


def test_only_those_who_open_personal_data_have_the_key(sam: Sam) -> None:
    assert may(sam, "kms:Decrypt") == {
        name: {"TenantsKey"}
        for name in (
            *("APIHandler", "Review", "Notify", "Push", "Settle", "Reconcile"),
            *("Pull", "Fetch", "Report", "Complete", "Plan", "Track", "Label"),
        )
    }


def test_nobody_makes_keys_or_scans_or_changes_tables(sam: Sam) -> None:
    never = ("kms:GenerateDataKey", "kms:Encrypt", "dynamodb:Scan", "dynamodb:DeleteTable")

    assert [may(sam, action) for action in never] == [{}] * len(never)


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_grants_nothing_twice(name: str) -> None:
    policy = json.loads((ROOT / f".chalice/policies/{name}.json").read_text())

    grants = [
        (action, json.dumps(resource))
        for statement in policy["Statement"]
        for action in statement["Action"]
        for resource in resources(statement)
    ]

    assert len(grants) == len(set(grants))
