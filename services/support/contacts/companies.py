"""Which company a request is for: by its tax number, or by what its author said before.

Never by a project: anybody may name one, and would divert the requests of those whose it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from services import people
from services.people.models import Organisation, Person
from services.support.requests.models import Request

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def company_for(db: Session, *, email: str, name: str = "", inn: str = "") -> Organisation | None:
    """The company, known or new; None where nothing says which. A known one is never renamed.

    A tax number decides; else the company that the same author has named so before. Raises InvalidError
    (`inn_…`).
    """
    if inn:
        return people.organisation_for(db, inn=inn, name=name or inn, country="RU")
    known = _by_author(db, email, name)
    if known is not None or not name:
        return known
    return people.organisation_for(db, inn=None, name=name, country="RU")


def _by_author(db: Session, email: str, name: str) -> Organisation | None:
    key = name.strip().lower()
    if not key:
        return None
    query = (
        select(Organisation)
        .join(Request, Request.organisation_id == Organisation.id)
        .join(Person, Person.id == Request.author_id)
        .where(func.lower(Person.email) == email.strip().lower(), func.lower(Organisation.name) == key)
        .order_by(Request.id.desc())
        .limit(1)
    )
    return db.scalar(query)
