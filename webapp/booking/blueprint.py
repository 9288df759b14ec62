"""The blueprint of ordering and of a session's own page."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("booking", __name__)
