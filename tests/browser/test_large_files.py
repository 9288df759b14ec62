"""Large files leave in pieces as soon as they are chosen, also when the connection breaks in between."""

import re

import pytest
from playwright.sync_api import expect

MEGABYTE = 2**20
FIELD = """<h1>Files</h1><form class="form" method="post">
<div class="field" data-upload="/uploads/" data-token="{token}"
 data-sent="{{n}} % has left" data-waiting="The connection is lost: it goes on by itself."
 data-failed="It could not be sent." data-unfinished="It is still on its way.">
<label for="files">Base</label><input class="input" type="file" id="files" name="files" multiple>
<div data-upload-list></div>
<template><div class="file upload"><span data-upload-name></span>
<button class="btn btn--quiet btn--s" type="button">Remove</button><progress max="1" value="0"></progress>
<span class="muted" data-upload-said role="status"></span></div></template></div>
<div class="send"><button class="btn">Send</button></div></form>"""


@pytest.fixture
def form(phone):
    """A page with the component, as a form of the free side will have it."""
    page = phone.new_page()

    def serve(route):
        answer = route.fetch(url=route.request.url.replace("/upload-form", "/sla/"))
        token = re.search(r'name="csrf_token" value="([^"]+)"', answer.text())[1]
        main = f'<main id="main"><div class="wrap">{FIELD.format(token=token)}</div></main>'
        body = re.sub(r"<main.*</main>", lambda _: main, answer.text(), flags=re.DOTALL)
        route.fulfill(response=answer, body=body)

    page.route("**/upload-form", serve)
    page.goto("/upload-form")
    page.wait_for_load_state("networkidle")
    return page


def choose(page, name, content):
    page.locator("#files").set_input_files({"name": name, "mimeType": "", "buffer": content})


def test_a_file_arrives_though_the_connection_breaks(form):
    broken = []

    def twice(route):
        if route.request.method == "PATCH" and len(broken) < 2:
            broken.append(route.request.headers["upload-offset"])
            route.abort()
        else:
            route.continue_()

    form.route("**/uploads/*/*", twice)
    choose(form, "base.db", b"SQLite format 3\0" + bytes(range(256)) * 4096 * 9)
    expect(form.locator("[data-upload-said]")).to_contain_text("Файл пришёл", timeout=20_000)
    assert len(broken) == 2
    assert "." in form.locator("input[name=upload]").input_value()
    assert form.locator("#files").input_value() == ""


def test_a_program_is_refused_beside_its_name_and_is_not_sent_along(form):
    choose(form, "photo.jpg", b"MZ" + bytes(9 * MEGABYTE))
    expect(form.locator(".upload .field__error")).to_contain_text("photo.jpg")
    assert form.locator("input[name=upload]").count() == 0
    form.locator(".upload button").press("Enter")
    expect(form.locator(".upload")).to_have_count(0)
    expect(form.locator("#files")).to_be_focused()


def test_the_form_waits_for_what_is_on_its_way(form):
    form.route("**/uploads/*/*", lambda route: route.abort())
    choose(form, "base.db", bytes(100))
    expect(form.locator("[data-upload-said]")).to_contain_text("connection is lost")
    form.locator(".send button").click()
    expect(form.locator(".upload button")).to_be_focused()
    assert form.evaluate("document.documentElement.scrollWidth") <= 360
