"""Sending large files in pieces, as a page's script or a tus client does."""

from __future__ import annotations

import io
import random

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from services.core.files.pieces import BLOCK

PIECE = "application/offset+octet-stream"


@pytest.fixture
def sender(app, visit):
    """Somebody with a page of ours open."""
    visitor = visit("en", checks=False)
    page = visitor.get("/sla/")
    token = page.one("main form [name=csrf_token]")["value"]
    return Sender(visitor.client, str(token))


class Sender:
    def __init__(self, client, token):
        self.client, self.token = client, token

    def announce(self, size, name="base.db", **how):
        how = how or {"json": {"name": name, "size": size}}
        return self.client.post(
            "/uploads/", headers={"X-CSRFToken": self.token} | how.pop("headers", {}), **how
        )

    def place(self, size, name="base.db"):
        return self.announce(size, name).json["location"]

    def patch(self, place, offset, content, media=PIECE):
        return self.client.patch(
            place, data=content, headers={"Upload-Offset": str(offset)}, content_type=media
        )


def test_a_file_goes_on_where_it_broke_off_and_arrives(sender):
    content = random.Random(1).randbytes(3 * BLOCK + 100)
    place = sender.place(len(content))
    answer = sender.patch(place, 0, content[: 2 * BLOCK + 50])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(2 * BLOCK))
    head = sender.client.head(place)
    assert head.headers["Upload-Offset"] == str(2 * BLOCK)
    assert head.headers["Upload-Length"] == str(len(content))
    answer = sender.patch(place, 2 * BLOCK, content[2 * BLOCK :])
    assert answer.headers["Upload-State"] == "accepted"
    assert sender.client.get(place).json == {
        "state": "accepted",
        "offset": len(content),
        "size": len(content),
        "sentence": "It has arrived.",
    }


def test_a_wrong_offset_is_answered_with_the_right_one(sender):
    place = sender.place(2 * BLOCK)
    sender.patch(place, 0, bytes(BLOCK))
    for wrong in (0, 5, 2 * BLOCK, 10**9):
        answer = sender.patch(place, wrong, bytes(BLOCK))
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, str(BLOCK))
    for nonsense in ("-1", "x", "", "²", "9" * 99):
        assert sender.patch(place, nonsense, b"a").status_code == 400
    assert sender.patch(place, BLOCK, b"a", "text/plain").status_code == 415


def test_a_program_is_refused_at_its_first_block_with_the_reason(sender):
    place = sender.place(50 * BLOCK, "photo.jpg")
    answer = sender.patch(place, 0, b"MZ" + bytes(2 * BLOCK))
    assert answer.headers["Upload-State"] == "refused"
    told = sender.client.get(place).json
    assert told["state"] == "refused"
    assert told["sentence"].startswith("“photo.jpg” is a program")
    assert sender.patch(place, 0, bytes(BLOCK)).status_code == 410


def test_what_cannot_be_opened_is_kept_apart_and_said_so(sender):
    content = b"7z\xbc\xaf\x27\x1c" + bytes(90)
    place = sender.place(len(content), "base.7z")
    assert sender.patch(place, 0, content).headers["Upload-State"] == "quarantined"
    assert "can’t be looked into" in sender.client.get(place).json["sentence"]


def test_without_the_pages_token_nothing_begins(sender):
    assert sender.client.post("/uploads/", json={"name": "a", "size": 1}).status_code == 400


@pytest.mark.parametrize("size", [0, -1, "x", None, 2 * 2**30 + 1, [1], 10**30])
def test_a_size_that_is_none_is_refused(sender, size):
    answer = sender.announce(size)
    assert answer.status_code == 413
    assert answer.json["state"] == "refused"


