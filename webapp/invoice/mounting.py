"""Mounting the page of a bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.invoice import acts, page, paying, receipts
from webapp.invoice.blueprint import blueprint

if TYPE_CHECKING:
    from flask import Flask

VIEWS = (acts, page, paying, receipts)


def mount(app: Flask) -> None:
    """Serve the pages."""
    app.register_blueprint(blueprint)
