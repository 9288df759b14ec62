"""The database: declarative base, engines, and sessions that carry their settings and role."""

from __future__ import annotations

import select
import time
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

from psycopg import Error
from sqlalchemy import BigInteger, DateTime, Identity, Text, create_engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, Range
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import (
    DeclarativeBase,
    Session,
    make_transient_to_detached,
    mapped_column,
    sessionmaker,
)

from services.core.texts import Texts, TextsType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from psycopg import Connection as Driver
    from psycopg import Cursor
    from sqlalchemy import Connection, Dialect, Engine
    from sqlalchemy.orm import SessionTransaction
    from sqlalchemy.pool import ConnectionPoolEntry

    from services.core.settings import CoreSettings

type_map: dict[Any, Any] = {
    datetime: DateTime(timezone=True),
    Range[datetime]: TSTZRANGE(),
    int: BigInteger(),
    str: Text(),
    Texts: TextsType(),
    dict[str, Any]: JSONB(none_as_null=True),
}

Id = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]
FREE_ROLE = "priyom_free"
_TRUSTED_SECONDS = 30
_LAST_USED = "last used"
_DRIVER = "driver"
_DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
Row = TypeVar("Row", bound="Base")


class Base(DeclarativeBase):
    """All models of all domains; each names its schema in `__table_args__`."""

    type_annotation_map = type_map


def make_engine(url: str, *, pool_size: int = 8, prepare_after: int = 0) -> Engine:
    """An engine for `url` (`postgresql://…`), safe after restarts, and behind PgBouncer unless told so.

    `prepare_after`: from its so-manieth use on, a connection keeps a statement prepared, which spares
    the server a third of its work and more; 0 is never, for prepared statements break behind a pooler in
    transaction mode.
    """
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=4,
        # What somebody typed must not stand in logs when a statement fails.
        hide_parameters=True,
        connect_args={"prepare_threshold": prepare_after or None, "options": "-c timezone=UTC"},
    )
    event.listen(engine, "checkout", _ping)
    event.listen(engine, "checkin", _note_use)
    return engine


def _note_use(_connection: Driver[Any] | None, entry: ConnectionPoolEntry) -> None:
    entry.info[_LAST_USED] = time.monotonic()


def _ping(connection: Driver[Any], entry: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask a pooled connection whether it still lives, when that is in doubt; else the pool starts anew.

    A server that stops or ends a connection says so before it goes: then there is something to read,
    and nobody has asked for anything. A silent network does not: after a while we ask as well.
    """
    used = entry.info.get(_LAST_USED)
    if used is None:
        return  # opened just now
    try:
        quiet = not _has_something_to_say(connection)
        if quiet and time.monotonic() - used < _TRUSTED_SECONDS:
            return
        connection.execute("")
        connection.commit()
    except Error as error:
        raise InvalidatePoolError from error


def _has_something_to_say(connection: Driver[Any]) -> bool:
    looking = select.poll()
    looking.register(connection, select.POLLIN)
    return bool(looking.poll(0))


def make_sessions(
    engine: Engine, core: CoreSettings, *, role: str | None = None, **layers: object
) -> sessionmaker[Session]:
    """A factory of sessions that know `core` and, with `role`, work under that database role.

    The role is set with SET LOCAL at the start of every transaction, so that a pooled
    connection never keeps it. `layers` are settings of the layers above, by their names.
    """
    info = {"core": core, "role": role, **layers}
    factory = sessionmaker(engine, expire_on_commit=False, info=info)
    if role is not None:
        event.listen(factory, "after_begin", _set_role)
    return factory


def _set_role(db: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.parent is None or not transaction.nested:
        connection.exec_driver_sql(f"SET LOCAL ROLE {db.info['role']}")


def core_of(db: Session) -> CoreSettings:
    """The settings that the edge gave to this session."""
    return cast("CoreSettings", db.info["core"])


@contextmanager
def record_refusal(db: Session) -> Iterator[Session]:
    """A short transaction of its own for what must outlive a refusal; commits at the end.

    For tries of codes and passwords, lockouts, refused files and looks: the surrounding
    transaction is rolled back with the 4xx answer, this one stays.
    """
    own = sessionmaker(db.get_bind(), expire_on_commit=False, info=dict(db.info))
    if db.info.get("role"):
        event.listen(own, "after_begin", _set_role)
    with own.begin() as other:
        yield other


def ask(db: Session, statement: str, values: Mapping[str, object] | None = None) -> Cursor[tuple[Any, ...]]:
    """Execute a statement in the driver's own words, `%(name)s` for its values; flushes nothing.

    For the few that every page or every hold asks: the driver answers itself, which spares most of what
    a small statement costs in Python. JSON comes as `psycopg.types.json.Jsonb`. Errors are those of
    every other statement.
    """
    driver = _driver_of(db)
    try:
        return driver.execute(statement, values)
    except Error as error:
        if driver.closed:
            db.connection().invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, Error, hide_parameters=True, connection_invalidated=driver.closed,
            dialect=_DIALECT,
        ) from error  # fmt: skip


def _driver_of(db: Session) -> Driver[tuple[Any, ...]]:
    """The driver's connection of the running transaction, looked up once in it."""
    transaction, known = db.info.get(_DRIVER, (None, None))
    if transaction is None or transaction is not db.get_transaction():
        known = db.connection().connection.driver_connection
        db.info[_DRIVER] = db.get_transaction(), known
    return cast("Driver[tuple[Any, ...]]", known)


def array_of(items: Iterable[str]) -> str:
    """Write an array of numbers or moments as PostgreSQL reads it: quicker than the driver does."""
    return f"{{{','.join(items)}}}"


def cast_to(model: type[Base], column: str, value: str) -> str:
    """SQL of the value named `value` (`ask`) with the type of a column, so that a SELECT may give it."""
    kind = model.__table__.c[column].type.compile(_DIALECT)
    return f"CAST(%({value})s AS {kind})"


def adopt(db: Session, row: Row) -> Row:
    """Let `db` know a row that a statement of our own has written, as if it had read it.

    `row` carries its key; what it doesn't carry is read when somebody asks for it.
    """
    make_transient_to_detached(row)
    db.add(row)
    return row
