"""The jobs of the ground: mails, wiping of what must not be kept, rescue, holds that nobody sells."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from services import scheduling
from services import sessions as remote_sessions
from services.core import files, mail
from services.core.revisions import purge_marks
from services.people import sales
from webapp.jobs.bench import AGAIN

if TYPE_CHECKING:
    from procrastinate import App, JobContext

    from webapp.jobs.bench import Bench

_STALLED_AFTER = timedelta(seconds=60)
_KEEP_DONE = timedelta(days=14)


def add_core_jobs(app: App, bench: Bench) -> None:
    """Mails, wiping of what must not be kept, and rescue of jobs whose worker died."""

    @app.task(name="deliver_mail", queue="mail", retry=AGAIN)
    def deliver_mail(mail_id: int) -> None:
        core = bench.settings.core
        with bench.transaction() as db:
            letter = mail.claim(db, mail_id=mail_id, now=bench.clock())
        if letter is None:
            return
        answer = mail.hand_over(core, letter)
        with bench.transaction() as db:
            mail.settle(db, mail_id=mail_id, answer=answer, now=bench.clock())

    @app.periodic(cron="17 3 * * *")
    @app.task(name="wipe", queue="mail", retry=AGAIN)
    def wipe(timestamp: int) -> None:
        del timestamp
        with bench.transaction() as db:
            mail.wipe(db, now=bench.clock())
            remote_sessions.wipe_connection_ids(db, now=bench.clock())
            remote_sessions.forget_addresses(db, now=bench.clock())
            purge_marks(db)
            remote_sessions.wipe_wishes(db, now=bench.clock())
            sales.wipe_enquiries(db, now=bench.clock())

    @app.periodic(cron="* * * * *")
    @app.task(name="rescue_stalled", queue="mail", pass_context=True)
    async def rescue_stalled(context: JobContext, timestamp: int) -> None:
        del timestamp
        manager = context.app.job_manager
        seconds = _STALLED_AFTER.total_seconds()
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
            await manager.retry_job(job)

    @app.periodic(cron="41 3 * * *")
    @app.task(name="forget_done_jobs", queue="mail", pass_context=True)
    async def forget_done_jobs(context: JobContext, timestamp: int) -> None:
        del timestamp
        hours = int(_KEEP_DONE.total_seconds() // 3600)
        await context.app.job_manager.delete_old_jobs(nb_hours=hours)


def add_desk_jobs(app: App, bench: Bench) -> None:
    """Look every ten minutes, and whenever its work changes, whether the free desk is in time."""

    @app.periodic(cron="*/10 * * * *")
    @app.task(name="project_desk", queue="free", queueing_lock="project_desk", pass_context=True, retry=AGAIN)
    def project_desk(context: JobContext, timestamp: int = 0) -> None:
        del timestamp
        with bench.transaction(context) as db:
            scheduling.project_desk(db, now=bench.clock())


def add_upload_jobs(app: App, bench: Bench) -> None:
    """Judge files that have arrived whole; remove those that nobody claimed."""

    @app.task(name="judge_upload", queue="free", pass_context=True, retry=AGAIN)
    def judge_upload(context: JobContext, upload_id: int) -> None:
        with bench.transaction(context) as db:
            upload = files.find_to_judge(db, upload_id=upload_id)
        if upload is None:
            return
        found = files.examine(bench.settings.core, upload)
        with bench.transaction(context) as db:
            files.settle(db, upload_id=upload_id, found=found, now=bench.clock())

    @app.periodic(cron="23 * * * *")
    @app.task(name="expire_uploads", queue="free", pass_context=True, retry=AGAIN)
    def expire_uploads(context: JobContext, timestamp: int) -> None:
        del timestamp
        with bench.transaction(context) as db:
            files.expire_uploads(db, now=bench.clock())


def add_hold_round(app: App, bench: Bench) -> None:
    """Look every minute whether holds of the desk's own work are over."""

    @app.periodic(cron="* * * * *")
    @app.task(name="look_at_free_holds", queue="free", queueing_lock="look_at_free_holds", pass_context=True)
    def look_at_free_holds(context: JobContext, timestamp: int) -> None:
        del timestamp
        with bench.transaction(context) as db:
            remote_sessions.look_at_lapsed(db, now=bench.clock())


def add_unpaid_holds(app: App, bench: Bench) -> None:
    """What sessions ask for where nobody sells anything."""

    @app.task(name="expire_hold", queue="free", pass_context=True, retry=AGAIN)
    def expire_hold(context: JobContext, session_id: int) -> None:
        with bench.transaction(context) as db:
            remote_sessions.expire_hold(db, session_id=session_id, now=bench.clock())

    @app.task(name="session_delivered", queue="free")
    def session_delivered(session_id: int) -> None:
        """Where nobody sells, nothing follows from it."""

    @app.task(name="session_missed", queue="free")
    def session_missed(session_id: int) -> None:
        """Where nobody sells, nothing follows from it."""

    @app.task(name="time_freed", queue="free")
    def time_freed(session_id: int) -> None:
        """Where nobody sells, nobody waits for a time."""
