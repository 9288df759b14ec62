"""Rows that are chained: each carries a hash over the one before it, so changes and gaps show."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BEGINNING: Final = bytes(32)
"""What stands before the first row."""


class Link(NamedTuple):
    """A row of a chain: its number (1, 2, …), the hash it carries, and everything that the hash covers."""

    n: int
    hash: bytes
    facts: Mapping[str, Any]


def chained(before: bytes, facts: Mapping[str, Any]) -> bytes:
    """SHA-256 of the hash before and `facts` in canonical JSON, moments in UTC."""
    return hashlib.sha256(before + json.dumps(facts, sort_keys=True, default=_text).encode()).digest()


def first_wrong(links: Iterable[Link]) -> int | None:
    """The n of the first link that doesn't follow from the one before it, of all in order; None: it holds."""
    before = BEGINNING
    for place, link in enumerate(links, 1):
        if link.n != place or link.hash != chained(before, link.facts):
            return place
        before = link.hash
    return None


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
