"""Writing down who people are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from services.core.audit import record
from services.people.models import Membership, Organisation, Person, StaffMember
from services.people.queries import find_organisation_by_inn
from services.people.requisites import check_inn, check_kpp, check_ogrn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Locale


def sort_key(name: str) -> str:
    """The name as lists order it: lower case, ё as е, quotes and outer blanks left out."""
    return name.casefold().replace("ё", "е").translate({ord(sign): None for sign in "«»\"'„“"}).strip()


def add_person(db: Session, *, name: str, email: str, phone: str = "", locale: Locale, zone: str) -> Person:
    """Write down a person as he introduced himself; equal addresses make no equal persons."""
    person = Person(name=name.strip(), email=email.strip(), phone=phone.strip(), locale=locale, zone=zone)
    db.add(person)
    db.flush()
    return person


def edit_person(
    db: Session, *, person: Person, name: str, email: str, phone: str, locale: Locale, zone: str
) -> Person:
    """Correct what a person said of himself before his order was confirmed."""
    person.name, person.email, person.phone = name.strip(), email.strip(), phone.strip()
    person.locale, person.zone = locale, zone
    db.flush()
    return person


def organisation_for(db: Session, *, inn: str | None, name: str, country: str) -> Organisation:
    """The customer organisation with this ИНН, or a new one; without an ИНН always a new one.

    An existing row keeps its name: a stranger who knows a number can't rename a company.
    Raises InvalidError (`inn_…`) for a Russian ИНН that fails its checks.
    """
    number = check_inn(inn) if inn and country == "RU" else _foreign_number(inn or "")
    if number is None:
        return _add_organisation(db, kind="customer", name=name, inn=None, country=country)
    known = find_organisation_by_inn(db, inn=number, country=country)
    if known is not None:
        return known
    try:
        with db.begin_nested():
            return _add_organisation(db, kind="customer", name=name, inn=number, country=country)
    except IntegrityError:  # two of its people order at one moment: the other one was faster
        known = find_organisation_by_inn(db, inn=number, country=country)
        if known is None:
            raise
        return known


def _foreign_number(typed: str) -> str | None:
    """One number in all its spellings: blanks, dots and small letters make no other company."""
    return "".join(filter(str.isalnum, typed)).upper() or None


def add_own_organisation(
    db: Session,
    *,
    name: str,
    inn: str | None,
    kpp: str | None,
    ogrn: str | None,
    country: str,
    address: str,
) -> Organisation:
    """Write down one of the vendor's own legal entities."""
    own = _add_organisation(db, kind="own", name=name, inn=inn, country=country)
    own.kpp, own.ogrn, own.address = kpp, ogrn, address
    db.flush()
    return own


def edit_own_organisation(
    db: Session,
    *,
    organisation: Organisation,
    name: str,
    inn: str,
    kpp: str,
    ogrn: str,
    address: str,
    actor: str,
    now: datetime,
) -> Organisation:
    """Change the details of one of the vendor's own legal entities; empty numbers are none.

    Orders and documents made before keep their copies. Raises InvalidError (`inn_…`, `kpp_…`,
    `ogrn_…`) for Russian numbers that fail their checks.
    """
    if organisation.country == "RU":
        inn = check_inn(inn) if inn else ""
        kpp = check_kpp(kpp) if kpp else ""
        ogrn = check_ogrn(ogrn) if ogrn else ""
    organisation.name, organisation.sort_key = name.strip(), sort_key(name)
    organisation.inn, organisation.kpp, organisation.ogrn = inn or None, kpp or None, ogrn or None
    organisation.address = address.strip()
    db.flush()
    record(db, actor=actor, verb="organisation.edit", subject=f"organisation:{organisation.id}", now=now)
    return organisation


def _add_organisation(db: Session, *, kind: str, name: str, inn: str | None, country: str) -> Organisation:
    organisation = Organisation(
        kind=kind, name=name.strip(), sort_key=sort_key(name), inn=inn, country=country
    )
    db.add(organisation)
    db.flush()
    return organisation


def join(
    db: Session,
    *,
    organisation: Organisation,
    person: Person,
    role: str = "member",
    now: datetime,
) -> Membership:
    """Note that `person` acts for `organisation` from `now` on."""
    membership = Membership(organisation_id=organisation.id, person_id=person.id, role=role, since=now)
    db.add(membership)
    db.flush()
    return membership


def hire(db: Session, *, person: Person, actor: str, now: datetime) -> StaffMember:
    """Make `person` one of the vendor's people."""
    member = StaffMember(person_id=person.id, active=True)
    db.add(member)
    db.flush()
    record(db, actor=actor, verb="staff.hire", subject=f"staff:{person.id}", now=now)
    return member
