"""The database: declarative base, engines, and sessions that carry their settings and role."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, cast

from sqlalchemy import BigInteger, DateTime, Identity, Text, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, Range
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

from services.core.texts import Texts, TextsType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import SessionTransaction

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


class Base(DeclarativeBase):
    """All models of all domains; each names its schema in `__table_args__`."""

    type_annotation_map = type_map


def make_engine(url: str, *, pool_size: int = 8, prepare_after: int = 0) -> Engine:
    """An engine for `url` (`postgresql://…`), safe after restarts, and behind PgBouncer unless told so.

    `prepare_after`: from its so-manieth use on, a connection keeps a statement prepared, which spares
    the server a third of its work and more; 0 is never, for prepared statements break behind a pooler in
    transaction mode.
    """
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=4,
        pool_pre_ping=True,
        # What somebody typed must not stand in logs when a statement fails.
        hide_parameters=True,
        connect_args={"prepare_threshold": prepare_after or None, "options": "-c timezone=UTC"},
    )


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
