"""Today, the week, and one session."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import current_app, redirect, render_template, request, url_for

from services import catalogue, scheduling, sessions
from services.core import vendor
from services.core.errors import ForbiddenError
from webapp.days import read_day
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import me
from webapp.staff.desk import day
from webapp.staff.desk.words import RESULT_NAMES
from webapp.staff.frame import staff_blueprint
from webapp.staff.panels import session_panels
from webapp.staff.waiting import what_waits

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

    from services.scheduling.models import Specialist
    from services.sessions.models import RemoteSession

blueprint = staff_blueprint("desk", __name__)
WORKERS = ("specialist", "coordinator", "administrator")
POINT_NAMES = {
    "admin_stays": _l("somebody with administrator rights stays"),
    "backup": _l("a backup is made, or was declined"),
    "tool_ready": _l("the program comes from our page"),
    "documents_closed": _l("documents are closed"),
    "questions_written": _l("the questions are written down"),
}
NAV = [
    NavItem("staff_desk.today", _l("Today"), "staff", 10, roles=WORKERS),
    NavItem("staff_desk.week", _l("Week"), "staff", 12, roles=WORKERS),
]


@blueprint.get("/")
@staff()
def home() -> ResponseReturnValue:
    """The first page after signing in: today, or the orders for who has no sessions."""
    if me().role_names & set(WORKERS):
        return redirect(url_for("staff_desk.today"))
    orders = "staff_money.orders"
    return redirect(url_for(orders if orders in current_app.view_functions else "staff_desk.keys"))


@blueprint.get("/today")
@staff(*WORKERS)
def today() -> ResponseReturnValue:
    """My sessions in order with what each still needs; a coordinator sees everybody's."""
    mine = scheduling.find_specialist_of(db(), person_id=me().person_id)
    everybody = _sees_all() and request.args.get("of") != "me"
    zone = mine.zone if mine is not None and not everybody else me().person.zone
    on = now().astimezone(ZoneInfo(zone)).date()
    if mine is None and not everybody:
        days = [day.empty_day(on), day.empty_day(on + timedelta(days=1))]
    else:
        whose = None if everybody else mine
        days = [
            day.read_day(db(), on=on + timedelta(days=n), zone=zone, specialist=whose, now=now())
            for n in (0, 1)
        ]
    return render_template(
        "staff/today.html",
        today=days[0],
        tomorrow=days[1],
        zone=zone,
        everybody=everybody,
        both=_sees_all() and mine is not None,
        waiting=what_waits(db(), roles=me().role_names),
    )


@blueprint.get("/week")
@staff(*WORKERS)
def week() -> ResponseReturnValue:
    """A plain list: a row a specialist, a cell a date, each by his own clock."""
    home_zone = ZoneInfo(vendor.vendor(db()).zone)
    here = now().astimezone(home_zone).date()
    monday = _monday(read_day(request.args.get("from", "")) or here)
    rows = day.read_week(db(), monday=monday, specialists=_visible_specialists(), now=now())
    return render_template(
        "staff/week.html", rows=rows, here=here, days=[monday + timedelta(days=n) for n in range(7)]
    )


@blueprint.get("/sessions/<reference>")
@staff(*WORKERS)
def session(reference: str) -> ResponseReturnValue:
    """Everything about one session on one screen."""
    found = sessions.get_session(db(), reference=reference)
    specialist = sessions.specialist_of(db(), session=found)
    require_own(specialist)
    return session_page(found, specialist)


def session_page(found: RemoteSession, specialist: Specialist, *, connection_id: str = "") -> str:
    """The page of a session, with its connection ID when somebody has asked to see it."""
    slug = found.preparation.tool_slug if found.preparation is not None else None
    ticked = sessions.situation_name(found.situation)
    return render_template(
        "staff/session.html",
        session=found,
        specialist=specialist,
        connection_id=connection_id,
        missing=day.missing(found, now()),
        report=sessions.find_report(db(), session=found),
        results=RESULT_NAMES,
        panels=session_panels(db(), found),
        service_name=service_name(found),
        points=POINT_NAMES,
        ticked=_(ticked) if ticked else "",
        tool=catalogue.find_tool(db(), slug=slug) if slug else None,
    )


@blueprint.get("/keys")
@staff()
def keys() -> ResponseReturnValue:
    """Which keys do what."""
    return render_template("staff/keys.html")


def service_name(session: RemoteSession) -> str:
    """The service as it was named when it was chosen, in the reader's language."""
    return str(session.service["name"][current_locale()])


def _sees_all() -> bool:
    return bool(me().role_names & {"coordinator", "administrator"})


def _visible_specialists() -> list[Specialist]:
    everyone = list(scheduling.list_specialists(db()))
    if _sees_all():
        return everyone
    return [one for one in everyone if one.staff_member.person_id == me().person_id]


def require_own(specialist: Specialist) -> None:
    """A specialist reads his own sessions; who coordinates reads all."""
    own = specialist.staff_member.person_id == me().person_id
    if not own and not _sees_all():
        raise ForbiddenError(reason="not_your_session")


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())
