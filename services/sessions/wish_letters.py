"""The mails to who waits for a time, apart from the offer itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from services.core import mail
from services.core.db import core_of
from services.core.links import secret_link
from services.sessions.waitlist import waitlist_rules
from services.sessions.windows import PARTS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Locale
    from services.sessions.models import Wish

LapseReason = Literal["window", "passes"]


def tell_wish_received(db: Session, *, wish: Wish, now: datetime) -> None:
    """Say that somebody is in line now, and how he gets out of it."""
    minutes = waitlist_rules(db).offer_minutes
    _send(db, wish, event="wish_received", facts=wish_facts(db, wish) | {"offer_minutes": minutes}, now=now)


def tell_wish_lapsed(db: Session, *, wish: Wish, reason: LapseReason, now: datetime) -> None:
    """Say that we wait no longer, and why."""
    _send(db, wish, event="wish_lapsed", facts=wish_facts(db, wish) | {"reason": reason}, now=now)


def wish_url(db: Session, wish: Wish) -> str:
    """Give the address of the wish's own page, for the customer alone."""
    return secret_link(core_of(db), "w", wish.reference, wish.link_version)


def wish_facts(db: Session, wish: Wish) -> dict[str, Any]:
    """Give what every mail about a wish says of it."""
    return {
        "wish_ref": wish.reference,
        "service": wish.service.name,
        "from_on": wish.from_on,
        "until_on": wish.until_on,
        "part": PARTS[wish.part],
        "zone": wish.zone,
        "url": wish_url(db, wish),
    }


def wish_reader(wish: Wish) -> tuple[mail.Recipient, Locale]:
    """Give whom to write to, and in which language; without the name.

    Anybody can give any address, so these letters hold nothing that a stranger has written.
    """
    return mail.Recipient("", wish.email or ""), "en" if wish.locale == "en" else "ru"


def _send(db: Session, wish: Wish, *, event: str, facts: dict[str, Any], now: datetime) -> None:
    to, locale = wish_reader(wish)
    subject = f"wish:{wish.reference}"
    mail.queue(
        db, event=event, to=to, locale=locale, facts=facts, subject_ref=subject,
        thread=wish.reference, now=now,
    )  # fmt: skip
