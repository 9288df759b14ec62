"""Business calendars at the desk: the hours that deadlines count by, version by version."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.dates import get_day_names
from flask import render_template, url_for

from services.core.business_calendars import (
    add_calendar,
    find_calendar_version,
    get_calendar,
    list_calendar_versions,
    list_calendars,
    publish_version,
    today_of,
)
from services.core.errors import InvalidError
from services.support import requests
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now, vendor_profile
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page, page
from webapp.staff.frame import staff_blueprint
from webapp.staff.hours.windows import write_windows
from webapp.staff.support.hours_form import HoursForm, NewCalendarForm, write_days

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

    from services.core.business_calendars import CalendarVersion, KeptCalendar
    from services.support.requests.clock_models import Round

blueprint = staff_blueprint("business_hours", __name__, "/business-hours")
PLANNERS = ("coordinator", "administrator")
NAV = [NavItem("staff_business_hours.overview", _l("Hours of deadlines"), "staff", 61, roles=PLANNERS)]


@blueprint.get("/")
@staff(*PLANNERS)
def overview() -> ResponseReturnValue:
    """All calendars with their versions."""
    return render_template(
        "staff/business_hours.html",
        calendars=[
            (one, _rows(one), today_of(one, now=now()), _counted(one)) for one in list_calendars(db())
        ],
        weekdays=_weekdays(),
        countries=Locale(current_locale()).territories,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@staff("administrator")
def new() -> ResponseReturnValue:
    """Write down a calendar; its zone and country never change."""
    form = NewCalendarForm(data={"zone": vendor_profile().zone, "country": "RU"})
    if form.validate_on_submit():
        try:
            made = add_calendar(
                db(),
                code=form.text("code"),
                name=form.texts("name"),
                zone=form.text("zone"),
                country=form.text("country") or None,
                actor=actor(),
                now=now(),
            )
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The calendar is there. Now give it hours."), ".publish", code=made.code)
    back = (url_for(".overview"), _("Hours of deadlines"))
    return edit_page(form, title=_("A new calendar"), back=back, action=_("Add the calendar"))


@blueprint.route("/<code>", methods=["GET", "POST"])
@staff(*PLANNERS)
def publish(code: str) -> ResponseReturnValue:
    """Publish hours from a date on; what lies before stays as it was counted."""
    calendar = get_calendar(db(), code=code)
    today = today_of(calendar, now=now())
    form = HoursForm(data=_shown(calendar, today))
    if form.validate_on_submit() and _published(calendar, form):
        said = _("The hours are published. Deadlines that they move are being counted again.")
        return done(said, ".overview")
    return page("staff/business_hours_week.html", form, calendar=calendar)


def _published(calendar: KeptCalendar, form: HoursForm) -> bool:
    try:
        publish_version(
            db(),
            calendar=calendar,
            effective_from=form.day("effective_from"),
            weekly=form.week,
            overrides=form.overrides.days,
            actor=actor(),
            now=now(),
        )
    except InvalidError as error:
        form.refuse(error)
        return False
    return True


def _shown(calendar: KeptCalendar, today: date) -> dict[str, Any]:
    version = find_calendar_version(db(), calendar=calendar, on=today)
    shown: dict[str, Any] = {f"day_{n}": [] for n in range(7)}
    for weekday, start, end in version.weekly if version else []:
        shown[f"day_{weekday}"].append((start, end))
    earliest = today + timedelta(days=1) if version else today
    ahead = {on: windows for on, windows in version.own_days.items() if on >= earliest} if version else {}
    return {**shown, "effective_from": earliest, "overrides": ahead}


def _weekdays() -> list[str]:
    """Their short names: seven columns stand beside each other."""
    names = get_day_names("abbreviated", "stand-alone", locale=current_locale())
    return [names[n] for n in range(7)]


def _counted(calendar: KeptCalendar) -> Round | None:
    """The last time that open clocks were counted again because of this calendar."""
    return requests.find_last_round(db(), kind="recompute", calendar_id=calendar.id)


def _rows(calendar: KeptCalendar) -> list[tuple[CalendarVersion, list[str], str]]:
    """Each version with the hours of its weekdays and its dates of their own, the newest first."""
    locale = current_locale()
    return [
        (
            one,
            [write_windows(part[1:] for part in one.weekly if part[0] == n) for n in range(7)],
            write_days(one.own_days, locale),
        )
        for one in reversed(list_calendar_versions(db(), calendar=calendar))
    ]
