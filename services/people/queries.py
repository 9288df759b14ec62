"""Looking people up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from services.people.models import Organisation, Person, StaffMember

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def find_organisation_by_inn(db: Session, *, inn: str, country: str) -> Organisation | None:
    """The customer organisation with this tax number in this country, if it is known."""
    return db.scalar(
        select(Organisation).where(
            Organisation.kind == "customer",
            Organisation.inn == inn,
            Organisation.country == country,
        )
    )


def list_customers_by_number(db: Session, *, number: str) -> Sequence[Organisation]:
    """The customers' companies with this tax number, whatever their country; none without a number."""
    signs = "".join(filter(str.isalnum, number)).upper()
    query = select(Organisation).where(Organisation.kind == "customer", Organisation.inn == signs)
    return db.scalars(query.order_by(Organisation.id)).all()


def list_staff(db: Session, *, active_only: bool = True) -> Sequence[StaffMember]:
    """The vendor's people by name."""
    query = select(StaffMember).join(Person).order_by(Person.name, StaffMember.id)
    if active_only:
        query = query.where(StaffMember.active)
    return db.scalars(query).all()


def find_organisation(db: Session, *, organisation_id: int) -> Organisation | None:
    """The organisation with this id, if there is one."""
    return db.get(Organisation, organisation_id)


def find_staff_member(db: Session, *, person_id: int) -> StaffMember | None:
    """Who works here as this person, if he does."""
    query = select(StaffMember).where(StaffMember.person_id == person_id, StaffMember.active)
    return db.scalar(query.order_by(StaffMember.id).limit(1))


def list_own_countries(db: Session) -> Sequence[str]:
    """The countries (ISO 3166 alpha-2) of the organisations that are the vendor's own."""
    query = select(Organisation.country).where(Organisation.kind == "own").distinct()
    return db.scalars(query.order_by(Organisation.country)).all()
