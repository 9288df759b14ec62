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
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.mail import CalendarPart
    from services.core.texts import Locale
    from services.people.models import Person
    from services.scheduling.models import Specialist
    from services.sessions.models import RemoteSession


def tell_booked(
    db: Session, *, session: RemoteSession, specialists: Sequence[Specialist], now: datetime
) -> None:
    """Send every specialist of the session his mail with the invitation."""
    for specialist in specialists:
        _tell_of_new(db, session, specialist, now=now)


def _tell_of_new(db: Session, session: RemoteSession, specialist: Specialist, *, now: datetime) -> None:
    facts = _facts(db, session, specialist) | {
        "minutes": session.service["minutes"],
        "customer_zone": session.promised_zone,
        "product": session.product.name if session.product else None,
        "situation": situation_name(session.situation),
        "problem": session.description,
    }
    invitation = _invitation(db, session, specialist, now=now)
    event = "specialist_session_booked"
    _send(db, session, specialist, event=event, facts=facts, calendar=invitation, now=now)


def tell_changed(
    db: Session, *, session: RemoteSession, before: Sequence[Specialist], before_at: datetime, now: datetime
) -> None:
    """Tell the specialists of a booked session that its time or its people have changed.

    `before` did it until now, from `before_at`. Who leaves gets the withdrawal of his invitation,
    who comes a new one, who stays his own at the new time; SEQUENCE rises once, however many.
    """
    moved = session.starts_at != before_at
    if moved:
        calendars.reschedule(
            db, session_ref=session.reference, starts_at=session.starts_at, ends_at=session.ends_at, now=now
        )
    after = [seat.occupancy.specialist for seat in seats_of(db, session)]
    leaving = [one for one in before if one not in after]
    for number, specialist in enumerate(leaving):
        _tell_of_leaving(db, session, specialist, before_at=before_at, raised=moved or number > 0, now=now)
    for specialist in after:
        if specialist not in before:
            _tell_of_new(db, session, specialist, now=now)
        elif moved:
            facts = _facts(db, session, specialist) | {"before_at": before_at}
            invitation = _invitation(db, session, specialist, now=now)
            event = "specialist_session_moved"
            _send(db, session, specialist, event=event, facts=facts, calendar=invitation, now=now)


def _tell_of_leaving(
    db: Session,
    session: RemoteSession,
    specialist: Specialist,
    *,
    before_at: datetime,
    raised: bool,
    now: datetime,
) -> None:
    length = session.ends_at - session.starts_at
    withdrawal = calendars.uninvite(
        db,
        session_ref=session.reference,
        email=specialist.staff_member.person.email,
        raised=raised,
        now=now,
    )
    facts = _facts(db, session, specialist) | {"starts_at": before_at, "ends_at": before_at + length}
    event = "specialist_session_left"
    _send(db, session, specialist, event=event, facts=facts, calendar=withdrawal, now=now)


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
            calendar=calendars.cancel(
                db,
                session_ref=session.reference,
                role="specialist",
                email=specialist.staff_member.person.email,
                now=now,
            ),
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
