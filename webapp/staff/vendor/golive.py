"""Settings at a glance, and what is still a demonstration's before customers come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, render_template, request, url_for
from sqlalchemy import func, select

from services import catalogue, documents, scheduling
from services.core import vendor
from services.core.mail import OutboxMail
from services.support import regulation
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import database, db, now, vendor_date
from webapp.security import staff
from webapp.staff.answers import actor, done
from webapp.staff.desk.waiting import years_without_decree
from webapp.staff.frame import staff_blueprint
from webapp.staff.missing import Point, what_is_missing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("golive", __name__, "/settings")
NAV = [NavItem("staff_golive.overview", _l("Settings"), "staff", 68, roles=("administrator",))]
_DEMO = "demo"
_REPLACED_AT = {
    "vendor": "staff_profile.edit",
    "sellers": "staff_sellers.overview",
    "vat": "staff_sellers.overview",
    "prices": "staff_prices.overview",
    "services": "staff_catalogue.overview",
    "tools": "staff_catalogue.overview",
    "regulation": "staff_regulation.overview",
    "documents": "staff_papers.registry",
    "staff": "staff_people.overview",
    "reserve": "staff_reserve.overview",
    "holds": "staff_limits.edit",
    "calendar": "staff_calendar.this_year",
    "customers": "staff_money.orders",
}
"""Where the vendor's own takes the place of what was invented, by the demonstration's codes."""


@dataclass(frozen=True)
class Invented:
    """Something that the demonstration brought along, with its name in both languages."""

    code: str
    what: dict[str, str]

    @property
    def url(self) -> str:
        """The page to replace it on, where that is mounted."""
        endpoint = _REPLACED_AT.get(self.code)
        return url_for(endpoint) if endpoint in current_app.view_functions else ""


@blueprint.get("/")
@staff("administrator")
def overview() -> ResponseReturnValue:
    """Where everything is set, and the list to go through before going live."""
    invented = [Invented(**row) for row in vendor.find_setting(db(), key=_DEMO) or []]
    points = [*_server(), *_texts(), *_regulation(), *_specialists(), *_years(), *what_is_missing(db())]
    pages = current_app.view_functions.keys()
    return render_template("staff/settings.html", points=points, invented=invented, pages=pages)


@blueprint.post("/invented/<code>/settle")
@staff("administrator")
def settle(code: str) -> ResponseReturnValue:
    """Note that what the demonstration invented under this code is replaced by the vendor's own."""
    rows = vendor.find_setting(db(), key=_DEMO) or []
    kept = [row for row in rows if row["code"] != code]
    vendor.store_setting(db(), key=_DEMO, value=kept, actor=actor(), now=now())
    return done(_("Settled."), "staff_golive.overview")


def _server() -> list[Point]:
    core = database().core
    points = []
    if core.is_demo:
        points.append(
            Point(_("PRIYOM_ENV is demo"), _("Money and letters are not real until it is production."))
        )
    if core.smtp_url is None:
        points.append(Point(_("SMTP_URL is missing"), _("Letters reach nobody but the mailbox page.")))
    if not core.public_url.startswith("https:"):
        points.append(
            Point(_("PUBLIC_URL is no https address"), _("Links in letters have to work for customers."))
        )
    if core.mail_from.endswith(".example"):
        points.append(Point(_("MAIL_FROM is an example address"), _("Nobody could answer our letters.")))
    return points + _proxies() + _failed_letters()


def _proxies() -> list[Point]:
    """A proxy that nobody told us of: limits by network would count all visitors as one."""
    settings = current_app.config["PRIYOM_SETTINGS"]
    if settings.trusted_proxies or "X-Forwarded-For" not in request.headers:
        return []
    why = _("All visitors count as one network, so limits meant for one of them hold for all.")
    return [Point(_("TRUSTED_PROXIES is 0, but requests come through a proxy"), why)]


def _failed_letters() -> list[Point]:
    count = db().scalar(select(func.count()).where(OutboxMail.state == "failed")) or 0
    if not count:
        return []
    return [
        Point(
            _("Letters were not delivered: %(count)s", count=count),
            _("Read what the mail server answered."),
            url_for("staff_journals.letters", state="failed"),
        )
    ]


def _texts() -> list[Point]:
    today = vendor_date()
    return [
        Point(
            document.title.of(current_locale()),
            _("It has no version in force."),
            url_for("staff_papers.new_version", kind=document.kind),
        )
        for document in documents.list_documents(db())
        if documents.find_current(db(), kind=document.kind, on=today) is None
    ]


def _regulation() -> list[Point]:
    if regulation.list_versions(db()):
        return []
    why = _("Nobody can ask for free support: its deadlines come from there.")
    return [Point(_("The regulation has no version"), why, url_for("staff_regulation.overview"))]


def _years() -> list[Point]:
    return [Point(one.what, one.note, one.url) for one in years_without_decree(db())]


def _specialists() -> list[Point]:
    points = [
        Point(
            one.name,
            _("Has no hours: nobody can book a time."),
            url_for("staff_hours.of", specialist_id=one.id),
        )
        for one in scheduling.list_specialists(db())
        if not scheduling.list_hours(db(), specialist=one)
    ]
    if not catalogue.list_services(db()):
        points.append(
            Point(
                _("No service can be booked"),
                _("Add one, or switch one on."),
                url_for("staff_catalogue.overview"),
            )
        )
    return points
