"""A web form that is sent twice is one request: known by the key that the form carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from services.core import locks
from services.core.db import core_of
from services.support.requests.models import Request

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def find_sent_form(db: Session, *, form_key: str) -> Request | None:
    """The request that this form has become; waits for whoever is sending the same form just now."""
    mac = core_of(db).keys.mac("sent form", form_key)
    locks.wait_for(db, locks.SENT_FORM, [int.from_bytes(mac[:4], "big", signed=True)])
    return db.scalar(select(Request).where(Request.form_key == form_key))


def note_form(db: Session, *, request: Request, form_key: str) -> None:
    """Remember which form (a key of 16 to 64 signs) it was sent with."""
    request.form_key = form_key
    db.flush()
