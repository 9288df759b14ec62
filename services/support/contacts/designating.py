"""Who speaks for a company: proposed by having written first, confirmed by staff, replaced on a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.core.audit import record
from services.core.references import new_reference
from services.people.models import Organisation
from services.support.contacts.errors import AnsweredAlreadyError
from services.support.contacts.models import DesignatedContact, Forwarding, HandOver
from services.support.contacts.queries import find_contact

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Literal

    from sqlalchemy.orm import Session

    from services.people.models import Person


def propose_contact(
    db: Session, *, organisation: Organisation, person: Person, now: datetime
) -> DesignatedContact | None:
    """Note the first who wrote; None when somebody was faster. It decides nothing before staff say yes."""
    row = {
        "reference": new_reference("K"),
        "organisation_id": organisation.id,
        "person_id": person.id,
        "state": "proposed",
        "since": now,
        "link_version": 1,
    }
    made = insert(DesignatedContact).values(row).on_conflict_do_nothing().returning(DesignatedContact)
    contact = db.scalar(made)
    if contact is not None:
        _note(db, contact, "contact.propose", "system", now)
    return contact


def confirm_contact(
    db: Session, *, contact: DesignatedContact, actor: str, now: datetime
) -> DesignatedContact:
    """Say yes to a proposed one: from now on others of the company write through him.

    Raises AnsweredAlreadyError for one that is not proposed any more.
    """
    db.refresh(contact, with_for_update={"of": DesignatedContact})
    if contact.state != "proposed":
        raise AnsweredAlreadyError(answer=contact.state)
    contact.state, contact.confirmed_at, contact.confirmed_by = "confirmed", now, actor
    db.flush()
    _note(db, contact, "contact.confirm", actor, now)
    return contact


def replace_contact(
    db: Session,
    *,
    organisation: Organisation,
    person: Person,
    reason: Literal["handed_over", "letter"],
    actor: str,
    now: datetime,
) -> DesignatedContact:
    """Make somebody the confirmed contact person; the one before is ended, what waits goes to the new one.

    The addresses that the one before got of it open nothing any more.
    """
    db.execute(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update())
    before = find_contact(db, organisation_id=organisation.id, lock=True)
    if before is not None:
        end_contact(db, contact=before, reason=reason, actor=actor, now=now)
    contact = DesignatedContact(
        reference=new_reference("K"),
        organisation_id=organisation.id,
        person_id=person.id,
        state="confirmed",
        since=now,
        confirmed_at=now,
        confirmed_by=actor,
        link_version=1,
    )
    db.add(contact)
    db.flush()
    if before is not None:
        _pass_on(db, before, contact)
    _note(db, contact, "contact.replace", actor, now)
    return contact


def end_contact(
    db: Session,
    *,
    contact: DesignatedContact,
    reason: Literal["handed_over", "letter", "declined"],
    actor: str,
    now: datetime,
) -> None:
    """End somebody's part; an offer that he made is withdrawn with it."""
    contact.state, contact.until, contact.ended_by, contact.end_reason = "ended", now, actor, reason
    db.execute(
        update(HandOver)
        .where(HandOver.contact_id == contact.id, HandOver.answered_at.is_(None))
        .values(answered_at=now, answer="withdrawn")
    )
    db.flush()
    _note(db, contact, "contact.end", actor, now)


def _pass_on(db: Session, before: DesignatedContact, contact: DesignatedContact) -> None:
    """What waits goes to the new one, under addresses that the one before doesn't have."""
    waits = (Forwarding.contact_id == before.id, Forwarding.answered_at.is_(None))
    raised = Forwarding.link_version + 1
    db.execute(update(Forwarding).where(*waits).values(contact_id=contact.id, link_version=raised))


def _note(db: Session, contact: DesignatedContact, verb: str, actor: str, now: datetime) -> None:
    facts = {"organisation": contact.organisation_id, "state": contact.state}
    record(db, actor=actor, verb=verb, subject=f"contact:{contact.reference}", after=facts, now=now)
