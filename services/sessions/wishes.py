"""The waitlist: who found no time says what would suit, and waits in the order of arrival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import joinedload, selectinload

from services.core import locks
from services.core.audit import record
from services.core.references import new_reference
from services.sessions.errors import WishError, WishNotFoundError
from services.sessions.models import Wish
from services.sessions.states import WISH
from services.sessions.waitlist import waitlist_rules
from services.sessions.windows import Window, check_window
from services.sessions.wish_letters import tell_wish_lapsed, tell_wish_received

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.catalogue.models import Service
    from services.core.texts import Locale
    from services.sessions.wish_letters import LapseReason

LIVE = ("waiting", "offered")
ENDED = ("taken", "withdrawn", "lapsed")


@dataclass(frozen=True)
class Waiting:
    """Who waits: a name, an address as typed, the payer's country (ISO 3166 alpha-2) as it is guessed."""

    name: str
    email: str
    country: str
    locale: Locale


def make_wish(
    db: Session, *, service: Service, who: Waiting, window: Window, form_key: str, now: datetime
) -> Wish:
    """Put somebody in line for a service, and write to him how he gets out of it again.

    `form_key` (16 to 64 signs) makes a form that is sent twice one wish. Raises WishError.
    """
    check_window(window, horizon_days=service.horizon_days, now=now)
    email = who.email.strip()
    _one_by_one(db, email)
    known = db.scalar(select(Wish).where(Wish.form_key == form_key))
    if known is not None:
        return known
    most = waitlist_rules(db).wishes_an_address
    if _count_live(db, email) >= most:
        raise WishError("wish_many", field="email", most=most)
    wish = Wish(
        reference=new_reference("W"), form_key=form_key, state="waiting", service=service,
        name=who.name.strip(), email=email, locale=who.locale, zone=window.zone, country=who.country,
        from_on=window.from_on, until_on=window.until_on, part=window.part,
        queued_at=now, created_at=now, link_version=1,
    )  # fmt: skip
    db.add(wish)
    db.flush()
    record(db, actor="customer", verb="wish.make", subject=f"wish:{wish.reference}", now=now)
    tell_wish_received(db, wish=wish, now=now)
    return wish


def window_of(wish: Wish) -> Window:
    """Give what the wish asks for."""
    return Window(wish.from_on, wish.until_on, wish.part, wish.zone)


def withdraw_wish(db: Session, *, wish: Wish, actor: str, now: datetime) -> Wish:
    """Take a wish out of the line; what is offered to it just now is the caller's part.

    Raises IllegalMoveError once it has ended.
    """
    locked_wish(db, wish)
    return _end(db, wish, "withdraw", actor=actor, now=now)


def lapse_wishes(db: Session, *, now: datetime) -> int:
    """End the waiting wishes whose last date is over on the customer's calendar; gives how many."""
    # Nobody's calendar is more than a date ahead of UTC; when a date is over, our own zones say.
    near = select(Wish).where(Wish.state == "waiting", Wish.until_on <= now.astimezone(UTC).date())
    rows = db.scalars(near.order_by(Wish.id).with_for_update(skip_locked=True)).all()
    found = [wish for wish in rows if window_of(wish).before <= now]
    for wish in found:
        lapse(db, wish=wish, reason="window", now=now)
    return len(found)


def lapse(db: Session, *, wish: Wish, reason: LapseReason, now: datetime) -> None:
    """End a wish that brought no time, and say so."""
    _end(db, wish, "lapse", actor="system", now=now)
    tell_wish_lapsed(db, wish=wish, reason=reason, now=now)


def end_taken(db: Session, *, wish: Wish, now: datetime) -> None:
    """End a wish that has brought a session."""
    _end(db, wish, "take", actor="system", now=now)


def wipe_wishes(db: Session, *, now: datetime) -> int:
    """Forget who made the wishes that ended long ago; gives how many. Safe to run twice."""
    kept = timedelta(days=waitlist_rules(db).kept_days)
    wiped = db.execute(
        update(Wish)
        .where(Wish.ended_at <= now - kept, Wish.email.is_not(None))
        .values(name=None, email=None)
        .returning(Wish.id)
    )
    return len(wiped.all())


def get_wish(db: Session, *, reference: str) -> Wish:
    """Give the wish with this reference; raises WishNotFoundError."""
    wish = db.scalar(select(Wish).where(Wish.reference == reference))
    if wish is None:
        raise WishNotFoundError(reference=reference)
    return wish


def list_wishes(
    db: Session, *, states: Collection[str] = LIVE, limit: int, offset: int = 0
) -> tuple[Sequence[Wish], int]:
    """A page of wishes with their offers, and how many there are in all.

    Live ones come first, as they stand in line, then ended ones, newest first.
    """
    chosen = select(Wish).where(Wish.state.in_(states))
    total = db.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    page = chosen.options(joinedload(Wish.service), selectinload(Wish.offers)).order_by(
        Wish.ended_at.desc().nulls_first(), Wish.queued_at, Wish.id
    )
    return db.scalars(page.limit(limit).offset(offset)).all(), total


def locked_wish(db: Session, wish: Wish) -> Wish:
    """Lock the wish's row and read it anew, so that nobody else moves it meanwhile."""
    db.flush()
    db.refresh(wish, with_for_update=True)
    return wish


def _end(db: Session, wish: Wish, verb: str, *, actor: str, now: datetime) -> Wish:
    WISH.move(db, wish, verb, actor=actor, now=now)
    wish.ended_at = now
    db.flush()
    return wish


def _one_by_one(db: Session, email: str) -> None:
    """Let wishes of one address wait for each other, so that they can be counted."""
    query = text("SELECT pg_advisory_xact_lock(:lock, hashtext(sessions.folded_address(:email)))")
    db.execute(query, {"lock": locks.WISHES, "email": email})


def _count_live(db: Session, email: str) -> int:
    folded = func.sessions.folded_address
    same = folded(Wish.email) == folded(email)
    return db.scalar(select(func.count()).where(same, Wish.state.in_(LIVE))) or 0
