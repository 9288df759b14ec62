"""An order is paid; the worker does its jobs; the invitation lies in a real mail server."""

from __future__ import annotations

import email
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing import orders
from billing.settings import BillingSettings
from services import calendars
from services.core import mail
from tests.working import do_due_jobs
from webapp.settings import Settings
from webapp.worker import make_bench, make_worker

if TYPE_CHECKING:
    from tests.cluster import Database
    from tests.fakes.mail_server import Box


def calendar_of(raw: bytes) -> calendars.Explained | None:
    for part in email.message_from_bytes(raw).walk():
        if part.get_content_type() == "text/calendar":
            ics = part.get_payload(decode=True)
            assert isinstance(ics, bytes)
            return calendars.explain(ics)
    return None


def test_the_invitation_of_a_paid_order_arrives(
    shop: Any, demo: Database, box: Box, smtp_server: str
) -> None:
    # What the demo's own stories have queued is not this test's.
    with shop.sessions.begin() as db:
        for old in mail.list_mails(db, limit=1000):
            old.state = "sent"
    order = shop.place(nth=30)
    shop.pay(order)
    shop.sync(order)
    settings = Settings(
        core=replace(demo.core, smtp_url=smtp_server),
        billing=BillingSettings(provider=shop.settings),
        database_url=demo.url,
    )
    bench = make_bench(settings, clock=shop.clock)
    do_due_jobs(make_worker(bench), bench)
    bench.close()
    with shop.sessions() as db:
        placed = orders.get_order(db, reference=order)
        session, customer = placed.session, placed.person.email
    taken = {
        envelope.rcpt_tos[0]: told
        for envelope in box.taken
        if isinstance(envelope.content, bytes) and (told := calendar_of(envelope.content))
    }
    assert customer in taken
    assert len(taken) == 2
    for reader, told in taken.items():
        assert told.attendee == reader
        assert (told.method, told.sequence) == ("REQUEST", 0)
        assert (told.starts_at, told.ends_at) == (session.starts_at, session.ends_at)
    with shop.sessions() as db:
        states = {m.state for m in mail.list_mails_about(db, subject_ref=f"order:{order}")}
    assert states == {"sent"}
