"""Read invitations: the stored row, the file to download, and an object explained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from icalendar import Calendar
from sqlalchemy import select

from services.calendars import invitation as itip
from services.calendars.commands import occasion_of
from services.calendars.errors import InvitationNotFoundError
from services.calendars.models import Invitation, Role

if TYPE_CHECKING:
    from icalendar import Component
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Explained:
    """What an iTIP object says; moments are aware UTC, addresses without `mailto:`."""

    method: str
    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    organizer: str
    attendee: str
    summary: str
    description: str


def find_invitation(db: Session, *, session_ref: str) -> Invitation | None:
    """Give the invitation of a session, or None where nobody was ever invited."""
    return db.scalar(select(Invitation).where(Invitation.session_ref == session_ref))


def get_invitation(db: Session, *, session_ref: str) -> Invitation:
    """Give the invitation of a session; raises InvitationNotFoundError."""
    found = find_invitation(db, session_ref=session_ref)
    if found is None:
        raise InvitationNotFoundError(session=session_ref)
    return found


def download(
    db: Session,
    *,
    session_ref: str,
    role: Role = "customer",
    description: str = "",
    url: str = "",
    now: datetime,
) -> bytes:
    """Write the .ics file that a guest adds to his calendar by himself: METHOD:PUBLISH.

    Same UID and SEQUENCE as the mail, so that calendars merge the two. Raises
    InvitationNotFoundError where nobody was invited in `role`.
    """
    invitation = get_invitation(db, session_ref=session_ref)
    summaries = [guest.summary for guest in invitation.invitees if guest.role == role]
    if not summaries:
        raise InvitationNotFoundError(session=session_ref, role=role)
    words = itip.Words(summaries[-1], description, url)
    return itip.publish(occasion_of(invitation), words, now=now)


def explain(ics: bytes) -> Explained:
    """Read one of our own objects back, for pages that show what was sent."""
    calendar = Calendar.from_ical(ics)
    event = calendar.walk("VEVENT")[0]
    return Explained(
        method=str(calendar.get("method", "")),
        uid=str(event["uid"]),
        sequence=int(str(event["sequence"])),
        status=str(event["status"]),
        starts_at=_instant(event, "dtstart"),
        ends_at=_instant(event, "dtend"),
        organizer=_mailbox(event.get("organizer", "")),
        attendee=_mailbox(event.get("attendee", "")),
        summary=str(event.get("summary", "")),
        description=str(event.get("description", "")),
    )


def _instant(event: Component, name: str) -> datetime:
    return cast("datetime", event.decoded(name)).astimezone(UTC)


def _mailbox(address: object) -> str:
    return str(address).removeprefix("mailto:")
