"""Visitors who choose times as browsers without JavaScript do, and what the tables say of them."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from billing.orders.models import Order
from services.sessions.seats import occupancies_of
from tests.chaos.reading import local_day

START = re.compile(r'<(?:input|button)(?=[^>]*\bname="start")[^>]*>')
VALUE = re.compile(r'\bvalue="([^"]*)"')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_numbers = itertools.count(1)


def listed(page):
    """The starts that a page offers."""
    tags = [tag for tag in START.findall(page) if " disabled" not in tag]
    return {datetime.fromisoformat(html.unescape(VALUE.search(tag)[1])) for tag in tags}


@dataclass
class Browser:
    """One browser; every request that may count against a network comes from another one."""

    app: Any
    zone: str
    language: str = "ru"
    draft: str = ""
    token: str = ""
    kept: dict = field(default_factory=dict)

    def __post_init__(self):
        self.client = self.app.test_client()
        self.client.set_cookie("locale", self.language)
        self.choose_zone(self.zone)

    def choose_zone(self, zone):
        self.zone = zone
        self.client.set_cookie("zone", zone)

    def look(self, path):
        """Open a page of times, asking as browsers do whether a kept one is still good.

        Gives the starts it offers, and whether it is the kept one.
        """
        tag, starts = self.kept.get(path, ("", set()))
        answer = self.client.get(path, headers={"If-None-Match": tag} if tag else {})
        if answer.status_code == 304:
            return starts, True
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        self.token = TOKEN.search(answer.text)[1]
        starts = listed(answer.text)
        self.kept[path] = answer.headers.get("ETag", ""), starts
        return starts, False

    def choose(self, path, start):
        """Press the button with this start; gives the answer."""
        number = next(_numbers)
        origin = {"REMOTE_ADDR": f"10.{number // 62500}.{number // 250 % 250}.{number % 250}"}
        said = start if isinstance(start, str) else start.strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = {"csrf_token": self.token, "start": said}
        answer = self.client.post(path, data=fields, environ_base=origin)
        if answer.status_code == 303:
            self.draft = answer.headers["Location"].removesuffix("/details")
        return answer

    def own(self, db, now):
        """The draft whose time this browser keeps, with its rows; None once it is over."""
        if not self.draft:
            return None
        reference = self.draft.rstrip("/").split("/")[-2]
        order = db.scalar(select(Order).where(Order.reference == reference))
        held = order.session.state == "held" and order.session.held_until > now
        return (order, occupancies_of(db, order.session)) if held and order.state == "draft" else None


_WRITTEN = text("""
    SELECT
        (SELECT array_agg((id, released_at, expires_at, kind) ORDER BY id)::text FROM scheduling.occupancy),
        (SELECT array_agg((id, state, starts_at, held_until) ORDER BY id)::text FROM sessions.remote_session),
        (SELECT array_agg((id, state) ORDER BY id)::text FROM billing.order)
""")
_OVERLAPS = text("""
    SELECT a.id, b.id FROM scheduling.occupancy a JOIN scheduling.occupancy b
        ON a.specialist_id = b.specialist_id AND a.id < b.id AND a.footprint && b.footprint
    WHERE a.released_at IS NULL AND b.released_at IS NULL
      AND a.kind <> 'overbooked' AND b.kind <> 'overbooked'
      AND coalesce(a.expires_at > :now, true) AND coalesce(b.expires_at > :now, true)
""")
_SEATS = text("""
    SELECT s.id FROM sessions.remote_session s
        LEFT JOIN sessions.seat t ON t.session_id = s.id AND t.left_at IS NULL
        LEFT JOIN scheduling.occupancy o ON o.id = t.occupancy_id AND o.released_at IS NULL
            AND o.starts_at = s.starts_at AND o.ends_at = s.ends_at
            AND o.expires_at IS NOT DISTINCT FROM CASE s.state WHEN 'held' THEN s.held_until END
    WHERE s.state = 'booked' OR s.state = 'held' AND s.held_until > :now
    GROUP BY s.id HAVING count(o.id) <> 1
""")


def written(db):
    """All that a refusal must leave as it was."""
    return tuple(db.execute(_WRITTEN).one())


def check_tables(db, now):
    """Nobody is in two places, and each live session has exactly its own time."""
    assert not db.execute(_OVERLAPS, {"now": now}).all(), "footprints overlap"
    assert not db.execute(_SEATS, {"now": now}).all(), "a session without its time"


def of_day(starts, day, zone):
    return {start for start in starts if local_day(start, zone) == day}
