"""Holiday sets: which days off the specialists who have one share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import render_template, url_for

from services import scheduling
from services.core.errors import InvalidError, NotFoundError
from services.core.production_days import HOME
from webapp.days import read_day
from webapp.i18n import current_locale, ngettext
from webapp.i18n import gettext as _
from webapp.request import db, now, vendor_date
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.calendar.forms import HolidayForm, NewSetForm, SetForm, YearForm
from webapp.staff.forms import spread
from webapp.staff.frame import staff_blueprint
from webapp.staff.hours.views import PLANNERS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.scheduling.models import HolidaySet

blueprint = staff_blueprint("holidays", __name__, "/holidays")


@blueprint.get("/")
@staff(*PLANNERS)
def overview() -> ResponseReturnValue:
    """All sets, how many days each has and who uses it."""
    first = date(vendor_date().year, 1, 1)
    sets = [
        (one, len(scheduling.list_holidays(db(), holidays=one, from_on=first)))
        for one in scheduling.list_holiday_sets(db())
    ]
    users = scheduling.count_users(db())
    return render_template("staff/holidays.html", sets=sets, users=users, number=first.year)


@blueprint.route("/new", methods=["GET", "POST"])
@staff(*PLANNERS)
def new() -> ResponseReturnValue:
    """Begin a set."""
    form = NewSetForm()
    if form.validate_on_submit():
        code, name = form.text("code"), form.texts("name")
        try:
            scheduling.add_holiday_set(db(), code=code, name=name, actor=actor(), now=now())
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The set is there, without days yet."), "staff_holidays.one", code=code)
    back = (url_for("staff_holidays.overview"), _("Holiday sets"))
    return edit_page(form, title=_("A new holiday set"), back=back, action=_("Add the set"))


@blueprint.get("/<code>")
@staff(*PLANNERS)
def one(code: str) -> ResponseReturnValue:
    """The days off of one set, from the beginning of this year on."""
    holidays, first = _get(code), date(vendor_date().year, 1, 1)
    return render_template(
        "staff/holiday_set.html",
        holidays=holidays,
        days=scheduling.list_holidays(db(), holidays=holidays, from_on=first),
        number=first.year,
        users=[s for s in scheduling.list_specialists(db()) if s.holiday_set_id == holidays.id],
    )


@blueprint.route("/<code>/name", methods=["GET", "POST"])
@staff(*PLANNERS)
def rename(code: str) -> ResponseReturnValue:
    """Name a set anew."""
    holidays = _get(code)
    form = SetForm(data=spread("name", holidays.name))
    if form.validate_on_submit():
        scheduling.rename_holiday_set(
            db(), holidays=holidays, name=form.texts("name"), actor=actor(), now=now()
        )
        return done(_("The name is saved."), "staff_holidays.one", code=code)
    return edit_page(form, title=_("Name of the set"), back=_back(holidays), action=_("Save the name"))


@blueprint.route("/<code>/days", methods=["GET", "POST"])
@staff(*PLANNERS)
def add_day(code: str) -> ResponseReturnValue:
    """Add a day off of the set's own."""
    holidays, form = _get(code), HolidayForm()
    if form.validate_on_submit():
        scheduling.add_holiday(
            db(),
            holidays=holidays,
            on=form.day("on"),
            name=form.texts("name"),
            actor=actor(),
            now=now(),
        )
        return done(_("The day off is added."), "staff_holidays.one", code=code)
    return edit_page(
        form,
        title=_("A day off"),
        back=_back(holidays),
        action=_("Add the day off"),
        lead=_("Nobody who has this set can be booked on it, unless the date has hours of its own."),
    )


@blueprint.post("/<code>/days/<on>/remove")
@staff(*PLANNERS)
def remove_day(code: str, on: str) -> ResponseReturnValue:
    """Let a date be no day off any more."""
    found = read_day(on)
    if found is None:
        raise NotFoundError(kind="holiday")
    scheduling.remove_holiday(db(), holidays=_get(code), on=found, actor=actor(), now=now())
    return done(_("The day off is removed."), "staff_holidays.one", code=code)


@blueprint.route("/<code>/take-over", methods=["GET", "POST"])
@staff(*PLANNERS)
def take_over(code: str) -> ResponseReturnValue:
    """Take a year's days off over from the production calendar."""
    holidays, form = _get(code), YearForm(data={"year": vendor_date().year + 1})
    if form.validate_on_submit():
        taken = _taken(holidays, form)
        if taken is not None:
            said = ngettext("One day off is taken over.", "%(num)d days off are taken over.", taken)
            return done(said, "staff_holidays.one", code=code)
    return edit_page(
        form,
        title=_("Take over from the production calendar"),
        back=_back(holidays),
        action=_("Take over the days off"),
        lead=_("All its days off, on Saturdays and Sundays as well. Days that the set named itself stay."),
    )


def _taken(holidays: HolidaySet, form: YearForm) -> int | None:
    try:
        return scheduling.take_over_year(
            db(), holidays=holidays, country=HOME, year=form.whole("year"), actor=actor(), now=now()
        )
    except InvalidError as error:
        form.refuse(error)
        return None


def _get(code: str) -> HolidaySet:
    return scheduling.get_holiday_set(db(), code=code)


def _back(holidays: HolidaySet) -> tuple[str, str]:
    return url_for("staff_holidays.one", code=holidays.code), holidays.name.of(current_locale())
