"""Each missing start has its reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.scheduling.engine.explanation import explain
from services.scheduling.engine.slots import Query
from tests.unit.slot_stories import EARLY, MOSCOW, hour, moment, person, taken

DAY = "2026-11-23"
WORK = person("09:00-18:00")


def reasons(pool, at, service=None, *, busy=(), now=EARLY, seconds=0):
    start = moment(f"{DAY} {at}") + timedelta(seconds=seconds)
    query = Query(moment(DAY), moment(DAY) + timedelta(days=2), MOSCOW)
    explained = explain(pool, list(busy), service or hour(), query, now, start=start)
    return explained.offered, [reason.code for reason in explained.reasons]


@pytest.mark.parametrize(
    ("at", "told", "code"),
    [
        ("08:00", {}, "outside_hours"),
        ("09:10", {}, "grid"),
        ("09:00", {"seconds": 5}, "grid"),
        ("10:00", {"now": moment(f"{DAY} 10:00")}, "past"),
        ("10:00", {"now": moment(f"{DAY} 09:01"), "service": hour(notice_minutes=60)}, "notice"),
        ("10:00", {"now": moment("2026-11-20"), "service": hour(horizon_days=2)}, "horizon"),
        ("10:00", {"busy": [taken(f"{DAY} 10:30", f"{DAY} 11:00")]}, "busy"),
        ("10:00", {"busy": [taken(f"{DAY} 10:30", f"{DAY} 11:00", kind="absence")]}, "absence"),
        ("10:00", {"busy": [taken(f"{DAY} 10:30", f"{DAY} 11:00", kind="external")]}, "external"),
        ("10:00", {"busy": [taken(f"{DAY} 11:00", f"{DAY} 12:00", buffers=(15, 0))]}, "buffer"),
        ("10:00", {"service": hour(skills=frozenset({"english"}))}, "nobody"),
    ],
)
def test_one_rule_broken_gives_its_own_reason(at, told, code):
    offered, codes = reasons([WORK], at, **told)
    assert not offered
    assert codes[0] == code


def test_a_holiday_and_a_full_day_are_named():
    assert reasons([person("09:00-18:00", holidays=[DAY])], "10:00") == (False, ["holiday"])
    full = person("09:00-18:00", daily_limit=1)
    assert reasons([full], "10:00", busy=[taken(f"{DAY} 15:00", f"{DAY} 16:00")]) == (False, ["daily_limit"])


def test_an_offered_start_still_tells_who_cannot_take_it():
    pool = [WORK, person("12:00-18:00", number=2), person("09:00-18:00", number=3)]
    busy = [taken(f"{DAY} 10:00", f"{DAY} 11:00", number=3)]
    assert reasons(pool, "10:00", busy=busy) == (True, ["outside_hours", "busy"])


def test_a_joint_session_fails_by_one_and_says_who():
    pool = [WORK, person("12:00-18:00", number=2)]
    assert reasons(pool, "10:00", hour(mode="all")) == (False, ["outside_hours"])


def test_who_lacks_a_skill_is_told_to_staff():
    skilled = person("09:00-18:00", number=2, skills=frozenset({"english"}))
    asked = hour(skills=frozenset({"english"}))
    assert reasons([WORK, skilled], "10:00", asked) == (True, ["skill"])
