"""Every reason that the engine can give against a start is said in words."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from services.core.clock import floor_minute
from services.scheduling import Explanation, Reason, ServiceRules
from services.scheduling.engine.busy import Busy
from services.scheduling.engine.explanation import Code
from tests.crew import MOSCOW, at
from webapp.staff.reserve.reasons import Note, Scene, note_of, rows_of, shared_sentence

RULES = ServiceRules(minutes=60, grid_minutes=30, notice_minutes=120, horizon_days=1)
SCENE = Scene(RULES, MOSCOW, {1: "Anna", 2: "Boris"}, {7: "S-7"})
SHARED = ("past", "notice", "horizon", "query", "nobody")
TEN = at("11-24 10:00")


@pytest.fixture(autouse=True)
def page(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def busy(kind: str, hours: int = 1) -> Busy:
    start = floor_minute(TEN)
    return Busy(1, kind, start, start + 60 * hours, occupancy_id=7)


def test_every_code_is_said() -> None:
    kinds = {"busy": "booking", "buffer": "booking", "absence": "absence", "external": "external"}
    for code in get_args(Code):
        if code in SHARED:
            assert shared_sentence(code, RULES).endswith(".")
        else:
            row = busy(kinds[code]) if code in kinds else None
            assert note_of(Reason(code, 1, row), SCENE).text


def test_a_session_in_the_way_is_named_with_its_time_and_led_to() -> None:
    kinds = {"booking": "session", "overbooked": "session", "hold": "is ordering", "reservation": "reserved"}
    for kind, words in kinds.items():
        note = note_of(Reason("busy", 1, busy(kind)), SCENE)
        assert words in note.text
        assert "10:00–11:00" in note.text
        assert note.reference == "S-7"
    assert note_of(Reason("busy", 1, busy("booking")._replace(occupancy_id=8)), SCENE).reference == ""
    assert note_of(Reason("external", 1, busy("external")), SCENE).reference == ""


def test_what_lasts_for_days_is_said_with_its_dates() -> None:
    text = note_of(Reason("absence", 1, busy("absence", hours=72)), SCENE).text.replace("\u00a0", " ")
    assert "24 November" in text
    assert "27 November" in text


def test_neighbours_with_the_same_reasons_are_one_row() -> None:
    def explained(minutes: int, *reasons: Reason, offered: bool = False) -> Explanation:
        return Explanation(TEN + timedelta(minutes=minutes), offered, reasons)

    off, away = Reason("outside_hours", 1), Reason("absence", 2, busy("absence"))
    rows = rows_of(
        [
            explained(0, Reason("past"), off),
            explained(30, Reason("past"), away),
            explained(60, off, away),
            explained(90, off, offered=True),
            explained(120, off, offered=True),
            explained(150, offered=True),
        ],
        SCENE,
    )
    assert [row.count for row in rows] == [2, 1, 2, 1]
    assert [row.answer.takers for row in rows] == [(), (), ("Boris",), ("Anna", "Boris")]
    assert rows[0].answer.each == ()
    assert rows[1].answer.each[0] == (("Anna",), (Note("outside working hours"),))


def test_what_holds_for_everybody_is_said_once_and_alike_reasons_are_joined() -> None:
    reasons = [Reason(code, one) for one in (1, 2) for code in ("outside_hours", "desk_reserve")]
    (row,) = rows_of([Explanation(TEN, False, tuple(reasons))], SCENE)
    assert row.answer.shared == ("The rest of this day is kept for free support.",)
    assert row.answer.each == ((("Anna", "Boris"), (Note("outside working hours"),)),)
    (row,) = rows_of([Explanation(TEN, False, (*reasons[:3], Reason("grid", 2)))], SCENE)
    assert row.answer.shared == ()
    assert [names for names, _ in row.answer.each] == [("Anna",), ("Boris",)]
