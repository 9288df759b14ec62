"""What the production calendar proposes to the specialists: listed, accepted, dismissed."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.core.audit import record
from services.core.production_days import list_days
from services.scheduling.commands import set_own_date
from services.scheduling.engine.working_time import Calendar, Hours
from services.scheduling.models import DismissedDate, Holiday, HoursVersion, OwnDate
from services.scheduling.proposals import propose_dates
from services.scheduling.queries import list_specialists

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from services.scheduling.models import Specialist
    from services.scheduling.proposals import Proposal

Row = TypeVar("Row", HoursVersion, OwnDate)
_NIGHT = timedelta(days=1)


def list_proposals(db: Session, *, country: str, first: date, last: date) -> list[Proposal]:
    """List what the calendar of `country` proposes for the local dates from `first` to `last`.

    By date, then by the specialist's name; hints about working Saturdays included, dismissed ones left out.
    Statements don't grow with the number of specialists.
    """
    days = list_days(db, country=country, first=first, last=last)
    dismissed = {
        tuple(row)
        for row in db.execute(
            select(DismissedDate.specialist_id, DismissedDate.day_on, DismissedDate.reason).where(
                DismissedDate.day_on.between(first, last)
            )
        )
    }
    calendars = _load_calendars(db, first, last)
    found = [one for calendar in calendars for one in propose_dates(calendar, days)]
    return sorted((one for one in found if one[:3] not in dismissed), key=lambda one: one.on)


def accept_proposals(
    db: Session, *, proposals: Iterable[Proposal], actor: str, now: datetime
) -> list[Proposal]:
    """Make proposals dates of their own, and give those back; hints have nothing to accept."""
    accepted = [proposal for proposal in proposals if proposal.reason != "working"]
    by_id = {specialist.id: specialist for specialist in list_specialists(db)}
    for proposal in accepted:
        set_own_date(
            db,
            specialist=by_id[proposal.specialist_id],
            day_on=proposal.on,
            windows=proposal.windows,
            actor=actor,
            now=now,
        )
    return accepted


def dismiss_proposals(db: Session, *, proposals: Iterable[Proposal], actor: str, now: datetime) -> None:
    """Decline proposals for good; one for another reason on the same date would be a new one."""
    for specialist_id, on, reason, *_windows in proposals:
        row = {"specialist_id": specialist_id, "day_on": on, "reason": reason}
        about = {"dismissed_by": actor, "dismissed_at": now}
        db.execute(insert(DismissedDate).values(row | about).on_conflict_do_nothing())
        facts = {"on": on.isoformat(), "reason": reason}
        record(
            db,
            actor=actor,
            verb="proposal.dismiss",
            subject=f"specialist:{specialist_id}",
            after=facts,
            now=now,
        )


def _load_calendars(db: Session, first: date, last: date) -> list[Calendar]:
    specialists = list_specialists(db)
    hours = _by_specialist(
        db.scalars(
            select(HoursVersion)
            .where(HoursVersion.effective_from <= last)
            .order_by(HoursVersion.effective_from, HoursVersion.id)
        )
    )
    # From the date before the first: what reaches over midnight.
    own = _by_specialist(
        db.scalars(
            select(OwnDate).where(OwnDate.day_on >= first - _NIGHT).order_by(OwnDate.day_on, OwnDate.id)
        )
    )
    holidays: dict[int | None, set[date]] = defaultdict(set)
    for set_id, on in db.execute(
        select(Holiday.holiday_set_id, Holiday.day_on).where(Holiday.day_on <= last)
    ):
        holidays[set_id].add(on)
    return [
        _calendar(one, hours[one.id], own[one.id], frozenset(holidays[one.holiday_set_id]))
        for one in specialists
    ]


def _by_specialist(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.specialist_id].append(row)
    return found


def _calendar(
    specialist: Specialist,
    hours: Sequence[HoursVersion],
    own_dates: Sequence[OwnDate],
    holidays: frozenset[date],
) -> Calendar:
    return Calendar(
        specialist.id,
        specialist.zone,
        hours=tuple(
            Hours(version.effective_from, tuple((day, start, end) for day, start, end in version.windows))
            for version in hours
        ),
        own_dates=tuple((own.day_on, tuple((start, end) for start, end in own.windows)) for own in own_dates),
        holidays=holidays,
    )
