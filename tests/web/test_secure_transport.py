"""The site as it is in production: behind https, where private pages tell no referrer."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from tests.pages import fields_of

HTTPS = "https://localhost"
BOOK = "/book/remote-session?day=2026-11-26"


@pytest.fixture
def browser(app):
    return app.test_client()


def form_of(answer, selector):
    return fields_of(BeautifulSoup(answer.text, "html5lib").select(selector)[0])


def test_forms_are_taken_over_https_from_pages_that_send_no_referrer(browser):
    page = browser.get(BOOK, base_url=HTTPS)
    fields = form_of(page, "form#times")
    fields["start"] = re.search(r'name="start"[^>]*value="(2026[^"]+)"', page.text)[1]
    chosen = browser.post(BOOK, base_url=HTTPS, data=fields)
    assert chosen.status_code == 303
    details = browser.get(chosen.headers["Location"], base_url=HTTPS)
    assert details.headers["Referrer-Policy"] == "no-referrer"
    facts = {"name": "Ольга Мельникова", "email": "melnikova@kedr-opt.example"}
    sent = browser.post(
        chosen.headers["Location"], base_url=HTTPS, data=form_of(details, "main form[method=post]") | facts
    )
    assert sent.status_code == 303, sent.text


def test_a_form_without_its_token_is_refused_over_https_too(browser):
    browser.get(BOOK, base_url=HTTPS)
    headers = {"Referer": f"{HTTPS}/book/remote-session"}
    answer = browser.post(BOOK, base_url=HTTPS, headers=headers, data={"start": "2026-11-26T07:00:00Z"})
    assert answer.status_code == 400
