"""The customer's page of a free connection: when, who offered it, preparation, consent, the ID."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from services import calendars, catalogue, documents, sessions
from services.core.db import core_of
from services.core.errors import ConflictError, InvalidError
from services.support import connecting
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import tidy_line
from webapp.request import db, now
from webapp.security import secret_link
from webapp.support.follow.access import path_of, request_by_link
from webapp.support.follow.blueprint import blueprint
from webapp.support.follow.forms import EmptyForm
from webapp.wrongs import attach

if TYPE_CHECKING:
    from services.documents.models import Version
    from services.sessions.models import RemoteSession
    from services.support.requests.models import Request, RequestSession

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

OTHER = "other"
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


class ConnectionForm(EmptyForm):
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


@blueprint.get("/connection")
@secret_link
def connection(number: str, token: str) -> ResponseReturnValue:
    """The connection that is agreed on, or the last one."""
    found, known = _opened(number, token)
    return _page(found, known)


@blueprint.post("/connection/id")
@secret_link
def keep_id(number: str, token: str) -> ResponseReturnValue:
    """Keep program and ID, sealed."""
    found, known = _opened(number, token)
    form = _id_form(known.session)
    if not form.validate():
        return _page(found, known, form), 422
    try:
        sessions.set_connection(
            db(),
            session=known.session,
            tool_slug=str(form.tool.data),
            connection_id=form.connection_id.data or "",
            now=now(),
        )
    except InvalidError as error:
        attach(form, error)
        return _page(found, known, form), 422
    except ConflictError:
        return _over(found)
    flash(_("Saved. Only your specialist will see the ID, from 15 minutes before the start."), "ok")
    return redirect(f"{path_of(found)}/connection#connect", 303)


@blueprint.post("/connection/preparation")
@secret_link
def prepare(number: str, token: str) -> ResponseReturnValue:
    """Keep what is ticked, and the consent in the version that was shown."""
    found, known = _opened(number, token)
    if not EmptyForm().validate():
        return _page(found, known), 422
    ticked = [code for code in request.form.getlist("done") if code in CHECKLIST]
    try:
        sessions.set_checklist(db(), session=known.session, done=ticked, now=now())
        _consent(known.session)
    except ConflictError:
        return _over(found)
    flash(_("Saved."), "ok")
    return redirect(f"{path_of(found)}/connection#preparation", 303)


@blueprint.get("/connection/invite.ics")
@secret_link
def invite(number: str, token: str) -> ResponseReturnValue:
    """The invitation as a file, for calendars that take no mail."""
    found, known = _opened(number, token)
    url = f"{core_of(db()).public_url}{path_of(found)}/connection"
    body = calendars.download(db(), session_ref=known.session.reference, url=url, now=now())
    named = f'attachment; filename="{known.session.reference}.ics"'
    return Response(body, mimetype="text/calendar", headers={"Content-Disposition": named})


def _opened(number: str, token: str) -> tuple[Request, RequestSession]:
    found = request_by_link(number, token)
    all_of_it = connecting.list_connections(db(), request=found)
    if not all_of_it:
        raise connecting.ConnectionNotFoundError(number=found.number)
    return found, all_of_it[0]


def _over(found: Request) -> ResponseReturnValue:
    flash(_("The connection is over or called off: nothing is left to prepare."), "alarm")
    return redirect(f"{path_of(found)}/connection", 303)


def _consent(session: RemoteSession) -> None:
    version = _without_consent(session)
    if version is None or request.form.get("consent") != str(version.n):
        return
    sessions.consent(
        db(),
        session=session,
        version=version,
        address=request.remote_addr or "",
        agent=request.headers.get("User-Agent", ""),
        now=now(),
    )


def _without_consent(session: RemoteSession) -> Version | None:
    """The consent that is still to be given, in its version in force on the customer's date."""
    prepared = session.preparation
    if prepared is not None and prepared.consent_version_id is not None:
        return None
    today = now().astimezone(ZoneInfo(session.promised_zone)).date()
    return documents.find_current(db(), kind="consent_remote", on=today)


def _id_form(session: RemoteSession) -> ConnectionForm:
    tools = catalogue.list_tools(db())
    prepared = session.preparation
    slug = prepared.tool_slug if prepared else None
    shown = {
        "tool": slug or (tools[0].slug if tools else OTHER),
        "connection_id": sessions.own_connection_id(db(), session=session),
    }
    form = ConnectionForm(data=shown)
    form.tool.choices = [
        *(SelectChoice(tool.slug, tool.name.of(current_locale())) for tool in tools),
        SelectChoice(OTHER, _("Another program")),
    ]
    return form


def _page(found: Request, known: RequestSession, form: ConnectionForm | None = None) -> str:
    session = known.session
    prepared = session.preparation
    return render_template(
        "support/follow/connection.html",
        found=found,
        known=known,
        session=session,
        offered_by=connecting.initiator(db(), connection=known),
        specialist=sessions.specialist_name(db(), session=session),
        form=form or _id_form(session),
        tools=catalogue.list_tools(db()),
        checklist=CHECKLIST,
        done=set(prepared.checklist) if prepared else set(),
        consent=_without_consent(session),
        report=sessions.find_report(db(), session=session) if session.state == "delivered" else None,
        zone=session.promised_zone,
        here=path_of(found),
    )
