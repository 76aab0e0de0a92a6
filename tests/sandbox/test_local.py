"""The sandboxes beside the local stack, and the commands that speak to them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.cli.exits import Exit
from infra.local import env, ports, processes, state
from infra.local.home import Home
from infra.local.state import Ports, State
from infra.sandbox import kinds
from infra.sandbox.__main__ import opened
from infra.sandbox.control import Control
from infra.sandbox.markets.youzan import Youzan
from infra.sandbox.server import Server
from shared.gateways.payments import providers
from shared.gateways.payments.port import Method
from tests.cli.conftest import Command
from tests.support import sandboxes
from tests.support.build import Merchant
from tests.support.sandboxes import Sandbox

PLAIN = Ports(1, 2, 3)


def test_without_being_asked_for_there_is_none(tmp_path: Path) -> None:
    chosen = ports.choose(None, State(1, PLAIN))

    assert chosen.sandboxes == {}
    assert processes.sandboxes(Home.at(tmp_path), State(1, PLAIN)) == []


@pytest.mark.parametrize("api", [None, 0])
def test_each_gets_a_port_and_all_one_process(tmp_path: Path, api: int | None) -> None:
    chosen = ports.choose(api, None, sandbox=True)
    (spec,) = processes.sandboxes(Home.at(tmp_path), State(1, chosen))

    assert list(chosen.sandboxes) == list(kinds.ALL)
    assert len({chosen.api, chosen.dynamodb, chosen.sqs, *chosen.sandboxes.values()} - {0}) == (
        3 + len(kinds.ALL)
    )
    assert str(tmp_path / "data/sandbox") in spec.command
    assert f"pdd={chosen.sandboxes['pdd']}" in spec.command


def test_a_stack_that_died_gets_its_sandboxes_back() -> None:
    before = State(1, ports.choose(0, None, sandbox=True))

    assert ports.choose(None, before, sandbox=True) == before.ports


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"wechat": 4, "alipay": 5}, {"wechat": 4, "alipay": 5}),
        ({"wechat": 0, "alipay": 0}, {}),
        ({"sandboxes": {"taobao": 6}}, {"taobao": 6}),
        ({}, {}),
    ],
)
def test_the_state_of_an_older_stack_can_be_read(
    tmp_path: Path, written: dict[str, Any], meant: dict[str, int]
) -> None:
    home = Home.at(tmp_path)
    home.make()
    ports_ = {"api": 1, "dynamodb": 2, "sqs": 3, **written}
    document = {"supervisor": 7, "ports": ports_, "ready": True, "processes": {}}
    (home.path / "state.json").write_text(json.dumps(document))

    assert state.read(home) == State(7, Ports(1, 2, 3, meant), ready=True)


@pytest.mark.parametrize("name", kinds.ALL)
def test_each_answers_where_it_stands_and_says_how_to_be_connected(
    tmp_path: Path, name: str
) -> None:
    one, server = opened(name, 0, tmp_path)

    assert Control(int(one.url.rpartition(":")[2])).get("/account")["endpoint"].startswith(one.url)
    server.close()


def test_providers_are_told_where_the_local_product_stands(tmp_path: Path) -> None:
    given = env.environment(Home.at(tmp_path), State(1, PLAIN))

    assert given["PUBLIC_URL"] == "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def wechat() -> Iterator[Sandbox]:
    with sandboxes.wechat_pay() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def alipay() -> Iterator[Sandbox]:
    with sandboxes.alipay_pay() as sandbox:
        yield sandbox


@pytest.fixture
def youzan() -> Iterator[Youzan]:
    market = Youzan(pauses=())
    server = Server(market.answer)
    market.url = server.url
    server.start()
    yield market
    server.close()


@pytest.fixture
def tongdan(
    wechat: Sandbox, alipay: Sandbox, youzan: Youzan, tmp_path: Path, acme: Merchant
) -> Command:
    """The command beside a stack that has sandboxes."""
    urls = {"wechat": wechat.url, "alipay": alipay.url, "youzan": youzan.url}
    places = {name: int(url.rpartition(":")[2]) for name, url in urls.items()}
    home = Home.at(tmp_path / "home")
    home.make()
    state.write(home, State(1, Ports(1, 2, 3, places)), {})
    return Command(home.path, acme.token)


def test_all_who_are_simulated_are_listed(tongdan: Command, youzan: Youzan) -> None:
    known = tongdan.json("sandbox", "list")["sandboxes"]

    assert [one["kind"] for one in known] == ["payment", "payment", "platform"]
    assert known[-1] == {"name": "youzan", "kind": "platform", "url": youzan.url}


def test_a_shop_is_connected_with_its_platform_however_often_it_is_said(
    tongdan: Command, youzan: Youzan
) -> None:
    first = tongdan.json("sandbox", "shop", "youzan", "weidian")
    again = tongdan.json("sandbox", "shop", "youzan", "weidian")

    assert (again["shop"], again["channel"], again["endpoint"]) == (
        "weidian",
        "youzan",
        youzan.url,
    )
    assert first == again
    assert list(again["carriers"]) == ["simulated"]
    assert tongdan.json("links", "check", "weidian")["ok"]


def test_buyers_order_and_change_their_minds(tongdan: Command) -> None:
    made = tongdan.json("sandbox", "orders", "youzan", "--count", "3", "--over", "60")["made"]
    more = tongdan.json("sandbox", "orders", "youzan", "--count", "2")["made"]
    moved = tongdan("sandbox", "change", "youzan", made[0], "--state", "cancelled")
    truth = tongdan.json("sandbox", "truth", "youzan")["orders"]

    assert len({*made, *more}) == len(truth) == 5
    assert moved.stdout == f"{made[0]}: cancelled\n"
    assert truth[made[0]]["state"] == "cancelled"


@pytest.mark.parametrize("provider", ["wechat", "alipay"])
def test_an_account_goes_to_the_sandbox_however_often_it_is_said(
    tongdan: Command, provider: str
) -> None:
    first = tongdan.json("sandbox", "account", provider)
    again = tongdan.json("sandbox", "account", provider)

    assert again == first
    assert first["id"] == provider
    assert first["endpoint"].startswith("http://127.0.0.1:")
    checked = tongdan.json("payments", "accounts", "check", provider)
    assert [fault["code"] for fault in checked["faults"]] in ([], ["no-public-url"])


def test_a_person_pays_by_the_number_of_the_payment(tongdan: Command, wechat: Sandbox) -> None:
    asked = sandboxes.wanted("paid-by-hand-01", Method.NATIVE)
    providers.of("wechat").create(wechat.account(), asked, sandboxes.now())

    said = tongdan("sandbox", "pay", "paid-by-hand-01")
    known = tongdan.json("sandbox", "trades")["trades"]

    assert said.stdout == "paid-by-hand-01 is paid\n"
    assert ("wechat", "paid-by-hand-01", "paid") in {
        (trade["provider"], trade["number"], trade["state"]) for trade in known
    }


def test_a_trick_is_planned(tongdan: Command, alipay: Sandbox) -> None:
    tongdan("sandbox", "trick", "alipay", "--on", "notice", "--what", "double", "--times", "2")

    (planned,) = alipay.desk.mischief.planned
    assert (planned.on, planned.what, planned.times) == ("notice", "double", 2)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("pay", "nobody-01"), Exit.NOT_FOUND),
        (("account", "cash"), Exit.NOT_FOUND),
        (("trick", "wechat", "--on", "refund", "--what", "nonsense"), Exit.REFUSED),
        (("shop", "wechat"), Exit.NOT_FOUND),
        (("orders", "shopify"), Exit.NOT_FOUND),
        (("change", "youzan", "none", "--state", "shipped"), Exit.REFUSED),
        (("change", "youzan", "none", "--state", "nonsense"), Exit.REFUSED),
    ],
)
def test_what_cannot_be_done_is_said(tongdan: Command, words: tuple[str, ...], code: Exit) -> None:
    said = tongdan("sandbox", *words)

    assert said.exit_code == code
    assert said.stderr.startswith("The sandbox says no: ")


def test_where_no_sandbox_runs_it_says_how_to_start_one(tmp_path: Path, acme: Merchant) -> None:
    home = Home.at(tmp_path)
    home.make()
    state.write(home, State(1, PLAIN), {})

    said = Command(tmp_path, acme.token)("sandbox", "trades")

    assert (said.exit_code, "tongdan up --sandbox" in said.stderr) == (Exit.REFUSED, True)
    assert json.loads((tmp_path / "state.json").read_text())["ports"]["sandboxes"] == {}
