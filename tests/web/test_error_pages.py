"""What a visitor is told when something is refused or broken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import abort

from services.core.errors import ConflictError, ForbiddenError
from tests.pages import Visitor
from webapp.app import create_app
from webapp.security import public

TITLES = {
    403: ("Эта страница не для вас", "This page is not for you"),
    404: ("Здесь ничего нет", "There is nothing here"),
    409: ("Пока вы смотрели, всё изменилось", "Things have changed meanwhile"),
    413: ("Это слишком много", "That is too large"),
    422: ("Мы не поняли, что отправлено", "We could not understand what was sent"),
    500: ("У нас что-то сломалось", "Something broke on our side"),
    503: ("Идут технические работы", "We are doing maintenance"),
}


@pytest.fixture
def breaking(app):
    """The site with pages that answer with any status one asks for."""
    kinds = {403: ForbiddenError(), 409: ConflictError(), 500: ZeroDivisionError()}

    @app.get("/break/<int:status>")
    @public
    def break_it(status):
        if status in kinds:
            raise kinds[status]
        abort(status)

    return app


@pytest.mark.parametrize("status", TITLES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_refusal_has_a_page_in_both_languages_with_a_reference(breaking, status, language):
    page = Visitor(breaking, language).get(f"/break/{status}", status=status)
    assert page.title == TITLES[status][language == "en"]
    assert len(page.one("main b.num").get_text()) == 8
    assert page.one("meta[name=robots]")["content"].startswith("noindex")
    assert page.one(".demo"), "a demonstration says so on every page"


def test_two_refusals_have_two_references(breaking):
    pages = [Visitor(breaking).get("/break/500", status=500) for _ in range(2)]
    assert len({page.one("main b.num").get_text() for page in pages}) == 2


def test_a_database_that_is_away_is_maintenance_and_not_a_broken_page(app, demo):
    settings = app.config["PRIYOM_SETTINGS"]
    away = create_app(replace(settings, database_url=demo.url.replace(demo.name, "nowhere")))
    for path in ("/", "/services/", "/support/napoleon"):
        assert Visitor(away).get(path, status=503).title == TITLES[503][0]
    away.extensions["priyom.database"].engine.dispose()
