"""The jobs of the paid side: lapsed orders, payments, events, refunds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing import bank, inbox, payments, refunds, trust
from services import sessions as remote_sessions
from webapp.jobs.bench import AGAIN
from webapp.jobs.checks import add_nightly_check
from webapp.jobs.documents import add_document_jobs
from webapp.jobs.order_ends import add_closing_round, add_order_jobs
from webapp.jobs.reminders import add_reminder_round
from webapp.jobs.waitlist import add_waitlist_jobs, add_waitlist_round

if TYPE_CHECKING:
    from procrastinate import App, JobContext

    from billing.payments.provider import Provider
    from webapp.jobs.bench import Bench

_SWEEP = timedelta(minutes=15)


def provider_of(bench: Bench) -> Provider:
    """The card provider of this installation; raises NoProviderError."""
    return payments.provider_of(bench.app_sessions, patience="worker")


def add_paid_jobs(app: App, bench: Bench) -> None:
    """Register everything that money asks for when something has happened."""
    _add_sessions(app, bench)
    add_waitlist_jobs(app, bench)
    add_document_jobs(app, bench)
    _add_provider_jobs(app, bench)
    add_order_jobs(app, bench)
    _add_bank_jobs(app, bench)


def _add_sessions(app: App, bench: Bench) -> None:
    @app.task(name="expire_hold", queue="paid", pass_context=True, retry=AGAIN)
    def expire_hold(context: JobContext, session_id: int) -> None:
        if context.job.queue == "free":
            with bench.transaction(context) as db:
                remote_sessions.expire_hold(db, session_id=session_id, now=bench.clock())
            return
        payments.close_lapsed_pages(bench.app_sessions, session_id=session_id, clock=bench.clock)
        with bench.transaction(context) as db:
            payments.let_lapse(db, session_id=session_id, now=bench.clock())
            trust.lapse_after(db, session_id=session_id, now=bench.clock())

    @app.task(name="session_delivered", queue="paid", pass_context=True, retry=AGAIN)
    def session_delivered(context: JobContext, session_id: int) -> None:
        if context.job.queue == "free":
            return  # what was free is nobody's order
        with bench.transaction(context) as db:
            refunds.accept_delivery(db, session_id=session_id, now=bench.clock())

    @app.task(name="session_missed", queue="paid", pass_context=True, retry=AGAIN)
    def session_missed(context: JobContext, session_id: int) -> None:
        if context.job.queue == "free":
            return  # what was free is nobody's order
        with bench.transaction(context) as db:
            refunds.charge_no_show(db, session_id=session_id, now=bench.clock())


def _add_hold_round(app: App, bench: Bench) -> None:
    @app.periodic(cron="* * * * *")
    @app.task(name="look_at_holds", queue="paid", queueing_lock="look_at_holds")
    def look_at_holds(timestamp: int) -> None:
        """Look every minute whose time is over."""
        del timestamp
        with bench.transaction() as db:
            payments.look_at_lapsed(db, now=bench.clock())


def _add_bank_jobs(app: App, bench: Bench) -> None:
    @app.task(name="match_statement", queue="paid", retry=AGAIN)
    def match_statement(statement_id: int) -> None:
        bank.match_statement(bench.app_sessions, statement_id=statement_id, clock=bench.clock)


def _add_provider_jobs(app: App, bench: Bench) -> None:
    @app.task(name="follow_event", queue="paid", retry=AGAIN)
    def follow_event(event: str) -> None:
        inbox.follow_event(bench.app_sessions, provider_of(bench), event_ref=event, now=bench.clock())

    @app.task(name="submit_refund", queue="paid", retry=AGAIN)
    def submit_refund(refund: str) -> None:
        refunds.submit_refund(bench.app_sessions, provider_of(bench), reference=refund, now=bench.clock())

    @app.task(name="sync_refund", queue="paid", retry=AGAIN)
    def sync_refund(refund: str) -> None:
        refunds.sync_refund(bench.app_sessions, provider_of(bench), reference=refund, now=bench.clock())

    @app.task(name="refund_surplus", queue="paid", retry=AGAIN)
    def refund_surplus(payment: str) -> None:
        with bench.transaction() as db:
            refunds.refund_surplus(db, payment_reference=payment, now=bench.clock())


def add_paid_rounds(app: App, bench: Bench) -> None:
    """Register what looks by itself, every few minutes, and makes a lost webhook harmless."""
    _add_hold_round(app, bench)
    add_waitlist_round(app, bench)
    add_closing_round(app, bench)
    add_nightly_check(app, bench)
    add_reminder_round(app, bench)
    billing = bench.settings.billing
    if billing is None or billing.provider is None:
        return

    @app.periodic(cron="*/2 * * * *")
    @app.task(name="poll_payments", queue="paid", queueing_lock="poll_payments")
    def poll_payments(timestamp: int) -> None:
        del timestamp
        provider, now = provider_of(bench), bench.clock()
        payments.poll_attempts(bench.app_sessions, provider, now=now)
        refunds.poll_refunds(bench.app_sessions, provider, now=now)
        inbox.follow_waiting_events(bench.app_sessions, provider, now=now)

    @app.periodic(cron="*/15 * * * *")
    @app.task(name="sweep_events", queue="paid", queueing_lock="sweep_events")
    def sweep_events(timestamp: int) -> None:
        del timestamp
        now = bench.clock()
        inbox.sweep_events(bench.app_sessions, provider_of(bench), since=now - _SWEEP, now=now)
