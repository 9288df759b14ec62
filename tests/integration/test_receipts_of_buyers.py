"""The receipt of a free request is the same letter, byte for byte, whether its reader has bought or not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from billing.orders.models import Order
from services.core.mail import outbox
from services.core.mail.models import OutboxMail
from tests.fakes import desk
from tests.support_stories import author, received

if TYPE_CHECKING:
    from datetime import datetime

    from tests.cluster import Database


BOUNDARY = re.compile(rb"={15}\d+==")


def receipt(demo: Database, now: datetime, **facts: object) -> bytes:
    """What goes over the wire to who asks now; it is rolled back, so the next one has the same number."""
    with demo.app_sessions() as db:
        made = received(db, now, author(db, name="Ольга Кедрова", email=desk.CUSTOMER), **facts)
        mail = db.scalars(
            select(OutboxMail).where(
                OutboxMail.event == "support_receipt", OutboxMail.thread == f"request:{made.number}"
            )
        ).one()
        letter = outbox.claim(db, mail_id=mail.id, now=now)
        assert letter is not None
        db.rollback()
    # The mail's own number and what parts its parts are chance, whoever reads it.
    return BOUNDARY.sub(b"=boundary=", replace(letter, message_id="<one@priyom.example>").to_bytes())


def test_a_buyer_gets_the_same_receipt_as_anybody(demo: Database, now: datetime) -> None:
    before = receipt(demo, now)
    with demo.app_sessions.begin() as db:
        desk.furnish(db, now)
        bought = db.scalars(select(Order).where(Order.contact["email"].astext == desk.CUSTOMER)).one()
        assert bought.state == "confirmed"
    assert receipt(demo, now) == before
    assert receipt(demo, now, subject="Другое") != before
