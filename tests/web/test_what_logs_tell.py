"""Logs name pages and kinds of trouble; secret links and what people typed stay out of them."""

from __future__ import annotations

import io
import logging

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from tests.web.test_ordering_pages import chosen
from webapp.logs import leave_out_rows

TYPED = {"n": "Ольга\nМельникова", "e": "melnikova@kedr.example"}


def test_a_refused_page_behind_a_secret_link_is_logged_without_the_link(visitor):
    page = chosen(visitor)
    token = page.path.split("/")[3]
    with capture_logs() as events:
        assert visitor.client.post(page.path, data={}).status_code == 400
        assert visitor.client.get(f"{page.path}x").status_code == 404
    assert [event["event"] for event in events] == ["request_refused", "request_refused"]
    assert token not in str(events)
    assert events[0]["page"] == "POST /o/<reference>/<token>/details"


def test_a_failed_statement_is_logged_without_what_was_typed(demo):
    insert = text("INSERT INTO people.person (name, email, locale, zone) VALUES (:n, :e, 'xx', 'UTC')")
    with demo.app_sessions() as db, pytest.raises(IntegrityError) as caught:
        db.execute(insert, TYPED)
    event = {"exc_info": (caught.type, caught.value, caught.value.__traceback__)}
    told = leave_out_rows(None, "error", structlog.processors.format_exc_info(None, "error", event))
    assert "IntegrityError" in told["exception"]
    assert "Мельникова" not in told["exception"]
    assert "melnikova" not in told["exception"]


def test_the_web_server_tells_of_a_broken_answer_without_the_link(app, monkeypatch):
    assert app
    broken = ValueError("a header that can't be sent")
    log, heard = logging.getLogger("gunicorn.error"), io.StringIO()
    # Whoever configures logging in this process may have switched it off, or kept it to itself.
    monkeypatch.setattr(log, "disabled", False)
    monkeypatch.setattr(log, "level", logging.ERROR)
    monkeypatch.setattr(log, "handlers", [logging.StreamHandler(heard)])
    log.error("Error handling request %s %s", "GET", "/r/7/wIA7s7_8fPHJe1rlKmYjOA", exc_info=broken)
    assert "a header that can't be sent" in heard.getvalue()
    assert "wIA7s7" not in heard.getvalue()
