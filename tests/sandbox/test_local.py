"""The sandboxes beside the local stack, and the commands that speak to them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.cli.exits import Exit
from infra.local import env, ports, processes, state
from infra.local.home import Home
from infra.local.state import Ports, State
from shared.gateways.payments import providers
from shared.gateways.payments.port import Method
from tests.cli.conftest import Command
from tests.support import sandboxes
from tests.support.build import Merchant
from tests.support.sandboxes import Sandbox

PLAIN = Ports(1, 2, 3)


def test_without_being_asked_for_there_is_none(tmp_path: Path) -> None:
    chosen = ports.choose(None, State(1, PLAIN))

    assert (chosen.wechat, chosen.alipay) == (0, 0)
    assert processes.sandboxes(Home.at(tmp_path), State(1, PLAIN)) == []


@pytest.mark.parametrize("api", [None, 0])
def test_each_gets_a_port_and_a_process(tmp_path: Path, api: int | None) -> None:
    chosen = ports.choose(api, None, sandbox=True)
    specs = processes.sandboxes(Home.at(tmp_path), State(1, chosen))

    assert 0 not in (chosen.wechat, chosen.alipay)
    assert [(spec.name, spec.port) for spec in specs] == [
        ("sandbox-wechat", chosen.wechat),
        ("sandbox-alipay", chosen.alipay),
    ]
    assert str(tmp_path / "data/sandbox") in specs[0].command


def test_a_stack_that_died_gets_its_sandboxes_back() -> None:
    before = State(1, Ports(*(ports.free() for _ in range(5))))

    assert ports.choose(None, before, sandbox=True) == before.ports


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
def tongdan(wechat: Sandbox, alipay: Sandbox, tmp_path: Path, acme: Merchant) -> Command:
    """The command beside a stack that has sandboxes."""
    places = (int(each.url.rpartition(":")[2]) for each in (wechat, alipay))
    home = Home.at(tmp_path / "home")
    home.make()
    state.write(home, State(1, Ports(1, 2, 3, *places)), {})
    return Command(home.path, acme.token)


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
    assert json.loads((tmp_path / "state.json").read_text())["ports"]["wechat"] == 0
