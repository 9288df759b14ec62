"""Letting the demo's staff sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import people
from webapp.auth.commands import create_staff_user
from webapp.demo.source import read

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def add_users(db: Session, *, password: str, cost: dict[str, int] | None = None, now: datetime) -> None:
    """Let everyone of the demo's staff sign in with `password`; `cost` is for tests."""
    members = {member.person.email: member for member in people.list_staff(db)}
    for row in read()["staff"]:
        create_staff_user(
            db,
            staff_member=members[row["email"]],
            password=password,
            roles=row["roles"],
            cost=cost,
            now=now,
        )
