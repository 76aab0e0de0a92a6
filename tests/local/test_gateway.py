"""The HTTP door: what the application gets, and what never reaches it."""

import json
from typing import Any

import pytest
from chalice.app import Chalice, Response

from infra.local.adapter import Request
from infra.local.gateway import LARGEST, Gateway


@pytest.fixture
def gateway() -> Gateway:
    app = Chalice("echo", configure_logs=False)

    @app.route("/v1/things/{name}/{part}", methods=["GET", "POST"])
    def parts(name: str, part: str) -> dict[str, Any]:
        request: Any = app.current_request
        return {
            "parameters": request.uri_params,
            "query": dict(request.query_params or {}),
            "all": {k: request.query_params.getlist(k) for k in request.query_params or {}},
            "agent": request.headers.get("user-agent"),
            "body": request.raw_body.decode(errors="replace"),
            "id": request.context["requestId"],
        }

    @app.route("/v1/things/{name}")
    def one(name: str) -> Response:
        return Response({"name": name}, status_code=201, headers={"X-Kind": "one"})

    @app.route("/v1/things/special")
    def special() -> dict[str, Any]:
        return {"special": True}

    return Gateway(app)


def ask(gateway: Gateway, path: str, method: str = "GET", **more: Any) -> tuple[int, Any]:
    status, _, body = gateway.answer(request(path, method, **more))
    return status, json.loads(body)


def request(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Request:
    raw_path, _, query = path.partition("?")
    given = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request(method, raw_path, query, given, body, "127.0.0.1", "id-1")


def test_path_parameters_are_decoded_after_the_path_is_split(gateway: Gateway) -> None:
    _, echo = ask(gateway, "/v1/things/a%2Fb/%E4%B8%AD+1")

    assert echo["parameters"] == {"name": "a/b", "part": "中+1"}


def test_a_parameter_given_twice_keeps_both_values_and_shows_the_last(gateway: Gateway) -> None:
    _, echo = ask(gateway, "/v1/things/a/b?tag=x&tag=y+z&empty=")

    assert echo["all"] == {"tag": ["x", "y z"], "empty": [""]}
    assert echo["query"] == {"tag": "y z", "empty": ""}


def test_headers_body_and_request_id_arrive(gateway: Gateway) -> None:
    _, echo = ask(gateway, "/v1/things/a/b", "POST", body="你好".encode(), user_agent="test")

    assert (echo["agent"], echo["body"], echo["id"]) == ("test", "你好", "id-1")


def test_a_body_that_is_no_text_arrives_byte_by_byte(gateway: Gateway) -> None:
    status, echo = ask(gateway, "/v1/things/a/b", "POST", body=b"\xff{")

    assert (status, echo["body"]) == (200, "�{")


def test_a_literal_path_goes_before_a_parameter(gateway: Gateway) -> None:
    assert ask(gateway, "/v1/things/special") == (200, {"special": True})


def test_status_and_headers_of_the_answer_are_kept(gateway: Gateway) -> None:
    status, headers, _ = gateway.answer(request("/v1/things/cup"))

    assert status == 201
    assert ("X-Kind", "one") in headers


@pytest.mark.parametrize("path", ["/", "/v1/nothing", "/v1/things/", "/v1/things/a/b/c"])
def test_an_unknown_path_is_refused_as_a_problem(gateway: Gateway, path: str) -> None:
    status, problem = ask(gateway, path)

    assert (status, problem["code"], problem["request_id"]) == (404, "not-found", "id-1")


def test_a_wrong_method_names_those_that_are_allowed(gateway: Gateway) -> None:
    status, headers, body = gateway.answer(request("/v1/things/a/b", "DELETE"))

    assert (status, json.loads(body)["code"]) == (405, "wrong-method")
    assert ("Allow", "GET, POST") in headers


def test_a_refusal_speaks_the_callers_language(gateway: Gateway) -> None:
    _, chinese = ask(gateway, "/v1/nothing")
    _, english = ask(gateway, "/v1/nothing", accept_language="en")

    assert chinese["title"] != english["title"]
    assert english["title"].isascii()


def test_a_body_over_the_limit_is_refused(gateway: Gateway) -> None:
    status, _, body = gateway.answer(request("/v1/things/a/b", "POST"), fits=False)

    assert (status, json.loads(body)["code"]) == (413, "too-large")
    assert LARGEST == 6 * 1024 * 1024
