"""What is missing before customers come: each area names its own, the page of settings shows it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

_KEY = "priyom.missing"


@dataclass(frozen=True)
class Point:
    """One thing to settle before customers come; `url` leads to where it is done."""

    what: str
    why: str
    url: str = ""


if TYPE_CHECKING:
    Finder = Callable[[Session], list[Point]]


def add_missing(app: Flask, finder: Finder) -> None:
    """Let `finder` tell the administrator what an area still lacks."""
    app.extensions.setdefault(_KEY, []).append(finder)


def what_is_missing(db: Session) -> list[Point]:
    """What the areas that were mounted lack, in their order."""
    finders = cast("list[Finder]", current_app.extensions.get(_KEY, []))
    return [point for find in finders for point in find(db)]
