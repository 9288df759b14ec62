"""The blueprint of the pages under /support."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("support", __name__, url_prefix="/support")
