"""A desk with people of every role, signed in when a test asks for it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from services import people
from webapp.app import create_app
from webapp.auth import commands, passwords
from webapp.demo import load as demo
from webapp.settings import load_settings

if TYPE_CHECKING:
    from flask.testing import FlaskClient

NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
PASSWORD = "north-wind-seven"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Desk:
    """The demo vendor's site with one user for each role; `now` may be moved."""

    def __init__(self, database) -> None:
        self.database = database
        self.now = NOW
        base = load_settings({"DATABASE_URL": database.url, "PRIYOM_DATA": str(database.core.data_dir)})
        self.app = create_app(
            replace(base, core=database.core, password_cost=passwords.TEST_COST),
            clock=lambda: self.now,
        )
        with database.app_sessions.begin() as db:
            demo.load(db, now=NOW)
            for role in ("administrator", "coordinator", "specialist", "accountant"):
                self._user(db, role)

    def _user(self, db, role: str) -> None:
        person = people.add_person(
            db, name=f"Test {role}", email=f"{role}@desk.example", locale="en", zone="Europe/Moscow"
        )
        member = people.hire(db, person=person, actor="system", now=NOW)
        commands.create_staff_user(
            db, staff_member=member, password=PASSWORD, roles=[role], cost=passwords.TEST_COST, now=NOW
        )

    def visitor(self) -> FlaskClient:
        """A browser that reads English and is not signed in."""
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def signed_in(self, role: str) -> FlaskClient:
        """A browser in which the person with this role has signed in."""
        client = self.visitor()
        answer = sign_in(client, f"{role}@desk.example", PASSWORD)
        assert answer.status_code in {302, 303}, answer.text
        return client


def sign_in(client: FlaskClient, email: str, password: str, **values: str):
    """Fill in the sign-in form and send it."""
    return send(client, "/sign-in", email=email, password=password, **values)


def send(client: FlaskClient, address: str, *, page: str | None = None, **fields):
    """Send a form with the token of its page, which is `address` itself unless `page` is given."""
    token = TOKEN.search(client.get(page or address).text)
    assert token, f"no token on {page or address}"
    return client.post(address, data={"csrf_token": token[1], **fields})


@pytest.fixture
def desk(database) -> Desk:
    """The desk of this test's own database."""
    return Desk(database)
