"""The terms of a regulation as values: classes with their targets, and who falls into which.

Pure. The class of a request comes from the number of employees affected and the impact at
receipt, never from the customer; the first rule that fits decides, the default takes the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypedDict

from services.core.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA: Final = 1
IMPACTS: Final = ("stopped", "hampered", "inconvenient", "question")
"""What may be said of the impact, the gravest first; a regulation names each in words."""

ITEMS: Final = ("database", "access", "description", "check", "archive", "steps")
"""What every regulation can ask for; it may name more."""


class Targets(TypedDict):
    """Business time for the response and for the resolution."""

    response: timedelta
    resolution: timedelta


@dataclass(frozen=True, slots=True)
class SupportClass:
    """One class: its code, what it is called and means, its targets in minutes of business time."""

    code: str
    name: Texts
    meaning: Texts
    response_minutes: int
    resolution_minutes: int

    def __post_init__(self) -> None:
        """Refuse targets that contradict each other; raises ValueError."""
        if not 0 < self.response_minutes <= self.resolution_minutes:
            raise ValueError((self.response_minutes, self.resolution_minutes))

    @property
    def targets(self) -> Targets:
        """Both targets as the clocks take them."""
        response, resolution = self.response_minutes, self.resolution_minutes
        return {"response": timedelta(minutes=response), "resolution": timedelta(minutes=resolution)}


@dataclass(frozen=True, slots=True)
class ClassRule:
    """So many employees affected or more, with one of these impacts, make a class."""

    employees_at_least: int
    impacts: frozenset[str]
    class_code: str


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a version, the rules in their order, and the class of what fits none.

    Raises ValueError for a code that comes twice or is not among the classes.
    """

    classes: tuple[SupportClass, ...]
    rules: tuple[ClassRule, ...]
    default_code: str

    def __post_init__(self) -> None:
        """Refuse codes that name nothing, or two things."""
        codes = [one.code for one in self.classes]
        named = {self.default_code, *(rule.class_code for rule in self.rules)}
        if len(set(codes)) != len(codes) or not named <= set(codes):
            raise ValueError(codes, named)

    def named(self, code: str) -> SupportClass:
        """The class of a code; raises KeyError."""
        return {one.code: one for one in self.classes}[code]


def class_for(terms: Classes, *, employees: int, impact: str) -> SupportClass:
    """The one class of a request: the first rule that fits, else the default."""
    fitting = (
        rule.class_code
        for rule in terms.rules
        if employees >= rule.employees_at_least and impact in rule.impacts
    )
    return terms.named(next(fitting, terms.default_code))


class Band(NamedTuple):
    """So many employees or more, and fewer than `below` (None: however many), make one class."""

    at_least: int
    below: int | None
    class_code: str


def bands(terms: Classes, *, impact: str) -> list[Band]:
    """What the rules come to for one impact: the classes by numbers of employees, from nought up."""
    starts = sorted({0, *(max(0, rule.employees_at_least) for rule in terms.rules)})
    codes = [class_for(terms, employees=start, impact=impact).code for start in starts]
    steps = [
        (start, code)
        for start, code, before in zip(starts, codes, [None, *codes], strict=False)
        if code != before
    ]
    ends = [start for start, _code in steps[1:]]
    return [Band(start, below, code) for (start, code), below in zip(steps, [*ends, None], strict=True)]


class Impact(NamedTuple):
    """One answer to «what does it keep you from?»; `code` is of `IMPACTS`."""

    code: str
    name: Texts


class Item(NamedTuple):
    """Something that only the customer can give; to ask for it is what rests the clocks."""

    code: str
    name: Texts
    hint: Texts


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything of a regulation that the program acts by.

    `pause` and `solved` say in words what stops the clock and what counts as a solution. Days are
    business days: a solved request may be reopened for `reopen_days`, and one that waits for the
    customer is closed after `silence_days`. Raises ValueError.
    """

    classes: Classes
    impacts: tuple[Impact, ...]
    items: tuple[Item, ...]
    pause: Texts
    solved: Texts
    reopen_days: int
    silence_days: int

    def __post_init__(self) -> None:
        """Refuse impacts that are not the four, items that are missing or double, and no days."""
        codes = [item.code for item in self.items]
        if tuple(impact.code for impact in self.impacts) != IMPACTS:
            raise ValueError(self.impacts)
        if len(set(codes)) != len(codes) or not set(ITEMS) <= set(codes):
            raise ValueError(codes)
        if min(self.reopen_days, self.silence_days) < 1:
            raise ValueError(self.reopen_days, self.silence_days)

    def class_for(self, *, employees: int, impact: str) -> SupportClass:
        """The one class of a request."""
        return class_for(self.classes, employees=employees, impact=impact)

    def item(self, code: str) -> Item:
        """What may be asked for under this code; raises KeyError."""
        return {item.code: item for item in self.items}[code]

    def to_json(self) -> dict[str, Any]:
        """The stored shape; `schema` says how to read it."""
        classes = self.classes
        return {
            "schema": SCHEMA,
            "classes": [_class_to_json(one) for one in classes.classes],
            "rules": [
                {
                    "employees_at_least": rule.employees_at_least,
                    "impacts": sorted(rule.impacts),
                    "class_code": rule.class_code,
                }
                for rule in classes.rules
            ],
            "default_code": classes.default_code,
            "impacts": [{"code": one.code, "name": one.name.to_json()} for one in self.impacts],
            "items": [
                {"code": one.code, "name": one.name.to_json(), "hint": one.hint.to_json()}
                for one in self.items
            ],
            "pause": self.pause.to_json(),
            "solved": self.solved.to_json(),
            "reopen_days": self.reopen_days,
            "silence_days": self.silence_days,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Terms:
        """Read the stored shape; raises ValueError for a schema that is not known."""
        if stored["schema"] != SCHEMA:
            raise ValueError(stored["schema"])
        rules = (
            ClassRule(row["employees_at_least"], frozenset(row["impacts"]), row["class_code"])
            for row in stored["rules"]
        )
        classes = tuple(_class_from_json(row) for row in stored["classes"])
        text = Texts.from_json
        return cls(
            classes=Classes(classes, tuple(rules), stored["default_code"]),
            impacts=tuple(Impact(row["code"], text(row["name"])) for row in stored["impacts"]),
            items=tuple(Item(row["code"], text(row["name"]), text(row["hint"])) for row in stored["items"]),
            pause=text(stored["pause"]),
            solved=text(stored["solved"]),
            reopen_days=stored["reopen_days"],
            silence_days=stored["silence_days"],
        )


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


def _class_to_json(one: SupportClass) -> dict[str, Any]:
    texts = {"name": one.name.to_json(), "meaning": one.meaning.to_json()}
    targets = {"response_minutes": one.response_minutes, "resolution_minutes": one.resolution_minutes}
    return {"code": one.code, **texts, **targets}


def _class_from_json(row: Mapping[str, Any]) -> SupportClass:
    texts = {name: Texts.from_json(row[name]) for name in ("name", "meaning")}
    return SupportClass(**{**row, **texts})
