"""Who works when: weekly hours, dates of their own, absences."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import flash, render_template, request, url_for

from services import scheduling, sessions
from services.core.clock import day_span
from services.core.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.days import read_day
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.i18n import ngettext
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page, me, page
from webapp.staff.frame import staff_blueprint
from webapp.staff.hours.forms import WEEKDAYS, AbsenceForm, OwnDateForm, WeekForm, show_week
from webapp.staff.hours.windows import write_windows

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from services.scheduling.models import Absence, Specialist

blueprint = staff_blueprint("hours", __name__, "/hours")
PLANNERS = ("coordinator", "administrator")
NAV = [
    NavItem("staff_hours.overview", _l("Hours and absences"), "staff", 20, roles=(*PLANNERS, "specialist")),
]


@blueprint.get("/")
@staff(*PLANNERS, "specialist")
def overview() -> ResponseReturnValue:
    """Everybody's hours in force; a specialist sees his own."""
    everyone = scheduling.list_specialists(db())
    if not _plans():
        everyone = [one for one in everyone if one.staff_member.person_id == me().person_id]
    rows = [
        (one, _by_day(one), scheduling.list_absences(db(), specialist=one, after=now())) for one in everyone
    ]
    return render_template("staff/hours.html", rows=rows, weekdays=WEEKDAYS, plans=_plans())


@blueprint.get("/<int:specialist_id>")
@staff(*PLANNERS, "specialist")
def of(specialist_id: int) -> ResponseReturnValue:
    """One specialist's hours, dates of their own and absences, and what changes are coming."""
    specialist = _get(specialist_id)
    return render_template(
        "staff/hours_of.html",
        specialist=specialist,
        weekdays=WEEKDAYS,
        plans=_plans(),
        versions=[(one, _spread(one.windows)) for one in scheduling.list_hours(db(), specialist=specialist)],
        own_dates=[
            (one, write_windows(one.windows))
            for one in scheduling.list_own_dates(db(), specialist=specialist, from_on=_today(specialist))
        ],
        absences=scheduling.list_absences(db(), specialist=specialist, after=now()),
    )


@blueprint.route("/<int:specialist_id>/week", methods=["GET", "POST"])
@staff(*PLANNERS)
def week(specialist_id: int) -> ResponseReturnValue:
    """Edit the weekly hours, in force from today or from a later date on."""
    specialist, today = _get(specialist_id), _today(_get(specialist_id))
    known = scheduling.find_hours(db(), specialist=specialist, on=today)
    form = WeekForm(data=show_week(known, today=today), today=today)
    if form.validate_on_submit():
        try:
            scheduling.set_hours(
                db(),
                specialist=specialist,
                effective_from=form.day("effective_from"),
                windows=[(n, *one) for n, ones in form.week.items() for one in ones],
                actor=actor(),
                now=now(),
            )
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(
                _("The hours are saved. Times already agreed stay."),
                "staff_hours.of",
                specialist_id=specialist_id,
            )
    return page("staff/hours_week.html", form, specialist=specialist)


@blueprint.route("/<int:specialist_id>/dates", methods=["GET", "POST"])
@staff(*PLANNERS)
def own_date(specialist_id: int) -> ResponseReturnValue:
    """Set other hours for one date, or make it a day off."""
    specialist = _get(specialist_id)
    asked = {"day_on": read_day(request.args.get("on", ""))}
    form = OwnDateForm(data=asked, today=_today(specialist))
    if form.validate_on_submit():
        on = form.day("day_on")
        scheduling.set_own_date(
            db(), specialist=specialist, day_on=on, windows=form.windows.windows, actor=actor(), now=now()
        )
        warn_of_sessions(specialist, on, on)
        return done(_("The date is saved."), "staff_hours.of", specialist_id=specialist_id)
    return edit_page(
        form,
        title=_("Other hours on one date"),
        back=_back(specialist),
        action=_("Save the date"),
        lead=_("They replace the weekly ones on that date. Empty hours make it a day off."),
    )


@blueprint.post("/<int:specialist_id>/dates/<on>/forget")
@staff(*PLANNERS)
def forget_date(specialist_id: int, on: str) -> ResponseReturnValue:
    """Let the weekly hours count on a date again."""
    specialist, day_on = _get(specialist_id), read_day(on)
    if day_on is None:
        raise NotFoundError(kind="own_date")
    scheduling.clear_own_date(db(), specialist=specialist, day_on=day_on, actor=actor(), now=now())
    return done(
        _("On that date the weekly hours count again."), "staff_hours.of", specialist_id=specialist_id
    )


