"""Sign-ins of the demo's staff: one password for all, made on the first start, told on each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.demo.source import read

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class SignIn:
    """How one of the demo's staff signs in."""

    name: str
    roles: tuple[str, ...]
    email: str
    password: str


def list_sign_ins(password_file: Path) -> list[SignIn]:
    """Read how the demo's staff sign in, unless they have changed it; none without the file."""
    if not password_file.exists():
        return []
    password = password_file.read_text("ascii").strip()
    return [SignIn(row["name"], tuple(row["roles"]), row["email"], password) for row in read()["staff"]]


def write_password(password_file: Path, password: str) -> None:
    """Keep the password of the demo's staff, for the owner of the file alone."""
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(password + "\n")
