"""The contact person hands his part over; the other one has to say yes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy.dialects.postgresql import insert

from services import people
from services.core.audit import record
from services.core.references import new_reference
from services.support.contacts import letters
from services.support.contacts.designating import replace_contact
from services.support.contacts.errors import AnsweredAlreadyError, ContactNotFoundError, HandOverError
from services.support.contacts.filing import is_same
from services.support.contacts.models import DesignatedContact, HandOver
from services.support.contacts.queries import count_offers

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Locale


MOST_OFFERS_A_DAY: Final = 5


def offer_hand_over(
    db: Session, *, contact: DesignatedContact, name: str, email: str, locale: Locale, now: datetime
) -> HandOver:
    """Ask somebody to take the part over, by mail; until he says yes everything stays.

    Only a confirmed contact person can. Raises HandOverError, ContactNotFoundError for a former one.
    """
    db.refresh(contact, with_for_update={"of": DesignatedContact})
    if contact.state != "confirmed":
        raise ContactNotFoundError(reference=contact.reference)
    if count_offers(db, contact=contact, since=now - timedelta(days=1)) >= MOST_OFFERS_A_DAY:
        raise HandOverError("hand_over_many", field="email")
    person = people.add_person(db, name=name, email=email, locale=locale, zone=contact.person.zone)
    if is_same(person, contact.person):
        raise HandOverError("hand_over_self", field="email")
    row = {
        "reference": new_reference("H"),
        "contact_id": contact.id,
        "person_id": person.id,
        "offered_at": now,
        "link_version": 1,
    }
    made = insert(HandOver).values(row).on_conflict_do_nothing().returning(HandOver)
    offered: HandOver | None = db.scalar(made)
    if offered is None:
        raise HandOverError("hand_over_open", field="email")
    letters.offer_part(db, offered=offered, now=now)
    _note(db, offered, "contact.offer", now)
    return offered


def withdraw_hand_over(db: Session, *, offered: HandOver, now: datetime) -> None:
    """Take an offer back. Raises AnsweredAlreadyError."""
    _answer(db, offered, "withdrawn", now)


def accept_hand_over(db: Session, *, offered: HandOver, now: datetime) -> DesignatedContact:
    """He takes it: from now on he speaks for the company. Raises AnsweredAlreadyError."""
    _answer(db, offered, "accepted", now)
    contact = replace_contact(
        db,
        organisation=offered.contact.organisation,
        person=offered.person,
        reason="handed_over",
        actor="customer",
        now=now,
    )
    letters.tell_contact(db, contact=contact, now=now)
    return contact


def decline_hand_over(db: Session, *, offered: HandOver, now: datetime) -> None:
    """He doesn't: the part stays where it is. Raises AnsweredAlreadyError."""
    _answer(db, offered, "declined", now)


def _answer(db: Session, offered: HandOver, answer: str, now: datetime) -> None:
    # The part first, then the offer: the same order as where a part is ended.
    db.refresh(offered.contact, with_for_update={"of": DesignatedContact})
    db.refresh(offered, with_for_update={"of": HandOver})
    if offered.answer is not None:
        raise AnsweredAlreadyError(answer=offered.answer)
    offered.answer, offered.answered_at = answer, now
    db.flush()
    _note(db, offered, f"contact.offer_{answer}", now)


def _note(db: Session, offered: HandOver, verb: str, now: datetime) -> None:
    record(db, actor="customer", verb=verb, subject=f"contact:{offered.contact.reference}", now=now)
