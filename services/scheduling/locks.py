"""What those who take time wait for, always in this order: dates, then specialists.

A session's own row, and whoever holds it, are locked before.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from services.scheduling.choosing import Claim

LOCK = 7001
LOCK_DATE = 7005

# The vendor's dates that the sessions touch, each once, ascending.
_DATES = text("""
    SELECT pg_advisory_xact_lock(:lock, day) FROM (
        SELECT DISTINCT day FROM
            (
                SELECT coalesce(min(value ->> 'zone'), 'UTC') AS zone
                FROM core.setting WHERE key = 'vendor'
            ) AS vendor,
            unnest(CAST(:starts AS timestamptz[]), CAST(:lasts AS timestamptz[])) AS one (start, last),
            generate_series(
                (start AT TIME ZONE zone)::date - date '2000-01-01',
                (last AT TIME ZONE zone)::date - date '2000-01-01'
            ) AS day
        ORDER BY day
    ) AS ascending
""")


def lock_dates(db: Session, wanted: Sequence[Claim]) -> None:
    """Let those who take time on one of the vendor's dates judge and take it one after the other."""
    counted = [one for one in wanted if not one.for_desk]
    if counted:
        starts = [one.start for one in counted]
        lasts = [one.end - timedelta(minutes=1) for one in counted]
        db.execute(_DATES, {"lock": LOCK_DATE, "starts": starts, "lasts": lasts})


def lock_specialists(db: Session, specialist_ids: Collection[int]) -> None:
    """Wait for everybody else who exchanges time of these specialists; ascending, so none waits in a ring."""
    db.execute(
        text("SELECT pg_advisory_xact_lock(:lock, id) FROM unnest(CAST(:ids AS int[])) AS id"),
        {"lock": LOCK, "ids": sorted(specialist_ids)},
    )
