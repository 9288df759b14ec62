"""The blueprint of a request's own page, `/r/<number>/<token>`."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("follow", __name__, url_prefix="/r/<number>/<token>")
