"""Working windows as people type them."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from webapp.i18n import init_i18n
from webapp.staff.hours.windows import overlaps_next_day, read_windows, write_windows


@pytest.fixture(autouse=True, scope="module")
def _words():
    app = Flask(__name__)
    init_i18n(app)
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize(
    ("typed", "windows"),
    [
        ("9:00–13:00, 14:00–18:00", [(540, 780), (840, 1080)]),
        ("14-18; 9-13", [(540, 780), (840, 1080)]),
        ("9.30 — 24:00", [(570, 1440)]),
        ("22:00-06:00", [(1320, 360)]),
        ("0-12, 12-24", [(0, 720), (720, 1440)]),
        ("", []),
        (" , ", []),
    ],
)
def test_windows_are_read_as_people_write_them(typed, windows):
    assert read_windows(typed) == windows


@pytest.mark.parametrize(
    ("typed", "about"),
    [
        ("9 to 18", "no span"),
        ("9:00", "no span"),
        ("9:60–18:00", "no such time"),
        ("24:00–25:00", "no such time"),
        ("9:00–9:00", "same time"),
        ("9–13, 12–18", "overlap"),
        ("22–6, 23–24", "overlap"),
    ],
)
def test_what_is_no_time_is_refused_with_a_reason(typed, about):
    with pytest.raises(ValueError, match=about):
        read_windows(typed)


def test_a_night_that_reaches_into_the_next_morning_is_noticed():
    assert overlaps_next_day({0: [(1320, 360)], 1: [(300, 720)]}) == (0, 1)
    assert overlaps_next_day({6: [(1320, 360)], 0: [(300, 720)]}) == (6, 0)
    assert overlaps_next_day({0: [(1320, 360)], 1: [(360, 720)]}) is None


@given(st.lists(st.integers(0, 1439), min_size=2, max_size=8, unique=True).map(sorted))
def test_what_is_written_reads_back(minutes):
    windows = list(zip(minutes[::2], minutes[1::2], strict=False))
    assert read_windows(write_windows(windows)) == windows
