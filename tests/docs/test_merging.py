"""What must be equal for orders to share a box: the page against the table of the code."""

from shared.domain.merging import WAYS, Part
from tests.docs import pages

PAGE = "docs/statuses-and-holds.md"


def test_the_channels_and_their_keys_are_those_of_the_code() -> None:
    told = {
        channel: (pages.codes(clear), pages.codes(sealed))
        for names, clear, sealed, _ in pages.table(PAGE, "Merging")
        for channel in pages.codes(names)
    }

    assert told == {
        channel: ([part.value for part in way.clear], [part.value for part in way.sealed])
        for channel, way in WAYS.items()
    }


def test_every_part_of_a_key_is_explained() -> None:
    section = pages.section(PAGE, "Merging")

    assert [part for part in Part if f"`{part}`" not in section] == []
