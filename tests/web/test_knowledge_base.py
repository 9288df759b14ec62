"""The knowledge base for customers, without a script, and its editor."""

from __future__ import annotations

from services.support import articles
from tests.fakes.desk import enter
from tests.pages import Visitor

STOCK = "stock-not-on-tablets"


def helped(desk, slug=STOCK):
    with desk.database.app_sessions() as db:
        return articles.get_article(db, slug=slug).helped


def test_a_customer_finds_an_article_and_says_once_that_it_helped(desk, visit):
    visitor = visit("ru")
    shelves = visitor.get(visitor.get("/support/").link("База знаний"))
    assert "AcePacer" in shelves.text
    found = visitor.get("/support/articles?q=остаток+планшет&product=napoleon")
    assert found.all("mark")
    article = visitor.get(found.link("Остатки не приходят на планшеты"))
    before = helped(desk)
    thanked = visitor.submit(article, form=".duo__side form")
    assert "Спасибо" in thanked.soup.get_text()
    assert not thanked.all(".duo__side form")
    visitor.submit(article, form=".duo__side form")
    assert helped(desk) == before + 1
    assert visitor.get("/support/articles?q=" + "%26%7C!%3A*" * 300, status=200).status == 200
    assert "Ничего не нашлось" in visitor.get("/support/articles?q=трактор").text
    assert visitor.get("/support/articles?product=napoleon&page=999").status == 200
    for wrong in ("/support/articles?page=x&product=napoleon", "/support/articles?product=nothing"):
        assert visitor.get(wrong, status=404).status == 404


def test_the_form_suggests_articles_of_its_product_in_a_part_of_a_page(desk):
    client = desk.app.test_client()
    part = client.get("/support/suggest?product=napoleon&q=не приходят остатки на планш")
    assert f"/support/articles/{STOCK}?from=ask" in part.text
    assert "<html" not in part.text
    assert not client.get("/support/suggest?product=acepacer&q=остатки планшеты").text.strip()
    assert not client.get("/support/suggest?product=napoleon&q=ос").text.strip()


def test_staff_write_preview_publish_and_withdraw_an_article(desk, visit):
    writer = enter(desk.app, "specialist")
    form = writer.get(writer.get("/staff/articles/").link("Write an article"))
    typed = {
        "title_ru": "Сканер молчит", "title_en": "The scanner is silent", "slug": "silent-scanner",
        "body_ru": "Проверьте **заряд**.", "body_en": "Check the **charge**.", "product": "napoleon",
    }  # fmt: skip
    assert writer.submit(form, status=422, **{**typed, "slug": "Сканер"}).errors()
    seen = writer.submit(form, form="form.form", button="preview", **typed)
    assert seen.one('.prose[lang="ru"] strong').text == "заряд"
    saved = writer.submit(seen, form="form.form")
    visit("en").get("/support/articles/silent-scanner", status=404)
    taken = writer.submit(writer.get("/staff/articles/new"), status=422, form="form.form", **typed)
    assert taken.errors()

    writer.submit(saved, form='form[action$="/publish"]')
    page = visit("en").get("/support/articles/silent-scanner")
    assert page.one(".prose strong").text == "charge"
    edit = writer.get("/staff/articles/silent-scanner")
    writer.submit(edit, form="form.form", body_en="Charge it.")
    writer.submit(edit, form='form[action$="/withdraw"]')
    Visitor(desk.app, "en").get("/support/articles/silent-scanner", status=404)
    history = writer.get(edit.link("History"))
    assert len(history.all("aside li")) == 4
    assert writer.get(history.link("Version 2")).one(".prose strong").text == "charge"
    writer.get("/staff/articles/silent-scanner/history/9", status=404)
