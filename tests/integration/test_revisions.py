"""Revisions: every change of a topic is seen, however late it commits, and none is seen twice."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services import sessions
from services.core.revisions import TOPICS, Kept, purge_marks, revisions
from tests.crew import NOW, at, booked, crew

SEEN_BY = {
    "pool": {"scheduling.absence", "scheduling.external_busy", "scheduling.occupancy"},
    "schedule": {
        "people.staff_member",
        "scheduling.closure",
        "scheduling.desk_reserve",
        "scheduling.holiday",
        "scheduling.holiday_set",
        "scheduling.hours_version",
        "scheduling.own_date",
        "scheduling.specialist",
    },
    "catalogue": {"catalogue.product", "catalogue.request_field", "catalogue.service", "catalogue.tool"},
    "prices": {
        "billing.factor",
        "billing.price",
        "billing.price_list",
        "billing.seller",
        "billing.vat_rate",
        "core.production_day",
        "people.organisation",
    },
    "vendor": {"core.setting"},
    "regulation": {
        "core.business_calendar",
        "core.calendar_version",
        "core.production_day",
        "core.production_year",
    },
}
WRITE = text(
    "INSERT INTO core.setting (key, value, changed_by, changed_at) VALUES (:key, '1', 'test', now())"
)


def test_the_tables_of_each_topic_leave_marks(db):
    found = db.execute(
        text("""
            SELECT convert_from(substr(tgargs, 1, length(tgargs) - 1), 'UTF8'),
                tgrelid::regclass::text
            FROM pg_trigger WHERE tgname IN ('note_change', 'note_open_days')
        """)
    )
    by_topic: dict[str, set[str]] = {}
    for topic, table in found:
        by_topic.setdefault(topic, set()).add(table)
    assert by_topic == SEEN_BY


@pytest.mark.parametrize(
    ("topic", "statement"),
    [
        ("vendor", "UPDATE core.setting SET changed_by = 'somebody'"),
        ("catalogue", "UPDATE catalogue.service SET active = false"),
        ("schedule", "UPDATE people.staff_member SET active = false"),
        (
            "schedule",
            'INSERT INTO scheduling.holiday_set (code, name) VALUES (\'x\', \'{"ru":"а","en":"a"}\')',
        ),
        ("prices", "INSERT INTO core.production_day VALUES ('RU', '2026-12-31', 'holiday', 'test')"),
    ],
)
def test_a_change_is_seen_in_its_topic_alone(db, topic, statement):
    crew(db)
    before = revisions(db)
    db.execute(text(statement))
    db.commit()
    after = revisions(db)
    assert {name for name in TOPICS if before[name] != after[name]} == {topic}


def test_a_booking_is_seen_and_what_is_rolled_back_is_not(db):
    team = crew(db)
    empty = revisions(db, topics=["pool"])
    session = booked(db, team.service, at("11-24 10:00"))
    db.commit()
    taken = revisions(db, topics=["pool"])
    sessions.cancel(db, session=session, ended_by="vendor", actor="system", now=NOW)
    db.rollback()
    assert revisions(db, topics=["pool"]) == taken != empty


def test_of_an_organisation_only_its_country_changes_prices(demo_db):
    before = revisions(demo_db, topics=["prices"])
    demo_db.execute(text("UPDATE people.organisation SET name = name, country = country"))
    assert revisions(demo_db, topics=["prices"]) == before
    demo_db.execute(text("UPDATE people.organisation SET country = 'KZ'"))
    assert revisions(demo_db, topics=["prices"]) != before


def test_marks_are_written_by_triggers_alone(db):
    with pytest.raises(DBAPIError):
        db.execute(text("INSERT INTO core.revision (topic) VALUES ('pool')"))
    db.rollback()
    with pytest.raises(DBAPIError):
        db.execute(text("UPDATE core.revision SET topic = 'pool'"))


def test_a_transaction_that_commits_late_is_seen(database):
    with database.app_sessions() as late, database.app_sessions() as early, database.app_sessions() as reader:
        late.execute(WRITE, {"key": "late"})
        early.execute(WRITE, {"key": "early"})
        early.commit()
        before = revisions(reader)
        reader.rollback()
        late.commit()
        assert revisions(reader) != before


def test_a_purge_leaves_a_few_marks_and_changes_no_revision(db):
    for number in range(20):
        db.execute(WRITE, {"key": f"k{number}"})
        db.commit()
    before = revisions(db)
    purge_marks(db)
    db.commit()
    assert revisions(db) == before
    # Whoever else is at work on this server may still keep some from going.
    kept = text("""
        SELECT count(*) FROM core.revision WHERE topic = 'vendor' AND writer < (
            SELECT oldest_writer FROM core.revision WHERE topic = 'vendor' ORDER BY id DESC LIMIT 1
        )
    """)
    assert db.scalar(kept) == 0


NUMBERS = itertools.count()
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["write", "write", "commit", "commit", "roll back", "purge"])
    ),
    max_size=25,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_two_states_share_a_revision(database, steps):
    clients = [database.app_sessions() for _ in range(3)]
    reader = database.app_sessions()
    known: dict[str, frozenset[str]] = {}
    try:
        for who, step in steps:
            client = clients[who]
            if step == "write":
                client.execute(WRITE, {"key": f"once-{next(NUMBERS)}"})
            elif step == "commit":
                client.commit()
            elif step == "roll back":
                client.rollback()
            else:
                with database.app_sessions.begin() as purger:
                    purge_marks(purger)
            state = frozenset(reader.scalars(text("SELECT key FROM core.setting")))
            revision = revisions(reader, topics=["vendor"])["vendor"]
            reader.rollback()
            assert known.setdefault(revision, state) == state
            assert sum(state == other for other in known.values()) == 1, "the same state, another revision"
    finally:
        for client in [*clients, reader]:
            client.rollback()
            client.close()


def test_a_value_is_kept_until_its_topic_changes_and_for_its_database_alone(db, demo_db):
    kept: Kept[int] = Kept("vendor", "prices")
    made = iter(range(100))

    def ask(session, key="one"):
        return kept.get(session, key=key, seen=revisions(session), make=lambda: next(made))

    assert [ask(db), ask(db), ask(db, "two"), ask(demo_db), ask(db)] == [0, 0, 1, 2, 0]
    db.execute(text("UPDATE core.setting SET changed_by = 'x'"))
    db.execute(text("DELETE FROM scheduling.own_date"))
    assert [ask(db), ask(db), ask(demo_db)] == [3, 3, 2]
    db.execute(text("DELETE FROM scheduling.own_date"))
    assert ask(db) == 3


def test_nobody_but_the_triggers_leaves_marks(database):
    attach = """
        CREATE TEMPORARY TABLE mine ();
        CREATE TRIGGER mine AFTER INSERT ON pg_temp.mine EXECUTE FUNCTION core.note_change('prices')
    """
    for of_role in (database.free_sessions, database.app_sessions):
        with of_role() as db, pytest.raises(DBAPIError, match="permission denied"):
            db.execute(text(attach))
