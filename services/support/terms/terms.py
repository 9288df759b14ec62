"""Everything of a regulation that the program acts by, and its stored shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from services.core.texts import Texts
from services.support.terms.classes import (
    Classes,
    ClassRule,
    SupportClass,
    class_for,
    class_from_json,
    class_to_json,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA: Final = 1
IMPACTS: Final = ("stopped", "hampered", "inconvenient", "question")
"""What may be said of the impact, the gravest first; a regulation names each in words."""

ITEMS: Final = ("database", "access", "description", "check", "archive", "steps")
"""What every regulation can ask for; it may name more."""


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
            "classes": [class_to_json(one) for one in classes.classes],
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
        classes = tuple(class_from_json(row) for row in stored["classes"])
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
