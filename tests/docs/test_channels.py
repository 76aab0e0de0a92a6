"""docs/channels.md against the adapters: names, capabilities, refusals."""

import pytest

from shared.domain.writeback import Numbers
from shared.gateways.channels import registry
from shared.gateways.channels.port import Push, Why
from tests.docs import pages

PAGE = "docs/channels.md"
ROWS = {pages.code(row[0]): row for row in pages.table(PAGE, "Platforms")}
SAID = {
    Push.HTTP: "HTTP",
    Push.SOCKET: "长连接，不用",
    Push.FETCHED: "要自己取，不用",
    Push.NONE: "没有",
    Numbers.ONE: "整单一个",
    Numbers.PER_SUB: "每个子订单一个",
    Numbers.MANY: "多个",
    True: "是",
    False: "否",
}


def test_every_platform_has_a_row() -> None:
    assert tuple(ROWS) == registry.names()


@pytest.mark.parametrize("name", ["taobao", "tmall", "pdd", "jd"])
def test_a_row_tells_what_the_adapter_can(name: str) -> None:
    caps = registry.of(name).caps
    figures = [str(number) for number in (caps.window, caps.lag, caps.page, caps.days)]
    flags = [
        SAID[it] for it in (caps.backwards, caps.push, caps.tokens, caps.numbers, caps.decides)
    ]

    assert ROWS[name][2:] == figures + flags


def test_every_refusal_is_told() -> None:
    assert [pages.code(row[0]) for row in pages.table(PAGE, "Refusals")] == list(Why)
