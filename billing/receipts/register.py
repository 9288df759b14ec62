"""Where a cash register is connected: an adapter gives the receipts, we write down where they are.

None comes along. An adapter is a class with `issue`; who has one gives it to `issue_awaited` in a job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from billing.receipts.commands import note_receipt
from billing.receipts.queries import get_receipt, list_awaited

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from billing.receipts.queries import Receipt

_AT_ONCE = 50


class CashRegister(Protocol):
    """A seller's cash register, his own or hired."""

    name: str

    def issue(self, receipt: Receipt) -> str | None:
        """Give this receipt and say where it can be read; None while it isn't ready.

        Is asked again until it answers: the same kind, payment and source are the same receipt, which
        must never be given twice.
        """
        ...


def issue_awaited(sessions: sessionmaker[Session], register: CashRegister, *, now: datetime) -> int:
    """Ask the register for what is awaited, and count what it gave; no transaction is open meanwhile."""
    with sessions.begin() as db:
        awaited = list_awaited(db, limit=_AT_ONCE)
    given = 0
    for one in awaited:
        link = register.issue(one)
        if link is None:
            continue
        with sessions.begin() as db:
            asked = get_receipt(db, kind=one.kind, payment_id=one.payment_id, source_id=one.source_id)
            note_receipt(db, receipt=asked, link=link, actor=f"register:{register.name}", now=now)
        given += 1
    return given
