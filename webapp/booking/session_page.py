"""A session's own page behind its secret link: what is happening, whose turn it is, what now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, flash, redirect, render_template, request, url_for

from billing import orders, refunds
from services import calendars, sessions
from services.core.db import core_of
from services.core.errors import InvalidError
from services.core.links import secret_path
from services.core.texts import Texts
from services.core.vendor import vendor
from webapp.booking.access import session_by_link
from webapp.booking.awaiting import money_facts
from webapp.booking.blueprint import blueprint
from webapp.booking.forms import EmptyForm
from webapp.booking.history import history_of
from webapp.booking.results import RESULTS_TOLD
from webapp.i18n import gettext as _
from webapp.preparing import (
    CHECKLIST,
    ConnectionForm,
    connection_form,
    keep_preparation,
    odd_id,
    points_done,
    shown_tool,
    without_consent,
)
from webapp.request import db, now
from webapp.security import secret_link
from webapp.wrongs import attach

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.orders.models import Order
    from services.sessions.models import RemoteSession


@blueprint.get("/s/<reference>/<token>")
@secret_link
def session_page(reference: str, token: str) -> ResponseReturnValue:
    """The page of one session."""
    return _page(session_by_link(reference, token))


@blueprint.post("/s/<reference>/<token>/connection")
@secret_link
def connection(reference: str, token: str) -> ResponseReturnValue:
    """Keep program and ID, sealed; an odd ID is warned about and kept all the same."""
    session = session_by_link(reference, token)
    form = connection_form(session)
    if not form.validate():
        return _page(session, came=form), 422
    try:
        sessions.set_connection(
            db(),
            session=session,
            tool_slug=str(form.tool.data),
            connection_id=form.connection_id.data or "",
            now=now(),
        )
    except InvalidError as error:
        attach(form, error)
        return _page(session, came=form), 422
    flash(_("Saved. Only your specialist will see the ID, from 15 minutes before the start."), "ok")
    return redirect(_path(session) + "#connect", 303)


@blueprint.post("/s/<reference>/<token>/preparation")
@secret_link
def prepare(reference: str, token: str) -> ResponseReturnValue:
    """Keep what is ticked, and the consent to the connection in the version that was shown."""
    session = session_by_link(reference, token)
    form = EmptyForm()
    if not form.validate():
        return _page(session), 422
    keep_preparation(session)
    flash(_("Saved."), "ok")
    return redirect(_path(session) + "#preparation", 303)


@blueprint.get("/s/<reference>/<token>/cancel")
@secret_link
def ask_cancel(reference: str, token: str) -> ResponseReturnValue:
    """What cancelling now would mean, in figures, before anybody presses the button."""
    session = session_by_link(reference, token)
    order = orders.find_order_of(db(), session=session)
    if order is None or not sessions.can_cancel(session, now=now()):
        return redirect(_path(session), 303)
    return render_template(
        "booking/cancel.html",
        form=EmptyForm(),
        step=refunds.step_on_cancelling(db(), order=order, at=now()),
        **_common(session, order),
    )


@blueprint.post("/s/<reference>/<token>/cancel")
@secret_link
def cancel(reference: str, token: str) -> ResponseReturnValue:
    """Cancel and send the money back by the ladder, if the figure is still the one shown."""
    session = session_by_link(reference, token)
    order = orders.find_order_of(db(), session=session)
    if order is None or not sessions.can_cancel(session, now=now()):
        return redirect(_path(session), 303)
    order = orders.get_order_by_id(db(), order_id=order.id, lock=True)
    if order.state != "confirmed":  # another window was faster
        return redirect(_path(session), 303)
    step = refunds.step_on_cancelling(db(), order=order, at=now())
    form = EmptyForm()
    if not form.validate() or request.form.get("refund") != str(step.refund.minor):
        flash(_("The sum has changed since the page was opened. Please look at it again."), "alarm")
        return render_template("booking/cancel.html", form=form, step=step, **_common(session, order)), 409
    refunds.cancel_order(db(), order=order, actor="customer", now=now())
    return redirect(_path(session), 303)


@blueprint.get("/s/<reference>/<token>/invite.ics")
@secret_link
def invite(reference: str, token: str) -> ResponseReturnValue:
    """The invitation as a file, for calendars that take no mail."""
    session = session_by_link(reference, token)
    body = calendars.download(
        db(), session_ref=session.reference, url=core_of(db()).public_url + _path(session), now=now()
    )
    return Response(
        body,
        mimetype="text/calendar",
        headers={"Content-Disposition": f'attachment; filename="{session.reference}.ics"'},
    )


def _path(session: RemoteSession) -> str:
    return secret_path(core_of(db()), "s", session.reference, session.link_version)


def _page(session: RemoteSession, *, came: ConnectionForm | None = None) -> str:
    order = orders.find_order_of(db(), session=session)
    return render_template(
        "booking/session.html",
        form=EmptyForm(),
        connection_form=came or connection_form(session),
        checklist=CHECKLIST,
        done=points_done(session),
        consent=without_consent(session),
        warning=odd_id(session),
        tool=shown_tool(session),
        history=history_of(db(), session=session, order=order),
        report=sessions.find_report(db(), session=session) if session.state == "delivered" else None,
        results=RESULTS_TOLD,
        **_common(session, order),
    )


def _common(session: RemoteSession, order: Order | None) -> dict[str, Any]:
    path = _path(session)
    bill = orders.find_main_bill(order) if order else None
    return {
        **(money_facts(bill) if bill else {"received_at": None, "by_card": False, "invoice_url": ""}),
        "session": session,
        "order": order,
        "bill": bill,
        "refunds": refunds.list_refunds(db(), order=order) if order else [],
        "steps": orders.steps_of(order) if order else [],
        "grace": order.ladder_policy.grace_minutes if order else 15,
        "specialist": sessions.specialist_name(db(), session=session),
        "service_name": Texts.from_json(session.service["name"]),
        "zone": session.promised_zone,
        "can_cancel": order is not None and sessions.can_cancel(session, now=now()),
        "now": now(),
        "path": path,
        "home": vendor(db()).zone,
        "services_url": url_for("prices.services"),
        "papers_path": secret_path(core_of(db()), "b", bill.reference, bill.link_version) if bill else "",
    }
