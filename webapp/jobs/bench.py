"""What every job works with: sessions by role, the clock, the settings, how often it is tried."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from procrastinate import RetryStrategy

from services.core.db import FREE_ROLE, make_engine, make_sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procrastinate import JobContext
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from webapp.settings import Settings

AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)
THREADS = 4


@dataclass(frozen=True)
class Bench:
    """What every job needs: sessions by role, the clock, the settings."""

    engine: Engine
    app_sessions: sessionmaker[Session]
    free_sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    settings: Settings

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def sessions(self, queue: str | None) -> sessionmaker[Session]:
        """The sessions whose role belongs to a queue."""
        return self.free_sessions if queue == "free" else self.app_sessions

    @contextmanager
    def transaction(self, context: JobContext | None = None) -> Iterator[Session]:
        """One transaction, committed at the end, under the role of the job's queue."""
        queue = context.job.queue if context is not None else None
        with self.sessions(queue).begin() as db:
            yield db


def make_bench(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Bench:
    """Prepare what jobs need; opens no connection yet."""
    engine = make_engine(settings.database_url, pool_size=THREADS + 1, prepare_after=settings.prepare_after)
    return Bench(
        engine=engine,
        app_sessions=make_sessions(engine, settings.core, billing=settings.billing),
        free_sessions=make_sessions(engine, settings.core, role=FREE_ROLE, billing=None),
        clock=clock or (lambda: datetime.now(UTC)),
        settings=settings,
    )
