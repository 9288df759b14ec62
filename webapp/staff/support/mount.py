"""Mounting the free desk. Its blueprints stand in `FREE_BLUEPRINTS`, too (`webapp/app.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.staff.frame import mount_all
from webapp.staff.panels import add_session_panel
from webapp.staff.support import (
    articles,
    business_hours,
    calls,
    canned,
    connection,
    contacts,
    conversation,
    misses,
    queue,
    regulation,
    request,
)
from webapp.staff.waiting import add_waiting

if TYPE_CHECKING:
    from flask import Flask


def mount(app: Flask) -> None:
    """Serve its areas."""
    mount_all(
        app,
        [
            (queue.blueprint, queue.NAV),
            (calls.blueprint, []),
            (request.blueprint, []),
            (conversation.blueprint, []),
            (connection.blueprint, []),
            (canned.blueprint, canned.NAV),
            (contacts.blueprint, contacts.NAV),
            (misses.blueprint, misses.NAV),
            (articles.blueprint, articles.NAV),
            (regulation.blueprint, regulation.NAV),
            (business_hours.blueprint, business_hours.NAV),
        ],
    )
    add_session_panel(app, connection.request_panel)
    add_waiting(app, ("coordinator", "specialist"), queue.waiting_for_staff)
    add_waiting(app, contacts.KEEPERS, contacts.waiting)
    add_waiting(app, regulation.WRITERS, regulation.waiting)
