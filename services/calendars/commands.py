"""Invite, move, withdraw: what changes an invitation and what its guests are sent.

An object is always written for one guest, who gets it in a mail of his own: no guest learns
the address of another. Who sends the mail is the caller's business.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from services.calendars import invitation as itip
from services.calendars.errors import (
    InvitationCancelledError,
    InvitationMovedError,
    InvitationNotFoundError,
)
from services.calendars.models import Invitation, Invitee, Role
from services.core.db import core_of
from services.core.mail.parts import CalendarPart
from services.core.vendor import vendor

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Locale


@dataclass(frozen=True)
class Attendee:
    """Somebody to invite, and the language of what he is sent."""

    name: str
    email: str
    locale: Locale = "ru"
    role: Role = "customer"


def invite(
    db: Session,
    *,
    session_ref: str,
    attendee: Attendee,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    description: str = "",
    url: str = "",
    now: datetime,
) -> CalendarPart:
    """Invite one guest to a session and give the REQUEST for his mail.

    The first call makes the session's invitation; the others add their guest to it, or write the
    REQUEST of a known guest anew: after `reschedule` this is his update (same UID, SEQUENCE of the
    invitation, the PARTSTAT we know). Texts are in the guest's language; moments aware UTC.
    Raises InvitationCancelledError, and InvitationMovedError when the times are not the stored ones.
    """
    invitation = _begin(db, session_ref=session_ref, starts_at=starts_at, ends_at=ends_at, now=now)
    _must_stand(invitation)
    if (invitation.starts_at, invitation.ends_at) != (starts_at, ends_at):
        raise InvitationMovedError(session=session_ref)
    invitee = _seat(db, invitation, attendee, summary=summary, now=now)
    words = itip.Words(summary, description, url)
    return _request(db, invitation, invitee, words, now=now)


def reschedule(
    db: Session, *, session_ref: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> Invitation:
    """Move the invitation: SEQUENCE rises and every answer is open again.

    Moving to the stored times changes nothing. `invite` each guest afterwards to get his REQUEST.
    Raises InvitationNotFoundError, InvitationCancelledError.
    """
    invitation = _locked(db, session_ref)
    _must_stand(invitation)
    if (invitation.starts_at, invitation.ends_at) != (starts_at, ends_at):
        invitation.starts_at, invitation.ends_at = starts_at, ends_at
        _raise_sequence(invitation, now=now)
        for invitee in invitation.invitees:
            invitee.partstat, invitee.replied_dtstamp = "NEEDS-ACTION", None
    db.flush()
    return invitation


def resend(
    db: Session,
    *,
    session_ref: str,
    role: Role = "customer",
    description: str = "",
    url: str = "",
    now: datetime,
) -> CalendarPart:
    """Write a guest's REQUEST again: the same SEQUENCE, a new DTSTAMP.

    Raises InvitationNotFoundError, InvitationCancelledError.
    """
    invitation = _locked(db, session_ref)
    _must_stand(invitation)
    invitee = _present(invitation, role)
    words = itip.Words(invitee.summary, description, url)
    return _request(db, invitation, invitee, words, now=now)


def cancel(
    db: Session, *, session_ref: str, role: Role = "customer", email: str = "", now: datetime
) -> CalendarPart:
    """Withdraw the invitation and give the CANCEL for the guest in `role` (of several: by `email`).

    The first call ends it and raises SEQUENCE; further calls write the CANCEL for another guest,
    or again for the same. Raises InvitationNotFoundError.
    """
    invitation = _locked(db, session_ref)
    if invitation.status != "cancelled":
        invitation.status = "cancelled"
        _raise_sequence(invitation, now=now)
        db.flush()
    return _cancellation(db, invitation, _present(invitation, role, email), now=now)


def uninvite(
    db: Session,
    *,
    session_ref: str,
    role: Role = "specialist",
    email: str = "",
    raised: bool = False,
    now: datetime,
) -> CalendarPart:
    """Take one guest off the session, who gets a CANCEL naming him alone; the others stay.

    SEQUENCE rises, unless the same change has `raised` it already. Raises
    InvitationNotFoundError, InvitationCancelledError.
    """
    invitation = _locked(db, session_ref)
    _must_stand(invitation)
    invitee = _present(invitation, role, email)
    invitee.removed_at = now
    if not raised:
        _raise_sequence(invitation, now=now)
    db.flush()
    return _cancellation(db, invitation, invitee, now=now)


def _begin(
    db: Session, *, session_ref: str, starts_at: datetime, ends_at: datetime, now: datetime
) -> Invitation:
    core = core_of(db)
    host = urlsplit(core.public_url).hostname or "localhost"
    made = insert(Invitation).values(
        session_ref=session_ref,
        uid=f"{session_ref.lower()}.{secrets.token_hex(16)}@{host}",
        sequence=0,
        organizer=core.mail_from,
        starts_at=starts_at,
        ends_at=ends_at,
        status="confirmed",
        created_at=now,
        changed_at=now,
    )
    # Two guests may be invited by two transactions: one of them makes the row, both lock it. What
    # is written to one that stands changes nothing: it locks the row and gives it back.
    either = made.on_conflict_do_update(index_elements=["session_ref"], set_={"session_ref": session_ref})
    fresh = {"populate_existing": True}
    return db.scalars(either.returning(Invitation), execution_options=fresh).one()


def _locked(db: Session, session_ref: str) -> Invitation:
    found = db.scalar(
        select(Invitation)
        .where(Invitation.session_ref == session_ref)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise InvitationNotFoundError(session=session_ref)
    return found


def _must_stand(invitation: Invitation) -> None:
    if invitation.status == "cancelled":
        raise InvitationCancelledError(session=invitation.session_ref)


def _raise_sequence(invitation: Invitation, *, now: datetime) -> None:
    invitation.sequence += 1
    invitation.changed_at = max(now, invitation.created_at)


def _seat(db: Session, invitation: Invitation, attendee: Attendee, *, summary: str, now: datetime) -> Invitee:
    said = {"name": attendee.name, "locale": attendee.locale, "summary": summary, "removed_at": None}
    new = insert(Invitee).values(
        invitation_id=invitation.id,
        role=attendee.role,
        email=attendee.email,
        partstat="NEEDS-ACTION",
        invited_at=now,
        **said,
    )
    # One address is one guest: he keeps his answer, and the spelling he was invited by first.
    either = new.on_conflict_do_update(
        index_elements=["invitation_id", "role", func.lower(Invitee.email)], set_=said
    )
    db.expire(invitation, ["invitees"])
    return db.scalars(either.returning(Invitee), execution_options={"populate_existing": True}).one()


def _present(invitation: Invitation, role: Role, email: str = "") -> Invitee:
    present = [one for one in invitation.invitees if one.role == role and one.removed_at is None]
    if not present:
        raise InvitationNotFoundError(session=invitation.session_ref, role=role)
    # Whoever has another address since he was invited is still the guest.
    named = [one for one in present if one.email.lower() == email.lower()]
    return (named or present)[-1]


def _request(
    db: Session, invitation: Invitation, invitee: Invitee, words: itip.Words, *, now: datetime
) -> CalendarPart:
    organizer, guest = _people(db, invitation, invitee)
    ics = itip.request(occasion_of(invitation), organizer, guest, words, now=now)
    return CalendarPart("REQUEST", ics)


def _cancellation(db: Session, invitation: Invitation, invitee: Invitee, *, now: datetime) -> CalendarPart:
    organizer, guest = _people(db, invitation, invitee)
    words = itip.Words(invitee.summary)
    ics = itip.cancel(occasion_of(invitation), organizer, guest, words, now=now)
    return CalendarPart("CANCEL", ics)


def _people(db: Session, invitation: Invitation, invitee: Invitee) -> tuple[itip.Organizer, itip.Guest]:
    name = vendor(db).name.of(invitee.locale)
    guest = itip.Guest(invitee.name, invitee.email, invitee.partstat)
    return itip.Organizer(name, invitation.organizer), guest


def occasion_of(invitation: Invitation) -> itip.Occasion:
    """Give what all objects of `invitation` have in common."""
    return itip.Occasion(
        uid=invitation.uid,
        sequence=invitation.sequence,
        starts_at=invitation.starts_at,
        ends_at=invitation.ends_at,
        created_at=invitation.created_at,
        changed_at=invitation.changed_at,
        cancelled=invitation.status == "cancelled",
    )
