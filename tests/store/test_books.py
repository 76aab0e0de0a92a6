"""Books of rules at rest: editions never change, and two who publish at once do not both win."""

from dataclasses import replace

import pytest

from shared.domain.audit import Audit
from shared.domain.edition import Draft, Edition
from shared.domain.errors import Conflict, NotFound, TooLarge
from shared.runtime import cache
from shared.store import audits, books
from tests.support import build
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.rulebook import documents, leaf, rule, rules

AUDIT = Audit(build.NOON, "key:a", "rules", "1", {}, {})


def made(number: int, *ids: str) -> Edition:
    return Edition(number, documents(rules(*map(rule, ids))), build.NOON, "key:a", "note")


def publish(acme: Merchant, new: Edition, drawn: Draft | None = None) -> None:
    books.rules.publish(acme.id, new, replace(AUDIT, id=str(new.number)), None, drawn)


def test_an_edition_is_read_back_as_it_was_written(acme: Merchant) -> None:
    publish(acme, made(1, "a", "b"))

    assert books.rules.newest(acme.id) == books.rules.edition(acme.id, 1) == made(1, "a", "b")
    assert [one.id for one in books.rules.current(acme.id).rules] == ["a", "b"]
    assert books.rules.current(acme.id).version == 1


def test_of_two_who_publish_at_once_one_is_told(acme: Merchant) -> None:
    publish(acme, made(1, "a"))
    publish(acme, made(2, "b"))

    with pytest.raises(Conflict):
        publish(acme, made(2, "c"))

    assert books.rules.newest(acme.id) == books.rules.edition(acme.id, 2) == made(2, "b")


def test_what_fails_leaves_nothing_behind(acme: Merchant, engine: Engine) -> None:
    publish(acme, made(1, "a"))
    before = engine.owned(acme.id)

    with pytest.raises(Conflict):
        publish(acme, made(3, "c"))  # there is no second
    with pytest.raises(Conflict):
        publish(acme, made(2, "c"), Draft(version=7))  # nor a draft of this version

    assert engine.owned(acme.id) == before


def test_an_edition_and_who_published_it_are_written_together(acme: Merchant) -> None:
    publish(acme, made(1, "a"))

    assert [one.id for _, one in audits.page(acme.id, build.NOON[:7], "", 10)] == ["1"]


def test_the_draft_knows_the_edition_that_was_made_from_it(acme: Merchant) -> None:
    books.rules.save(acme.id, Draft(made(1, "a").rules))
    drawn = books.rules.draft(acme.id)

    publish(acme, made(1, "a"), drawn)

    after = books.rules.draft(acme.id)
    assert (drawn.version, drawn.base) == (1, 0)
    assert (after.version, after.base, after.rules) == (2, 1, drawn.rules)


def test_a_draft_is_written_only_over_the_one_that_was_read(acme: Merchant) -> None:
    books.rules.save(acme.id, Draft(made(1, "a").rules))

    with pytest.raises(Conflict):
        books.rules.save(acme.id, Draft(made(1, "b").rules))

    assert books.rules.draft(acme.id).rules == made(1, "a").rules


def test_an_edition_that_there_is_not_is_not_found(acme: Merchant) -> None:
    with pytest.raises(NotFound):
        books.rules.edition(acme.id, 1)

    assert books.rules.edition(acme.id, 0) == Edition()


def test_editions_are_listed_from_a_number_down(acme: Merchant) -> None:
    for number in range(1, 12):
        publish(acme, made(number, "a"))

    assert [one.number for one in books.rules.editions(acme.id, 99, 3)] == [11, 10, 9]
    assert [one.number for one in books.rules.editions(acme.id, 3, 9)] == [2, 1]
    assert books.rules.editions(acme.id, 1, 9) == []


def test_rules_that_are_too_large_for_a_row_are_refused(acme: Merchant) -> None:
    many = [[f"{n:03d}-{at}-{hash((n, at)):x}" for at in range(900)] for n in range(40)]
    large = rules(*(rule(f"r{n}", when=leaf("skus", any=some)) for n, some in enumerate(many)))

    with pytest.raises(TooLarge):
        books.rules.save(acme.id, Draft(documents(large)))


def test_rules_are_read_once_however_often_they_are_forgotten(acme: Merchant) -> None:
    publish(acme, made(1, "a"))
    first = books.rules.current(acme.id)

    cache.forget()

    assert books.rules.current(acme.id) is first
