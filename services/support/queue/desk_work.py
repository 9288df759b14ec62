"""The desk's open work, for the time that is kept free for it: deadlines and minutes, nothing else."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text

from services import scheduling
from services.core.vendor import find_setting
from services.support import regulation
from services.support.requests.models import Request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

SETTING: Final = "desk_work"
MINUTES: Final = 30
"""What a request takes of a specialist while nothing is measured, unless the setting says otherwise."""
ENOUGH: Final = 10
"""From so many requests of a class on, what they took counts."""
_LOOKED_BACK = timedelta(days=90)
_LEAST = 5

# From taking it to the first word to its author: nobody writes down how long he worked on what, and from
# there on a request waits more than it is worked on. What is taken by answering it says nothing of that.
# The journal's end, by its own index.
_HANDLED = text("""
    SELECT r.class_code, p.at, m.at
    FROM (SELECT request_id, at FROM support.pick ORDER BY n DESC LIMIT 1000) AS p
    JOIN support.request r ON r.id = p.request_id
    CROSS JOIN LATERAL (
        SELECT min(said.at) AS at FROM support.message said
        WHERE said.request_id = p.request_id AND said.side = 'staff' AND said.at >= p.at
    ) AS m
    WHERE p.at > :since AND m.at > p.at AND r.class_code IS NOT NULL
""")


def write_desk_work(db: Session, *, now: datetime) -> int:
    """Hand what is open over to the desk's projection, not what waits for its author; gives how many."""
    query = select(Request.number, Request.due_at, Request.class_code).where(
        Request.state == "open", Request.due_at.is_not(None)
    )
    rows = db.execute(query.order_by(Request.due_at, Request.received_at, Request.number)).all()
    usual = int((find_setting(db, key=SETTING) or {}).get("minutes", MINUTES))
    measured = handling_minutes(db, now=now) if rows else {}
    work = [
        scheduling.DeskWork(f"request:{number}", due_at, measured.get(class_code or "", usual))
        for number, due_at, class_code in rows
        if due_at is not None
    ]
    scheduling.write_desk_demand(db, work=work, now=now)
    return len(work)


def handling_minutes(db: Session, *, now: datetime) -> Mapping[str, int]:
    """By class: the median of working minutes that its requests of the last 90 days took a specialist.

    Of the last thousand taken; classes with fewer than ten are left out.
    """
    calendar = regulation.get_regulation(db, on=regulation.regulation_date(db, now=now)).calendar
    took: defaultdict[str, list[float]] = defaultdict(list)
    for class_code, taken_at, said_at in db.execute(_HANDLED, {"since": now - _LOOKED_BACK}):
        took[class_code].append(calendar.business_time_between(taken_at, said_at) / timedelta(minutes=1))
    return {
        class_code: max(_LEAST, round(median(minutes)))
        for class_code, minutes in took.items()
        if len(minutes) >= ENOUGH
    }
