"""What waits for somebody: each area names its own, today shows them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

_KEY = "priyom.waiting"


@dataclass(frozen=True)
class Waiting:
    """One thing to be looked at: `what` in a few words, `note` beneath it, `url` where it is done."""

    what: Any
    note: Any
    url: str


if TYPE_CHECKING:
    Finder = Callable[[Session], list[Waiting]]


def add_waiting(app: Flask, roles: tuple[str, ...], finder: Finder) -> None:
    """Let `finder` tell those with any of `roles` what waits for them."""
    app.extensions.setdefault(_KEY, []).append((frozenset(roles), finder))


def what_waits(db: Session, *, roles: frozenset[str]) -> list[Waiting]:
    """Everything that waits for somebody with `roles`, in the order of the areas."""
    finders = cast("list[tuple[frozenset[str], Finder]]", current_app.extensions.get(_KEY, []))
    return [one for allowed, find in finders if allowed & roles for one in find(db)]
