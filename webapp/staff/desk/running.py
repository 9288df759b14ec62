"""What a specialist does with a session: look at the connection ID, start, finish, give it up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, url_for

from services import sessions
from services.sessions import RESULTS
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page, me
from webapp.staff.boxes import radios
from webapp.staff.desk.views import WORKERS, require_own, session_page
from webapp.staff.desk.words import RESULT_NAMES
from webapp.staff.forms import StaffForm, area, line
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


class FinishForm(StaffForm):
    """What came of a session."""

    groups = ((_l("What came of it"), ("result", "words", "minutes")),)

    result = radios(_l("Result"), {code: RESULT_NAMES[code] for code in RESULTS})
    words = area(
        _l("In a few sentences"),
        hint=_l("The customer reads this. What is solved may go without words."),
        required=False,
    )
    minutes = line(
        _l("Minutes it took"),
        hint=_l("Only if we cut it short: the customer pays for no more, the rest goes back to him."),
        required=False,
        longest=4,
    )

    def whole_minutes(self) -> int | None:
        """The minutes that were typed; None for none, and for what is no number."""
        typed = self.text("minutes")
        return int(typed) if typed.isdecimal() else None


@blueprint.route("/finish", methods=["GET", "POST"])
@staff(*WORKERS)
def finish(reference: str) -> ResponseReturnValue:
    """End a session that took place, saying what came of it."""
    session, _specialist = _own(reference)
    if session.state != "in_progress":
        return _back(reference, _("This session isn't going on."))
    form = FinishForm()
    if session.for_desk:  # nobody pays for it, whatever it took
        form.minutes.description = _("Only if we cut it short.")
    if form.validate_on_submit() and _finished(session, form):
        return done(_("The session is finished."), "staff_desk.session", reference=reference)
    return edit_page(
        form,
        title=_("Finish the session"),
        back=(url_for("staff_desk.session", reference=reference), reference),
        action=_("Finish the session"),
    )


def _finished(session: RemoteSession, form: FinishForm) -> bool:
    try:
        sessions.finish(
            db(),
            session=session,
            result=form.text("result"),
            text=form.text("words"),
            minutes=form.whole_minutes(),
            actor=actor(),
            now=now(),
        )
    except sessions.ReportError as error:
        form.refuse(error)
        return False
    return True


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
