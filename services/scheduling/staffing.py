"""Who works when, by which rules of the desk: loaded, or kept until somebody changes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from services.core.revisions import Kept
from services.scheduling.desk.rules import load_desk_rules
from services.scheduling.engine.working_time import Calendar, Hours

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from services.core.revisions import Topic
    from services.scheduling.engine.desk_rules import DeskRules

_DAY = timedelta(days=1)
# What touches a start within the horizon reaches a few dates further: whole dates of a quota, zones,
# tails of nights.
_BEFORE, _BEYOND = 4, 8

_CALENDARS = text("""
    SELECT s.id, s.zone, s.skills, s.daily_limit, s.desk,
        ARRAY(
            SELECT jsonb_build_array(h.effective_from, h.windows)
            FROM scheduling.hours_version h
            WHERE h.specialist_id = s.id AND h.effective_from <= :until_on
              AND h.effective_from >= coalesce((
                    SELECT max(earlier.effective_from) FROM scheduling.hours_version earlier
                    WHERE earlier.specialist_id = s.id AND earlier.effective_from <= :first_on
                  ), '-infinity')
            ORDER BY h.effective_from, h.id
        ),
        ARRAY(
            SELECT jsonb_build_array(d.day_on, d.windows)
            FROM scheduling.own_date d
            WHERE d.specialist_id = s.id AND d.day_on BETWEEN :first_on AND :until_on
            ORDER BY d.day_on, d.id
        ),
        ARRAY(
            SELECT d.day_on FROM scheduling.holiday d
            WHERE d.holiday_set_id = s.holiday_set_id AND d.day_on BETWEEN :first_on AND :until_on
        )
    FROM scheduling.specialist s JOIN people.staff_member m ON m.id = s.staff_member_id
    WHERE m.active AND (s.skills @> CAST(:skills AS text[]) OR s.desk AND :reserved)
    ORDER BY s.id
""")

_rules: Kept[DeskRules] = Kept("schedule", "vendor")
_calendars: Kept[tuple[Calendar, ...]] = Kept("schedule")


@dataclass(frozen=True, slots=True)
class Staffing:
    """Rules and calendars for the starts of one search.

    With `seen`, the revisions of all topics, read before in this transaction, they are those of
    the whole horizon out of memory, while the search lies within it.
    """

    db: Session
    seen: Mapping[Topic, str] | None
    horizon_days: int
    now: datetime

    def desk_rules(self, after: datetime, before: datetime) -> DeskRules:
        """Give what counts at the desk for starts in `[after, before)`; at most one statement."""
        begin, end = self._horizon
        if self.seen is None or not begin <= after < before <= end:
            return load_desk_rules(self.db, after=after, before=before, now=self.now)
        return _rules.get(
            self.db,
            key=(begin, end),
            seen=self.seen,
            make=lambda: load_desk_rules(self.db, after=begin, before=end, now=self.now),
        )

    def calendars(
        self, skills: frozenset[str], after: datetime, before: datetime, *, reserved: bool
    ) -> tuple[Calendar, ...]:
        """Give who has the skills (or serves the desk, if `reserved`), by id; at most one statement."""
        begin, end = self._horizon
        if self.seen is None or not begin <= after < before <= end:
            return _load_calendars(self.db, skills, after, before, reserved=reserved)
        return _calendars.get(
            self.db,
            key=(skills, reserved, begin, end),
            seen=self.seen,
            make=lambda: _load_calendars(self.db, skills, begin, end, reserved=reserved),
        )

    @property
    def _horizon(self) -> tuple[datetime, datetime]:
        today = self.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - _BEFORE * _DAY, today + (self.horizon_days + _BEYOND) * _DAY


def _load_calendars(
    db: Session, skills: Collection[str], after: datetime, before: datetime, *, reserved: bool
) -> tuple[Calendar, ...]:
    asked = {"skills": sorted(skills), "reserved": reserved, **local_dates(after, before)}
    return tuple(
        Calendar(
            specialist_id,
            zone,
            tuple(Hours(date.fromisoformat(on), _triples(windows)) for on, windows in hours),
            tuple((date.fromisoformat(on), _pairs(windows)) for on, windows in own),
            frozenset(holidays),
            frozenset(offered),
            daily_limit,
            desk,
        )
        for specialist_id, zone, offered, daily_limit, desk, hours, own, holidays in db.execute(
            _CALENDARS, asked
        )
    )


def local_dates(after: datetime, before: datetime) -> dict[str, date]:
    """Bound the local dates that could touch `[after, before)`, in whatever zone."""
    first, last = after - 2 * _DAY, before + 2 * _DAY
    return {"first_on": first.astimezone(UTC).date(), "until_on": last.astimezone(UTC).date()}


def _pairs(windows: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in windows)


def _triples(windows: list[list[int]]) -> tuple[tuple[int, int, int], ...]:
    return tuple((day, start, end) for day, start, end in windows)
