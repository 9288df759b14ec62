"""What has changed since a page was made: marks that writes leave, read as one short value.

Triggers leave a mark for each statement that writes to a table of a topic (migration 0016). The
revision of a topic is its newest mark, and how many marks can be seen of writers that were at work
when it was made, or later. No two states share a revision:

- what commits after the newest mark that can be seen either leaves a newer one, or had begun to
  write before that mark was made: then its writer is among those counted, and the count grows;
- no mark is made twice, because ids are never used again, not even after a rollback;
- the purge takes only marks that no count looks at, so it changes no revision.

So a value that was worked out after its revision was read may be kept under it for ever.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base, Id, ask
from services.core.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

Topic = Literal["pool", "schedule", "catalogue", "prices", "vendor", "regulation"]
TOPICS: Final[tuple[Topic, ...]] = ("pool", "schedule", "catalogue", "prices", "vendor")
"""What takes time; who works when; services and products; prices; settings.

What the page of times is made of. `regulation`, the calendars of deadlines, is asked for by its name.
"""

RULES: Final[tuple[Topic, ...]] = ("schedule", "catalogue", "prices", "vendor")
"""What decides how a time is sold, apart from whether it is free: people edit it now and then."""

_last: WeakKeyDictionary[Engine | Connection, dict[Topic, str]] = WeakKeyDictionary()
_NEVER = "0"
"""The revision of a topic that nobody has written to."""
V = TypeVar("V")
_KEPT = 64


class Mark(Base):
    """That a statement wrote to a table of `topic`; written by triggers alone."""

    __tablename__ = "revision"
    __table_args__ = {"schema": "core"}

    topic: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[Id]
    at: Mapped[datetime]
    writer: Mapped[int]
    oldest_writer: Mapped[int]


_REVISIONS = """
    SELECT topic, newest.id, (
        SELECT count(*) FROM core.revision mark
        WHERE mark.topic = asked.topic AND mark.writer >= newest.oldest_writer
    )
    FROM (VALUES {asked}) AS asked (topic)
    CROSS JOIN LATERAL (
        SELECT id, oldest_writer FROM core.revision mark
        WHERE mark.topic = asked.topic ORDER BY id DESC LIMIT 1
    ) AS newest
"""
# Writers from the future wrote in another cluster, before a backup was restored.
_PURGE = text("""
    DELETE FROM core.revision old USING (
        SELECT DISTINCT ON (topic) topic, id, oldest_writer FROM core.revision ORDER BY topic, id DESC
    ) AS newest
    WHERE old.topic = newest.topic AND old.id <> newest.id AND (
        old.writer < newest.oldest_writer
        OR old.writer > pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    )
    RETURNING 1
""")


def revisions(db: Session, *, topics: Iterable[Topic] = TOPICS) -> dict[Topic, str]:
    """Read the revision of each topic, in one statement; they are of one moment.

    Read them before what is to be kept under them.
    """
    asked = tuple(topics)
    rows: Iterable[Any] = ask(db, _asking(asked))
    found = {topic: f"{mark}:{seen}" for topic, mark, seen in rows}
    known = {topic: found.get(topic, _NEVER) for topic in asked}
    _last.setdefault(db.get_bind(), {}).update(known)
    return known


def believed(db: Session) -> dict[Topic, str] | None:
    """Give the revisions of `RULES` as this process read them last, without asking; None before it did.

    Mostly they are still true, for people seldom edit. Whoever goes by them finds out (`BELIEVED`) before
    he commits, and begins anew if they are not, as he does before he refuses anything.
    """
    last = _last.get(db.get_bind(), {})
    return {topic: last[topic] for topic in RULES} if all(topic in last for topic in RULES) else None


class OutdatedError(ConflictError):
    """What this process believed is not true any more: somebody has edited since."""


def check_belief(seen: Mapping[Topic, str], told: str) -> None:
    """Pass silently while what `BELIEVED` told is what was `seen`; raises OutdatedError."""
    if told != _belief(seen):
        raise OutdatedError


def _belief(seen: Mapping[Topic, str]) -> str:
    return " ".join(f"{topic}={seen[topic]}" for topic in sorted(RULES) if seen[topic] != _NEVER)


@cache
def _asking(topics: tuple[Topic, ...]) -> str:
    """The topics stand in the statement, so that PostgreSQL plans it once: it opens every page."""
    return _REVISIONS.format(asked=", ".join(f"('{topic}')" for topic in topics))


BELIEVED: Final = f"""
    SELECT coalesce(string_agg(topic || '=' || id || ':' || count, ' ' ORDER BY topic), '')
    FROM ({_asking(RULES)}) AS told (topic, id, count)
"""  # noqa: S608 - made of the words above alone
"""The revisions of `RULES` as one text, for a statement that reads other things at the same moment."""


def purge_marks(db: Session) -> int:
    """Delete the marks that no revision looks at any more; gives how many."""
    return len(db.execute(_PURGE).all())


class Kept(Generic[V]):
    """Values of one kind that this process keeps until one of their topics changes.

    For immutable values alone, never for ORM objects: threads share them.
    """

    def __init__(self, *topics: Topic) -> None:
        """Say which topics the values are made from."""
        self.topics = topics
        self._lock = Lock()
        self._values: WeakKeyDictionary[Engine | Connection, OrderedDict[Hashable, tuple[str, V]]]
        self._values = WeakKeyDictionary()

    def get(self, db: Session, *, key: Hashable, seen: Mapping[Topic, str], make: Callable[[], V]) -> V:
        """Give the value of `key` in this database, made anew unless it is of revisions `seen`."""
        revision = " ".join(seen[topic] for topic in self.topics)
        with self._lock:
            values = self._values.setdefault(db.get_bind(), OrderedDict())
            kept = values.get(key)
        if kept is not None and kept[0] == revision:
            return kept[1]
        value = make()
        with self._lock:
            values[key] = (revision, value)
            values.move_to_end(key)
            while len(values) > _KEPT:
                values.popitem(last=False)
        return value
