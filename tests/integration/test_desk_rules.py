"""What the engine is told of the free desk's reserve and closures, in one statement."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from services.core.clock import floor_minute
from services.core.vendor import store_setting
from services.scheduling.desk.rules import load_desk_rules
from services.scheduling.engine.desk_rules import Closure, DeskRules
from services.scheduling.models import DeskClosure, DeskReserve

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def rules(db: Session, now: datetime, *, days: int = 1) -> DeskRules:
    return load_desk_rules(db, after=now, before=now + timedelta(days=days), now=now)


def test_an_empty_installation_keeps_nothing_back(db: Session, now: datetime) -> None:
    assert rules(db, now) == DeskRules("UTC", held_percent=30)


def test_the_vendor_and_his_limit_on_holds_are_read_with_them(demo_db: Session, now: datetime) -> None:
    store_setting(demo_db, key="hold_limits", value={"held_percent": 12}, actor="system", now=now)

    found = rules(demo_db, now)

    assert (found.zone, found.held_percent) == ("Europe/Moscow", 12)


def test_the_newest_version_of_a_date_counts_from_it_on(db: Session, now: datetime) -> None:
    versions = [("2026-01-01", 50), ("2026-11-20", 40), ("2026-11-25", 10), ("2026-11-25", 20)]
    for since, percent in versions:
        db.add(
            DeskReserve(
                effective_from=date.fromisoformat(since), percent=percent, set_by="system", set_at=now
            )
        )
        db.flush()

    found = rules(db, now, days=3)

    assert found.reserve == ((date(2026, 11, 20), 40), (date(2026, 11, 25), 20))
    assert [found.reserve_on(date(2026, 11, on)) for on in (19, 20, 24, 25, 26)] == [0, 40, 40, 20, 20]


def test_only_closures_that_still_hold_are_read(db: Session, now: datetime) -> None:
    def closed(begin: int, end: int, **facts: object) -> None:
        starts_at, until_at = now + timedelta(hours=begin), now + timedelta(hours=end)
        given = {"kind": "manual", "reason": "training", "made_at": now, "made_by": "system"}
        db.add(DeskClosure(starts_at=starts_at, until_at=until_at, **given | facts))

    closed(-5, 0)
    closed(2, 3)
    closed(4, 5, lifted_at=now, lifted_by="system")
    closed(-1, 1, kind="projection", reason="", judged_at=now)
    closed(24, 25)
    db.flush()

    minute = floor_minute(now)
    assert rules(db, now).closures == (
        Closure(minute - 60, minute + 60, ""),
        Closure(minute + 120, minute + 180, "training"),
    )
