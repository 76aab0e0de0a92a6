"""What every command has: its output, its language, and the API when it wants it."""

from dataclasses import dataclass
from functools import cached_property

import httpx

from infra.cli import local, profile, retry, surroundings
from infra.cli.client import Client
from infra.cli.exits import Exit, Stop
from infra.cli.output import Output
from infra.cli.words import Lang, Words


@dataclass(frozen=True, slots=True)
class Choices:
    """The options that every command takes; None and False mean not given."""

    json: bool = False
    lang: Lang | None = None
    url: str | None = None
    key: str | None = None

    def over(self, other: "Choices") -> "Choices":
        """These choices where given, the other ones where not."""
        return Choices(
            json=self.json or other.json,
            lang=self.lang or other.lang,
            url=self.url or other.url,
            key=self.key or other.key,
        )


class Session:
    def __init__(self, choices: Choices, transport: httpx.BaseTransport | None = None) -> None:
        self._choices = choices
        self._transport = transport
        self.words = Words(choices.lang or surroundings.lang())
        self.out = Output(self.words, as_json=choices.json)

    @cached_property
    def profile(self) -> profile.Profile:
        return profile.load()

    @property
    def named_url(self) -> str:
        """The server, where somebody named one; empty means the local stack's, wherever it is."""
        return self._choices.url or surroundings.given("TONGDAN_URL") or self.profile.url

    @property
    def url(self) -> str:
        return self.named_url or local.url()

    @property
    def key(self) -> str:
        return self._choices.key or surroundings.given("TONGDAN_KEY") or self.profile.key

    @cached_property
    def api(self) -> Client:
        return self.client(retry.BRIEF)

    def client(self, attempts: int) -> Client:
        """The API, asked so many times more when it does not answer."""
        if not self.key or not self.key.isascii():
            raise Stop(Exit.USAGE, "no-key")
        lang, transport = self.words.lang, self._transport
        try:
            return Client(self.url, self.key, lang, attempts=attempts, transport=transport)
        except httpx.InvalidURL as error:
            raise Stop(Exit.USAGE, "bad-url", url=self.url) from error
