"""The demo vendor as its file says: figures, both languages, words we never use."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from billing import prices, sellers
from services import catalogue, documents
from services.core.vendor import find_setting, vendor
from services.people.requisites import check_inn, check_kpp, check_ogrn
from services.support import regulation
from webapp.demo.load import MARK, load
from webapp.demo.source import FOLDER, Table, document, minute, read
from webapp.demo.typography import NB, bind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

    from services.catalogue.models import Service

ROOT = FOLDER.parent.parent
NEVER = re.compile(
    r"тариф\w* (?:\w+ )?поддержк|премиум|\bvip\b|приоритетн\w+ поддержк|тикет"
    r"|\btickets?\b|priority support|premium|support (?:tier|plan)s?\b",
    re.IGNORECASE,
)


def leaves(value: object, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value of nested tables with its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{place}]")
    else:
        yield path, value


def pairs(value: object) -> Iterator[Table]:
    """Every text in two languages of nested tables."""
    if isinstance(value, dict):
        if {"ru", "en"} & value.keys():
            yield value
        for inner in value.values():
            yield from pairs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from pairs(inner)


@pytest.fixture
def loaded(db: Session, now: datetime) -> Session:
    load(db, now=now)
    return db


def service(db: Session, slug: str) -> Service:
    return catalogue.get_service(db, slug=slug)


def test_the_price_list_has_the_published_figures(loaded: Session, now: datetime) -> None:
    ours = sellers.seller_for(loaded, country="RU")
    page = prices.price_overview(loaded, seller=ours, now=now)
    assert {row.service.slug: row.gross.minor for row in page.services} == {
        "remote-session": 549_000,
        "diagnostics": 305_000,
        "survey": 1_464_000,
        "exchange-recovery": 549_000,
        "training": 915_000,
    }
    hour = page.services[0]
    assert hour.step is not None
    assert hour.step.minor == 244_000
    assert {row.factor.kind: row.gross.minor for row in hour.factors} == {
        "urgent": 823_500,
        "after_hours": 823_500,
        "night": 1_098_000,
        "weekend": 1_098_000,
        "holiday": 1_098_000,
    }
    assert page.is_demo


def test_the_ladder_gives_back_all_half_and_nothing(loaded: Session, now: datetime) -> None:
    ours = sellers.seller_for(loaded, country="RU")
    hour = prices.quote_for(
        loaded,
        service=service(loaded, "remote-session"),
        seller=ours,
        start=now.replace(day=26),
        now=now,
    )
    steps = prices.ladder(
        prices.policy_for(loaded, seller=ours, now=now),
        total=hour.gross,
        first_period=hour.first_period,
        start=now.replace(day=26),
    )
    assert [step.refund.minor for step in steps] == [549_000, 274_500, 0]


def test_payers_from_abroad_buy_in_euros_without_tax(loaded: Session, now: datetime) -> None:
    abroad = sellers.seller_for(loaded, country="DE")
    assert abroad.currency == "EUR"
    page = prices.price_overview(loaded, seller=abroad, now=now)
    assert page.vat.rate is None
    assert page.services[0].gross.minor == 7_500


def test_tax_was_twenty_percent_before_2026(loaded: Session, now: datetime) -> None:
    ours = sellers.seller_for(loaded, country="RU")
    assert sellers.vat_on(loaded, seller=ours, day=now.date().replace(year=2025)).rate == 2000
    assert sellers.vat_on(loaded, seller=ours, day=now.date()).rate == 2200


def test_loading_twice_changes_nothing(loaded: Session, now: datetime) -> None:
    load(loaded, now=now)
    assert len(sellers.list_sellers(loaded)) == 2
    assert len(catalogue.list_services(loaded)) == 5


def test_everything_invented_is_listed_for_the_administrator(loaded: Session) -> None:
    listed = {row["code"] for row in find_setting(loaded, key=MARK) or []}
    assert {"prices", "vat", "sellers", "regulation", "documents", "staff"} <= listed


def test_every_document_is_published_in_both_languages(loaded: Session, now: datetime) -> None:
    for entry in documents.list_documents(loaded):
        version = documents.get_current(loaded, kind=entry.kind, on=now.date())
        assert version.is_demo
        assert version.body == document(entry.kind)
        assert _outline(version.body.ru) == _outline(version.body.en)
    assert len(documents.list_documents(loaded)) == 5


def _outline(body: str) -> list[int]:
    """Levels of headings, numbered clauses and rows of tables: equal in both languages."""
    clauses = re.findall(r"^(#+|\d+\.\d+|\||-|>) ?", body, re.MULTILINE)
    return [len(mark) for mark in clauses]


def test_the_regulation_is_an_example_with_classes_and_the_hours_of_moscow(
    loaded: Session, now: datetime
) -> None:
    today = regulation.regulation_date(loaded, now=now)
    example = regulation.get_regulation(loaded, on=today)

    assert example.is_demo
    assert example.body == document("regulation")
    assert _outline(example.body.ru) == _outline(example.body.en)
    assert len(example.terms.classes.classes) == 4
    # An hour is left of Monday, and three of the short Tuesday before Unity Day follow.
    asked = datetime(2026, 11, 2, 14, tzinfo=UTC)
    assert example.calendar.add_business_minutes(asked, 240) == datetime(2026, 11, 3, 9, tzinfo=UTC)
    assert not example.calendar.is_business_day(date(2026, 11, 4))
    assert example.calendar.windows_on(date(2026, 11, 3)) == ((540, 1020),)


def test_every_question_leads_to_a_page(loaded: Session) -> None:
    asked = documents.list_questions(loaded)
    assert [entry.slug for entry in asked] == [
        "why-not-by-phone",
        "why-one-person",
        "why-no-paid-tiers",
        "is-there-paid-support",
        "why-so-long",
        "missed-deadline",
        "cannot-give-data",
        "no-answer",
    ]
    assert {entry.leads_to for entry in asked} <= {
        "/support",
        "/support/no-answer",
        "/regulation",
        "/services",
        "/sla",
    }


def test_only_acepacer_needs_no_identifier_and_has_no_knowledge_base(loaded: Session) -> None:
    products = {product.slug: product for product in catalogue.list_products(loaded)}
    assert {slug: product.identifier_kind for slug, product in products.items()} == {
        "napoleon": "project_name",
        "aceteam": "project_code",
        "acepacer": "none",
    }
    assert products["acepacer"].kb_url is None
    assert {field.key for field in products["napoleon"].fields} >= {
        "device_database",
        "exchange_archive",
    }


def test_the_vendors_address_is_his_own(loaded: Session) -> None:
    assert vendor(loaded).support_email == "info@grsoft.ru"


def test_every_text_of_the_files_has_both_languages() -> None:
    found = [*pairs(read()), *pairs(read("faq.toml"))]
    assert len(found) > 100
    assert all(pair["ru"].strip() and pair["en"].strip() for pair in found)


def test_company_numbers_are_well_formed_and_people_live_at_example() -> None:
    for path, value in leaves(read()):
        if path.endswith(".inn"):
            check_inn(value)
        if path.endswith(".kpp"):
            check_kpp(value)
        if path.endswith(".ogrn"):
            check_ogrn(value)
        if path.endswith(".email"):
            assert value.endswith(".example"), path


def test_hours_are_wall_times() -> None:
    for row in read()["staff"]:
        for span in [span for spans in row.get("hours", {}).values() for span in spans]:
            start, _, end = span.partition("-")
            assert 0 <= minute(start) < minute(end) <= 1440


def copy_files() -> list[Path]:
    """Where copy for people stands, the frequent questions excepted."""
    found = [
        *ROOT.glob("templates/**/*.*"),
        *FOLDER.glob("**/*.*"),
        *ROOT.glob("webapp/translations/**/*.po"),
    ]
    return [
        path
        for path in found
        if path.suffix in {".html", ".txt", ".toml", ".md", ".po"} and path.name != "faq.toml"
    ]


def test_no_page_names_our_offers_by_words_we_never_use() -> None:
    wrong = {
        str(path.relative_to(ROOT)): found
        for path in copy_files()
        if (found := NEVER.findall(bind(path.read_text("utf-8")).replace(NB, " ")))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("plain", "bound"),
    [
        ("Работа в ночь и в выходной", "Работа в~ночь и~в~выходной"),
        ("от 4 500 ₽ за 60 минут", "от~4~500~₽ за~60~минут"),
        ("класс — порядок", "класс~— порядок"),
        ("по статье 9 закона", "по~статье~9~закона"),
        ("из-за ошибки", "из-за ошибки"),
        ("- пункт списка", "- пункт списка"),
    ],
)
def test_short_words_figures_and_dashes_are_bound(plain: str, bound: str) -> None:
    assert bind(plain) == bound.replace("~", NB)
    assert bind(bind(plain)) == bind(plain)


def test_no_text_keeps_a_typewriters_apostrophe_or_quotes(loaded: Session, now: datetime) -> None:
    said = [entry.answer.en for entry in documents.list_questions(loaded)]
    said += [point.en for row in catalogue.list_services(loaded) for point in row.excluded]
    said += [document(entry.kind).en for entry in documents.list_documents(loaded)]
    assert not [text for text in said if "'" in text or '"' in text]
