"""Reading the job tables: what waits, what failed and why; and queueing a failed job again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.orm import Mapped

from services.core import audit
from services.core.db import Base, Id
from services.core.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class JobFailure(Base):
    """Why a job failed once: the kind of error and its facts, never what somebody typed."""

    __tablename__ = "job_failure"
    __table_args__ = {"schema": "core"}

    id: Mapped[Id]
    job_id: Mapped[int]
    task: Mapped[str]
    at: Mapped[datetime]
    error: Mapped[str]


@dataclass(frozen=True)
class Job:
    """One job as staff see it: `state` is procrastinate's; `error` of its last failure."""

    id: int
    task: str
    queue: str
    ids: dict[str, Any]
    state: str
    tries: int
    at: datetime
    error: str | None


_JOBS = """
    SELECT j.id, j.task_name AS task, j.queue_name AS queue, j.args AS ids, j.status::text AS state,
           j.attempts AS tries,
           coalesce((SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id),
                    j.scheduled_at) AS at,
           (SELECT f.error FROM core.job_failure f WHERE f.job_id = j.id ORDER BY f.id DESC LIMIT 1) AS error
    FROM procrastinate_jobs j
"""
# What goes well says nothing: waiting, running and failed jobs are what somebody looks for.
_ORDER = " ORDER BY (j.status = 'failed') DESC, j.id DESC LIMIT :size OFFSET :skip"


def list_jobs(db: Session, *, state: str | None, at: int, size: int = 50) -> Sequence[Job]:
    """A page of jobs, failed ones first, else newest first; `state` leaves only that one."""
    where = " WHERE j.status::text = :state" if state else ""
    values = {"state": state} if state else {}
    rows = db.execute(text(_JOBS + where + _ORDER), {**values, "size": size, "skip": (at - 1) * size})
    return [Job(**row) for row in rows.mappings()]


def count_jobs(db: Session) -> dict[str, int]:
    """How many jobs there are of each state."""
    counted = text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
    return {str(state): int(count) for state, count in db.execute(counted)}


def retry_job(db: Session, *, job_id: int, actor: str, now: datetime) -> None:
    """Queue a failed job again; raises NotFoundError, or ConflictError when it did not fail."""
    state = db.scalar(
        text("SELECT status::text FROM procrastinate_jobs WHERE id = :id FOR UPDATE"), {"id": job_id}
    )
    if state is None:
        raise NotFoundError(kind="job")
    if state != "failed":
        raise ConflictError(kind="job", state=state)
    again = text("SELECT procrastinate_retry_job_v2(:id, :at, NULL, NULL, NULL)")
    db.execute(again, {"id": job_id, "at": now})
    audit.record(db, actor=actor, verb="job.retry", subject=f"job:{job_id}", now=now)
