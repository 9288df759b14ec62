"""The terms of a regulation as values: classes with their targets, and who falls into which.

Pure. The class of a request comes from the number of employees affected and the impact at
receipt, never from the customer; the first rule that fits decides, the default takes the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.core.texts import Texts


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


def class_for(terms: Classes, *, employees: int, impact: str) -> SupportClass:
    """The one class of a request: the first rule that fits, else the default."""
    fitting = (
        rule.class_code
        for rule in terms.rules
        if employees >= rule.employees_at_least and impact in rule.impacts
    )
    code = next(fitting, terms.default_code)
    return next(one for one in terms.classes if one.code == code)
