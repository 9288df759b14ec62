"""When a session is over, its page says what came of it, and leads to bill and act."""

from __future__ import annotations

import pytest

from billing import refunds
from services import documents, sessions
from services.core.db import core_of
from services.core.links import secret_path


def finish(desk, result, words, minutes=None):
    """Start and end the desk's session; the path of its page."""
    with desk.database.app_sessions.begin() as db:
        now = desk.clock()
        session = sessions.get_session(db, reference=desk.session)
        version = documents.get_current(db, kind="consent_remote", on=now.date())
        sessions.consent(db, session=session, version=version, address="", agent="", now=now)
        sessions.start(db, session=session, actor="staff:1", now=now)
        sessions.finish(
            db, session=session, result=result, text=words, minutes=minutes, actor="staff:1", now=now
        )
        refunds.accept_delivery(db, session_id=session.id, now=now)
        return secret_path(core_of(db), "s", session.reference, session.link_version)


@pytest.mark.parametrize(
    ("language", "told"), [("ru", "Работает частично"), ("en", "It works in part")], ids=["ru", "en"]
)
def test_the_customer_reads_what_came_of_the_session(desk, visit, language, told):
    path = finish(desk, "partly", "Обмен идёт.\nОсталось настроить расписание.")
    page = visit(language).get(path)
    assert told in page.text
    assert "Осталось настроить расписание." in page.text
    assert page.all("main a[href^='/b/']")


def test_words_of_the_specialist_are_never_obeyed(desk, visit):
    page = visit("en").get(finish(desk, "not_solved", "<script>alert(1)</script>"))
    assert "<script>alert(1)</script>" in page.text
    assert not page.all("main script")


def test_what_was_cut_short_says_what_it_costs(desk, visit):
    page = visit("en").get(finish(desk, "cut_short", "Our line broke.", minutes=20))
    assert "You pay for the minutes it took" in page.text
