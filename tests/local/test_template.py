"""Reading the template: what the engines are told to make."""

from pathlib import Path

import pytest

from infra.local import template

SMALL = """
Parameters:
  Stage: {Type: String, Default: test}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub ${AWS::StackName}-orders
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      DeletionProtectionEnabled: true
      TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
  Work:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Join
        - "-"
        - [a, b]
      VisibilityTimeout: 180
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
  Dead:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "${AWS::StackName}-${Stage}-dead"
  Count:
    Properties:
      FunctionName: !Sub ${AWS::StackName}-count
      Events:
        Stream: {Properties: {Stream: !GetAtt Orders.StreamArn, MaximumBatchingWindowInSeconds: 5}}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "template.yaml"
    file.write_text(SMALL)
    return file


def test_a_table_is_told_as_the_engine_wants_it(small: Path) -> None:
    (table,) = template.read(small).tables

    assert table.create["TableName"] == "tongdan-orders"
    assert table.create["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": "NEW_IMAGE",
    }
    assert "DeletionProtectionEnabled" not in table.create
    assert table.ttl == {"AttributeName": "ttl", "Enabled": True}


def test_a_queue_names_its_dead_letter_queue_which_comes_first(small: Path) -> None:
    dead, work = template.read(small).queues

    assert dead == template.Queue("tongdan-test-dead", {})
    assert work.attributes["VisibilityTimeout"] == "180"
    assert work.attributes["RedrivePolicy"] == (
        '{"deadLetterTargetArn": "arn:aws:sqs:cn-north-1:000000000000:tongdan-test-dead", '
        '"maxReceiveCount": 5}'
    )


def test_a_function_has_the_window_of_its_event_source(small: Path) -> None:
    assert template.read(small).windows == {"count": 5.0}


def test_the_projects_own_template_has_dead_letters_for_every_queue() -> None:
    names = {queue.name for queue in template.read().queues}

    steps = {name for name in names if not name.endswith("-dead")}

    assert {f"{name}-dead" for name in steps} | {"tongdan-stream-dead"} == names - steps
