"""What of the free side waits for the coordinator."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import url_for
from sqlalchemy import func, select

from services import scheduling
from services.core.audit import AuditRow
from services.core.mail import OutboxMail
from services.core.production_days import HOME
from services.core.production_years import list_undecreed
from services.core.vendor import vendor
from services.core.wording import format_when
from services.scheduling.desk.figures import list_closures
from services.support import requests
from webapp.i18n import current_locale, ngettext
from webapp.i18n import gettext as _
from webapp.request import now, vendor_date
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

_AUTUMN = 10
"""The month from which on the decree for the coming year is looked for."""
_SOON = timedelta(days=30)


def asked_absences(db: Session) -> list[Waiting]:
    """Days that specialists have asked for."""
    return [
        Waiting(
            _("Days away, %(name)s", name=specialist.name),
            _("asked for, not approved yet"),
            url_for("staff_hours.of", specialist_id=specialist.id),
        )
        for specialist in scheduling.list_specialists(db)
        for absence in scheduling.list_absences(db, specialist=specialist, after=now())
        if absence.state == "asked"
    ]


def closed_starts(db: Session) -> list[Waiting]:
    """Paid starts that are closed now for the sake of free support."""
    zone = vendor(db).zone
    return [
        Waiting(
            _("Paid starts are closed"),
            _("until %(when)s", when=format_when(one.until_at, None, zone, current_locale())),
            url_for("staff_reserve.overview"),
        )
        for one in list_closures(db, ended_after=now(), now=now())
        if one.lifted_at is None and one.starts_at <= now() < one.until_at
    ]


def changed_requests(db: Session) -> list[Waiting]:
    """What the night's look has found: changed journals, and a status that its clocks don't follow."""
    rounds = [requests.find_last_round(db, kind=kind) for kind in ("refold", "ended")]
    broken = sorted({number for found in rounds if found for number in found.broken})
    if not broken:
        return changed_picks(db)
    since = min(found.begun_at for found in rounds if found)
    bare = _with_bare_status(db, broken, since=since)
    return [
        Waiting(
            _("The status of request № %(number)s and its clocks disagree", number=number)
            if number in bare
            else _("The journal of request № %(number)s was changed", number=number),
            _("It waits while a clock runs, or the other way round. Compare it with a backup.")
            if number in bare
            else _("Its clocks are counted by it. Compare it with a backup."),
            url_for("staff_journals.audit", subject=f"request:{number}"),
        )
        for number in broken
    ] + changed_picks(db)


def changed_picks(db: Session) -> list[Waiting]:
    """The same of the journal of picks: its first line that is wrong, or gone."""
    found = requests.find_last_round(db, kind="picks")
    return [
        Waiting(
            _("The journal of picks was changed"),
            _("From line %(n)s on it doesn't hold. Compare it with a backup.", n=n),
            url_for("staff_journals.audit", subject=f"pick:{n}"),
        )
        for n in (found.broken if found else [])
    ]


def _with_bare_status(db: Session, numbers: Sequence[int], *, since: datetime) -> set[int]:
    """Those whose status alone was changed: a round keeps numbers only, the audit what was found."""
    subjects = {f"request:{number}": number for number in numbers}
    query = select(AuditRow.subject).where(
        AuditRow.verb == "clock.bare_status",
        AuditRow.subject.in_(subjects),
        AuditRow.at >= since,
    )
    return {subjects[subject] for subject in db.scalars(query)}


def failed_letters(db: Session) -> list[Waiting]:
    """Letters that the mail server refused."""
    count = db.scalar(select(func.count()).where(OutboxMail.state == "failed")) or 0
    if not count:
        return []
    return [
        Waiting(
            _("Letters were not delivered: %(count)s", count=count),
            _("Read what the mail server answered."),
            url_for("staff_journals.letters", state="failed"),
        )
    ]


def years_without_decree(db: Session) -> list[Waiting]:
    """The year that it is, and from October on the coming one, while they rest on no decree."""
    on = vendor_date()
    years = {on.year} | ({on.year + 1} if on.month >= _AUTUMN else set())
    return [
        Waiting(
            _("The production calendar of %(year)s has no decree yet", year=year),
            _("Compare it with the decree, then name it."),
            url_for("staff_calendar.year", country=HOME, number=year),
        )
        for year in list_undecreed(db, country=HOME, years=years)
    ]


def proposed_dates(db: Session) -> list[Waiting]:
    """What the production calendar proposes to the specialists within the next weeks."""
    first = vendor_date()
    coming = scheduling.list_proposals(db, country=HOME, first=first, last=first + _SOON)
    count = sum(1 for one in coming if one.reason != "working")
    if not count:
        return []
    said = ngettext(
        "The production calendar proposes one date", "The production calendar proposes %(num)d dates", count
    )
    return [Waiting(said, _("Accept or dismiss."), url_for("staff_proposals.overview"))]
