"""The public pages: what a stranger sees before he orders anything."""

from __future__ import annotations

import pytest

PAGES = (
    "/",
    "/faq",
    "/regulation",
    "/regulation/1",
    "/documents",
    "/documents/offer",
    "/documents/privacy/1",
    "/support/",
    "/support/napoleon",
    "/support/aceteam",
    "/support/acepacer",
    "/support/napoleon/letter",
    "/support/no-answer",
    "/services/",
    "/services/remote-session",
    "/sla/",
    "/sla/thanks",
)

# Their forms change something.
WITH_TOKENS = {"/sla/", *(path for path in PAGES if path.startswith(("/support/a", "/support/napoleon")))}


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_keeps_the_rules_of_pages_in_both_languages(visit, path, language):
    page = visit(language).get(path)
    assert page.one("html")["lang"] == language
    cyrillic = sum("а" <= sign.lower() <= "я" for sign in page.title)
    assert cyrillic if language == "ru" else not cyrillic


def test_the_start_page_has_three_doors_and_the_free_one_comes_first(visitor):
    page = visitor.get("/")
    assert [door["data-flow"] for door in page.all(".door")] == ["free", "session", "contract"]
    assert page.title == "Возникли трудности?"


def test_the_knowledge_base_stands_before_the_doors_and_a_product_without_one_is_no_fault(visitor):
    text = visitor.get("/").text
    assert text.index("База знаний") < text.index("Бесплатно, по регламенту")
    assert "У AcePacer её пока нет" in text


def test_the_paid_door_tells_the_nearest_time_and_no_price(visitor):
    door = visitor.get("/").one(".door[data-flow=session]").get_text(" ")
    assert "Ближайшее время" in door
    assert "₽" not in door
    assert "€" not in door


@pytest.mark.parametrize("path", [p for p in PAGES if p.startswith(("/support", "/regulation"))])
def test_free_pages_show_no_price_and_one_link_to_the_services_in_the_footer(visitor, path):
    page = visitor.get(path)
    assert "₽" not in page.soup.get_text()
    assert page.one("body")["data-flow"] == "free"
    assert not page.all("header a[href^='/services']")
    assert not page.all("main a[href^='/services']")
    assert len(page.all("footer a[href^='/services']")) == 1


def test_an_answer_leads_to_the_page_it_speaks_of(visitor):
    page = visitor.get("/faq")
    answers = page.all("section.chapter")
    assert len(answers) >= 7
    for link in page.all("section.chapter .go"):
        visitor.get(str(link["href"]))


def test_every_document_of_the_registry_opens_and_names_its_version(visitor):
    links = [str(link["href"]) for link in visitor.get("/documents").all("main .picks a")]
    assert len(links) >= 4
    for link in links:
        assert "Редакция 1" in visitor.get(link).text


@pytest.mark.parametrize(
    "path",
    [
        "/documents/nothing",
        "/documents/offer/99",
        "/regulation/99",
        "/services/nothing",
        "/support/nothing",
        "/nothing",
    ],
)
def test_what_does_not_exist_is_answered_with_a_page_and_a_reference(visitor, path):
    page = visitor.get(path, status=404)
    assert page.title == "Здесь ничего нет"
    assert len(page.one("main b.num").get_text()) == 8


def test_prices_are_shown_with_their_tax_and_every_factor_worked_out(visitor):
    page = visitor.get("/services/remote-session")
    assert "5 490 ₽" in page.text
    assert "с НДС 22%" in page.text
    assert "×1,5 = 8 235 ₽" in page.text
    assert "×2 = 10 980 ₽" in page.text
    assert "Вернём половину" in page.text


def test_a_payer_from_elsewhere_sees_the_other_seller_and_his_currency(visit):
    visitor = visit("en")
    other = visitor.get("/services/").all(".payers a")[1]["href"]
    page = visitor.get("/services/" + str(other))
    assert "€" in page.text
    assert "₽" not in page.text
    kept = page.all("table .d")[0].find_parent("tr").select_one("a")["href"]
    assert "€" in visitor.get(str(kept)).text


@pytest.mark.parametrize(("language", "number", "sign"), [("ru", 1, "€"), ("en", 0, "₽")])
def test_the_seller_somebody_chose_stays_with_him_to_the_details_of_his_order(visit, language, number, sign):
    visitor = visit(language)
    assert sign not in visitor.get("/services/").text
    prices = visitor.get("/services/" + str(visitor.get("/services/").all(".payers a")[number]["href"]))
    service = visitor.get(str(prices.all("table .d")[0].find_parent("tr").select_one("a")["href"]))
    times = visitor.get(str(service.one("a.btn--wide")["href"]))
    other = visitor.get(str(times.all(".days a")[1]["href"]))
    start = other.all("input[name=start]")[-1]["value"]
    details = visitor.submit(other, form="form#times", start=str(start))
    assert [sign in page.text for page in (prices, service, times, other, details)] == [True] * 5


def test_a_foreign_seller_in_the_address_changes_nothing(visitor):
    assert "5 490 ₽" in visitor.get("/services/?seller=%27%20OR%201=1").text


def test_the_language_is_switched_by_a_form_and_one_stays_on_the_page(visit):
    visitor = visit("ru")
    page = visitor.submit(visitor.get("/faq"), form="header form[action='/language']", button="en")
    assert page.path == "/faq"
    assert page.title == "Frequent questions"


def test_the_demonstration_is_labelled_on_every_page(visitor):
    for path in PAGES:
        assert visitor.get(path).soup.find("aside").get_text(" ").strip().startswith("Демонстрация:")


def test_public_pages_set_no_cookie(app):
    for path in PAGES:
        if path in WITH_TOKENS:
            continue
        assert "Set-Cookie" not in app.test_client().get(path).headers, path
