"""The rules by which what happens to a request starts, rests and stops its two clocks."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.business_clock import Pause
from services.core.business_time import BusinessCalendar
from services.core.clock_events import ClockEvent, Clocks, fold

MOSCOW = ZoneInfo("Europe/Moscow")
DESK = BusinessCalendar("Europe/Moscow", tuple((day, 540, 1080) for day in range(5)))
HOUR = timedelta(hours=1)
RECEIVED = ("received", "23 10:00")


def at(text: str) -> datetime:
    """A day of November 2026 and a time in Moscow."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-11-{day} {clock}").replace(tzinfo=MOSCOW)


def clocks(*events: tuple[str, str] | tuple[str, str, str], first: tuple[str, str] = RECEIVED) -> Clocks:
    told = [ClockEvent(1, "received", at(first[1]), response=4 * HOUR, resolution=16 * HOUR)]
    told += [
        ClockEvent(n, kind, at(when), *by)  # type: ignore[arg-type]
        for n, (kind, when, *by) in enumerate(events, 2)
    ]
    return fold(told, DESK)


def test_receipt_starts_both_clocks() -> None:
    both = clocks()
    assert both.response.due() == at("23 14:00")
    assert both.resolution.due() == at("24 17:00")


def test_an_information_request_of_a_person_rests_both_and_is_a_first_response() -> None:
    both = clocks(("asked", "23 12:00", "person"))
    assert both.response.stopped_at == at("23 12:00")
    assert both.response.state(at("27 10:00")) == "met"
    assert both.resolution.state(at("27 10:00")) == "paused"


def test_the_list_that_the_system_sends_rests_both_and_answers_nothing() -> None:
    both = clocks(("asked", "23 10:00", "system"))
    assert both.response.stopped_at is None
    assert both.response.state(at("27 10:00")) == "paused"


def test_any_message_of_the_customer_ends_the_pause_at_its_receipt() -> None:
    both = clocks(("asked", "23 10:00", "system"), ("customer_wrote", "24 09:30"))
    assert both.response.due() == at("24 13:30")
    assert both.resolution.pauses == (Pause(at("23 10:00"), at("24 09:30")),)


def test_a_second_request_during_a_pause_changes_nothing_but_may_be_the_first_response() -> None:
    both = clocks(("asked", "23 10:00", "system"), ("asked", "23 15:00", "person"))
    assert both.resolution.pauses == (Pause(at("23 10:00"), None),)
    assert both.response.stopped_at == at("23 15:00")


def test_what_is_still_missing_starts_a_new_pause() -> None:
    both = clocks(
        ("asked", "23 11:00", "person"), ("customer_wrote", "23 12:00"), ("asked", "23 12:30", "person")
    )
    assert both.resolution.pauses == (Pause(at("23 11:00"), at("23 12:00")), Pause(at("23 12:30"), None))
    assert both.resolution.elapsed(at("24 12:00")) == 1.5 * HOUR


def test_a_letter_that_was_read_late_ended_the_pause_when_it_came() -> None:
    told = [
        ClockEvent(1, "received", at("23 10:00"), response=4 * HOUR, resolution=16 * HOUR),
        ClockEvent(2, "asked", at("23 11:00"), "person"),
        ClockEvent(3, "asked", at("24 11:00"), "person"),
        ClockEvent(4, "customer_wrote", at("23 17:00")),
    ]
    assert fold(told, DESK).resolution.pauses == (
        Pause(at("23 11:00"), at("23 17:00")),
        Pause(at("24 11:00"), None),
    )


def test_an_answer_that_bounced_was_none() -> None:
    both = clocks(("answered", "23 12:00", "person"))
    assert both.response.stopped_at == at("23 12:00")
    told = [
        ClockEvent(1, "received", at("23 10:00"), response=4 * HOUR, resolution=16 * HOUR),
        ClockEvent(2, "asked", at("23 12:00"), "person"),
        ClockEvent(3, "bounced", at("23 12:05"), about=2),
    ]
    lost = fold(told, DESK)
    assert lost.response.stopped_at is None
    assert lost.response.state(at("23 15:00")) == "breached"
    assert lost.resolution.pauses == ()


def test_a_solution_stops_both_and_ends_the_pause() -> None:
    both = clocks(("asked", "23 11:00", "system"), ("resolved", "23 15:00", "person"))
    assert both.response.stopped_at == both.resolution.stopped_at == at("23 15:00")
    assert both.resolution.elapsed(at("30 10:00")) == HOUR


def test_after_a_solution_nothing_counts_until_it_is_reopened_and_the_gap_is_left_out() -> None:
    told = (
        ("resolved", "23 12:00", "person"),
        ("asked", "23 13:00", "person"),
        ("customer_wrote", "24 10:00"),
    )
    assert clocks(*told).resolution.stopped_at == at("23 12:00")
    again = clocks(*told, ("reopened", "24 11:00", "person"), ("resolved", "24 13:00", "person"))
    assert again.resolution.stopped_at == at("24 13:00")
    assert again.resolution.elapsed(at("30 10:00")) == 4 * HOUR
    assert again.response.stopped_at == at("23 12:00")


def test_reopening_what_is_open_and_resolving_twice_change_nothing() -> None:
    assert clocks(("reopened", "23 12:00")) == clocks()
    twice = clocks(("resolved", "23 12:00"), ("resolved", "23 14:00"))
    assert twice.resolution.stopped_at == at("23 12:00")


def test_another_class_replaces_the_targets_and_keeps_start_and_pauses() -> None:
    told = [
        ClockEvent(1, "received", at("23 10:00"), response=4 * HOUR, resolution=16 * HOUR),
        ClockEvent(2, "asked", at("23 11:00"), "system"),
        ClockEvent(3, "customer_wrote", at("23 12:00")),
        ClockEvent(4, "retargeted", at("23 13:00"), response=2 * HOUR, resolution=5 * HOUR),
    ]
    both = fold(told, DESK)
    assert both.response.due() == at("23 13:00")
    assert both.resolution.due() == at("23 16:00")


def test_without_a_receipt_there_is_no_clock() -> None:
    with pytest.raises(ValueError, match=r".*"):
        fold([], DESK)
    with pytest.raises(ValueError, match=r".+"):
        fold([ClockEvent(1, "asked", at("23 10:00"))], DESK)


_KINDS = ("asked", "customer_wrote", "answered", "resolved", "reopened")


@given(
    st.lists(
        st.tuples(st.sampled_from(_KINDS), st.integers(0, 20_000), st.sampled_from(["system", "person"])),
        max_size=12,
    )
)
def test_whatever_happens_pauses_are_apart_and_the_last_clock_is_the_last_stop(happened):
    start = at("02 10:00")
    told = [ClockEvent(1, "received", start, response=4 * HOUR, resolution=16 * HOUR)]
    told += [
        ClockEvent(n, kind, start + timedelta(minutes=minutes), by)
        for n, (kind, minutes, by) in enumerate(happened, 2)
    ]
    both = fold(told, DESK)
    for before, after in itertools.pairwise(both.response.pauses):
        assert before.end is not None
        assert before.end <= after.start
    assert fold(reversed(told), DESK) == both
    end = start + timedelta(days=60)
    assert both.resolution.elapsed(end) <= DESK.business_time_between(start, end)
    last = [event.kind for event in sorted(told, key=lambda one: (one.at, one.n))]
    changes = [kind for kind in last if kind in {"resolved", "reopened"}]
    assert (both.resolution.stopped_at is not None) == (changes[-1:] == ["resolved"])