def test_a_form_and_a_tus_client_announce_too(sender):
    assert sender.announce(0, data={"name": "a.db", "size": "5"}).status_code == 201
    tus = {"Upload-Length": "5", "Upload-Metadata": "filename 0LHQsNC30LAuZGI=,kind eA=="}
    place = sender.announce(0, headers=tus).headers["Location"]
    assert sender.patch(place, 0, b"hello").status_code == 204
    assert sender.announce(0, headers=tus | {"Upload-Metadata": "filename %%%"}).status_code == 201
    assert sender.announce(0, json=[1, 2]).status_code == 413
    endless = sender.announce(0, data="[" * 50_000, content_type="application/json")
    assert endless.status_code == 413


def test_nobody_looks_or_writes_without_the_address(sender):
    place = sender.place(5)
    foreign = place[:-1] + ("a" if place[-1] != "a" else "b")
    assert sender.client.get(foreign).status_code == 404
    assert sender.patch(foreign, 0, b"hello").status_code == 404
    assert sender.client.delete(foreign).status_code == 404


def test_what_is_given_up_is_gone(sender):
    place = sender.place(5)
    assert sender.client.delete(place).status_code == 204
    assert sender.client.head(place).status_code == 404
    assert sender.patch(place, 0, b"hello").status_code == 404


def test_what_stays_too_long_is_gone(sender, clock):
    from datetime import timedelta

    place = sender.place(5)
    clock.at += timedelta(hours=25)
    assert sender.patch(place, 0, b"hello").status_code == 404


def test_forty_megabytes_interrupted_twice_arrive_in_little_memory(sender):
    import tracemalloc

    size = 40 * 2**20
    whole = random.Random(5).randbytes(2**20) * 40
    place, offset = sender.place(size), 0
    tracemalloc.start()
    try:
        for end in (13 * 2**20 + 7, 29 * 2**20 + 9, size):
            offset = int(sender.client.head(place).headers["Upload-Offset"])
            piece = whole[offset:end]
            held = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            answer = sender.patch(place, offset, piece)
            # The client of the test holds the piece once more; the web holds blocks.
            assert tracemalloc.get_traced_memory()[1] - held < len(piece) + 8 * 2**20
    finally:
        tracemalloc.stop()
    assert answer.headers["Upload-Offset"] == str(size)
    assert answer.headers["Upload-State"] == "judging"


@pytest.fixture
def form_page(app):
    """A page of the tests with the component in a form, as the request form will have it."""
    from tests.fakes.upload_form import add_upload_form

    add_upload_form(app)


def test_without_a_script_the_form_brings_the_file_along(form_page, visit):
    visitor = visit("en")
    page = visitor.get("/upload-form")
    assert page.one("[data-upload]").select_one("label[for=files]")
    token = page.one("[name=csrf_token]")["value"]
    for content, state in (
        (random.Random(6).randbytes(30 * 2**20), "judging"),
        (b"hello", "accepted"),
        (b"MZ" + bytes(100), "refused"),
    ):
        body = multipart(csrf_token=token, files=FileStorage(io.BytesIO(content), filename="base.db"))
        answer = visitor.client.post("/upload-form", **body)
        assert (answer.status_code, answer.text) == (200, state)


def multipart(**fields):
    """A body as bytes: the test client's own way leaves a file open."""
    boundary, body = encode_multipart(fields)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def test_other_forms_stay_as_small_as_they_were(visit):
    visitor = visit("en", checks=False)
    body = multipart(files=FileStorage(io.BytesIO(bytes(21 * 2**20)), filename="a"))
    assert visitor.client.post("/support/acepacer/letter", **body).status_code == 413


def test_a_form_carries_the_keys_of_what_was_sent_in_pieces(form_page, sender, visit):
    made = sender.announce(5).json
    sender.patch(made["location"], 0, b"hello")
    data = {
        "csrf_token": sender.client.get("/upload-form").text.partition('data-token="')[2].partition('"')[0]
    }
    assert sender.client.post("/upload-form", data=data | {"upload": made["key"]}).text == "accepted"
    for nonsense in ("", "a", "a.b", made["key"] + "x"):
        assert sender.client.post("/upload-form", data=data | {"upload": nonsense}).text == "gone"
