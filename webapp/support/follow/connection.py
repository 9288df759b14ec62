"""The customer's page of a free connection: when, who offered it, preparation, consent, the ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template

from services import calendars, catalogue, sessions
from services.core.db import core_of
from services.core.errors import ConflictError, InvalidError
from services.support import connecting
from webapp.i18n import gettext as _
from webapp.preparing import (
    CHECKLIST,
    ConnectionForm,
    connection_form,
    keep_preparation,
    odd_id,
    points_done,
    without_consent,
)
from webapp.request import db, now
from webapp.security import secret_link
from webapp.support.follow.access import path_of, request_by_link
from webapp.support.follow.blueprint import blueprint
from webapp.support.follow.forms import EmptyForm
from webapp.wrongs import attach

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.support.requests.models import Request, RequestSession


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
    form = connection_form(known.session)
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
    try:
        keep_preparation(known.session)
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


def _page(found: Request, known: RequestSession, form: ConnectionForm | None = None) -> str:
    session = known.session
    return render_template(
        "support/follow/connection.html",
        found=found,
        known=known,
        session=session,
        offered_by=connecting.initiator(db(), connection=known),
        specialist=sessions.specialist_name(db(), session=session),
        form=form or connection_form(session),
        tools=catalogue.list_tools(db()),
        checklist=CHECKLIST,
        done=points_done(session),
        warning=odd_id(session),
        consent=without_consent(session),
        report=sessions.find_report(db(), session=session) if session.state == "delivered" else None,
        zone=session.promised_zone,
        here=path_of(found),
    )
