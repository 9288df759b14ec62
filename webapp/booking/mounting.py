"""Mounting the pages of ordering, with the door that leads to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import catalogue, scheduling
from services.core.vendor import vendor
from services.core.wording import format_both
from webapp.booking import choosing, late, paying, session_page, standing, steps, trust, wishes
from webapp.booking.blueprint import blueprint
from webapp.i18n import current_locale, gettext
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import Door, contribute
from webapp.request import db, now, viewer_zone

if TYPE_CHECKING:
    from flask import Flask

VIEWS = (choosing, standing, steps, paying, late, session_page, trust, wishes)


def nearest_note() -> str:
    """«Nearest time: …», or nothing when there is none; never a price."""
    services = catalogue.list_services(db())
    if not services:
        return ""
    zone = viewer_zone()
    found = scheduling.nearest(db(), service=services[0], n=1, customer_zone=zone, now=now())
    if not found:
        return ""
    when = format_both(found[0].start, None, zone, vendor(db()).zone, current_locale())
    return gettext("Nearest time: %(when)s. The price is known before you book.", when=when)


DOOR = Door(
    flow="session",
    order=20,
    kind=_l("Paid, once"),
    title=_l("One-off remote session"),
    paragraphs=(
        _l("A specialist connects to your computer at the agreed time and sorts it out on the spot."),
        _l("“Nothing works” and “I don’t know what project we have” are description enough."),
    ),
    action=_l("Choose a time"),
    endpoint="prices.services",
    note=nearest_note,
)


def mount(app: Flask) -> None:
    """Serve the pages and put their door on the start page."""
    app.register_blueprint(blueprint)
    contribute(app, doors=[DOOR])
