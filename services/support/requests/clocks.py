"""The rows of both clocks: what the ledger folds to, kept so that lists need no arithmetic.

A clock that has stopped is frozen: used time, outcome and deadline stay as they were, whatever the
calendar becomes, until an event (a bounce, a reopening) takes the stop back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services.core.business_calendars import find_calendar_version
from services.core.clock_events import Clocks, fold
from services.support.requests import ledger
from services.support.requests.clock_models import ClockRow
from services.support.requests.queries import rules_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from services.core.business_clock import BusinessClock, Pause, State
    from services.support.requests.clock_models import ClockEventRow
    from services.support.requests.models import Request

Target = Literal["response", "resolution"]
TARGETS: Final[tuple[Target, ...]] = ("response", "resolution")
_SECOND: Final = timedelta(seconds=1)
_SAID: Final = ("target_seconds", "pauses", "paused_since", "due_at", "stopped_at", "outcome")


@dataclass(frozen=True)
class Face:
    """What a page shows of one target; lengths are business time, moments UTC."""

    target: Target
    allowed: timedelta
    used: timedelta
    state: State
    due_at: datetime | None
    stopped_at: datetime | None
    pauses: int

    @property
    def left(self) -> timedelta:
        """What is left; nought when it is used up."""
        return max(self.allowed - self.used, timedelta(0))

    @property
    def late(self) -> timedelta:
        """By how much it is over, in business time; nought while it isn't."""
        return max(self.used - self.allowed, timedelta(0))


def read_clocks(db: Session, *, request: Request) -> Clocks:
    """Both clocks by the ledger and the calendar of the request's regulation."""
    return _folded(db, request, ledger.list_rows(db, request_id=request.id))


def refold(db: Session, *, request: Request, now: datetime) -> list[Target]:
    """Make both rows and the queue's key again from the ledger; gives the targets that changed.

    The time used since a clock was looked at last is no change.
    """
    rows = ledger.list_rows(db, request_id=request.id)
    changed = refold_from(db, request=request, events=rows, rows=list(db.scalars(_rows(request))), now=now)
    db.flush()
    return changed


def refold_from(
    db: Session, *, request: Request, events: Sequence[ClockEventRow], rows: Sequence[ClockRow], now: datetime
) -> list[Target]:
    """The same for many at once: both were read before, and what is made is not written out yet."""
    clocks = _folded(db, request, events)
    known = {row.target: row for row in rows}
    pauses = clocks.response.pauses
    changed: list[Target] = []
    for target, clock in zip(TARGETS, clocks, strict=True):
        row = known.get(target)
        if row is None:
            row = known[target] = _begin(request, target, clock)
            db.add(row)
        elif row.stopped_at is not None and row.stopped_at == clock.stopped_at:
            continue  # frozen
        before = _told(row)
        _write(row, clock, pauses, now)
        _note_calendar(db, request, row)
        if _told(row) != before:
            changed.append(target)
    dues = [row.due_at for row in known.values() if row.stopped_at is None and row.due_at is not None]
    request.due_at = min(dues, default=None) if request.state == "open" else None
    return changed


def clock_faces(db: Session, *, request: Request, now: datetime) -> tuple[Face, ...]:
    """Both targets as they stand at `now`; none for a request that was never received."""
    if request.received_at is None:
        return ()
    known = {row.target: row for row in db.scalars(_rows(request))}
    clocks = read_clocks(db, request=request)
    return tuple(
        _face(target, clock, known[target], now) for target, clock in zip(TARGETS, clocks, strict=True)
    )


def end_late(db: Session, *, request: Request, now: datetime) -> None:
    """Freeze what ends without a solution, past a deadline: that one was missed, and stays so.

    Merging, or asking and hearing nothing, would make it vanish. Whoever opens it again lets it go on.
    """
    clocks = read_clocks(db, request=request)
    rows = {row.target: row for row in db.scalars(_rows(request))}
    for target, clock in zip(TARGETS, clocks, strict=True):
        row = rows[target]
        if row.stopped_at is None and is_late(clock, now):
            _write(row, replace(clock, stopped_at=now), clock.pauses, now)
            _note_calendar(db, request, row)
            row.outcome = "missed"
    db.flush()


def is_late(clock: BusinessClock, now: datetime) -> bool:
    """Whether it runs, or rests, past its deadline."""
    due_at = clock.due()
    return clock.stopped_at is None and due_at is not None and due_at < now


def _face(target: Target, clock: BusinessClock, row: ClockRow, now: datetime) -> Face:
    frozen = row.stopped_at is not None
    return Face(
        target=target,
        allowed=timedelta(seconds=row.target_seconds),
        used=timedelta(seconds=row.used_seconds) if frozen else clock.elapsed(now),
        state=_state(row.outcome) if frozen else clock.state(now),
        due_at=row.due_at if frozen else _due(clock),
        stopped_at=row.stopped_at,
        pauses=row.pauses,
    )


def _state(outcome: str | None) -> State:
    return "missed" if outcome == "missed" else "met"


def _begin(request: Request, target: Target, clock: BusinessClock) -> ClockRow:
    return ClockRow(
        request_id=request.id,
        target=target,
        started_at=clock.started_at,
        regulation_id=_regulation_id(request),
    )


def _write(row: ClockRow, clock: BusinessClock, pauses: Sequence[Pause], now: datetime) -> None:
    at = clock.stopped_at or now
    row.target_seconds = clock.target // _SECOND
    row.used_seconds = clock.elapsed(at) // _SECOND
    # The time between a solution and a reopening is no pause: nobody waited. What begins with the stop
    # is none either, but one that begins now, while the clock goes on, is.
    row.pauses = sum(1 for one in pauses if one.start < at or (clock.stopped_at is None and one.start == at))
    row.paused_since = None if clock.stopped_at is not None else _paused_since(clock, now)
    row.due_at = None if row.paused_since is not None else _due(clock)
    row.stopped_at = clock.stopped_at
    row.outcome = None if clock.stopped_at is None else _outcome(clock.state(at))
    row.folded_at = now


def _note_calendar(db: Session, request: Request, row: ClockRow) -> None:
    """Keep with a stopped clock the version of the calendar that was in force when it stopped."""
    row.calendar_version_id = None
    if row.stopped_at is not None and request.regulation is not None:
        calendar = request.regulation.calendar
        on = row.stopped_at.astimezone(ZoneInfo(calendar.zone)).date()
        version = find_calendar_version(db, calendar=calendar, on=on)
        row.calendar_version_id = version.id if version is not None else None


def _due(clock: BusinessClock) -> datetime | None:
    """The deadline; what rests only from the stop on can't move it."""
    stopped_at = clock.stopped_at
    if stopped_at is None:
        return clock.due()
    return replace(clock, pauses=tuple(one for one in clock.pauses if one.start < stopped_at)).due()


def _outcome(state: State) -> str:
    return "missed" if state == "missed" else "met"


def _told(row: ClockRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _SAID)


def _paused_since(clock: BusinessClock, now: datetime) -> datetime | None:
    going_on = [pause.start for pause in clock.pauses if pause.end is None or pause.end > now]
    return min(going_on, default=None)


def _regulation_id(request: Request) -> int:
    if request.regulation_id is None:
        raise ValueError(request.number)
    return request.regulation_id


def _folded(db: Session, request: Request, rows: Sequence[ClockEventRow]) -> Clocks:
    return fold(ledger.told(rows), rules_of(db, request).calendar)


def _rows(request: Request) -> Select[ClockRow]:
    return select(ClockRow).where(ClockRow.request_id == request.id)
