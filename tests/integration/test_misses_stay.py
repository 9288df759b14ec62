"""Nobody makes a missed deadline vanish from the figures: by merging, waiting, or another class."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.support import requests, statistics
from tests.support_stories import received, somebody_of_staff

SLOWEST = "question"


def misses(db, now):
    found = statistics.list_misses(db, month=now.date().replace(day=1), zone="Europe/Moscow")
    return sorted((one.number, one.target) for one in found)


def test_a_miss_stays_a_miss_whatever_is_done_with_the_request(demo, now):
    now += timedelta(days=28)  # past the demo's own months
    with demo.app_sessions() as db:
        staff, before = somebody_of_staff(db), misses(db, now)
        stays, goes, silent = (received(db, now=now) for _ in range(3))
        later = now + timedelta(days=7)
        requests.reclass(db, request=stays, class_code=SLOWEST, reason="Вопрос", staff=staff, now=now)
        for slower in (goes, silent):
            with pytest.raises(requests.ClassError, match="class_late"):
                requests.reclass(
                    db, request=slower, class_code=SLOWEST, reason="Не спешит", staff=staff, now=later
                )
        requests.merge(db, request=goes, into=stays, staff=staff, now=later)
        items = [{"code": "description", "detail": ""}]
        requests.ask_information(db, request=silent, staff=staff, items=items, body="", now=later)
        assert requests.close_silent(db, now=later + timedelta(days=90)) == 1
        assert silent.state == "closed"
        missed = {*misses(db, later), *misses(db, later + timedelta(days=90))} - set(before)
        both = {(goes.number, "response"), (goes.number, "resolution")}
        assert both | {(silent.number, "response"), (silent.number, "resolution")} == missed
        # Whoever writes after all lets the clock go on, and it is missed still.
        again = later + timedelta(days=91)
        requests.reopen(db, request=silent, person=silent.author, body="Вот.", now=again)
        faces = requests.clock_faces(db, request=silent, now=again)
        assert [one.state for one in faces] == ["missed", "breached"]
