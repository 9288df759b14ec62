"""Sign-ins of the demo's staff: one password for all, made on the first start, told on each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from services import people
from webapp.auth.commands import create_staff_user
from webapp.auth.models import User
from webapp.auth.passwords import readable_password
from webapp.demo.source import read

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class SignIn:
    """How one of the demo's staff signs in."""

    name: str
    roles: tuple[str, ...]
    email: str
    password: str


def add_sign_ins(
    db: Session, *, password_file: Path, cost: dict[str, int] | None = None, now: datetime
) -> list[SignIn]:
    """Let the demo's staff sign in, once; gives their sign-ins, also when they were made before.

    The password is read from `password_file`, or made and written there for its owner alone.
    """
    password = _password(password_file)
    known = set(db.scalars(select(User.email)))
    members = {member.person.email: member for member in people.list_staff(db)}
    found = []
    for row in read()["staff"]:
        email = row["email"]
        if email not in members:
            continue  # has left, or this is no demo any more
        if email not in known:
            create_staff_user(
                db,
                staff_member=members[email],
                password=password,
                roles=row["roles"],
                cost=cost,
                now=now,
            )
        found.append(SignIn(row["name"], tuple(row["roles"]), email, password))
    return found


def _password(file: Path) -> str:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii").strip()
    password = readable_password()
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(password + "\n")
    return password
