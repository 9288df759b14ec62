"""Classes with their targets, and who falls into which.

The class of a request comes from the number of employees affected and the impact at receipt, never
from the customer; the first rule that fits decides, the default takes the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from services.core.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def class_to_json(one: SupportClass) -> dict[str, Any]:
    """The stored shape of a class."""
    texts = {"name": one.name.to_json(), "meaning": one.meaning.to_json()}
    targets = {"response_minutes": one.response_minutes, "resolution_minutes": one.resolution_minutes}
    return {"code": one.code, **texts, **targets}


def class_from_json(row: Mapping[str, Any]) -> SupportClass:
    """Read the stored shape."""
    texts = {name: Texts.from_json(row[name]) for name in ("name", "meaning")}
    return SupportClass(**{**row, **texts})
