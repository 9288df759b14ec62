"""No page of the free flow shows a price, a currency or a banner of the shop, in either language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from services import catalogue, people, scheduling
from services.core.business_calendars import get_calendar
from services.core.links import secret_path
from services.core.texts import Texts
from services.support import connecting, contacts, queue, regulation, requests
from services.support.articles.models import Article
from services.support.requests import drafts
from tests.fakes.desk import enter
from tests.pages import Page, Visitor, words
from tests.support_stories import arrived, asking, author, received, somebody_of_staff
from webapp.app import FREE_BLUEPRINTS, create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

MONEY = re.compile(
    r"[₽€$£]|&#(?:8381|8364);|\bруб(?:\.|л|\b)|\bрублей\b|\b(?:RUB|EUR|USD|rou?bles?)\b|\bНДС\b|\bVAT\b",
    re.IGNORECASE,
)
SERVICES = {"Платные услуги", "Paid services"}
"""The one neutral link of the footer."""
# Pages of the whole house: they lead into all three flows, and documents are about all of them.
OF_THE_HOUSE = {
    "pages.all_documents",
    "pages.document",
    "pages.document_version",
    "pages.faq",
    "pages.sales",
    "pages.sales_thanks",
    "pages.start",
}
# Files, answers for scripts, and pages that look as others here do.
LEFT_OUT = {
    "follow.download",
    "follow.invite",
    "staff_conversation.download",
    "support.suggest",
    "uploads.look",
}


# The tests of the other pages inspect them.
INSPECTED = {
    "follow.connection",
    "pages.regulation_changes",
    "staff_business_hours.new",
    "staff_business_hours.publish",
    "staff_canned.edit",
    "staff_connection.choose",
    "staff_misses.explain",
    "staff_regulation.preview",
}


class Places:
    """Requests of every state in the demo's database, and what leads to each free page."""

    def __init__(self, demo, now) -> None:
        self.core, self.now = demo.core, now
        with demo.app_sessions.begin() as db:
            self.who, self.staff = author(db), somebody_of_staff(db)
            self.made = {
                name: received(db, now, self.who) for name in ("open", "waiting", "solved", "unable")
            }
            self._move(db)
            self.addresses = self._addresses(db)

    def _move(self, db) -> None:
        now, made, staff = self.now, self.made, self.staff
        asked = [{"code": "database", "detail": "с планшета"}]
        for name in ("waiting", "unable"):
            requests.ask_information(
                db, request=made[name], staff=staff, items=asked, body="Пришлите базу.", now=now
            )
        files = [arrived(db, now)[0]]
        requests.customer_writes(
            db, request=made["solved"], person=self.who, body="Вот.", uploads=files, now=now
        )
        requests.resolve(db, request=made["solved"], staff=staff, body="Обновите.", plan=False, now=now)
        requests.cannot_collect(db, request=made["unable"], person=self.who, body="", now=now)
        requests.mention_session(db, request=made["unable"], staff=staff, why="cannot_collect", now=now)
        company = people.organisation_for(db, inn="7707083893", name="ООО «Кедр»", country="RU")
        self.contact = contacts.replace_contact(
            db, organisation=company, person=self.who, reason="letter", actor="staff:1", now=now
        )
        petr = author(db, "Пётр Кедров", "petr@kedr.example")
        for name in ("held", "dropped"):
            made[name] = contacts.file(db, asked=asking(db, petr, organisation=company), now=now)
        requests.drop(db, request=made["dropped"], actor="customer", now=now)
        made["late"], made["missed"] = (received(db, now - timedelta(days=3), self.who) for _ in range(2))
        requests.resolve(db, request=made["missed"], staff=staff, body="Обновите.", plan=False, now=now)
        made["connected"] = received(db, now, self.who)
        service = catalogue.list_services(db)[0]
        slot = scheduling.nearest(db, service=service, n=1, customer_zone="Europe/Moscow", now=now)[0]
        connecting.arrange(
            db, request=made["connected"], service=service, start=slot.start, staff=staff, now=now
        )
        self._publish(db)
        self.company = company

    def _publish(self, db) -> None:
        """A second version of the regulation, and a draft of the third."""
        first = regulation.get_version(db, n=1)
        shared = {
            "terms": first.terms,
            "calendar": get_calendar(db, code="support"),
            "actor": "test",
            "now": self.now,
        }
        regulation.publish(db, body=first.body, valid_from_on=self.now.date() + timedelta(days=7), **shared)
        regulation.save_draft(db, body=Texts(ru="# Новое", en="# New"), **shared)

    def link(self, kind, one) -> str:
        return secret_path(self.core, kind, one.reference, one.link_version)

    def _addresses(self, db) -> dict[str, list[str]]:
        """Paths by endpoint."""
        made, r = self.made, {name: self.link("r", one) for name, one in self.made.items()}
        draft = drafts.save_draft(
            db, product=catalogue.get_product(db, slug="napoleon"),
            sheet=drafts.Sheet("form", {"subject": ["Остатки"]}, {}), now=self.now,
        )  # fmt: skip
        slugs = db.scalars(select(Article.slug).limit(3)).all()
        products = ("napoleon", "aceteam", "acepacer")
        desk, article = "/staff/requests", f"/staff/articles/{slugs[0]}"
        token = r["open"].rsplit("/", 1)[1]
        return {
            "pages.regulation": ["/regulation"],
            "pages.regulation_version": ["/regulation/1"],
            "pages.regulation_changes": ["/regulation/2/since/1"],
            "support.how": ["/support/"],
            "support.no_answer": ["/support/no-answer"],
            "support.knowledge": ["/support/articles", "/support/articles?q=остатки"],
            "support.article": [f"/support/articles/{slug}" for slug in slugs],
            "support.ask": [f"/support/{slug}" for slug in products],
            "support.compose": [f"/support/{slug}/letter" for slug in products],
            "support.sent": [f"/support/sent/{made['open'].number}/{token}"],
            "support.statistics": ["/support/statistics?month=2026-11"],
            "drafts.go_on": [self.link("d", draft)],
            "drafts.saved": [self.link("d", draft) + "/saved"],
            "follow.page": list(r.values()),
            "follow.connection": [r["connected"] + "/connection"],
            "contacts.forwarded": [self.link("f", made["held"])],
            "contacts.part": [self.link("k", self.contact)],
            "staff_queue.overview": [f"{desk}/"],
            "staff_queue.waiting": [f"{desk}/waiting"],
            "staff_queue.ended": [f"{desk}/ended"],
            "staff_queue.picks": [f"{desk}/picks"],
            "staff_calls.call": [f"{desk}/call"],
            "staff_request.page": [f"{desk}/{one.number}" for one in made.values()],
            "staff_connection.choose": [
                f"{desk}/{made[name].number}/connection" for name in ("open", "connected")
            ],
            "staff_canned.overview": ["/staff/canned-texts/"],
            "staff_canned.add": ["/staff/canned-texts/new"],
            "staff_canned.edit": [
                f"/staff/canned-texts/{text.id}" for text, _now in queue.list_canned_texts(db)[:2]
            ],
            "staff_contacts.overview": ["/staff/contacts/"],
            "staff_contacts.company": [f"/staff/contacts/{self.company.id}"],
            "staff_misses.overview": ["/staff/misses/"],
            "staff_misses.explain": [f"/staff/misses/2026-11/{made['missed'].number}/response"],
            "staff_articles.overview": ["/staff/articles/"],
            "staff_articles.add": ["/staff/articles/new"],
            "staff_articles.edit": [article],
            "staff_articles.history": [f"{article}/history"],
            "staff_regulation.overview": ["/staff/regulation/"],
            "staff_regulation.draft": ["/staff/regulation/draft"],
            "staff_regulation.preview": ["/staff/regulation/draft/changes"],
            "staff_business_hours.overview": ["/staff/business-hours/"],
            "staff_business_hours.new": ["/staff/business-hours/new"],
            "staff_business_hours.publish": ["/staff/business-hours/support"],
        }


