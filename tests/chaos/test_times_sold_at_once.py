"""Many browsers choose at the same moment while holds run out: nobody gets what somebody else has."""

from __future__ import annotations

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, datetime, timedelta
from queue import SimpleQueue
from threading import Barrier

import pytest
from sqlalchemy import select

from billing.orders.models import Order
from services import catalogue
from services.scheduling.models import Occupancy, Specialist
from services.sessions.limits import HoldLimits, edit_hold_limits
from services.sessions.seats import occupancies_of
from tests.chaos.choosers import Browser, check_tables, of_day
from tests.chaos.reading import capacity, minutes_on, read
from tests.conftest import CHEAP
from webapp.app import create_app
from webapp.settings import Settings

THREADS, ROUNDS = 8, 4
SLUG, DAYS = "remote-session", (date(2026, 11, 25), date(2026, 11, 26))
MOSCOW = "Europe/Moscow"
FEW = 8  # percent: of each date's hours, two holds
HOUR, BUFFER = timedelta(hours=1), timedelta(minutes=15)


@pytest.fixture
def busy_app(demo, clock, billing_settings):
    """The site with a connection for each thread."""
    facts = {"core": demo.core, "billing": billing_settings, "database_url": demo.url}
    made = create_app(Settings(**facts, pool_size=2 * THREADS, password_cost=CHEAP), clock=clock)
    yield made
    made.extensions["priyom.database"].engine.dispose()


class Rush:
    """Threads that take times, and one that moves the clock a little whenever somebody has."""

    def __init__(self, app, demo, clock, *, watch):
        self.app, self.demo, self.clock, self.watch = app, demo, clock, watch
        self.answers, self.done = defaultdict(list), SimpleQueue()
        self.together = Barrier(THREADS, timeout=60)

    def run(self):
        with ThreadPoolExecutor(THREADS + 1) as pool:
            rushing = [pool.submit(self.rush, number) for number in range(THREADS)]
            moving = pool.submit(self.move_clock)
            wait(rushing)
            self.done.put(None)
            for one in [*rushing, moving]:
                one.result()
        return self.answers

    def rush(self, number):
        draw = random.Random(number)
        browser, onlooker = (Browser(self.app, MOSCOW) for _ in range(2))
        try:
            for _ in range(ROUNDS):
                day = draw.choice(DAYS)
                starts = self.look(browser, day)
                self.together.wait()
                if starts:
                    # The first few: everybody wants those.
                    self.take(browser, onlooker, day, draw.choice(starts[:4]))
        except BaseException:
            self.together.abort()  # nobody waits for who will not come
            raise

    def look(self, browser, day):
        starts, _kept = browser.look(f"/book/{SLUG}?day={day}")
        return sorted(of_day(starts, day, MOSCOW))

    def take(self, browser, onlooker, day, start):
        answer = browser.choose(f"/book/{SLUG}", start)
        self.answers[answer.status_code].append(browser.draft)
        if answer.status_code == 303:
            with self.demo.app_sessions() as db:
                session = db.scalar(
                    select(Order).where(Order.reference == browser.draft.split("/")[-2])
                ).session
                (row,) = occupancies_of(db, session)
            shown = self.look(onlooker, day)
            self.watch(self, row, shown)
        self.done.put(start)

    def move_clock(self):
        """A hold lasts for 15 minutes: some end while others are being taken."""
        while self.done.get() is not None:
            self.clock.at += timedelta(seconds=97)


def gone(rush, row, shown):
    """With one specialist, nobody is shown what would touch a hold that is still alive."""
    if rush.clock.at < row.expires_at:
        near = [start for start in shown if row.footprint.lower < start + HOUR + BUFFER]
        near = [start for start in near if start < row.footprint.upper]
        assert not near, f"{row.starts_at} is held, {near} are shown"


def test_with_one_specialist_no_start_is_sold_twice_or_shown_after_it_is_sold(busy_app, demo, clock):
    with demo.app_sessions.begin() as db:
        service, one = catalogue.get_service(db, slug=SLUG), db.scalars(select(Specialist)).first()
        service.skills, one.skills = ["alone"], [*one.skills, "alone"]
        limits = HoldLimits(held_percent=100)
        edit_hold_limits(db, limits=limits, actor="staff:1", now=clock.at)
    answers = Rush(busy_app, demo, clock, watch=gone).run()
    assert answers.keys() <= {303, 409}, dict(answers)
    assert answers[409], "nobody was ever too late"
    check_sold(demo, clock, answers[303])


def within_share(rush, _row, _shown):
    """Holds together never take more of a date than their share."""
    with rush.demo.app_sessions() as db:
        held = db.execute(
            select(Occupancy.starts_at, Occupancy.ends_at, Occupancy.expires_at).where(
                Occupancy.kind == "hold", Occupancy.released_at.is_(None)
            )
        ).all()
    now: datetime = rush.clock.at  # after reading: what was judged before saw all that lives now
    for day in DAYS:
        minutes = sum(minutes_on(day, MOSCOW, start, end) for start, end, until in held if until > now)
        assert minutes <= max(60, rush.share[day]), f"{minutes} minutes of {day} are held"


def test_unpaid_holds_keep_to_their_share_of_a_date_however_many_come_at_once(busy_app, demo, clock):
    with demo.app_sessions.begin() as db:
        limits = HoldLimits(held_percent=FEW)
        edit_hold_limits(db, limits=limits, actor="staff:1", now=clock.at)
        seen = read(db, clock.at)
        rules = catalogue.get_service(db, slug=SLUG).skills
    skilled = tuple(one for one in seen.calendars if set(rules) <= one.skills)
    rush = Rush(busy_app, demo, clock, watch=within_share)
    rush.share = {day: FEW * capacity(skilled, seen.absences, day, MOSCOW) // 100 for day in DAYS}
    answers = rush.run()
    assert answers.keys() == {303, 409}, dict(answers)
    check_sold(demo, clock, answers[303])


def check_sold(demo, clock, drafts):
    """Every page that was answered «taken» has its session; the live ones have their time."""
    with demo.app_sessions() as db:
        check_tables(db, clock.at)
        for draft in set(drafts):
            order = db.scalar(select(Order).where(Order.reference == draft.split("/")[-2]))
            live = order.session.state == "held" and order.session.held_until > clock.at
            rows = occupancies_of(db, order.session)
            assert len(rows) == 1
            assert not live or rows[0].released_at is None
