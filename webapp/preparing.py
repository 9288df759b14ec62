"""Getting ready for a session, paid or free: the program and its ID, the checklist, the consent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import request
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from services import catalogue, documents, sessions
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import tidy_line
from webapp.request import db, now

if TYPE_CHECKING:
    from services.catalogue.models import Tool
    from services.documents.models import Version
    from services.sessions.models import RemoteSession

OTHER = "other"
"""A program that the catalogue doesn't know."""
CHECKLIST = {
    "admin_stays": (_l("Somebody with administrator rights stays to the end"), ""),
    "backup": (
        _l("A backup has been made"),
        _l("Without a copy we change nothing in the database until you agree to it."),
    ),
    "tool_ready": (_l("The program was downloaded from this page"), ""),
    "documents_closed": (_l("Private and unrelated documents are closed"), ""),
    "questions_written": (_l("The questions are written down"), ""),
}
"""Points to get ready, by code: the sentence and a remark."""


class ConnectionForm(FlaskForm):  # type: ignore[misc, unused-ignore]
    """Program and ID for connecting; the ID is never refused for its looks."""

    tool = SelectField(_l("Program"))
    connection_id = StringField(
        _l("ID"),
        [
            InputRequired(_l("Enter the ID that the program shows")),
            Length(max=120, message=_l("At most 120 characters")),
        ],
        filters=[tidy_line],
    )


def connection_form(session: RemoteSession) -> ConnectionForm:
    """The form with what is known of the session."""
    tool = shown_tool(session)
    known_id = sessions.own_connection_id(db(), session=session)
    form = ConnectionForm(data={"tool": tool.slug if tool else OTHER, "connection_id": known_id})
    form.tool.choices = [
        *(SelectChoice(one.slug, one.name.of(current_locale())) for one in catalogue.list_tools(db())),
        SelectChoice(OTHER, _("Another program")),
    ]
    return form


def shown_tool(session: RemoteSession) -> Tool | None:
    """The program he named; for who knows none, the first of ours, with the way to get it."""
    prepared = session.preparation
    if prepared is not None and prepared.tool_slug == OTHER:
        return None
    if prepared is not None and prepared.tool is not None:
        return prepared.tool
    return next(iter(catalogue.list_tools(db())), None)


def points_done(session: RemoteSession) -> set[str]:
    """The codes of the checklist that are ticked."""
    return set(session.preparation.checklist) if session.preparation else set()


def keep_preparation(session: RemoteSession) -> None:
    """Keep what this request ticks, and the consent to the connection in the version that was shown."""
    ticked = [code for code in request.form.getlist("done") if code in CHECKLIST]
    sessions.set_checklist(db(), session=session, done=ticked, now=now())
    version = without_consent(session)
    if version is not None and request.form.get("consent") == str(version.n):
        sessions.consent(
            db(),
            session=session,
            version=version,
            address=request.remote_addr or "",
            agent=request.headers.get("User-Agent", ""),
            now=now(),
        )


def without_consent(session: RemoteSession) -> Version | None:
    """The consent that is still to be given, in its version in force on the customer's date."""
    prepared = session.preparation
    if prepared is not None and prepared.consent_version_id is not None:
        return None
    today = now().astimezone(ZoneInfo(session.promised_zone)).date()
    return documents.find_current(db(), kind="consent_remote", on=today)


def odd_id(session: RemoteSession) -> str:
    """A remark when the ID doesn't look like one of its program; it never blocks."""
    prepared = session.preparation
    connection_id = sessions.own_connection_id(db(), session=session)
    tool = prepared.tool if prepared else None
    if not connection_id or tool is None or not tool.id_pattern:
        return ""
    bare = re.sub(r"[\s\u00a0-]", "", connection_id)
    if re.fullmatch(tool.id_pattern, bare):
        return ""
    return _("This doesn’t look like an ID of this program. Check it; if it is right, leave it.")
