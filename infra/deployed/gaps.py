"""Where the emulator differs from AWS, and what makes up for it."""

import json
from pathlib import Path
from typing import Any

from infra.package.template import API_STAGE

# AWS asks for the right to the single call; the emulator wants one of the batch's own name.
OF_BATCHES = {
    "sqs:SendMessage": "sqs:SendMessageBatch",
    "sqs:DeleteMessage": "sqs:DeleteMessageBatch",
}


def allow_batches(sam: dict[str, Any]) -> None:
    """Let roles that may call an action call its batch, too."""
    for role in _of_type(sam, "AWS::IAM::Role"):
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                actions += [OF_BATCHES[action] for action in actions if action in OF_BATCHES]


def put_responses(template: Path, api: str, apigateway: Any) -> None:
    """Give the API the template's gateway responses: the emulator reads none out of its body."""
    sam = json.loads(template.read_text(encoding="utf-8"))
    responses = sam["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    for kind, response in responses.items():
        headers = response["ResponseParameters"]["Headers"].items()
        apigateway.put_gateway_response(
            restApiId=api,
            responseType=kind,
            statusCode=str(response["StatusCode"]),
            responseParameters={f"gatewayresponse.header.{k}": v for k, v in headers},
            responseTemplates=response["ResponseTemplates"],
        )
    apigateway.create_deployment(restApiId=api, stageName=API_STAGE)


def _of_type(sam: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in sam["Resources"].values() if each["Type"] == kind]
