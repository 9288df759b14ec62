"""A session begins: written with its seats, its holder, its end and its line of the log at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

from services.core.audit import RECORDING, noting
from services.core.db import adopt, ask
from services.core.jobs import deferring
from services.core.references import new_reference
from services.sessions.models import RemoteSession
from services.sessions.seats import promise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from services.scheduling import Taken

_UNKNOWN: Mapping[str, Any] = {
    "person_id": None, "organisation_id": None, "product_id": None,
    "situation": "", "description": "", "project": "", "moves": 0,
}  # fmt: skip
_NOBODY: Mapping[str, Any] = {"token": None, "address": None, "begun_at": None}

_COLUMNS = (
    "reference", "basis", "state", "service_id", "service", "person_id", "organisation_id",
    "product_id", "starts_at", "ends_at", "promised_wall", "promised_zone", "held_until", "moves",
    "situation", "description", "project", "chosen_at",
)  # fmt: skip

# Anybody may begin one, as fast as he can press: this is the busiest statement that writes.
_BEGIN = f"""
    WITH made AS (
        INSERT INTO sessions.remote_session ({", ".join(_COLUMNS)})
        VALUES ({", ".join(f"%({name})s" for name in _COLUMNS)}) RETURNING id
    ), seated AS (
        INSERT INTO sessions.seat (session_id, occupancy_id, lead)
        SELECT made.id, taken.id, taken.place = 1
        FROM made, unnest(CAST(%(taken)s AS bigint[])) WITH ORDINALITY AS taken (id, place)
    ), kept AS (
        INSERT INTO sessions.holder (session_id, token_hash, address, held_at)
        SELECT made.id, CAST(%(token)s AS bytea), %(address)s, CAST(%(begun_at)s AS timestamptz)
        FROM made WHERE CAST(%(token)s AS bytea) IS NOT NULL
    ), noted AS ({RECORDING})
    SELECT made.id, {deferring("expire_hold", argument="session_id", value="made.id")} FROM made
"""  # noqa: S608 - made of the words above alone


def begin(
    db: Session,
    facts: Mapping[str, Any],
    taken: Taken,
    *,
    start: datetime,
    zone: str,
    until: datetime,
    keeper: Mapping[str, Any] | None = None,
    now: datetime,
) -> RemoteSession:
    """Write a held session with these `facts` of it, for whom the time `taken` was taken.

    Its end is looked at when it has come. `keeper` says which browser and address keep it (`token`,
    `address`, `begun_at`), if any.
    """
    session = RemoteSession(
        reference=new_reference("S"), state="held", held_until=until, link_version=1, **{**_UNKNOWN, **facts}
    )
    promise(session, start=start, zone=zone)
    values = {name: getattr(session, name) for name in _COLUMNS}
    values |= {"taken": [row.id for row in taken.occupancies], "queue": session.queue, "due_at": until}
    values |= _NOBODY if keeper is None else keeper
    subject, after = f"session:{session.reference}", told_of(start, taken)
    values |= noting(actor="customer", verb="session.hold", subject=subject, after=after, now=now)
    values["service"] = Jsonb(session.service)
    row: Any = ask(db, _BEGIN, values).one()
    session.id = row[0]
    return adopt(db, session)


def told_of(start: datetime, taken: Taken) -> dict[str, Any]:
    """Say what the audit log keeps of time that was taken: from when, whose, and why."""
    return {
        "starts_at": start.isoformat(),
        "specialists": [row.specialist_id for row in taken.occupancies],
        "because": taken.reason,
    }
