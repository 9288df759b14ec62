"""Who speaks for a company, and what waits for his word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from services.people.models import Organisation, Person
from services.support.contacts.errors import ContactNotFoundError
from services.support.contacts.models import DesignatedContact, Forwarding, HandOver
from services.support.requests.models import Request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def find_contact(db: Session, *, organisation_id: int, lock: bool = False) -> DesignatedContact | None:
    """The contact person of a company, proposed or confirmed; with `lock` nobody replaces him meanwhile."""
    query = select(DesignatedContact).where(
        DesignatedContact.organisation_id == organisation_id, DesignatedContact.until.is_(None)
    )
    if lock:
        query = query.with_for_update(of=DesignatedContact).execution_options(populate_existing=True)
    return db.scalar(query)


def get_contact(db: Session, *, reference: str) -> DesignatedContact:
    """The contact person with this reference, also a former one; raises ContactNotFoundError."""
    found = db.scalar(select(DesignatedContact).where(DesignatedContact.reference == reference))
    if found is None:
        raise ContactNotFoundError(reference=reference)
    return found


def get_hand_over(db: Session, *, reference: str) -> HandOver:
    """An offer of the part; raises ContactNotFoundError."""
    found = db.scalar(select(HandOver).where(HandOver.reference == reference))
    if found is None:
        raise ContactNotFoundError(reference=reference)
    return found


def find_open_hand_over(db: Session, *, contact: DesignatedContact) -> HandOver | None:
    """To whom the part is being offered."""
    return db.scalar(
        select(HandOver).where(HandOver.contact_id == contact.id, HandOver.answered_at.is_(None))
    )


def find_forwarding(db: Session, *, request: Request) -> Forwarding | None:
    """What waits, or waited, for the contact person's word about a request."""
    return db.get(Forwarding, request.id)


def list_held(db: Session, *, contact: DesignatedContact) -> Sequence[Request]:
    """What others of his company wrote and he hasn't answered, oldest first."""
    query = (
        select(Request)
        .join(Forwarding, Forwarding.request_id == Request.id)
        .where(Forwarding.contact_id == contact.id, Forwarding.answered_at.is_(None))
        .order_by(Request.number)
    )
    return db.scalars(query).all()


def list_history(db: Session, *, organisation_id: int) -> Sequence[DesignatedContact]:
    """Everybody who ever spoke for a company, the newest first."""
    query = select(DesignatedContact).where(DesignatedContact.organisation_id == organisation_id)
    return db.scalars(query.order_by(DesignatedContact.id.desc())).all()


def list_contacts(
    db: Session, *, words: str = "", proposed_only: bool = False, limit: int, after: int = 0
) -> Sequence[DesignatedContact]:
    """The contact persons of today by their companies' names."""
    query = (
        select(DesignatedContact)
        .join(Organisation, Organisation.id == DesignatedContact.organisation_id)
        .where(*_asked(words, proposed_only=proposed_only))
        .order_by(Organisation.sort_key, DesignatedContact.id)
        .limit(limit)
        .offset(after)
    )
    return db.scalars(query).unique().all()


def count_contacts(db: Session, *, words: str = "", proposed_only: bool = False) -> int:
    """How many `list_contacts` would name in all."""
    query = (
        select(func.count())
        .select_from(DesignatedContact)
        .join(Organisation, Organisation.id == DesignatedContact.organisation_id)
    )
    return db.scalars(query.where(*_asked(words, proposed_only=proposed_only))).one()


def count_mailed(db: Session, *, contact_id: int, since: datetime, author: str = "") -> int:
    """How many of others' requests he was written about since a moment; of one author's address, if named."""
    query = (
        select(func.count())
        .select_from(Forwarding)
        .where(Forwarding.contact_id == contact_id, Forwarding.mailed_at > since)
    )
    if author:
        query = (
            query.join(Request, Request.id == Forwarding.request_id)
            .join(Person, Person.id == Request.author_id)
            .where(func.lower(Person.email) == author.strip().lower())
        )
    return db.scalars(query).one()


def count_offers(db: Session, *, contact: DesignatedContact, since: datetime) -> int:
    """To how many he has offered his part since a moment."""
    query = select(func.count()).where(HandOver.contact_id == contact.id, HandOver.offered_at > since)
    return db.scalars(query).one()


def _asked(words: str, *, proposed_only: bool) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = [DesignatedContact.until.is_(None)]
    if proposed_only:
        rules.append(DesignatedContact.state == "proposed")
    if words.strip():
        rules.append(func.lower(Organisation.name).contains(words.strip().lower(), autoescape=True))
    return rules
