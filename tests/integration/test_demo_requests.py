"""The demo's free requests: a year of them in figures, and a queue to work at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from services.core.mail.models import OutboxMail
from services.support import queue, requests, statistics
from services.support.requests.models import Request
from webapp.demo.requests import tell_requests

if TYPE_CHECKING:
    from datetime import datetime

    from tests.cluster import Database

ZONE = "Europe/Moscow"


def test_the_demo_tells_a_year_of_requests_and_leaves_some_open(demo: Database, now: datetime) -> None:
    told = tell_requests(demo.app_sessions, now=now)
    with demo.free_sessions() as db:
        assert db.scalar(select(func.count()).select_from(Request)) == told > 100
        kept = statistics.kept_by_month(db, last=now.date(), months=13, zone=ZONE)
        response = kept["response"]
        assert response.whole.ended == sum(one.ended for one in response.by_month.values()) > 100
        assert 0 < response.whole.missed < 10
        last = statistics.months_until(now.date(), 2)[0]
        one = response.by_month[last]
        shares = statistics.shares_used(db, target="response", month=last, zone=ZONE)
        assert sum(shares) == one.ended
        assert shares[-1] == one.missed
        misses = [
            miss for on in response.by_month for miss in statistics.list_misses(db, month=on, zone=ZONE)
        ]
        assert len(misses) == sum(part.whole.missed for part in kept.values())
        assert all(miss.late_seconds > 0 and miss.words for miss in misses)

        states = dict(db.execute(select(Request.state, func.count()).group_by(Request.state)).all())
        assert {"open", "waiting", "resolved", "closed", "held"} <= states.keys()
        assert len(queue.list_queue(db, limit=20)) == states["open"] >= 3
        assert queue.check_picks(db) is None
        for request in db.scalars(select(Request).where(Request.state != "closed")):
            assert requests.first_wrong(requests.list_rows(db, request_id=request.id)) is None
    with demo.app_sessions() as db:
        # Of what is over nobody is written to any more.
        assert db.scalar(select(func.count()).select_from(OutboxMail)) < 20
