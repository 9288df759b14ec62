"""Looking people up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from services.core.errors import NotFoundError
from services.people.models import Organisation, Person, StaffMember

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def get_person(db: Session, *, person_id: int) -> Person:
    """The person with this id; raises NotFoundError."""
    person = db.get(Person, person_id)
    if person is None:
        raise NotFoundError(kind="person")
    return person


def get_organisation(db: Session, *, organisation_id: int) -> Organisation:
    """The organisation with this id; raises NotFoundError."""
    organisation = db.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFoundError(kind="organisation")
    return organisation


def find_organisation_by_inn(db: Session, *, inn: str, country: str) -> Organisation | None:
    """The customer organisation with this tax number in this country, if it is known."""
    return db.scalar(
        select(Organisation).where(
            Organisation.kind == "customer",
            Organisation.inn == inn,
            Organisation.country == country,
        )
    )


def list_staff(db: Session, *, active_only: bool = True) -> Sequence[StaffMember]:
    """The vendor's people by name."""
    query = select(StaffMember).join(Person).order_by(Person.name, StaffMember.id)
    if active_only:
        query = query.where(StaffMember.active)
    return db.scalars(query).all()
