"""The production calendar: a year at a glance, its decree, single dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from services import people
from services.core import business_calendars, production_years
from services.core.errors import InvalidError, NotFoundError
from services.core.production_days import DECREES, HOME, is_guessed, list_days
from services.people.models import Person
from webapp.days import read_day
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now, vendor_date
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.calendar.forms import FIRST_YEAR, KIND_NAMES, LAST_YEAR, DayForm, DecreeForm
from webapp.staff.calendar.months import read_months
from webapp.staff.frame import staff_blueprint
from webapp.staff.hours.views import PLANNERS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("calendar", __name__, "/calendar")
NAV = [NavItem("staff_calendar.this_year", _l("Production calendar"), "staff", 22, roles=PLANNERS)]


@blueprint.get("/")
@staff(*PLANNERS)
def this_year() -> ResponseReturnValue:
    """The year that it is, in the vendor's own country."""
    return _year_page(HOME, vendor_date().year)


@blueprint.get("/<country>/<int:number>")
@staff(*PLANNERS)
def year(country: str, number: int) -> ResponseReturnValue:
    """A year as twelve months, and as a list of the dates that are not what their weekday says."""
    _require(country, number)
    return _year_page(country, number)


@blueprint.post("/<country>/<int:number>/propose")
@staff(*PLANNERS)
def propose(country: str, number: int) -> ResponseReturnValue:
    """Take over what is known of a year by now; dates set by hand stay."""
    _require(country, number)
    production_years.propose_year(db(), country=country, year=number, actor=actor(), now=now())
    business_calendars.note_production(db(), country=country)
    said = _("The proposal is taken over. What was set by hand stays.")
    return done(said, "staff_calendar.year", country=country, number=number)


@blueprint.route("/<country>/<int:number>/decree", methods=["GET", "POST"])
@staff("administrator")
def decree(country: str, number: int) -> ResponseReturnValue:
    """Say that the year was compared with its decree."""
    _require(country, number)
    known = production_years.find_year(db(), country=country, year=number)
    if known is None:
        raise NotFoundError(kind="production_year")
    named = known.source if known.state == "decreed" else DECREES.get((country, number), "")
    form = DecreeForm(data={"decree": named})
    if form.validate_on_submit() and _confirmed(country, number, form):
        said = _("%(year)s rests on its decree now.", year=number)
        return done(said, "staff_calendar.year", country=country, number=number)
    return edit_page(
        form,
        title=_("Decree for %(year)s", year=number),
        back=(url_for("staff_calendar.year", country=country, number=number), str(number)),
        action=_("The year is as the decree says"),
        lead=_("Compare the year with the decree first: set the dates right that differ, then name it here."),
    )


@blueprint.route("/<country>/dates", methods=["GET", "POST"])
@staff(*PLANNERS)
def one_date(country: str) -> ResponseReturnValue:
    """Set one date by hand."""
    _require(country, vendor_date().year)
    asked = read_day(request.args.get("on", ""))
    form = DayForm(data={"on": asked, "kind": _kind(country, asked)}, country=country)
    if form.validate_on_submit():
        on, kind = form.day("on"), form.kind.data
        production_years.override_day(db(), country=country, on=on, kind=kind, actor=actor(), now=now())
        business_calendars.note_production(db(), country=country)
        return done(_("The date is set."), "staff_calendar.year", country=country, number=on.year)
    back = url_for("staff_calendar.year", country=country, number=(asked or vendor_date()).year)
    return edit_page(
        form,
        title=_("Set one date"),
        back=(back, _("Production calendar")),
        action=_("Set the date"),
        lead=_("It counts for prices, deadlines and proposals from now on; what is agreed already stays."),
    )


@blueprint.post("/<country>/dates/<on>/clear")
@staff(*PLANNERS)
def clear(country: str, on: str) -> ResponseReturnValue:
    """Let a date be what was proposed again; what was counted by one that is over is done."""
    _require(country, vendor_date().year)
    found = read_day(on)
    if found is None or found <= vendor_date():
        raise NotFoundError(kind="production_day")
    production_years.clear_override(db(), country=country, on=found, actor=actor(), now=now())
    business_calendars.note_production(db(), country=country)
    said = _("The date is what was proposed again.")
    return done(said, "staff_calendar.year", country=country, number=found.year)


def _year_page(country: str, number: int) -> str:
    odd = {row.day_on: row for row in production_years.list_odd_days(db(), country=country, year=number)}
    known = production_years.find_year(db(), country=country, year=number)
    coming = vendor_date().year + 1
    missing = production_years.list_undecreed(db(), country=country, years={number, coming})
    days = list_days(db(), country=country, first=date(number, 1, 1), last=date(number, 12, 31))
    return render_template(
        "staff/calendar.html",
        country=country,
        countries=countries(),
        number=number,
        known=known,
        guessed=is_guessed(country, number),
        today=vendor_date(),
        coming=coming if coming in missing and coming != number else None,
        work=production_years.count_work(number, days),
        months=read_months(number, odd),
        first_week=[date(2026, 6, 1) + timedelta(days=n) for n in range(7)],  # a Monday
        here=vendor_date(),
        odd=list(odd.values()),
        differences=production_years.list_differences(db(), country=country, year=number) if known else [],
        names=_names({row.source for row in odd.values()} | ({known.changed_by} if known else set())),
        kinds=KIND_NAMES,
        years=(FIRST_YEAR, LAST_YEAR),
    )


def _confirmed(country: str, number: int, form: DecreeForm) -> bool:
    try:
        production_years.confirm_year(
            db(), country=country, year=number, decree=form.text("decree"), actor=actor(), now=now()
        )
    except InvalidError as error:
        form.refuse(error)
        return False
    return True


def countries() -> list[str]:
    """The countries that have a calendar here: the vendor's own, home first."""
    own = set(people.list_own_countries(db()))
    return [HOME, *sorted(own - {HOME})]


def _require(country: str, number: int) -> None:
    if country not in countries() or not FIRST_YEAR <= number <= LAST_YEAR:
        raise NotFoundError(kind="production_year")


def _kind(country: str, on: date | None) -> str | None:
    return list_days(db(), country=country, first=on, last=on).get(on) if on else None


def _names(sources: set[str]) -> dict[str, str]:
    """The people among sources, by how the calendar names them."""
    found = {}
    for source in sources:
        kind, _colon, person_id = source.partition(":")
        person = db().get(Person, int(person_id)) if kind == "staff" and person_id.isdecimal() else None
        if person is not None:
            found[source] = person.name
    return found
