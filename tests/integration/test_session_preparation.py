"""The customer's preparation: what is ticked, the ID that is sealed, the consent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services import documents, sessions
from services.core.texts import Texts
from services.sessions.models import Preparation
from tests.crew import NOW, at, booked, crew, hold

TEN = at("11-24 10:00")


@pytest.fixture
def session(db):
    return booked(db, crew(db).service, TEN)


def consent_text(db, kind="consent_remote"):
    title = Texts(ru="Согласие", en="Consent")
    document = documents.add_document(db, kind=kind, title=title, position=1)
    return documents.publish(
        db, document=document, body=title, valid_from_on=date(2026, 1, 1), actor="system", now=NOW
    )


def consent(db, session, version):
    return sessions.consent(
        db, session=session, version=version, address="203.0.113.7", agent="test", now=NOW
    )


def test_points_keep_the_moment_they_were_ticked_and_can_be_unticked(db, session):
    later = NOW + timedelta(hours=1)
    sessions.set_checklist(db, session=session, done=["backup"], now=NOW)
    prepared = sessions.set_checklist(db, session=session, done=["backup", "admin_stays"], now=later)
    assert prepared.checklist == {"admin_stays": later.isoformat(), "backup": NOW.isoformat()}
    assert sessions.set_checklist(db, session=session, done=[], now=later).checklist == {}
    with pytest.raises(sessions.PreparationError):
        sessions.set_checklist(db, session=session, done=["password"], now=NOW)


def test_the_id_is_sealed_given_back_to_its_owner_and_removed(db, session):
    told = {"session": session, "tool_slug": "other", "now": NOW}
    prepared = sessions.set_connection(db, connection_id=" 123 456 789 ", **told)
    assert b"123" not in prepared.connection_id_enc
    assert sessions.own_connection_id(db, session=session) == "123 456 789"
    assert prepared.wipe_at == session.ends_at + timedelta(days=7)
    sessions.set_connection(db, connection_id="", **told)
    assert sessions.own_connection_id(db, session=session) == ""
    assert prepared.wipe_at is None


def test_an_unknown_program_and_a_novel_are_refused(db, session):
    for tool, typed in (("telepathy", "1"), ("other", "1" * 201)):
        with pytest.raises(sessions.PreparationError):
            sessions.set_connection(db, session=session, tool_slug=tool, connection_id=typed, now=NOW)


def test_staff_see_the_id_shortly_before_the_start_and_each_look_is_written_down(db, session):
    sessions.set_connection(db, session=session, tool_slug="other", connection_id="123", now=NOW)
    db.commit()
    looker = sessions.specialist_of(db, session=session).staff_member.person
    told = {"session": session, "person": looker}
    with pytest.raises(sessions.TooEarlyError):
        sessions.show_connection_id(db, now=TEN - timedelta(minutes=15, seconds=1), **told)
    assert sessions.show_connection_id(db, now=TEN - timedelta(minutes=15), **told) == "123"
    db.rollback()
    assert db.scalar(text("SELECT count(*) FROM sessions.look")) == 1
    with pytest.raises(DBAPIError):
        db.execute(text("DELETE FROM sessions.look"))


def test_the_id_is_wiped_a_week_after_the_session(db, session):
    sessions.set_connection(db, session=session, tool_slug="other", connection_id="123", now=NOW)
    week = session.ends_at + timedelta(days=7)
    assert sessions.wipe_connection_ids(db, now=week - timedelta(seconds=1)) == 0
    assert sessions.wipe_connection_ids(db, now=week) == 1
    assert sessions.wipe_connection_ids(db, now=week) == 0
    db.expire_all()
    assert sessions.own_connection_id(db, session=session) == ""


def test_the_consent_is_written_down_and_lets_the_session_begin(db, session):
    version = consent_text(db)
    acceptance = consent(db, session, version)
    assert acceptance.subject_ref == f"session:{session.reference}"
    assert db.get(Preparation, session.id).consent_version_id == version.id
    sessions.start(db, session=session, actor="staff:1", now=TEN)
    sessions.deliver(db, session=session, actor="staff:1", now=TEN + timedelta(hours=1))
    assert (session.state, session.ended_by) == ("delivered", "vendor")


def test_another_document_is_no_consent_to_the_connection(db, session):
    with pytest.raises(sessions.PreparationError):
        consent(db, session, consent_text(db, kind="offer"))


def test_nobody_consents_before_he_is_named(db):
    session = hold(db, crew(db).service, TEN)
    with pytest.raises(sessions.NobodyDescribedError):
        consent(db, session, consent_text(db))


def test_a_cancelled_session_is_not_prepared_any_more(db, session):
    sessions.cancel(db, session=session, ended_by="customer", actor="customer", now=NOW)
    with pytest.raises(sessions.PreparationClosedError):
        sessions.set_checklist(db, session=session, done=["backup"], now=NOW)


def test_the_audit_holds_no_name_and_no_id(db, session):
    sessions.set_connection(db, session=session, tool_slug="other", connection_id="123456", now=NOW)
    rows = db.scalars(text("SELECT coalesce(after::text, '') || subject FROM core.audit")).all()
    assert rows
    assert not [row for row in rows if "Olga" in row or "olga" in row or "123456" in row]