def paid_areas(app: Flask) -> set[str]:
    """Blueprints that exist only where something is sold."""
    settings = app.config["PRIYOM_SETTINGS"]
    return set(app.blueprints) - set(create_app(replace(settings, billing=None)).blueprints)


def faults(page: Page, app: Flask, paid: set[str]) -> Iterator[str]:
    """What of the page is a price, or leads to the shop from elsewhere than its neutral places."""
    whole = BeautifulSoup(page.response.text, "html.parser")
    for rail in whole.select(".rail"):  # whoever sets up taxes, too, has a link to them beside every page
        rail.decompose()
    for found in MONEY.finditer(str(whole)):
        yield f"{page.path}: {found[0]!r}"
    urls = app.url_map.bind("localhost")
    neutral = page.all("footer.foot a, .rail a, section[aria-labelledby=paid-title] a")
    for tag in page.all("a[href], form[action], img[src]"):
        address = urlsplit(str(tag.get("href") or tag.get("action") or tag.get("src")))
        try:
            area = urls.match(address.path, method="GET")[0].split(".")[0]
        except (HTTPException, RequestRedirect):
            continue
        if area in paid and not any(tag is one for one in neutral):
            yield f"{page.path}: leads to {address.path}"
        elif area in paid and tag.find_parent("footer") and words(tag) not in SERVICES:
            yield f"{page.path}: the footer says {words(tag)!r}"
    banners = page.all("[class*=banner], [class*=promo], [class*=door], [class*=price]")
    yield from (f"{page.path}: a banner, {words(tag)[:60]!r}" for tag in banners)


