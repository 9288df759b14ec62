"""What an order asks of the database: few statements, and none again for each specialist."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from tests.web.test_ordering_pages import BOOK, ordinary_starts


@pytest.fixture
def asked(app):
    """Count what the site's connections execute meanwhile; what psycopg sends by itself is left out."""
    engine = app.extensions["priyom.database"].engine

    @contextmanager
    def count():
        seen: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)

    return count


def test_an_order_asks_little_at_each_step(visitor, asked):
    times = visitor.get(f"{BOOK}?day=2026-11-26")
    visitor.checks = False
    with asked() as hold:
        held = visitor.submit(times, form="form#times", start=ordinary_starts(times)[0], follow=False)
    form = visitor.get(held.response.location)
    with asked() as details:
        facts = {"name": "Ольга Мельникова", "email": "melnikova@kedr-opt.example"}
        filled = visitor.submit(form, **facts, follow=False)
    review = visitor.get(filled.response.location)
    with asked() as submitted:
        visitor.submit(review, offer="y", consent_services="y", status=307, follow=False)
    # Two of them are the savepoint, to which a refusal goes back and lets others on.
    assert len(hold) <= 20
    assert len(details) <= 19
    assert len(submitted) <= 19
    for step in (hold, details, submitted):
        assert max(map(step.count, step)) <= 3
