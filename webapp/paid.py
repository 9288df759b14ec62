"""The paid side of the web, mounted only where `billing` can be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp import booking, contracts, hooks, invoice, prices
from webapp.staff import comparison, money, settings

if TYPE_CHECKING:
    from flask import Flask


def mount_paid(app: Flask) -> None:
    """Mount everything that knows of prices, orders, payments and contracts."""
    for area in (prices, booking, invoice, contracts, hooks, money, settings, comparison):
        area.mount(app)
