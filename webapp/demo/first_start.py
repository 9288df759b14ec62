"""What the first start of a demonstration brings into its empty database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import checks
from webapp.auth.passwords import readable_password
from webapp.demo.load import load
from webapp.demo.requests import tell_requests
from webapp.demo.sign_ins import write_password
from webapp.demo.stories import tell
from webapp.demo.users import add_users

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session, sessionmaker


def fill(sessions: sessionmaker[Session], *, password_file: Path, now: datetime) -> None:
    """Load the vendor and his people, then let his customers order before and after `now`.

    The password of the staff is new and kept in `password_file`; the payments are left in the
    sandbox's folder beside it. Commits step by step.
    """
    password = readable_password()
    with sessions.begin() as db:
        load(db, now=now)
        add_users(db, password=password, now=now)
        write_password(password_file, password)
    tell(sessions, now=now, sandbox=password_file.parent / "sandbox")
    tell_requests(sessions, now=now)
    # The stories reach back over nights in which nobody compared their sums.
    with sessions.begin() as db:
        checks.check_money(db, now=now)
