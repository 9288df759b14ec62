"""Which company a request is for: by its tax number, by its project, by what its author said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from services import people
from services.people.models import Organisation, Person
from services.support.requests.models import Request

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from services.catalogue.models import Product


def company_for(
    db: Session, *, product: Product, email: str, name: str = "", inn: str = "", project: str = ""
) -> Organisation | None:
    """The company, known or new; None where nothing says which. A known one is never renamed.

    A tax number decides; else the company of the same project of this product; else the one that the
    same author has named so before. Raises InvalidError (`inn_…`).
    """
    if inn:
        return people.organisation_for(db, inn=inn, name=name or inn, country="RU")
    known = _by_project(db, product, project) or _by_author(db, email, name)
    if known is not None or not name:
        return known
    return people.organisation_for(db, inn=None, name=name, country="RU")


def _by_project(db: Session, product: Product, project: str) -> Organisation | None:
    wanted = " ".join(project.split()).lower()
    if not wanted:
        return None
    query = (
        select(Organisation)
        .join(Request, Request.organisation_id == Organisation.id)
        .where(
            Request.product_id == product.id,
            func.lower(Request.answers["project"].as_string()) == wanted,
            Request.received_at.is_not(None),
        )
        .order_by(Request.id.desc())
        .limit(1)
    )
    return db.scalar(query)


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
