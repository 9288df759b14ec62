"""Writing an enquiry down, answering for it, ending it, forgetting it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.core import mail
from services.core.audit import record
from services.core.errors import InvalidError
from services.core.references import new_reference
from services.core.vendor import vendor
from services.people.sales.models import KINDS, LONGEST_NOTE, SALES_ENQUIRY, SalesEnquiry

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Locale, Texts
    from services.people.models import Person

KEPT: Final = timedelta(days=365)
"""So long is a closed enquiry kept."""


@dataclass(frozen=True)
class Interest:
    """What somebody wrote: `kind` one of `KINDS`; a product by its id and its name, or neither."""

    kind: str
    name: str
    company: str
    email: str
    phone: str = ""
    product_id: int | None = None
    product: Texts | None = None
    body: str = ""


def ask_sales(db: Session, *, interest: Interest, form_key: str, locale: Locale, now: datetime) -> str:
    """Write an enquiry down, tell both sides by mail, and give its reference.

    A second call with the same `form_key` gives the first one's reference and tells nobody. Raises
    InvalidError `sales_kind`, and `sales_body` when another wish comes without words.
    """
    if interest.kind not in KINDS:
        raise InvalidError("sales_kind", field="kind")
    if interest.kind == "other" and not interest.body.strip():
        raise InvalidError("sales_body", field="body")
    facts = {name: str(getattr(interest, name)).strip() for name in _WRITTEN}
    values = {"locale": locale, "written_at": now, "product_id": interest.product_id, **facts}
    made = db.execute(
        insert(SalesEnquiry)
        .values(reference=new_reference("N"), form_key=form_key, state="new", **values)
        .on_conflict_do_nothing(index_elements=["form_key"])
        .returning(SalesEnquiry.reference)
    ).scalar()
    if made is None:
        return db.scalars(select(SalesEnquiry.reference).where(SalesEnquiry.form_key == form_key)).one()
    subject_ref = f"sales_enquiry:{made}"
    record(db, actor="customer", verb="sales_enquiry.receive", subject=subject_ref, now=now)
    _tell(db, {"reference": made, "product": interest.product, **facts}, locale, subject_ref, now=now)
    return made


_WRITTEN: Final = ("kind", "name", "company", "email", "phone", "body")


def _tell(db: Session, facts: dict[str, object], locale: Locale, subject_ref: str, *, now: datetime) -> None:
    us = vendor(db)
    to_writer = mail.Recipient(str(facts["name"]), str(facts["email"]))
    to_us = mail.Recipient(us.name.ru, us.support_email)
    letters: tuple[tuple[str, mail.Recipient, Locale], ...] = (
        ("sales_receipt", to_writer, locale),
        ("sales_received", to_us, "ru"),
    )
    for event, to, language in letters:
        mail.queue(db, event=event, to=to, locale=language, facts=facts, subject_ref=subject_ref, now=now)


def take_enquiry(db: Session, *, enquiry: SalesEnquiry, person: Person, actor: str, now: datetime) -> None:
    """Let `person` answer it; raises IllegalMoveError unless it is new."""
    SALES_ENQUIRY.move(db, enquiry, "take", actor=actor, now=now)
    enquiry.taken_by, enquiry.taken_at = person.id, now
    db.flush()


def close_enquiry(db: Session, *, enquiry: SalesEnquiry, note: str, actor: str, now: datetime) -> None:
    """End it, saying what became of it.

    Raises InvalidError `sales_note` (empty, or longer than 1,000 signs), IllegalMoveError when it has
    ended already.
    """
    if not 0 < len(note.strip()) <= LONGEST_NOTE:
        raise InvalidError("sales_note", field="note", most=LONGEST_NOTE)
    SALES_ENQUIRY.move(db, enquiry, "close", actor=actor, now=now)
    enquiry.note, enquiry.closed_at = note.strip(), now
    db.flush()


def wipe_enquiries(db: Session, *, now: datetime) -> int:
    """Forget the enquiries that were closed a year ago; gives how many."""
    over = delete(SalesEnquiry).where(SalesEnquiry.closed_at <= now - KEPT)
    return len(db.scalars(over.returning(SalesEnquiry.id)).all())
