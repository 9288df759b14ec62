"""The blueprint of a bill's own page."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("invoice", __name__)
