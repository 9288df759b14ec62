"""How much time anybody may keep without having paid: by browser, by contact, by address.

Whoever begins a hold waits for the others of his browser and of his network address, so that the
counts stay true; so do two tabs that name one e-mail address.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from sqlalchemy import text

from services.core import locks
from services.core.db import ask
from services.core.vendor import find_setting, store_setting
from services.scheduling.desk.rules import HOLD_LIMITS
from services.scheduling.engine.desk_rules import HELD_PERCENT
from services.sessions.errors import AddressLimitError, ContactLimitError

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy.orm import Session

    from services.people.models import Organisation, Person
    from services.sessions.models import RemoteSession

PERIOD: Final = timedelta(hours=1)


@dataclass(frozen=True)
class HoldLimits:
    """What may be kept unpaid; `held_percent` of a pool's working minutes of a date, by all together."""

    per_browser: int = 1
    per_contact: int = 2
    per_address_hour: int = 5
    held_percent: int = HELD_PERCENT

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> HoldLimits:
        """Read what is stored; what it doesn't say has its default."""
        return cls(**(stored or {}))


class Standing(NamedTuple):
    """What a browser keeps (session ids, newest first), and which its address began when, newest first."""

    limits: HoldLimits
    kept: list[int]
    begun: dict[int, datetime]


def hold_limits(db: Session) -> HoldLimits:
    """Give the limits in force."""
    return HoldLimits.from_json(find_setting(db, key=HOLD_LIMITS))


def edit_hold_limits(db: Session, *, limits: HoldLimits, actor: str, now: datetime) -> None:
    """Replace the limits; holds that are kept already stay."""
    before = asdict(hold_limits(db))
    store_setting(db, key=HOLD_LIMITS, value=asdict(limits), actor=actor, before=before, now=now)


MAY_BEGIN: Final = """
    CAST(%(most)s AS int) IS NULL OR CAST(%(most)s AS int) > (
        SELECT count(*) FROM sessions.holder h
        WHERE h.address = CAST(%(address)s AS text) AND h.held_at > CAST(%(since)s AS timestamptz)
    )
"""
"""Whether an address has begun fewer than `most` holds `since` (None: it may begin any number).

For the statement that begins one, once whoever else begins one from there was waited for.
"""

_STANDING = """
    SELECT
        ARRAY(
            SELECT h.session_id
            FROM sessions.holder h JOIN sessions.remote_session s ON s.id = h.session_id
            WHERE h.token_hash = %(token)s AND s.state = 'held' AND s.held_until > %(now)s
              AND s.reserved_at IS NULL
            ORDER BY h.session_id DESC
        ),
        ARRAY(
            SELECT jsonb_build_array(h.session_id, h.held_at) FROM sessions.holder h
            WHERE h.address = %(address)s AND h.held_at > %(since)s
            ORDER BY h.held_at DESC
        )
"""


def standing(db: Session, *, token: bytes, address: str | None, now: datetime) -> Standing:
    """Wait for the others of this browser and address, then say what both have already.

    Reservations don't count: whoever has one has said who he is.
    """
    browser = locks.BROWSER, int.from_bytes(token[:4], "big", signed=True)
    locks.wait_for_all(db, [browser, *locks_of(address)])
    return _standing(db, token, address, now)


def locks_of(address: str | None) -> list[tuple[int, int]]:
    """Give the lock of those who begin holds from an address, with its key; none without one."""
    return [] if address is None else [(locks.ADDRESS, locks.key_of(address))]


def _standing(db: Session, token: bytes | None, address: str | None, now: datetime) -> Standing:
    facts = {"token": token, "address": address, "now": now, "since": now - PERIOD}
    kept, begun = ask(db, _STANDING, facts).fetchall()[0]
    moments = {session_id: datetime.fromisoformat(held_at) for session_id, held_at in begun}
    return Standing(hold_limits(db), kept, moments)


def begun_at(
    found: Standing, *, former: RemoteSession | None, length: timedelta, now: datetime
) -> datetime | None:
    """Give when the hold began that another one of `length` in place of `former` goes on with.

    None when it begins anew and counts: there is no former one, another network began it, or that
    was `length` ago: whoever exchanged times for ever would keep one for ever.
    """
    begun = found.begun.get(former.id) if former is not None else None
    return begun if begun is not None and now < begun + length else None


def refuse_address(db: Session, *, address: str | None, now: datetime) -> NoReturn:
    """Raise AddressLimitError for an address that was found to have begun too many holds."""
    found = _standing(db, None, address, now)
    check_address(found)
    raise AddressLimitError(most=found.limits.per_address_hour, until=now + PERIOD)


def check_address(found: Standing) -> None:
    """Pass silently while the address may begin another hold; raises AddressLimitError."""
    most = found.limits.per_address_hour
    if len(found.begun) >= most:
        raise AddressLimitError(most=most, until=list(found.begun.values())[most - 1] + PERIOD)


_WAIT_FOR_CONTACT = text("""
    SELECT pg_advisory_xact_lock(:contact, key) FROM (
        SELECT DISTINCT key FROM (VALUES
            (hashtext('email ' || sessions.folded_address(CAST(:email AS text)))),
            (hashtext('organisation ' || CAST(:organisation AS bigint)))
        ) AS keys (key) WHERE key IS NOT NULL ORDER BY key
    ) AS ascending
""")

_OTHERS = text("""
    SELECT
        (SELECT value FROM core.setting WHERE key = :setting),
        array_agg(s.held_until ORDER BY s.held_until)
            FILTER (WHERE sessions.folded_address(p.email) = sessions.folded_address(CAST(:email AS text))),
        array_agg(s.held_until ORDER BY s.held_until)
            FILTER (WHERE s.organisation_id = CAST(:organisation AS bigint))
    FROM sessions.remote_session s JOIN people.person p ON p.id = s.person_id
    WHERE s.state = 'held' AND s.held_until > :now AND s.id <> :session AND s.basis = 'order'
""")


def check_contact(
    db: Session, *, session: RemoteSession, person: Person, organisation: Organisation | None, now: datetime
) -> None:
    """Let an address or organisation keep only so much unpaid, reservations included.

    To be called before the session's row is locked. Raises ContactLimitError (`contact_limit`,
    field `email` or `inn`) with the moment from which one more is allowed.
    """
    said = {"email": person.email, "organisation": organisation.id if organisation else None}
    db.execute(_WAIT_FOR_CONTACT, {"contact": locks.CONTACT} | said)
    facts = {"setting": HOLD_LIMITS, "now": now, "session": session.id}
    stored, *held = db.execute(_OTHERS, facts | said).one()
    most = HoldLimits.from_json(stored).per_contact
    for field, code, ends in zip(("email", "inn"), ("email_limit", "company_limit"), held, strict=True):
        if ends and len(ends) >= most:
            raise ContactLimitError(code, field=field, most=most, until=ends[len(ends) - most])
