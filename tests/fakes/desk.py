"""A desk with people of every role, signed in when a test asks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from services import people
from tests.pages import Visitor
from webapp.auth import commands, passwords
from webapp.auth.models import ROLES

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PASSWORD = "north-wind-seven"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Desk:
    """The demo vendor's site with one more user for each role; `clock.at` may be moved."""

    def __init__(self, app, database, clock) -> None:
        self.app, self.database, self.clock = app, database, clock
        with database.app_sessions.begin() as db:
            for role in ROLES:
                self._user(db, role)

    def _user(self, db, role: str) -> None:
        now = self.clock()
        person = people.add_person(
            db, name=f"Test {role}", email=f"{role}@desk.example", locale="en", zone="Europe/Moscow"
        )
        member = people.hire(db, person=person, actor="system", now=now)
        commands.create_staff_user(
            db, staff_member=member, password=PASSWORD, roles=[role], cost=passwords.TEST_COST, now=now
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


def enter(app, role: str, language: str = "en") -> Visitor:
    """An inspecting visitor who is signed in with `role`."""
    visitor = Visitor(app, language)
    page = visitor.get("/sign-in")
    visitor.submit(page, email=f"{role}@desk.example", password=PASSWORD)
    return visitor


def sign_in(client: FlaskClient, email: str, password: str, **values: str):
    """Fill in the sign-in form and send it."""
    return send(client, "/sign-in", email=email, password=password, **values)


def send(client: FlaskClient, address: str, *, page: str | None = None, **fields):
    """Send a form with the token of its page, which is `address` itself unless `page` is given."""
    token = TOKEN.search(client.get(page or address).text)
    assert token, f"no token on {page or address}"
    return client.post(address, data={"csrf_token": token[1], **fields})
