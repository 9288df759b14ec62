"""What happens to an enquiry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.dialects.postgresql import insert

from services import catalogue
from services.contracts.models import ENQUIRY, HOURS, Enquiry
from services.contracts.queries import find_enquiry
from services.core import mail
from services.core.audit import record
from services.core.errors import InvalidError
from services.core.references import new_reference
from services.core.vendor import vendor

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Locale


@dataclass(frozen=True)
class Wishes:
    """What the asker wrote; everything but who he is may be left out.

    `products` are slugs of the catalogue, `hours` one of `HOURS`.
    """

    company: str
    contact_name: str
    email: str
    phone: str = ""
    products: list[str] = field(default_factory=list)
    users: int | None = None
    sites: int | None = None
    hours: str = "unknown"
    own_hours: str = ""
    trouble: str = ""


def enquire(db: Session, *, wishes: Wishes, form_key: str, locale: Locale, now: datetime) -> Enquiry:
    """Write down an enquiry and tell both sides by mail.

    A second call with the same `form_key` gives the first one's enquiry and tells nobody.
    Raises InvalidError (`hours`, `own_hours`) when the hours wanted make no sense.
    """
    own_hours = wishes.own_hours.strip() if wishes.hours == "own" else ""
    if wishes.hours not in HOURS:
        raise InvalidError("hours", field="hours")
    if wishes.hours == "own" and not own_hours:
        raise InvalidError("own_hours", field="own_hours")
    values = {
        "company": wishes.company.strip(),
        "contact_name": wishes.contact_name.strip(),
        "email": wishes.email.strip(),
        "phone": wishes.phone.strip(),
        "products": wishes.products,
        "users": wishes.users,
        "sites": wishes.sites,
        "hours": wishes.hours,
        "own_hours": own_hours,
        "trouble": wishes.trouble.strip(),
    }
    written = db.execute(
        insert(Enquiry)
        .values(
            reference=new_reference("E"),
            form_key=form_key,
            locale=locale,
            received_at=now,
            state="new",
            **values,
        )
        .on_conflict_do_nothing(index_elements=["form_key"])
        .returning(Enquiry.reference)
    ).scalar()
    enquiry = find_enquiry(db, form_key=form_key)
    if enquiry is None:  # pragma: no cover - the row was written above or before
        raise AssertionError
    if written is not None:
        record(db, actor="customer", verb="enquiry.receive", subject=f"enquiry:{enquiry.reference}", now=now)
        _tell(db, enquiry, now=now)
    return enquiry


def _tell(db: Session, enquiry: Enquiry, *, now: datetime) -> None:
    us = vendor(db)
    names = {product.slug: product.name for product in catalogue.list_products(db, active_only=False)}
    facts = {
        "reference": enquiry.reference,
        "company": enquiry.company,
        "contact_name": enquiry.contact_name,
        "email": enquiry.email,
        "phone": enquiry.phone,
        "products": [names[slug] for slug in enquiry.products if slug in names],
        "users": enquiry.users,
        "sites": enquiry.sites,
        "hours": enquiry.hours,
        "own_hours": enquiry.own_hours,
        "trouble": enquiry.trouble,
    }
    subject_ref = f"enquiry:{enquiry.reference}"
    mail.queue(
        db,
        event="sla_enquiry_receipt",
        to=mail.Recipient(enquiry.contact_name, enquiry.email),
        locale="en" if enquiry.locale == "en" else "ru",
        facts=facts,
        subject_ref=subject_ref,
        now=now,
    )
    mail.queue(
        db,
        event="sla_enquiry_received",
        to=mail.Recipient(us.name.ru, us.support_email),
        locale="ru",
        facts=facts,
        subject_ref=subject_ref,
        now=now,
    )


def take(db: Session, *, enquiry: Enquiry, actor: str, now: datetime) -> None:
    """Start working on an enquiry; raises IllegalMoveError unless it is new."""
    ENQUIRY.move(db, enquiry, "take", actor=actor, now=now)


def decline(db: Session, *, enquiry: Enquiry, actor: str, now: datetime) -> None:
    """End an enquiry without a contract; raises IllegalMoveError when it has ended already."""
    ENQUIRY.move(db, enquiry, "decline", actor=actor, now=now)
