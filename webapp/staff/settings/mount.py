"""Mounting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.staff.enquiries import views as enquiries
from webapp.staff.frame import mount_all
from webapp.staff.missing import add_missing
from webapp.staff.settings import accounts, limits, prices, requisites, sellers, signing
from webapp.staff.settings.unsettled import unsettled
from webapp.staff.waiting import add_waiting
from webapp.staff.wishes import views as wishes

if TYPE_CHECKING:
    from flask import Flask


def mount(app: Flask) -> None:
    """Serve the areas."""
    mount_all(
        app,
        [
            (sellers.blueprint, sellers.NAV),
            (requisites.blueprint, []),
            (accounts.blueprint, []),
            (signing.blueprint, []),
            (prices.blueprint, prices.NAV),
            (limits.blueprint, limits.NAV),
            (enquiries.blueprint, enquiries.NAV),
            (wishes.blueprint, wishes.NAV),
        ],
    )
    add_missing(app, unsettled)
    add_waiting(app, enquiries.READERS, enquiries.new_ones)
