"""What a piece of code asks of the database: every statement, whichever library sends it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import event
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine


@contextmanager
def asked(source: Engine | Connection | Session) -> Iterator[list[str]]:
    """The statements that connections of `source` execute meanwhile; not begins and commits.

    Of a session or a connection: also of the one that it works with already.
    """
    seen: list[str] = []
    watched: list[psycopg.Connection[Any]] = []

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *values: Any, **options: Any) -> Noting:
            if query:
                seen.append(" ".join(str(query).split()))
            return super().execute(query, *values, **options)

        def executemany(self, query: Any, *values: Any, **options: Any) -> None:
            seen.append(" ".join(str(query).split()))
            super().executemany(query, *values, **options)

    def watch(driver: psycopg.Connection[Any], *_entry: object) -> None:
        watched.append(driver)
        driver.cursor_factory = Noting

    connection = source.connection() if isinstance(source, Session) else source
    if not hasattr(connection, "dispose"):
        watch(connection.connection.driver_connection)  # type: ignore[arg-type]
    engine = connection.engine
    event.listen(engine, "checkout", watch)
    try:
        yield seen
    finally:
        event.remove(engine, "checkout", watch)
        for driver in watched:
            driver.cursor_factory = psycopg.Cursor
