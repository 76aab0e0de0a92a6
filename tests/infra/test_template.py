"""Rules on the final template, as CloudFormation gets it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from chalice.app import DynamoDBEventConfig, ScheduledEventConfig, SQSEventConfig

import app as product
from infra.local.home import ROOT
from infra.package import check
from shared.domain import flow
from tests.infra.sam import Sam, strings

IN_CHINA_TOO = {
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::SQS::Queue",
    "AWS::Serverless::Api",
    "AWS::Serverless::Function",
}
PER_TIMEOUT = 6  # what Lambda asks of a queue's visibility
FORTNIGHT = 14 * 24 * 3600


def names(kind: type[Any]) -> set[str]:
    """What app.py calls its functions of one kind, as logical ids."""
    return {each.name.title() for each in product.app.event_sources if isinstance(each, kind)}


def test_the_functions_are_those_of_app_py(sam: Sam) -> None:
    kinds = (SQSEventConfig, DynamoDBEventConfig, ScheduledEventConfig)

    declared = set().union(*map(names, kinds))

    assert set(sam.functions) == declared | {"APIHandler"}
    assert set(sam.sources("SQS")) == names(SQSEventConfig)
    assert set(sam.sources("DynamoDB")) == names(DynamoDBEventConfig)
    assert set(sam.sources("Schedule")) == names(ScheduledEventConfig)


def test_every_route_of_the_application_is_in_the_api(sam: Sam) -> None:
    paths = sam.resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]

    routes = {(path, method.lower()) for path, by in product.app.routes.items() for method in by}

    assert {(path, method) for path, methods in paths.items() for method in methods} == routes


def test_every_function_says_what_it_runs_on(sam: Sam) -> None:
    for function in sam.functions.values():
        assert function["Runtime"] == "python3.13"
        assert function["Architectures"] == ["arm64"]
        assert function["MemorySize"] >= 512
        assert function["Timeout"] in (29, 30, 60, 90)
        assert function["Tracing"] == "PassThrough"  # China has no X-Ray on Lambda


def test_the_api_answers_before_its_gateway_gives_up(sam: Sam) -> None:
    assert sam.functions["APIHandler"]["Timeout"] <= 29


def test_every_function_has_a_log_of_its_own_that_ends(sam: Sam) -> None:
    groups = sam.of_type("AWS::Logs::LogGroup")

    for name, function in sam.functions.items():
        group = groups[f"{name}Logs"]
        assert (
            group["LogGroupName"]["Fn::Sub"]
            == f"/aws/lambda/{function['FunctionName']['Fn::Sub']}"
        )
        assert group["RetentionInDays"] == {"Ref": "LogRetention"}
        assert sam.resources[name]["DependsOn"] == f"{name}Logs"


def test_a_queue_function_hands_back_only_what_failed(sam: Sam) -> None:
    for name, source in sam.sources("SQS").items():
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["Queue"] == {"Fn::Sub": f"${{{name}Queue.Arn}}"}
        assert source["BatchSize"] == (1 if name == "Pull" else 10)
        assert 2 <= source["ScalingConfig"]["MaximumConcurrency"] <= 100


def test_a_stream_function_loses_nothing_silently(sam: Sam) -> None:
    streams = {"Count": "OrdersTable", "Publish": "OrdersTable", "Follow": "StockTable"}
    for name, source in sam.sources("DynamoDB").items():
        assert source["Stream"] == {"Fn::GetAtt": [streams[name], "StreamArn"]}
        assert source["StartingPosition"] == "TRIM_HORIZON"
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert source["BisectBatchOnFunctionError"] is True
        assert 0 < source["MaximumRetryAttempts"] < 100
        assert source["DestinationConfig"]["OnFailure"] == {
            "Type": "SQS",
            "Destination": {"Fn::GetAtt": ["StreamDeadQueue", "Arn"]},
        }
        assert source["BatchSize"] == 100


def test_a_timer_that_is_late_leaves_it_to_the_next(sam: Sam) -> None:
    slower = {
        **dict.fromkeys(("Verify", "Watch", "Price", "Reconcile", "Complete"), "1 hour"),
        "Promise": "10 minutes",
        "Replan": "5 minutes",
    }
    for name, source in sam.sources("Schedule").items():
        assert source["Schedule"] == f"rate({slower.get(name, '1 minute')})"
        assert sam.functions[name]["EventInvokeConfig"] == {
            "MaximumRetryAttempts": 0,
            "MaximumEventAgeInSeconds": 60,
        }


def test_every_queue_of_the_flow_is_there_by_its_name(sam: Sam) -> None:
    queues = sam.of_type("AWS::SQS::Queue").values()

    found = {queue["QueueName"]["Fn::Sub"].removeprefix("${AWS::StackName}-") for queue in queues}

    dead = {f"{name}-dead" for name in flow.QUEUES}
    assert found == {*flow.QUEUES, *dead, "stream-dead"}


def test_every_queue_has_its_dead_letters_and_time_enough(sam: Sam) -> None:
    queues, functions = sam.of_type("AWS::SQS::Queue"), sam.functions

    for name in sam.sources("SQS"):
        queue, dead = queues[f"{name}Queue"], queues[f"{name}DeadQueue"]
        assert queue["RedrivePolicy"] == {
            "deadLetterTargetArn": {"Fn::GetAtt": [f"{name}DeadQueue", "Arn"]},
            "maxReceiveCount": 5,
        }
        assert queue["VisibilityTimeout"] >= PER_TIMEOUT * functions[name]["Timeout"]
        assert dead["MessageRetentionPeriod"] == FORTNIGHT
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())


def test_no_table_can_be_lost_by_accident(sam: Sam) -> None:
    tables = sam.of_type("AWS::DynamoDB::Table")

    assert set(tables) == {"OrdersTable", "StockTable", "MerchantsTable", "InsightTable"}
    for name, table in tables.items():
        assert sam.resources[name]["DeletionPolicy"] == "Retain"
        assert sam.resources[name]["UpdateReplacePolicy"] == "Retain"
        assert table["DeletionProtectionEnabled"] is True
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["SSESpecification"] == {"SSEEnabled": True}
        assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_indexes_carry_keys_only(sam: Sam) -> None:
    for table in sam.of_type("AWS::DynamoDB::Table").values():
        for index in table.get("GlobalSecondaryIndexes", ()):
            assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_tables_and_queues_can_be_read_without_cloudformation(sam: Sam) -> None:
    easy = {"Ref", "Fn::Sub", "Fn::GetAtt"}
    kinds = ("AWS::DynamoDB::Table", "AWS::SQS::Queue")

    text = json.dumps([sam.of_type(kind) for kind in kinds])

    assert set(re.findall(r'"(Ref|Fn::\w+|Condition)":', text)) <= easy


def test_every_arn_fits_every_partition(sam: Sam) -> None:
    with_arn = [text for text in strings(sam.document) if "arn:" in text]

    assert with_arn
    for text in with_arn:
        assert re.findall(r"arn:(?!\$\{AWS::Partition\})", text) == [], text


def test_every_host_name_fits_every_partition(sam: Sam) -> None:
    hosts = [text for text in strings(sam.document) if "https://" in text]

    assert hosts
    assert all("${AWS::URLSuffix}" in host and "amazonaws" not in host for host in hosts)


def test_no_service_is_used_that_china_lacks(sam: Sam) -> None:
    assert {each["Type"] for each in sam.resources.values()} <= IN_CHINA_TOO


def test_the_environment_names_resources_and_no_secrets(sam: Sam) -> None:
    variables = sam.document["Globals"]["Function"]["Environment"]["Variables"]

    assert all("Environment" not in function for function in sam.functions.values())
    for name, value in variables.items():
        assert isinstance(value, dict) or value in ("INFO", "60"), name
        assert not re.search("SECRET|TOKEN|PASSWORD|CREDENTIAL", name)
    assert variables["KEY_SOURCE"] == {"Fn::Sub": "kms:${TenantsKey.Arn}"}
    assert "WEBHOOK_PRIVATE" not in variables


def test_the_environment_says_what_the_settings_read(sam: Sam) -> None:
    settings = (ROOT / "shared/runtime/settings.py").read_text()
    given = set(sam.document["Globals"]["Function"]["Environment"]["Variables"])

    read = set(re.findall(r'env\.get\("(\w+)"', settings))

    of_the_log = {"POWERTOOLS_LOG_LEVEL"}
    have_good_defaults = {"CACHE_SECONDS", "WEBHOOK_PRIVATE"}
    assert given - of_the_log == read - have_good_defaults


def test_the_tenants_key_turns_and_stays(sam: Sam) -> None:
    key = sam.resources["TenantsKey"]

    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["DeletionPolicy"] == key["UpdateReplacePolicy"] == "Retain"


def test_the_api_is_regional_and_throttled(sam: Sam) -> None:
    api = sam.resources["RestAPI"]["Properties"]

    assert api["EndpointConfiguration"] == "REGIONAL"
    assert api["OpenApiVersion"] == "2.0"
    (throttle,) = api["MethodSettings"]
    assert throttle["ThrottlingRateLimit"] > 0


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", 404),
        ("RESOURCE_NOT_FOUND", 404),
        ("REQUEST_TOO_LARGE", 413),
        ("THROTTLED", 429),
        ("DEFAULT_4XX", 400),
        ("DEFAULT_5XX", 503),
    ],
)
def test_the_gateway_says_no_as_the_application_does(sam: Sam, kind: str, status: int) -> None:
    response = sam.resources["RestAPI"]["Properties"]["GatewayResponses"][kind]

    problem = json.loads(response["ResponseTemplates"]["application/json"])

    headers = response["ResponseParameters"]["Headers"]
    assert headers["Content-Type"] == "'application/problem+json'"
    assert ("Retry-After" in headers) == (status in (429, 503))
    assert response["StatusCode"] == problem["status"] == status
    assert problem["type"] == f"urn:tongdan:problem:{problem['code']}"
    chinese, english = problem["title"].split(" / ")
    assert not chinese.isascii()
    assert english.isascii()


def test_the_check_of_the_template_sees_faults(sam: Sam) -> None:
    document = json.loads(json.dumps(sam.document))
    document["Resources"]["ReviewQueue"]["Properties"]["VisibilityTimeot"] = 180
    document["Resources"]["Review"]["Properties"]["Runtime"] = "python2.7"

    found = check.findings(document, "cn-north-1")

    assert {finding.split(": ")[1].split("/")[1] for finding in found} == {"ReviewQueue", "Review"}


def test_the_template_is_built_once_and_the_same(built: Any, sam: Sam) -> None:
    path: Path = built.template

    document = json.loads(path.read_text(encoding="utf-8"))

    assert document == sam.document
