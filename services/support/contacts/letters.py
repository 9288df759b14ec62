"""The mails about who may write for a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.core import mail
from services.core.db import core_of
from services.core.links import secret_link

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.people.models import Person
    from services.support.contacts.models import DesignatedContact, Forwarding, HandOver


def first_name(person: Person) -> str:
    """All that a colleague is told of the contact person: the first word of the name."""
    return person.name.split(maxsplit=1)[0] if person.name.strip() else ""


def tell_kept(db: Session, *, forwarding: Forwarding, now: datetime) -> None:
    """Tell the author politely who writes for his company; his request is kept."""
    _tell_author(db, forwarding, "support_kept", now)


def tell_dropped(db: Session, *, forwarding: Forwarding, now: datetime) -> None:
    """Tell the author that the contact person didn't send it on."""
    _tell_author(db, forwarding, "support_dropped", now)


def ask_contact(db: Session, *, forwarding: Forwarding, now: datetime) -> None:
    """Ask the contact person: send it on, or drop it."""
    request, contact = forwarding.request, forwarding.contact
    words = {
        "number": request.number,
        "subject": request.subject,
        "product": request.product.name,
        "author": request.author.name,
        "employees": request.employees,
        "url": secret_link(core_of(db), "f", request.reference, forwarding.link_version),
    }
    about = f"contact:{contact.reference}"
    _send(db, contact.person, event="support_forwarded", facts=words, about=about, now=now)


def offer_part(db: Session, *, offered: HandOver, now: datetime) -> None:
    """Ask somebody whether he takes the part over."""
    url = secret_link(core_of(db), "k", offered.reference, offered.link_version)
    facts = {
        "company": offered.contact.organisation.name,
        "from_name": offered.contact.person.name,
        "url": url,
    }
    about = f"contact:{offered.contact.reference}"
    _send(db, offered.person, event="contact_offered", facts=facts, about=about, now=now)


def tell_contact(db: Session, *, contact: DesignatedContact, now: datetime) -> None:
    """Tell a contact person that he is one, with the address of his page."""
    url = secret_link(core_of(db), "k", contact.reference, contact.link_version)
    facts = {"company": contact.organisation.name, "url": url}
    about = f"contact:{contact.reference}"
    _send(db, contact.person, event="contact_named", facts=facts, about=about, now=now)


def _tell_author(db: Session, forwarding: Forwarding, event: str, now: datetime) -> None:
    request = forwarding.request
    facts = {
        "number": request.number,
        "subject": request.subject,
        "product": request.product.name,
        "contact": first_name(forwarding.contact.person),
        "url": secret_link(core_of(db), "r", request.reference, request.link_version),
    }
    _send(db, request.author, event=event, facts=facts, about=f"request:{request.number}", now=now)


def _send(
    db: Session, person: Person, *, event: str, facts: Mapping[str, object], about: str, now: datetime
) -> None:
    mail.queue(
        db,
        event=event,
        to=mail.Recipient(person.name, person.email),
        locale="en" if person.locale == "en" else "ru",
        facts=facts,
        subject_ref=about,
        thread=about,
        now=now,
    )
