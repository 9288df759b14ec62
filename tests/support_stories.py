"""What stories of free requests begin with: a person who asks, staff who answer, files that have arrived."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from services import catalogue, people
from services.core import files
from services.core.db import core_of
from services.people.models import Person, StaffMember
from services.support import requests
from services.support.requests import Asked

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.files import Upload
    from services.support.requests.models import Request

KRASNOYARSK = "Asia/Krasnoyarsk"
OLGA = "olga@kedr.example"


def author(db: Session, name: str = "Ольга Мельникова", email: str = OLGA) -> Person:
    return people.add_person(db, name=name, email=email, phone="", locale="ru", zone=KRASNOYARSK)


def asking(db: Session, who: Person | None = None, **facts: Any) -> Asked:
    """Olga's question about Наполеон, as the form gives it; `facts` are what is different."""
    answers = {"project": "Кедр-Торг", "description": "Остатки за среду", "steps": "Открыть склад"}
    given: dict[str, Any] = {
        "product": catalogue.get_product(db, slug="napoleon"),
        "author": who or _olga(db),
        "subject": "Остатки не обновляются",
        "body": "С пятницы на шести планшетах остатки за среду.",
        "impact": "hampered",
        "employees": 12,
        "answers": answers,
    }
    return Asked(**given | facts)


def received(
    db: Session, now: datetime, who: Person | None = None, *, ask_missing: bool = False, **facts: Any
) -> Request:
    """A request whose clocks run: four working hours, and sixteen."""
    made = requests.write_down(db, asked=asking(db, who, **facts), actor="customer", now=now)
    return requests.receive(db, request=made, ask_missing=ask_missing, now=now)


def somebody_of_staff(db: Session) -> StaffMember:
    return db.scalars(select(StaffMember).order_by(StaffMember.id)).first() or _hired(db)


def _olga(db: Session) -> Person:
    return db.scalars(select(Person).where(Person.email == OLGA).order_by(Person.id)).first() or author(db)


def _hired(db: Session) -> StaffMember:
    made = StaffMember(person_id=author(db, "Мария Лисина", "maria@priyom.example").id)
    db.add(made)
    db.flush()
    return made


def arrived(
    db: Session, now: datetime, content: bytes = b"base", name: str = "base.db"
) -> tuple[Upload, str]:
    """A file that has arrived whole, and the key that a form carries for it."""
    upload, token = files.announce(db, name=name, size=len(content), network="n", now=now)
    size = files.receive(core_of(db), upload, io.BytesIO(content), offset=0)
    files.note_arrival(db, upload=upload, received=size, now=now)
    files.judge_small(db, upload=upload, now=now)
    return upload, f"{upload.reference}.{token}"
