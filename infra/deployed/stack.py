"""Put the built zip and template up as a CloudFormation stack."""

import json
import time
from collections.abc import Callable
from typing import Any

from infra.deployed import gaps
from infra.local.env import REGION, STACK
from infra.package import Built
from infra.package.template import with_code

BUCKET = "tongdan-code"
ZIP, TEMPLATE = "deployment.zip", "template.json"
PATIENCE = 120.0  # seconds
Say = Callable[[str], None]
Clients = Callable[[str], Any]  # a service's name -> its client


class NotCreated(Exception):
    """CloudFormation gave up; the message says at which resources and why."""


def create(built: Built, clients: Clients, say: Say, **parameters: str) -> dict[str, str]:
    """Create the stack, telling how far it is; return its outputs."""
    s3 = clients("s3")
    _upload(built, s3)
    cloudformation = clients("cloudformation")
    given = [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()]
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=f"{s3.meta.endpoint_url}/{BUCKET}/{TEMPLATE}",  # too long to be sent itself
        Parameters=given,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    stack = _await(cloudformation, say)
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def _upload(built: Built, s3: Any) -> None:
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=BUCKET, Key=ZIP, Body=built.archive.read_bytes())
    sam = with_code(json.loads(built.template.read_text(encoding="utf-8")), f"s3://{BUCKET}/{ZIP}")
    gaps.allow_batches(sam)
    s3.put_object(Bucket=BUCKET, Key=TEMPLATE, Body=json.dumps(sam).encode())


def _await(cloudformation: Any, say: Say) -> dict[str, Any]:
    end, before = time.monotonic() + PATIENCE, -1
    while time.monotonic() < end:
        stack = _described(cloudformation)
        made = _made(cloudformation)
        if made != before:
            say(f"creating the stack: {made} resources made")
            before = made
        if not stack["StackStatus"].endswith("IN_PROGRESS"):
            return _created(stack, cloudformation)
        time.sleep(0.2)
    raise NotCreated(f"not done after {PATIENCE:.0f} seconds")


def _described(cloudformation: Any) -> dict[str, Any]:
    return dict(cloudformation.describe_stacks(StackName=STACK)["Stacks"][0])


def _made(cloudformation: Any) -> int:
    resources = cloudformation.describe_stack_resources(StackName=STACK)["StackResources"]
    return sum(each["ResourceStatus"] == "CREATE_COMPLETE" for each in resources)


def _created(stack: dict[str, Any], cloudformation: Any) -> dict[str, Any]:
    if stack["StackStatus"] == "CREATE_COMPLETE":
        return stack
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [each for each in events if each["ResourceStatus"].endswith("FAILED")]
    why = [f"{each['LogicalResourceId']}: {each['ResourceStatusReason']}" for each in failed]
    raise NotCreated("; ".join(why) or stack["StackStatus"])
