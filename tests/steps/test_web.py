"""The outside world: where webhooks may go when nobody allows private addresses."""

import socket
from collections.abc import Iterator

import pytest

from shared.gateways import web
from shared.runtime.settings import settings
from tests.support.build import Merchant


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("WEBHOOK_PRIVATE")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


REFUSED = [
    *("http://93.184.215.14/", "ftp://93.184.215.14/", "//93.184.215.14/", "93.184.215.14", ""),
    *("https://127.0.0.1/", "https://127.1/", "https://localhost/", "https://0.0.0.0/"),
    *("https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.1.1/"),
    *("https://169.254.169.254/latest/meta-data/", "https://100.100.100.200/"),
    *("https://[::1]/", "https://[fe80::1]/", "https://[fd00:ec2::254]/"),
    *("https://[::ffff:127.0.0.1]/", "https://[::ffff:169.254.169.254]/", "https://[::]/"),
    *("https://2130706433/", "https://0x7f.1/", "https://224.0.0.1/", "https://255.255.255.255/"),
    *("https://user@127.0.0.1/", "https://93.184.215.14@127.0.0.1/"),
    *("https://nobody.invalid/", "https://" + "a" * 300 + "/", "https://a..b/", "https:///x"),
    *("https://[::1", "https://93.184.215.14:99999/", "https://93.184.215.14:x/"),
]


@pytest.mark.parametrize("url", REFUSED)
def test_only_public_addresses_are_called(strict: None, url: str) -> None:
    assert not web.allowed(url)
    assert web.post(url, b"{}", {}) == (0, "address not allowed")


@pytest.mark.parametrize(
    "url", ["https://93.184.215.14/hook", "https://93.184.215.14:8443/", "https://[2606:4700::1]/"]
)
def test_public_addresses_over_tls_are(strict: None, url: str) -> None:
    assert web.allowed(url)


@pytest.mark.parametrize("moved", ["127.0.0.1", "::1"])
def test_a_name_that_moves_inside_after_it_was_looked_up_hears_nothing(
    strict: None, monkeypatch: pytest.MonkeyPatch, moved: str
) -> None:
    """The name server's first answer is a public address, the one for the call is not."""
    family = socket.AF_INET6 if ":" in moved else socket.AF_INET
    with socket.create_server((moved, 0), family=family) as inside:
        port = inside.getsockname()[1]
        told = iter([(socket.AF_INET, "93.184.215.14"), (family, moved)])

        def looked_up(*_: object, **__: object) -> list[object]:
            kind, address = next(told)
            return [(kind, socket.SOCK_STREAM, 6, "", (address, port))]

        monkeypatch.setattr(socket, "getaddrinfo", looked_up)
        with pytest.raises(web.Unanswered) as refused:
            web.call("POST", f"https://shop.example:{port}/", b"secret", {})
        with inside.accept()[0] as line:
            assert (refused.value.sent, line.recv(100)) == (False, b"")


def test_a_private_address_is_refused_when_it_is_registered(strict: None, acme: Merchant) -> None:
    reply = acme.call("POST", "/v1/webhooks", {"id": "a", "url": "https://169.254.169.254/"})

    assert reply.status == 422
    assert [(f["field"], f["code"]) for f in reply.body["faults"]] == [("url", "bad-url")]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "https://10.0.0.1/"])
def test_the_local_stack_may_call_itself(url: str) -> None:
    assert web.allowed(url)


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/", "http:///", "nonsense", "http://[::1"])
def test_but_nothing_that_is_no_web_address(url: str) -> None:
    assert not web.allowed(url)
