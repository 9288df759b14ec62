"""From what somebody wrote to a request with a number; from its receipt to its running clocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from services.core import locks
from services.core.audit import record
from services.support import regulation
from services.support.requests import letters
from services.support.requests.clocks import refold
from services.support.requests.completeness import missing_items
from services.support.requests.demand import renew_desk_work
from services.support.requests.ledger import note_event
from services.support.requests.models import Message, Request
from services.support.requests.numbering import next_number
from services.support.requests.pausing import begin_pause
from services.support.requests.queries import lock_request
from services.support.requests.states import move
from services.support.terms import class_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.catalogue.models import Product
    from services.people.models import Organisation, Person

Source = Literal["form", "mail", "call", "session"]


@dataclass(frozen=True)
class Asked:
    """What somebody asks: `answers` by the keys of the product's fields, `impact` a code of the terms.

    `body` is what he said in his own words: the first message. `found_in` is the reference of the
    paid session in which the defect showed, `follows` the request that this one goes on from.
    """

    product: Product
    author: Person
    subject: str
    body: str
    impact: str
    employees: int
    answers: Mapping[str, Any] = field(default_factory=dict)
    organisation: Organisation | None = None
    cannot_collect: bool = False
    source: Source = "form"
    follows: Request | None = None
    found_in: str | None = None


def write_down(db: Session, *, asked: Asked, actor: str, now: datetime) -> Request:
    """Keep it under the next number, with its first message; no clock runs before `receive`."""
    request = Request(
        number=next_number(db),
        state="held",
        source=asked.source,
        product_id=asked.product.id,
        author_id=asked.author.id,
        organisation_id=asked.organisation.id if asked.organisation is not None else None,
        subject=subject_of(asked.product, asked.subject, locale=asked.author.locale),
        answers=dict(asked.answers),
        employees=asked.employees,
        impact=asked.impact,
        cannot_collect=asked.cannot_collect,
        written_at=now,
        follows_id=asked.follows.id if asked.follows is not None else None,
        found_in=asked.found_in,
    )
    db.add(request)
    db.flush()
    db.add(
        Message(request_id=request.id, side="customer", person_id=asked.author.id, body=asked.body, at=now)
    )
    facts = {"source": asked.source}
    subject = f"request:{request.reference}"
    record(db, actor=actor, verb="request.write", subject=subject, after=facts, now=now)
    db.flush()
    return request


def subject_of(product: Product, subject: str, *, locale: str) -> str:
    """The subject as it is kept: where no project tells what it is about, it holds the product's name."""
    name = product.name.of(locale)
    if product.identifier_kind != "none" or name.casefold() in subject.casefold():
        return subject
    return f"{name}: {subject}"


def receive(
    db: Session, *, request: Request, ask_missing: bool = False, actor: str = "system", now: datetime
) -> Request:
    """Start both clocks by the regulation of today, give it its class, and send the receipt.

    With `ask_missing` the system asks for what is demanded and empty, unless the author said that he
    can't collect it: that stops the clocks at once. Raises IllegalMoveError when it was received before.
    """
    locks.share(db, locks.HOURS)
    lock_request(db, request)
    rules = regulation.get_regulation(db, on=regulation.regulation_date(db, now=now))
    given = class_for(rules.terms.classes, employees=request.employees, impact=request.impact)
    facts = {"regulation_id": rules.id, "class_code": given.code, "received_at": now}
    move(db, request, "receive", actor=actor, now=now, **facts)
    note_event(
        db,
        request=request,
        kind="received",
        at=now,
        actor="customer",
        now=now,
        **given.targets,
    )
    refold(db, request=request, now=now)
    missing = missing_items(request, rules.terms) if ask_missing else []
    if missing:
        begin_pause(
            db, request=request, items=missing, terms=rules.terms, message=None, staff=None,
            actor=actor, now=now,
        )  # fmt: skip
    letters.send_receipt(db, request=request, terms=rules.terms, missing=missing, now=now)
    renew_desk_work(db)
    return request


def drop(db: Session, *, request: Request, actor: str, now: datetime) -> Request:
    """The contact person doesn't send it on: it stays kept, and nothing follows."""
    lock_request(db, request)
    move(db, request, "drop", actor=actor, now=now)
    return request
