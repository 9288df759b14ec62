"""Ways around the limits on what is kept unpaid, each of them closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services import sessions
from services.sessions import AddressLimitError, HoldLimits
from tests.crew import NOW, at, crew, hold

HOME, CAFE = "198.51.100.9", "203.0.113.7"
QUARTER = timedelta(minutes=15)


@pytest.fixture
def offered(db):
    made = crew(db, "Anna", "Boris").service
    sessions.edit_hold_limits(db, limits=HoldLimits(held_percent=100), actor="system", now=NOW)
    return made


def starts(count):
    return [at("11-24 09:00") + timedelta(minutes=90 * step) for step in range(count)]


def test_two_networks_that_exchange_each_others_times_keep_no_more_of_them(db, offered):
    times = starts(6)
    for number, start in enumerate(times[:5]):
        hold(db, offered, start, browser=f"home{number}", address=HOME)
        hold(db, offered, start, browser=f"cafe{number}", address=CAFE)
    # Each browser changes over to the other network, which has begun five already.
    for number in range(5):
        with pytest.raises(AddressLimitError):
            hold(db, offered, times[5], browser=f"home{number}", address=CAFE)
    with pytest.raises(AddressLimitError):
        hold(db, offered, times[5], browser="another", address=HOME)


def test_who_changes_his_network_has_begun_one_time_in_each(db, offered):
    times = starts(6)
    hold(db, offered, times[0], browser="phone", address=HOME)
    hold(db, offered, times[1], browser="phone", address=CAFE)
    for number, start in enumerate(times[1:5]):
        hold(db, offered, start, browser=f"b{number}", address=HOME)
    with pytest.raises(AddressLimitError):
        hold(db, offered, times[5], browser="another", address=HOME)


def test_a_time_that_is_kept_by_taking_it_anew_uses_its_networks_beginnings_up(db, offered):
    for nth in range(7):
        hold(db, offered, starts(1)[0], address=HOME, now=NOW + nth * timedelta(minutes=9))
    # At 0, 18, 36 and 54 minutes; in between it was the same one.
    late = NOW + timedelta(minutes=56)
    hold(db, offered, starts(3)[1], browser="second", address=HOME, now=late)
    with pytest.raises(AddressLimitError):
        hold(db, offered, starts(3)[2], browser="third", address=HOME, now=late)


def test_choosing_among_services_for_a_quarter_of_an_hour_is_one_beginning(db, offered):
    for nth in range(8):
        hold(db, offered, starts(6)[nth % 6], address=HOME, now=NOW + nth * timedelta(minutes=2))
    for number in range(4):
        hold(db, offered, starts(6)[number], browser=f"b{number}", address=HOME, now=NOW + QUARTER)
    with pytest.raises(AddressLimitError):
        hold(db, offered, starts(6)[5], browser="another", address=HOME, now=NOW + QUARTER)
