"""The errors that the documents list against those that the code can give."""

import json

from infra.package import template
from shared.domain import errors
from shared.domain.errors import Refused
from shared.domain.words import CATALOGUE
from tests.docs import pages, sources

README = {pages.code(row[0]): int(row[1]) for row in pages.table("README.md", "Errors")}


def refusals() -> dict[str, int]:
    classes = [each for each in vars(errors).values() if isinstance(each, type)]
    return {each.code: each.status for each in classes if issubclass(each, Refused)}


def gateway() -> dict[str, int]:
    """What the gateway says before a request reaches the code."""
    responses = template.ours(pages.ROOT)["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]
    said = [
        json.loads(each["ResponseTemplates"]["application/json"]) for each in responses.values()
    ]
    return {each["code"]: each["status"] for each in said}


def test_the_errors_and_their_statuses_are_those_of_the_code_and_the_gateway() -> None:
    outages = {"internal": 500, "unavailable": 503}

    assert refusals() | outages | gateway() == README


def test_every_error_is_said_with_a_title_in_the_catalogue() -> None:
    of_code = README.keys() - {"throttled"}  # the gateway says this one alone

    assert {f"error.{code}" for code in of_code} <= CATALOGUE.keys()
    assert {f"title.{README[code]}" for code in of_code} <= CATALOGUE.keys()
    assert {
        code.removeprefix("error.") for code in CATALOGUE if code.startswith("error.")
    } <= of_code


def test_the_tree_in_the_docstring_has_every_refusal_with_its_status() -> None:
    drawn = errors.__doc__ or ""

    for name, each in vars(errors).items():
        if isinstance(each, type) and issubclass(each, Refused) and each is not Refused:
            line = next(line for line in drawn.splitlines() if f" {name} " in line)
            assert line.endswith(str(each.status))


def test_the_faults_of_fields_are_those_that_the_code_makes() -> None:
    told = [pages.code(row[0]) for row in pages.table("docs/errors.md", "Faults")]
    said = {code.removeprefix("fault.") for code in CATALOGUE if code.startswith("fault.")}

    assert set(told) == sources.faults() == said
    assert len(told) == len(set(told))
