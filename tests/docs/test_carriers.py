"""docs/carriers.md against the adapters: names, abilities, events, troubles."""

import pytest

from shared.domain.tracking import Kind, Limits, Trouble
from shared.gateways.carriers import registry
from shared.gateways.carriers.port import Find, Form, Push
from tests.docs import pages

PAGE = "docs/carriers.md"
ROWS = {pages.code(row[0]): row for row in pages.table(PAGE, "Abilities")}
NEEDS = {pages.code(row[0]): row for row in pages.table(PAGE, "needs")}
FORMS = {Form.PDF: "PDF", Form.IMAGE: "图片", Form.HTML: "网页", Form.CLOUD: "云打印"}
FINDS = {Find.SEARCH: "按号查", Find.AGAIN: "同号再取"}
PUSHES = {Push.SIGNED: "签名", Push.UNSIGNED: "不签名，只当提示", Push.NONE: "没有"}
FLAGS = {True: "是", False: "否"}


def test_every_account_has_its_rows() -> None:
    assert tuple(ROWS) == tuple(NEEDS) == registry.names()


@pytest.mark.parametrize("name", registry.names())
def test_a_row_tells_what_the_adapter_can(name: str) -> None:
    caps = registry.of(name).caps
    flags = [FLAGS[can] for can in (caps.query, caps.subscribe, caps.subs, caps.collect)]
    tokens = " ".join(f"`{kind}`" for kind in caps.tokens) or "不接"
    told = [tokens, FORMS[caps.print], FINDS[caps.find], PUSHES[caps.push], *flags]

    assert ROWS[name][2:] == told


@pytest.mark.parametrize("name", registry.names())
def test_a_row_names_what_an_account_gives(name: str) -> None:
    adapter = registry.of(name)

    assert NEEDS[name][3] == " ".join(f"`{secret}`" for secret in adapter.secrets)
    assert all(f"`{option}`" in NEEDS[name][4] for option in adapter.options)


def test_every_event_and_every_trouble_is_told() -> None:
    assert [pages.code(row[0]) for row in pages.table(PAGE, "Events")] == list(Kind)
    assert [pages.code(row[0]) for row in pages.table(PAGE, "Troubles")] == list(Trouble)


def test_the_limits_are_the_ones_that_are_meant() -> None:
    told = {pages.code(row[0]): row[1] for row in pages.table(PAGE, "Troubles")}

    assert f" {Limits().quiet} 小时" in told[Trouble.NO_MOVEMENT]
    assert f" {Limits().delivery} 小时" in told[Trouble.SLOW_DELIVERY]
