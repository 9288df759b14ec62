"""The first administrator of an installation, made from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from zoneinfo import available_timezones

from services import people
from webapp.auth import passwords
from webapp.auth.commands import create_staff_user
from webapp.auth.errors import AddressTakenError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.texts import Locale
    from webapp.auth.models import User


def add_administrator(
    db: Session, *, name: str, email: str, password: str, zone: str, locale: str, now: datetime
) -> User:
    """Write a person, make him staff and let him sign in as administrator.

    Raises ValueError with a sentence for whoever sits at the command line.
    """
    if len(password) < passwords.LEAST_LENGTH:
        raise ValueError(f"The password needs at least {passwords.LEAST_LENGTH} characters.")
    if "@" not in email or not name.strip():
        raise ValueError("A name and an e-mail address are needed.")
    if zone not in available_timezones():
        raise ValueError(f"{zone!r} is no time zone: give a name like Europe/Moscow.")
    person = people.add_person(db, name=name, email=email, locale=cast("Locale", locale), zone=zone)
    member = people.hire(db, person=person, actor="system", now=now)
    try:
        return create_staff_user(db, staff_member=member, password=password, roles=["administrator"], now=now)
    except AddressTakenError as error:
        raise ValueError(f"Somebody signs in as {email} already.") from error
