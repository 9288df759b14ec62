"""One company, several of its people ordering at one moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from services import people

CLIENTS = 8


def test_people_of_one_company_who_order_at_one_moment_meet_in_one_row(database):
    together = Barrier(CLIENTS)

    def order(number):
        with database.app_sessions.begin() as db:
            db.connection()
            together.wait(timeout=20)
            return people.organisation_for(db, inn="7707083893", name=f"ООО № {number}", country="RU").id

    with ThreadPoolExecutor(CLIENTS) as pool:
        found = list(pool.map(order, range(CLIENTS)))
    assert len(set(found)) == 1


def test_companies_without_a_number_are_never_taken_for_each_other(db):
    first, second = (
        people.organisation_for(db, inn=None, name="ООО «Ромашка»", country="RU") for _ in range(2)
    )
    assert first.id != second.id


def test_a_foreign_number_is_one_company_however_it_is_spelled(db):
    spellings = ("DE 123.456.789", "de123456789", "DE-123 456 789")
    found = {people.organisation_for(db, inn=one, name="Kiefer", country="DE").id for one in spellings}
    assert len(found) == 1
    assert people.organisation_for(db, inn=" - ", name="Kiefer", country="DE").inn is None
