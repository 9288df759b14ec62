"""The specialists' mails: what they do when, with the invitation or its withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services import calendars
from services.core import mail
from services.core.db import core_of
from services.core.texts import Texts
from services.core.vendor import vendor
from services.sessions.seats import seats_of
from services.sessions.situations import situation_name

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.mail import CalendarPart
    from services.core.texts import Locale
    from services.people.models import Person
    from services.scheduling.models import Specialist
    from services.sessions.models import RemoteSession


def tell_booked(db: Session, *, session: RemoteSession, now: datetime) -> None:
    """Send every specialist of the session his mail with the invitation."""
    for seat in seats_of(db, session):
        specialist = seat.occupancy.specialist
        facts = _facts(db, session, specialist) | {
            "minutes": session.service["minutes"],
            "customer_zone": session.promised_zone,
            "product": session.product.name if session.product else None,
            "situation": situation_name(session.situation),
            "problem": session.description,
        }
        _send(
            db,
            session,
            specialist,
            event="specialist_session_booked",
            facts=facts,
            calendar=_invitation(db, session, specialist, now=now),
            now=now,
        )


def tell_cancelled(db: Session, *, session: RemoteSession, now: datetime) -> None:
    """Send every specialist of the session the withdrawal of his invitation."""
    for seat in seats_of(db, session):
        specialist = seat.occupancy.specialist
        facts = _facts(db, session, specialist) | {"ended_by": session.ended_by}
        _send(
            db,
            session,
            specialist,
            event="specialist_session_cancelled",
            facts=facts,
            calendar=calendars.cancel(db, session_ref=session.reference, role="specialist", now=now),
            now=now,
        )


def staff_url(db: Session, session: RemoteSession) -> str:
    """Give the address of the staff's page of a session."""
    return f"{core_of(db).public_url}/staff/sessions/{session.reference}"


def _facts(db: Session, session: RemoteSession, specialist: Specialist) -> dict[str, Any]:
    return {
        "session_ref": session.reference,
        "service": Texts.from_json(session.service["name"]),
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "zone": specialist.zone,
        "url": staff_url(db, session),
        "customer": session.person.name if session.person else "",
        "organisation": session.organisation.name if session.organisation else "",
    }


def _invitation(
    db: Session, session: RemoteSession, specialist: Specialist, *, now: datetime
) -> CalendarPart:
    person = specialist.staff_member.person
    locale = _locale(person)
    customer = session.organisation or session.person
    words = calendars.for_specialist(
        vendor=vendor(db),
        service=Texts.from_json(session.service["name"]),
        session_ref=session.reference,
        customer=customer.name if customer else "",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=specialist.zone,
        url=staff_url(db, session),
        locale=locale,
    )
    return calendars.invite(
        db,
        session_ref=session.reference,
        attendee=calendars.Attendee(person.name, person.email, locale, "specialist"),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=words.summary,
        description=words.description,
        url=words.url,
        now=now,
    )


def _send(
    db: Session,
    session: RemoteSession,
    specialist: Specialist,
    *,
    event: str,
    facts: dict[str, Any],
    calendar: CalendarPart,
    now: datetime,
) -> None:
    person = specialist.staff_member.person
    mail.queue(
        db,
        event=event,
        to=mail.Recipient(person.name, person.email),
        locale=_locale(person),
        facts=facts,
        subject_ref=f"session:{session.reference}",
        calendar=calendar,
        thread=session.reference,
        now=now,
    )


def _locale(person: Person) -> Locale:
    return "en" if person.locale == "en" else "ru"
