"""A session begins: written with its seats, its holder and its line of the log at once.

What takes the specialist's time is written in the same statement, where one row is enough; so is what
somebody above writes along with the session. Anybody may begin one, as fast as he can press: this is
the busiest statement that writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

from services.core.audit import noting, recording
from services.core.db import adopt, ask, cast_to
from services.core.references import new_reference
from services.scheduling import TAKING, rules_from_json
from services.sessions import limits
from services.sessions.models import HolderRow, RemoteSession
from services.sessions.seats import promised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from services.scheduling import Taken

# As the database has it, where nothing is said.
_UNSAID: Mapping[str, Any] = {
    "person_id": None, "organisation_id": None, "product_id": None,
    "situation": "", "description": "", "project": "", "moves": 0,
}  # fmt: skip
_NOBODY: Mapping[str, Any] = {"token_hash": None, "address": None, "held_at": None}
_TAKEN = "SELECT id, place FROM unnest(CAST(%(taken)s AS bigint[])) WITH ORDINALITY AS own (id, place)"
_BEGIN = f"""
    WITH own AS ({{taking}}), made AS (
        INSERT INTO sessions.remote_session ({{columns}}) SELECT {{facts}}
        WHERE EXISTS (SELECT FROM own) AND ({limits.MAY_BEGIN}) RETURNING id, reference
    ), seated AS (
        INSERT INTO sessions.seat (session_id, occupancy_id, lead)
        SELECT made.id, own.id, {{lead}} FROM made CROSS JOIN own
    ), kept AS (
        INSERT INTO sessions.holder (session_id, {", ".join(_NOBODY)})
        SELECT made.id, {", ".join(cast_to(HolderRow, name, name) for name in _NOBODY)}
        FROM made WHERE {cast_to(HolderRow, "token_hash", "token_hash")} IS NOT NULL
    ), noted AS ({recording("made", "session.hold")}) {{along}}
    SELECT (SELECT min(id) FROM own), (SELECT id FROM made), ({{gives}})
"""  # noqa: S608 - made of the words above alone


@dataclass
class Along:
    """What somebody writes along with a session, in one statement: all or nothing of both.

    `ctes` (SQL) follow that of the new session, `made (id, reference)`; `gives` (SQL) is one number that they
    give, which stands in `given` afterwards; `values` are theirs, by names of their own.
    """

    ctes: str
    gives: str
    values: Mapping[str, object]
    given: int | None = None


class Beginning:
    """A held session that is about to be written, with these `facts` of it.

    `keeper` says which browser and address keep it (`token_hash`, `address`, `held_at`), if any, and
    `most` how many the address may begin.
    """

    def __init__(
        self,
        facts: Mapping[str, Any],
        *,
        start: datetime,
        zone: str,
        until: datetime,
        keeper: Mapping[str, Any] = _NOBODY,
        most: int | None = None,
        along: Along | None = None,
        now: datetime,
    ) -> None:
        """Think it up; nothing is written yet."""
        rules = rules_from_json(facts["service"])
        self.reference, self.id = new_reference("S"), 0
        self._facts: dict[str, Any] = {"reference": self.reference, "state": "held", "held_until": until}
        self._facts |= {**promised(rules, start=start, zone=zone), **facts}
        self._along, self._now = along, now
        self._values = {**self._facts, **keeper, "most": most, "since": now - limits.PERIOD}
        self._values["service"] = Jsonb(facts["service"])
        if along is not None:
            self._values |= along.values

    def session(self, db: Session) -> RemoteSession:
        """Give what was written as an object, for those who need one."""
        return adopt(db, RemoteSession(id=self.id, link_version=1, **{**_UNSAID, **self._facts}))

    def insert(self, db: Session, row: Mapping[str, object], reason: Mapping[str, object]) -> int | None:
        """Take a specialist's time and begin the session, or neither (`scheduling.Insert`).

        Raises AddressLimitError; what was taken is the caller's to undo then.
        """
        who = [row["specialist_id"]]
        return self._write(db, self._statement(TAKING, "true"), row, who, reason)

    def seat(self, db: Session, taken: Taken) -> None:
        """Begin the session for which time was taken before."""
        ids = {"taken": [row.id for row in taken.occupancies]}
        who = [row.specialist_id for row in taken.occupancies]
        self._write(db, self._statement(_TAKEN, "own.place = 1"), ids, who, taken.reason)

    def _statement(self, taking: str, lead: str) -> str:
        along = ("", "NULL") if self._along is None else (self._along.ctes, self._along.gives)
        return _put_together(tuple(self._facts), taking, lead, *along)

    def _write(
        self,
        db: Session,
        statement: str,
        own: Mapping[str, object],
        who: Iterable[object],
        reason: Mapping[str, object],
    ) -> int | None:
        after = told_of(self._facts["starts_at"], who, reason)
        subject = f"session:{self.reference}"
        note = noting("made", actor="customer", subject=subject, after=after, now=self._now)
        taken, made, given = ask(db, statement, {**self._values, **own, **note}).fetchall()[0]
        if taken is None:
            return None
        if made is None:
            limits.refuse_address(db, address=self._values["address"], now=self._now)
        self.id = made
        if self._along is not None:
            self._along.given = given
        return int(taken)


@cache
def _put_together(columns: tuple[str, ...], taking: str, lead: str, ctes: str, gives: str) -> str:
    facts = ", ".join(cast_to(RemoteSession, name, name) for name in columns)
    return _BEGIN.format(
        columns=", ".join(columns), facts=facts, taking=taking, lead=lead, along=ctes, gives=gives
    )


def told_of(start: datetime, specialists: Iterable[object], reason: Mapping[str, object]) -> dict[str, Any]:
    """Say what the audit log keeps of time that was taken: from when, whose, and why."""
    return {"starts_at": start.isoformat(), "specialists": list(specialists), "because": reason}
