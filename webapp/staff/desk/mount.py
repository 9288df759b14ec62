"""What the staff area has without billing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.staff.calendar import holidays, proposals
from webapp.staff.calendar import views as calendar
from webapp.staff.catalogue import request_fields
from webapp.staff.catalogue import views as catalogue
from webapp.staff.desk import promises, running, waiting
from webapp.staff.desk import views as desk
from webapp.staff.frame import mount_all
from webapp.staff.hours import specialists
from webapp.staff.hours import views as hours
from webapp.staff.journals import views as journals
from webapp.staff.reserve import views as reserve
from webapp.staff.reserve import why
from webapp.staff.sales import views as sales
from webapp.staff.vendor import golive, newcomers, papers, people, profile
from webapp.staff.waiting import add_waiting

if TYPE_CHECKING:
    from flask import Flask


def mount(app: Flask) -> None:
    """Mount every area of the staff that needs services alone."""
    mount_all(
        app,
        [
            (desk.blueprint, desk.NAV),
            (running.blueprint, []),
            (hours.blueprint, hours.NAV),
            (specialists.blueprint, []),
            (calendar.blueprint, calendar.NAV),
            (proposals.blueprint, []),
            (holidays.blueprint, []),
            (reserve.blueprint, reserve.NAV),
            (why.blueprint, []),
            (journals.blueprint, journals.NAV),
            (promises.blueprint, promises.NAV),
            (catalogue.blueprint, catalogue.NAV),
            (request_fields.blueprint, []),
            (papers.blueprint, papers.NAV),
            (people.blueprint, people.NAV),
            (newcomers.blueprint, []),
            (profile.blueprint, []),
            (golive.blueprint, golive.NAV),
            (sales.blueprint, sales.NAV),
        ],
    )
    add_waiting(app, hours.PLANNERS, waiting.asked_absences)
    add_waiting(app, hours.PLANNERS, waiting.closed_starts)
    add_waiting(app, hours.PLANNERS, waiting.failed_letters)
    add_waiting(app, ("administrator",), waiting.changed_requests)
    add_waiting(app, hours.PLANNERS, waiting.years_without_decree)
    add_waiting(app, hours.PLANNERS, waiting.proposed_dates)
    add_waiting(app, promises.PLANNERS, promises.waiting)
    add_waiting(app, sales.READERS, sales.new_ones)
