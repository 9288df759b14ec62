"""Jobs: deferred on the transaction's own connection, so that job and change commit together.

The worker's tasks carry the same names (`webapp/worker.py`). Arguments are ids only; every
job is safe to run twice, because one day it will be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

Queue = Literal["free", "paid", "mail", "calendar"]

# Never opened: it only writes rows through connections that are handed to it.
_deferring = App(connector=SyncPsycopgConnector())


def defer(
    db: Session,
    task: str,
    *,
    queue: Queue,
    lock: str | None = None,
    at: datetime | None = None,
    **ids: int | str,
) -> None:
    """Queue `task` with `ids` in the current transaction, to run at `at` (UTC) or at once.

    With `lock`, a second job of the same lock that still waits is not queued again.
    """
    db.flush()
    # Only a lock can be violated; then nothing but the savepoint is lost.
    savepoint = db.begin_nested() if lock else None
    deferrer = _deferring.configure_task(
        task,
        queue=queue,
        queueing_lock=lock,
        schedule_at=at,
        allow_unknown=True,
        connection=db.connection().connection.driver_connection,
    )
    try:
        deferrer.defer(**ids)
    except AlreadyEnqueued:
        if savepoint is None:
            raise
        savepoint.rollback()
    else:
        if savepoint is not None:
            savepoint.commit()
