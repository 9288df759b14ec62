"""What a check is, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of an invariant; its query gives a row (subject, facts) for each breach."""

    code: str
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach: `code` is the invariant's (I1 … I10), `name` the condition, `subject` the thing.

    `facts` are references, codes and minor units; nothing personal.
    """

    code: str
    name: str
    subject: str
    facts: dict[str, Any]


def look(db: Session, checks: Iterable[Check], moments: Mapping[str, object]) -> list[Finding]:
    """Ask each query; `moments` are what it may ask by name."""
    db.flush()
    found = []
    for check in checks:
        for subject, facts in db.execute(text(check.query), moments):
            found.append(Finding(check.code, check.name, subject, facts or {}))
    return found
