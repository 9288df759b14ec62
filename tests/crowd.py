"""Many who do something at the same moment, each with a connection of his own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from services import catalogue
from services.core.db import make_sessions
from services.core.errors import DomainError
from services.scheduling import SlotTakenError


class Crowd:
    """Threads with a connection of their own each, let go at the same moment."""

    def __init__(self, database, size):
        self.engine = database.engine_again(pool_size=size)
        self.sessions = make_sessions(self.engine, database.core)
        self.gate = threading.Barrier(size)
        self.size = size

    @classmethod
    def over(cls, engine, sessions, size):
        """A crowd on an engine that is there already."""
        made = cls.__new__(cls)
        made.engine, made.sessions, made.size = engine, sessions, size
        made.gate = threading.Barrier(size)
        return made

    def run(self, act):
        """Run `act(db, number)` and commit; each answers what it returned, or its refusal."""

        def one(number):
            with self.sessions() as db:
                db.execute(text("SELECT 1"))
                db.rollback()
                self.gate.wait(timeout=30)
                try:
                    answer = act(db, number)
                    db.commit()
                except DomainError as refused:
                    db.rollback()
                    return refused
                return answer

        with ThreadPoolExecutor(self.size) as threads:
            return list(threads.map(one, range(self.size)))


@pytest.fixture
def rush(database):
    opened = []

    def of(size):
        opened.append(Crowd(database, size))
        return opened[-1]

    yield of
    for crowd in opened:
        crowd.engine.dispose()


def offered(db):
    return catalogue.get_service(db, slug="one-hour")


def nobody_overlaps(db):
    """No two unreleased rows of one specialist share a moment, whatever was raced."""
    pairs = text("""
        SELECT count(*) FROM scheduling.occupancy a JOIN scheduling.occupancy b
        ON a.specialist_id = b.specialist_id AND a.id < b.id AND a.footprint && b.footprint
        WHERE a.released_at IS NULL AND b.released_at IS NULL
    """)
    return db.scalar(pairs) == 0


def refusals(answers):
    return [answer for answer in answers if isinstance(answer, SlotTakenError)]
