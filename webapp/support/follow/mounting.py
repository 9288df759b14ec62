"""Mounting the page of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.support.follow import acting, connection, downloads, page
from webapp.support.follow.blueprint import blueprint

if TYPE_CHECKING:
    from flask import Flask

VIEWS = (acting, connection, downloads, page)


def mount(app: Flask) -> None:
    """Serve it."""
    app.register_blueprint(blueprint)
