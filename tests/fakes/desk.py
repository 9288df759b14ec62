"""A desk with people of every role, signed in when a test asks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from billing import orders
from billing.orders.models import Order
from services import catalogue, documents, people, scheduling, sessions
from services.sessions import Holder
from tests.pages import Visitor
from webapp.auth import commands, passwords
from webapp.auth.models import ROLES

if TYPE_CHECKING:
    from datetime import datetime

    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from services.people.models import StaffMember

ZONE = "Asia/Krasnoyarsk"
CUSTOMER = "olga@kedr.example"
PASSWORD = "north-wind-seven"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def furnish(db: Session, now: datetime) -> None:
    """A session on credit, booked for the user with the role of a specialist; a user for each role."""
    member = _book(db, now)
    for role in ROLES:
        _add_user(db, role, member if role == "specialist" else None, now)


def _book(db: Session, now: datetime) -> StaffMember:
    """Order the first free time and have it confirmed."""
    service = catalogue.list_services(db)[0]
    slot = scheduling.nearest(db, service=service, n=1, customer_zone=ZONE, now=now)[0]
    order = orders.start(
        db, slug=service.slug, start_at=slot.start, holder=Holder("a browser"), country="RU",
        zone=ZONE, locale="ru", now=now,
    ).order(db)  # fmt: skip
    orders.fill_in(
        db, order=order, contact=orders.Contact("Ольга Кедрова", CUSTOMER),
        payer=orders.Payer("RU"), trouble=orders.Trouble("nothing_works", "Не работает обмен"), now=now,
    )  # fmt: skip
    versions = {kind: documents.get_current(db, kind=kind, on=now.date()).n for kind in orders.CONSENTS}
    agreement = orders.Agreement(versions, "127.0.0.1", "test")
    bill = orders.submit(db, order=order, method="card", agreement=agreement, now=now)
    # On credit: whoever asks for payments finds none that a test hasn't made.
    orders.confirm_on_trust(
        db, order=order, bill=bill, reason="credit", due_on=now.date(), actor="staff:1", now=now
    )
    return sessions.specialist_of(db, session=order.session).staff_member


def _add_user(db: Session, role: str, member: StaffMember | None, now: datetime) -> None:
    if member is None:
        person = people.add_person(db, name=f"Test {role}", email="", locale="en", zone="Europe/Moscow")
        member = people.hire(db, person=person, actor="system", now=now)
    member.person.email = f"{role}@desk.example"
    commands.create_staff_user(
        db, staff_member=member, password=PASSWORD, roles=[role], cost=passwords.TEST_COST, now=now
    )


class Desk:
    """The demo vendor's site with one user for each role; `clock.at` may be moved.

    `session` and `order` are the references of a session that is booked for the user with the
    role of a specialist, hours from now. `furnish` has written all of it into the template.
    """

    def __init__(self, app, database, clock) -> None:
        self.app, self.database, self.clock = app, database, clock
        with database.app_sessions() as db:
            booked = db.scalars(select(Order).where(Order.contact["email"].astext == CUSTOMER)).one()
            self.order, self.session = booked.reference, booked.session.reference

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