@blueprint.route("/<int:specialist_id>/absences", methods=["GET", "POST"])
@staff(*PLANNERS, "specialist")
def absence(specialist_id: int) -> ResponseReturnValue:
    """Note whole days away; who plans approves them with it, a specialist asks for them."""
    specialist = _get(specialist_id)
    form = AbsenceForm(today=_today(specialist))
    if form.validate_on_submit():
        _note_absence(specialist, form.day("first_on"), form.day("last_on"))
        said = _("The absence is saved.") if _plans() else _("You have asked for these days.")
        return done(said, "staff_hours.of", specialist_id=specialist_id)
    lead = _("Nobody can book these days any more. Times already agreed stay until they are moved.")
    return edit_page(
        form,
        title=_("Absence"),
        back=_back(specialist),
        action=_("Save the absence"),
        lead=lead if _plans() else _("The days count once a coordinator has approved them."),
    )


@blueprint.post("/<int:specialist_id>/absences/<int:absence_id>/approve")
@staff(*PLANNERS)
def approve_absence(specialist_id: int, absence_id: int) -> ResponseReturnValue:
    """Approve what a specialist has asked for."""
    specialist = _get(specialist_id)
    found = _absence(specialist, absence_id)
    scheduling.approve_absence(db(), absence=found, actor=actor(), now=now())
    _warn_between(specialist, *found.span)
    return done(_("The absence is approved."), "staff_hours.of", specialist_id=specialist_id)


@blueprint.post("/<int:specialist_id>/absences/<int:absence_id>/forget")
@staff(*PLANNERS)
def forget_absence(specialist_id: int, absence_id: int) -> ResponseReturnValue:
    """Take an absence back."""
    found = _absence(_get(specialist_id), absence_id)
    scheduling.remove_absence(db(), absence=found, actor=actor(), now=now())
    return done(_("The absence is taken back."), "staff_hours.of", specialist_id=specialist_id)


def _note_absence(specialist: Specialist, first: date, last: date) -> None:
    start, end = _span(specialist, first, last)
    asked = scheduling.ask_absence(
        db(), specialist=specialist, starts_at=start, ends_at=end, actor=actor(), now=now()
    )
    if _plans():
        scheduling.approve_absence(db(), absence=asked, actor=actor(), now=now())
    warn_of_sessions(specialist, first, last)


def _absence(specialist: Specialist, absence_id: int) -> Absence:
    for found in scheduling.list_absences(db(), specialist=specialist, after=now()):
        if found.id == absence_id:
            return found
    raise NotFoundError(kind="absence")


def _plans() -> bool:
    return bool(me().role_names & set(PLANNERS))


def _get(specialist_id: int) -> Specialist:
    """The specialist, if whoever asks plans, or asks about himself."""
    specialist = scheduling.get_specialist(db(), specialist_id=specialist_id)
    if not _plans() and specialist.staff_member.person_id != me().person_id:
        raise ForbiddenError(reason="not_your_hours")
    return specialist


def _today(specialist: Specialist) -> date:
    return now().astimezone(ZoneInfo(specialist.zone)).date()


def _by_day(specialist: Specialist) -> list[str]:
    version = scheduling.find_hours(db(), specialist=specialist, on=_today(specialist))
    return _spread(version.windows if version else [])


def _spread(windows: list[list[int]]) -> list[str]:
    return [write_windows([one[1:] for one in windows if one[0] == n]) for n in range(7)]


def _span(specialist: Specialist, first: date, last: date) -> tuple[datetime, datetime]:
    return day_span(specialist.zone, first, last + timedelta(days=1))


def warn_of_sessions(specialist: Specialist, first: date, last: date) -> None:
    """Name the agreed sessions that stand in the way: nothing is dropped silently."""
    _warn_between(specialist, *_span(specialist, first, last))


def _warn_between(specialist: Specialist, start: datetime, end: datetime) -> None:
    states = ("booked", "held")
    met = sessions.list_sessions(db(), after=start, before=end, specialist=specialist, states=states)
    # What is kept now may be paid for in a minute, and is agreed then.
    coming = [one.reference for one in met if one.state == "booked" or sessions.is_held(one, now=now())]
    if coming:
        flash(
            ngettext(
                "One agreed session stands on these days: %(which)s. It stays until you move it.",
                "%(num)d agreed sessions stand on these days: %(which)s. They stay until you move them.",
                len(coming),
                which=", ".join(coming),
            ),
            "alarm",
        )


def _back(specialist: Specialist) -> tuple[str, str]:
    return url_for("staff_hours.of", specialist_id=specialist.id), specialist.name
