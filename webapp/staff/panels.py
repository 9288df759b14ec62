"""What other areas add to a page of the desk, which doesn't know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

    from services.sessions.models import RemoteSession

_KEY = "priyom.session_panels"


@dataclass(frozen=True)
class Panel:
    """A box beside the facts of a session; `url` is empty when the reader may not go there."""

    title: Any
    rows: list[tuple[Any, Any]]
    url: str
    action: Any


if TYPE_CHECKING:
    Maker = Callable[[Session, RemoteSession], Panel | None]


def add_session_panel(app: Flask, maker: Maker) -> None:
    """Let `maker` speak on the staff's page of every session."""
    app.extensions.setdefault(_KEY, []).append(maker)


def session_panels(db: Session, session: RemoteSession) -> list[Panel]:
    """What the mounted areas have to say about a session."""
    makers = cast("list[Maker]", current_app.extensions.get(_KEY, []))
    return [panel for maker in makers if (panel := maker(db, session)) is not None]
