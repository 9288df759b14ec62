"""Mounting the free desk. Its blueprints stand in `FREE_BLUEPRINTS`, too (`webapp/app.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.staff.frame import mount_all
from webapp.staff.support import articles, business_hours, regulation

if TYPE_CHECKING:
    from flask import Flask


def mount(app: Flask) -> None:
    """Serve its areas."""
    mount_all(
        app,
        [
            (articles.blueprint, articles.NAV),
            (regulation.blueprint, regulation.NAV),
            (business_hours.blueprint, business_hours.NAV),
        ],
    )
