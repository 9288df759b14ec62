"""Whether a start can be had, and who of those who could take it comes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy.dialects.postgresql import Range

from services.core.clock import floor_minute
from services.scheduling.engine.assignment import assignment_order
from services.scheduling.engine.explanation import explain
from services.scheduling.engine.slots import Query, find_slots
from services.scheduling.errors import SlotNotOfferedError, SlotTakenError
from services.scheduling.limits import limit_of
from services.scheduling.loading import load_pool

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from services.core.revisions import Topic
    from services.scheduling.engine.slots import ServiceRules
    from services.scheduling.limits import DayLimit
    from services.scheduling.loading import Pool


@dataclass(frozen=True)
class Claim:
    """What is wanted: a start (aware, UTC) by these rules, kept until `until` (None: for good).

    `for_desk` is the free desk's own work, which no reserve or closure stops; `held_share` counts
    for those who choose without having said who they are; `only` these specialists may take it.
    Who claims `bare` rolls the transaction back himself when he is refused, and looks for other times.
    With `seen`, the revisions of all topics, read before in this transaction, hours and rules come
    out of memory while they are of those revisions; who only believes them is `unsure`, and gets
    OutdatedError when they are not true.
    """

    rules: ServiceRules
    start: datetime
    customer_zone: str
    kind: Literal["hold", "reservation", "booking"] = "hold"
    until: datetime | None = None
    for_desk: bool = False
    held_share: bool = True
    only: frozenset[int] | None = None
    bare: bool = False
    seen: Mapping[Topic, str] | None = None
    unsure: bool = False

    @property
    def end(self) -> datetime:
        """The session's end."""
        return self.start + timedelta(minutes=self.rules.minutes)

    @property
    def footprint(self) -> Range[datetime]:
        """The session with its buffers."""
        before = timedelta(minutes=self.rules.buffer_before)
        return Range(self.start - before, self.end + timedelta(minutes=self.rules.buffer_after))


@dataclass(frozen=True)
class Choice:
    """Who can take a start, best first; `lapsed` are those with a lapsed hold to be retired.

    `limits` are the daily limits of those who have one.
    """

    order: tuple[int, ...]
    lapsed: frozenset[int]
    limits: Mapping[int, DayLimit]
    loads: Mapping[int, int]
    last_assigned: Mapping[int, datetime]
    preferred: frozenset[int]

    def reason_for(self, specialist_id: int) -> dict[str, object]:
        """Say in ids and numbers why this one: what the audit keeps."""
        last = self.last_assigned.get(specialist_id)
        return {
            "candidates": list(self.order),
            "booked_minutes": self.loads.get(specialist_id, 0),
            "last_assigned_at": last.isoformat() if last else None,
            "kept": specialist_id in self.preferred,
        }


def choose(
    db: Session,
    *,
    wanted: Claim,
    preferred: Collection[int],
    excluded: Collection[int],
    now: datetime,
) -> Choice:
    """Judge `wanted` by the engine and order those who can take it.

    Raises SlotTakenError when only other sessions stand in the way, else SlotNotOfferedError.
    """
    after, before = wanted.start, wanted.start + timedelta(minutes=1)
    query = Query(
        after, before, wanted.customer_zone, frozenset(excluded), wanted.for_desk, wanted.held_share
    )
    rules = wanted.rules
    weeks = rules.mode == "any"
    pool = load_pool(
        db, rules=rules, query=query, week_of_start=weeks, seen=wanted.seen, unsure=wanted.unsure, now=now
    )
    offered = [
        slot
        for slot in find_slots(pool.calendars, pool.busy, rules, query, now, closed=pool.closed)
        if slot.start == wanted.start
    ]
    willing = offered[0].specialist_ids if offered else ()
    candidates = tuple(one for one in willing if wanted.only is None or one in wanted.only)
    if not candidates:
        raise _why_not(_narrowed(pool, wanted), wanted, query, now)
    loads, last = pool.loads
    order = candidates
    if rules.mode == "any":
        by_load = assignment_order(candidates, loads, last)
        order = tuple(sorted(by_load, key=lambda one: one not in preferred))
    limits = {
        calendar.specialist_id: limit
        for calendar in pool.calendars
        if calendar.specialist_id in candidates and (limit := limit_of(calendar, wanted.start))
    }
    return Choice(order, pool.busy.lapsed(now), limits, loads, last, frozenset(preferred))


def _narrowed(pool: Pool, wanted: Claim) -> Pool:
    if wanted.only is None:
        return pool
    calendars = [one for one in pool.calendars if one.specialist_id in wanted.only]
    return pool._replace(calendars=calendars)


def _why_not(pool: Pool, wanted: Claim, query: Query, now: datetime) -> Exception:
    """Say «taken» when nothing but other sessions stands in the way, be it through a quota."""
    foreign = pool.busy.where(~pool.busy.own)
    shut = [one for one in pool.closed if one.code == "desk_closed"]
    if find_slots(pool.calendars, foreign, wanted.rules, query, now, closed=shut):
        minute = floor_minute(wanted.start)
        quotas = dict.fromkeys(one.code for one in pool.closed if one.start <= minute < one.end)
        return SlotTakenError(start=wanted.start, reasons=tuple(quotas))
    explained = explain(pool.calendars, foreign, wanted.rules, query, now, closed=shut, start=wanted.start)
    codes = dict.fromkeys(reason.code for reason in explained.reasons)
    return SlotNotOfferedError(start=wanted.start, reasons=tuple(codes))
