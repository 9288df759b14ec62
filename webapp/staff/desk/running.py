"""What a specialist does with a session: look at the connection ID, start, finish, give it up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, url_for

from services import sessions
from webapp.i18n import gettext as _
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, me
from webapp.staff.desk.views import WORKERS, require_own, session_page
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.scheduling.models import Specialist
    from services.sessions.models import RemoteSession

blueprint = staff_blueprint("running", __name__, "/sessions/<reference>")
GRACE = timedelta(minutes=15)
"""So long a customer may be late before anybody says that he didn't come."""


@blueprint.post("/id")
@staff(*WORKERS)
def show_id(reference: str) -> ResponseReturnValue:
    """Show the connection ID; the look is written down."""
    session, specialist = _own(reference)
    try:
        shown = sessions.show_connection_id(db(), session=session, person=me().person, now=now())
    except sessions.TooEarlyError:
        return _back(reference, _("The connection ID is shown from 15 minutes before the start."))
    return session_page(session, specialist, connection_id=shown or "")


@blueprint.post("/start")
@staff(*WORKERS)
def start(reference: str) -> ResponseReturnValue:
    """Begin; not without the customer's consent to the connection."""
    session, _specialist = _own(reference)
    try:
        sessions.start(db(), session=session, actor=actor(), now=now())
    except sessions.ConsentNeededError:
        return _back(
            reference, _("The customer hasn't agreed to the connection yet: ask him to do so on his page.")
        )
    return done(_("The session has started."), "staff_desk.session", reference=reference)


@blueprint.post("/finish")
@staff(*WORKERS)
def finish(reference: str) -> ResponseReturnValue:
    """End a session that took place."""
    session, _specialist = _own(reference)
    sessions.deliver(db(), session=session, actor=actor(), now=now())
    return done(_("The session is finished."), "staff_desk.session", reference=reference)


@blueprint.post("/miss")
@staff(*WORKERS)
def miss(reference: str) -> ResponseReturnValue:
    """Note that the customer didn't come, once he has had his quarter of an hour."""
    session, _specialist = _own(reference)
    if now() < session.starts_at + GRACE:
        return _back(reference, _("Wait for the customer until 15 minutes after the start."))
    sessions.miss(db(), session=session, actor=actor(), now=now())
    return done(_("It is noted that nobody came."), "staff_desk.session", reference=reference)


def _own(reference: str) -> tuple[RemoteSession, Specialist]:
    session = sessions.get_session(db(), reference=reference)
    specialist = sessions.specialist_of(db(), session=session)
    require_own(specialist)
    return session, specialist


def _back(reference: str, sentence: str) -> ResponseReturnValue:
    flash(sentence, "alarm")
    return redirect(url_for("staff_desk.session", reference=reference), 303)
