"""The free desk's reserve: what is kept, what is taken, what is closed and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import render_template, url_for

from services import catalogue, scheduling
from services.core.errors import InvalidError
from services.core.vendor import vendor
from services.scheduling.desk import figures as desk_figures
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.frame import staff_blueprint
from webapp.staff.hours.views import PLANNERS
from webapp.staff.reserve.figures import day_row
from webapp.staff.reserve.forms import ClosingForm, ReserveForm, shown_closing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("reserve", __name__, "/reserve")
NAV = [NavItem("staff_reserve.overview", _l("Reserve"), "staff", 22, roles=PLANNERS)]
_DAYS, _RUNS, _RECENT = 14, 5, timedelta(days=7)


@blueprint.get("")
@staff(*PLANNERS)
def overview() -> ResponseReturnValue:
    """The reserve in force, the next dates, the open work, and the closures."""
    zone, today = _home()
    days = desk_figures.list_desk_days(db(), first_on=today, days=_DAYS, now=now())
    shortest = min((one.minutes for one in catalogue.list_services(db())), default=1)
    reserves = desk_figures.list_desk_reserves(db(), from_on=today)
    return render_template(
        "staff/reserve.html",
        zone=zone,
        in_force=next((one for one in reserves if one.effective_from <= today), None),
        coming=[one for one in reserves if one.effective_from > today],
        serving=[one.name for one in scheduling.list_specialists(db()) if one.desk],
        days=[day_row(one, shortest, zone) for one in days],
        work=desk_figures.sum_desk_work(db()),
        runs=desk_figures.list_desk_runs(db(), most=_RUNS),
        closures=desk_figures.list_closures(db(), ended_after=now() - _RECENT, now=now()),
    )


@blueprint.route("/percent", methods=["GET", "POST"])
@staff(*PLANNERS)
def percent() -> ResponseReturnValue:
    """Set another reserve from a date on."""
    _zone, today = _home()
    reserves = desk_figures.list_desk_reserves(db(), from_on=today)
    known = [one.percent for one in reserves if one.effective_from <= today]
    form = ReserveForm(data={"effective_from": today, "percent": known[0] if known else 0})
    if form.validate_on_submit() and _reserved(form):
        return done(_("The reserve is saved. Times already agreed stay."), "staff_reserve.overview")
    return edit_page(
        form,
        title=_("Change the reserve"),
        back=_back(),
        action=_("Save the reserve"),
        lead=_("On each date paid sessions may take what is left. A start that would take more is closed."),
    )


@blueprint.route("/close", methods=["GET", "POST"])
@staff(*PLANNERS)
def close() -> ResponseReturnValue:
    """Close paid starts by hand."""
    zone, _today = _home()
    form = ClosingForm(data=shown_closing(now(), zone))
    if form.validate_on_submit() and _closed(form, zone):
        return done(_("Paid starts are closed. Times already agreed stay."), "staff_reserve.overview")
    return edit_page(
        form,
        title=_("Close paid starts"),
        back=_back(),
        action=_("Close these starts"),
        lead=_(
            "Nobody can begin a paid session then with those who serve the desk. The clock is the vendor’s."
        ),
    )


@blueprint.post("/closures/<int:closure_id>/open")
@staff(*PLANNERS)
def open_again(closure_id: int) -> ResponseReturnValue:
    """Open what a closure has closed."""
    closure = scheduling.get_closure(db(), closure_id=closure_id)
    scheduling.lift_closure(db(), closure=closure, actor=actor(), now=now())
    return done(_("Paid starts are open again."), "staff_reserve.overview")


def _home() -> tuple[str, date]:
    zone = vendor(db()).zone
    return zone, now().astimezone(ZoneInfo(zone)).date()


def _back() -> tuple[str, str]:
    return url_for("staff_reserve.overview"), _("Reserve for free support")


def _reserved(form: ReserveForm) -> bool:
    try:
        scheduling.set_desk_reserve(
            db(),
            effective_from=form.day("effective_from"),
            percent=form.whole("percent"),
            actor=actor(),
            now=now(),
        )
    except InvalidError as error:
        form.refuse(error)
        return False
    return True


def _closed(form: ClosingForm, zone: str) -> bool:
    starts_at, until_at = form.span(zone)
    try:
        scheduling.close_desk_time(
            db(),
            starts_at=starts_at,
            until_at=until_at,
            reason=form.text("reason"),
            actor=actor(),
            now=now(),
        )
    except InvalidError as error:
        form.refuse(error)
        return False
    return True
