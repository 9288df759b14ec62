"""Which page of the staff area is for whom: every page with every role, in both languages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from billing.sellers.models import Seller
from services import contracts, sessions
from services.catalogue.models import Product, Service, Tool
from services.documents.models import Question
from services.scheduling.models import Specialist
from tests.fakes.desk import enter
from webapp.auth.models import User
from webapp.security import access_of

ADMIN = {"administrator"}
PLANNERS = {"coordinator", "administrator"}
WORKERS = {"specialist", *PLANNERS}
MONEY = {"accountant", *PLANNERS}
PAYERS = {"accountant", "administrator"}
EVERYBODY = {"specialist", "accountant", *PLANNERS}

PAGES = {
    "/staff/today": WORKERS,
    "/staff/week": WORKERS,
    "/staff/week?from=2026-11-30": WORKERS,
    "/staff/keys": EVERYBODY,
    "/staff/sessions/{session}": WORKERS,
    "/staff/hours/": WORKERS,
    "/staff/hours/{own}": WORKERS,
    "/staff/hours/{own}/absences": WORKERS,
    "/staff/hours/{own}/week": PLANNERS,
    "/staff/hours/{own}/skills": PLANNERS,
    "/staff/hours/{other}": PLANNERS,
    "/staff/hours/{other}/week": PLANNERS,
    "/staff/hours/{other}/dates": PLANNERS,
    "/staff/hours/{other}/absences": PLANNERS,
    "/staff/calendar/": PLANNERS,
    "/staff/calendar/RU/2027": PLANNERS,
    "/staff/calendar/CY/2030": PLANNERS,
    "/staff/calendar/RU/2027/decree": ADMIN,
    "/staff/calendar/RU/dates?on=2027-02-22": PLANNERS,
    "/staff/calendar/proposals/": PLANNERS,
    "/staff/holidays/": PLANNERS,
    "/staff/holidays/new": PLANNERS,
    "/staff/holidays/ru": PLANNERS,
    "/staff/holidays/ru/name": PLANNERS,
    "/staff/holidays/ru/days": PLANNERS,
    "/staff/holidays/ru/take-over": PLANNERS,
    "/staff/regulation/": PLANNERS,
    "/staff/regulation/draft": PLANNERS,
    "/staff/business-hours/": PLANNERS,
    "/staff/business-hours/support": PLANNERS,
    "/staff/business-hours/new": ADMIN,
    "/staff/orders/": MONEY,
    "/staff/invoices/?state=overdue&q=2026": MONEY,
    "/staff/acts/?show=refused": MONEY,
    "/staff/orders/?state=confirmed&q=nobody&page=3": MONEY,
    "/staff/orders/{order}": MONEY,
    "/staff/orders/{order}/refund": PAYERS,
    "/staff/orders/{order}/cancel": PLANNERS,
    "/staff/tasks/": MONEY,
    "/staff/enquiries/": PLANNERS,
    "/staff/enquiries/{enquiry}": PLANNERS,
    "/staff/letters": PLANNERS,
    "/staff/letters?state=failed&q=kedr": PLANNERS,
    "/staff/jobs": ADMIN,
    "/staff/jobs?state=failed": ADMIN,
    "/staff/audit": ADMIN,
    "/staff/audit?verb=session&on=2026-11-23&page=2": ADMIN,
    "/staff/catalogue/": ADMIN,
    "/staff/catalogue/products/{product}": ADMIN,
    "/staff/catalogue/products/new": ADMIN,
    "/staff/catalogue/products/{product}/fields/": ADMIN,
    "/staff/catalogue/products/{product}/fields/new": ADMIN,
    "/staff/catalogue/services/{service}": ADMIN,
    "/staff/catalogue/services/new": ADMIN,
    "/staff/catalogue/tools/{tool}": ADMIN,
    "/staff/prices/": ADMIN,
    "/staff/prices/{seller}/new": ADMIN,
    "/staff/sellers/": ADMIN,
    "/staff/sellers/{seller}": ADMIN,
    "/staff/sellers/{seller}/vat": ADMIN,
    "/staff/sellers/{seller}/requisites": ADMIN,
    "/staff/sellers/{seller}/papers": ADMIN,
    "/staff/sellers/{seller}/accounts/": {*ADMIN, "accountant"},
    "/staff/sellers/{seller}/accounts/new": ADMIN,
    "/staff/documents": ADMIN,
    "/staff/documents/offer/new": ADMIN,
    "/staff/questions/new": ADMIN,
    "/staff/questions/{question}": ADMIN,
    "/staff/people/": ADMIN,
    "/staff/people/{user}": ADMIN,
    "/staff/people/new": ADMIN,
    "/staff/vendor": ADMIN,
    "/staff/settings/": ADMIN,
}


@pytest.fixture
def things(desk) -> dict[str, object]:
    """One of each thing that has a page of its own."""
    wishes = contracts.Wishes("Кедр-Опт", "Ольга", "olga@kedr.example", products=["napoleon"], users=40)
    with desk.database.app_sessions.begin() as db:
        own = sessions.specialist_of(db, session=sessions.get_session(db, reference=desk.session)).id
        enquiry = contracts.enquire(db, wishes=wishes, form_key="k", locale="ru", now=desk.clock())
        return {
            "session": desk.session,
            "order": desk.order,
            "enquiry": enquiry.reference,
            "own": own,
            "other": db.scalar(select(Specialist.id).where(Specialist.id != own).limit(1)),
            "product": db.scalar(select(Product.slug).limit(1)),
            "tool": db.scalar(select(Tool.slug).limit(1)),
            "service": db.scalar(select(Service.slug).limit(1)),
            "seller": db.scalar(select(Seller.code).limit(1)),
            "question": db.scalar(select(Question.slug).limit(1)),
            "user": db.scalar(select(User.id).limit(1)),
        }


@pytest.mark.parametrize(
    ("role", "language"),
    [
        ("administrator", "ru"),
        ("administrator", "en"),
        ("coordinator", "en"),
        ("specialist", "ru"),
        ("accountant", "en"),
    ],
)
def test_each_role_opens_its_pages_and_no_others(desk, things, role, language):
    visitor = enter(desk.app, role, language)
    for pattern, roles in PAGES.items():
        visitor.get(pattern.format(**things), status=200 if role in roles else 403)


def test_nobody_opens_them_without_signing_in(desk, things):
    client = desk.visitor()
    for pattern in PAGES:
        answer = client.get(pattern.format(**things))
        assert answer.status_code == 302, pattern
        assert "/sign-in?next=" in answer.location


def test_every_endpoint_of_the_staff_area_names_roles(app):
    """Except the first page and the list of keys, which belong to everybody."""
    free = {"staff_desk.home", "staff_desk.keys"}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/staff"):
            continue
        access = access_of(app, rule.endpoint)
        assert access is not None, rule.endpoint
        assert access.kind == "staff", rule.endpoint
        assert bool(access.roles) != (rule.endpoint in free), rule.endpoint


def test_the_rail_shows_only_what_can_be_opened(desk):
    for role in sorted(EVERYBODY):
        visitor = enter(desk.app, role)
        rail = visitor.get("/staff/keys").all(".rail__list a")
        assert rail, role
        for link in rail:
            visitor.get(str(link["href"]))


def test_the_first_page_is_the_day_or_the_orders(desk):
    assert enter(desk.app, "specialist").get("/staff/").path == "/staff/today"
    assert enter(desk.app, "accountant").get("/staff/").path == "/staff/orders/"
