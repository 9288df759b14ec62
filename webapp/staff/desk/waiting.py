"""What of the free side waits for the coordinator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import func, select

from services import scheduling
from services.core.mail import OutboxMail
from webapp.i18n import gettext as _
from webapp.request import now
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def asked_absences(db: Session) -> list[Waiting]:
    """Days that specialists have asked for."""
    return [
        Waiting(
            _("Days away, %(name)s", name=specialist.name),
            _("asked for, not approved yet"),
            url_for("staff_hours.of", specialist_id=specialist.id),
        )
        for specialist in scheduling.list_specialists(db)
        for absence in scheduling.list_absences(db, specialist=specialist, after=now())
        if absence.state == "asked"
    ]


def failed_letters(db: Session) -> list[Waiting]:
    """Letters that the mail server refused."""
    count = db.scalar(select(func.count()).where(OutboxMail.state == "failed")) or 0
    if not count:
        return []
    return [
        Waiting(
            _("Letters were not delivered: %(count)s", count=count),
            _("Read what the mail server answered."),
            url_for("staff_journals.letters", state="failed"),
        )
    ]
