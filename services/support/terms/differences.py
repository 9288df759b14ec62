"""In what two versions of the terms differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from services.support.terms.classes import bands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.support.terms.terms import Terms


class Difference(NamedTuple):
    """One place in which two versions differ; None where one of them has nothing there.

    `place` leads from the outside in: `("class", "2", "response_minutes")`, `("rules",)`,
    `("item", "database", "hint")`, `("pause",)`. Values are whole numbers, `Texts`,
    tuples of codes, and for the rules a tuple of each impact's code with its bands.
    """

    place: tuple[str, ...]
    before: object
    after: object


def differences(before: Terms, after: Terms) -> list[Difference]:
    """Every place in which two versions differ, in the order of a page; none when they are equal."""
    old, new = dict(_places(before)), dict(_places(after))
    return [
        Difference(place, old.get(place), new.get(place))
        for place in dict.fromkeys((*old, *new))
        if old.get(place) != new.get(place)
    ]


def _places(terms: Terms) -> Iterator[tuple[tuple[str, ...], object]]:
    classes = terms.classes
    for one in classes.classes:
        for name in ("name", "meaning", "response_minutes", "resolution_minutes"):
            yield ("class", one.code, name), getattr(one, name)
    yield ("classes",), tuple(one.code for one in classes.classes)
    # What the rules come to: two ways of writing the same are no difference.
    yield ("rules",), tuple((one.code, *bands(classes, impact=one.code)) for one in terms.impacts)
    for impact in terms.impacts:
        yield ("impact", impact.code), impact.name
    for item in terms.items:
        yield ("item", item.code, "name"), item.name
        yield ("item", item.code, "hint"), item.hint
    yield ("items",), tuple(item.code for item in terms.items)
    for name in ("pause", "solved", "reopen_days", "silence_days"):
        yield (name,), getattr(terms, name)