def crawl(app: Flask, addresses: dict[str, list[str]]) -> list[str]:
    """Open all of them in both languages, the staff's as whoever may; what is wrong with them."""
    paid, found = paid_areas(app), []
    for language in ("ru", "en"):
        customer, coordinator, administrator = (
            Visitor(app, language), enter(app, "coordinator", language), enter(app, "administrator", language)
        )  # fmt: skip
        for endpoint, paths in addresses.items():
            desk = administrator if endpoint == "staff_business_hours.new" else coordinator
            visitor = desk if endpoint.startswith("staff_") else customer
            visitor.checks = endpoint in INSPECTED
            for path in paths:
                page = visitor.get(path)
                assert page.path == path, f"{path} leads to {page.path}"
                found += faults(page, app, paid)
    return found


def plant(app: Flask) -> None:
    """Put a price and a link to the shop into a part of every public page."""
    kept = (Path(app.template_folder or "") / "layouts/_zone.html").read_text("utf-8")
    bad = kept + '<p>от 5 490 ₽, <a href="{{ url_for("prices.services") }}">закажите</a></p>'
    app.jinja_loader = ChoiceLoader([DictLoader({"layouts/_zone.html": bad}), app.jinja_loader])
    app.jinja_env.cache.clear()


def test_free_pages_show_no_price_and_no_banner_and_a_planted_one_is_found(desk, now):
    app, places = desk.app, Places(desk.database, now)
    places.addresses["staff_calls.defect"] = [f"/staff/requests/defect?session={desk.session}"]
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in FREE_BLUEPRINTS and "GET" in (rule.methods or ())
    }
    assert pages - set(places.addresses) == OF_THE_HOUSE | LEFT_OUT
    found = crawl(app, places.addresses)
    assert not found, "\n".join(found)
    mentioned = Visitor(app).get(places.link("r", places.made["unable"]))
    assert mentioned.one("section[aria-labelledby=paid-title] a")["href"] == "/services/"
    plant(app)
    found = crawl(app, {name: places.addresses[name] for name in ("support.how", "follow.page")})
    assert {"/support/: '₽'", "/support/: leads to /services/"} <= set(found)
    assert {one.split(":")[0] for one in found} == {"/support/", *places.addresses["follow.page"]}
