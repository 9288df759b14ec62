"""Working time is a property of the moment (rules 1 to 5)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from services.core.clock import day_span
from services.scheduling.engine.working_time import Calendar, Hours
from tests.unit.slot_stories import hour, moment, person, slots, starts, taken, weekly

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def test_a_session_lies_wholly_in_working_time():
    assert starts(person("09:00-11:00"), on="2026-11-23") == ["09:00", "09:30", "10:00"]


def test_windows_that_touch_or_overlap_are_one_stretch():
    expected = ["09:00", "09:30", "10:00", "10:30", "11:00"]
    assert starts(person("09:00-10:00", "10:00-12:00"), on="2026-11-23") == expected
    assert starts(person("09:00-10:30", "10:00-12:00"), on="2026-11-23") == expected


def test_a_break_between_windows_is_not_worked_through():
    assert starts(person("09:00-10:00", "10:01-12:00"), on="2026-11-23") == ["09:00", "10:30", "11:00"]


def test_a_window_of_equal_ends_is_none():
    assert starts(person("09:00-09:00"), on="2026-11-23") == []


def test_midnight_as_an_end_is_the_whole_rest_and_a_minute_less_is_a_minute_less():
    late = hour(minutes=30)
    assert starts(person("23:00-24:00"), late, on="2026-11-23") == ["23:00", "23:30"]
    assert starts(person("23:00-23:59"), late, on="2026-11-23") == ["23:00"]


def test_a_window_past_midnight_belongs_to_the_weekday_of_its_start():
    monday = Calendar(1, "Europe/Moscow", (Hours(date(2000, 1, 1), weekly("22:00-02:00", days=[0])),))
    found = slots(monday, on="2026-11-23", until="2026-11-25")
    assert [slot.start for slot in found] == [
        moment(text)
        for text in (
            "2026-11-23 22:00", "2026-11-23 22:30", "2026-11-23 23:00", "2026-11-23 23:30",
            "2026-11-24 00:00", "2026-11-24 00:30", "2026-11-24 01:00",
        )
    ]  # fmt: skip


def test_a_new_version_of_hours_holds_from_its_date_on():
    versions = (
        Hours(date(2026, 1, 1), weekly("09:00-10:00")),
        Hours(date(2026, 11, 24), weekly("14:00-15:00")),
    )
    calendar = Calendar(1, "Europe/Moscow", versions)
    assert starts(calendar, on="2026-11-23", until="2026-11-25") == ["09:00", "14:00"]


def test_before_the_first_version_nobody_works():
    assert starts(person("09:00-18:00", since="2026-11-24"), on="2026-11-23") == []


def test_a_date_of_its_own_replaces_the_week_and_the_tail_of_the_night_before():
    night = person("22:00-02:00", own=[("2026-11-24", "12:00-13:00")])
    assert starts(night, on="2026-11-24") == ["12:00"]


def test_several_entries_of_one_date_are_joined():
    joined = person("09:00-18:00", own=[("2026-11-23", "10:00-11:00"), ("2026-11-23", "11:00-12:00")])
    assert starts(joined, on="2026-11-23") == ["10:00", "10:30", "11:00"]


def test_a_date_of_its_own_without_windows_is_a_day_off():
    assert starts(person("09:00-18:00", own=[("2026-11-23",)]), on="2026-11-23") == []


def test_an_own_window_past_midnight_keeps_its_tail_unless_the_next_date_is_special():
    kept = person("09:00-10:00", own=[("2026-11-23", "22:00-02:00")])
    assert starts(kept, on="2026-11-24") == ["00:00", "00:30", "01:00", "09:00"]
    cut = person("09:00-10:00", own=[("2026-11-23", "22:00-02:00"), ("2026-11-24", "09:00-10:00")])
    assert starts(cut, on="2026-11-24") == ["09:00"]


def test_a_holiday_is_a_day_off_and_cuts_the_tail_of_the_night_before():
    night = person("22:00-02:00", holidays=["2026-11-24"])
    assert starts(night, on="2026-11-23 12:00", until="2026-11-25") == ["22:00", "22:30", "23:00"]


def test_a_date_of_its_own_beats_the_holiday():
    both = person("09:00-18:00", own=[("2026-11-24", "10:00-11:00")], holidays=["2026-11-24"])
    assert starts(both, on="2026-11-24") == ["10:00"]


def test_a_holiday_is_the_specialists_local_date():
    far = person("00:00-24:00", zone="Asia/Vladivostok", holidays=["2026-11-24"])
    # Midnight in Vladivostok is 17:00 in Moscow.
    assert starts(far, hour(grid_minutes=60), on="2026-11-23")[-1] == "16:00"


def test_a_window_inside_the_gap_does_not_exist():
    assert starts(person("02:00-03:00", zone=BERLIN), zone=BERLIN, on="2026-03-29") == []


def test_a_window_that_reaches_into_the_gap_is_cut_there():
    # 01:30 to 02:30 has only the half hour before the clock jumps from 02:00 to 03:00.
    half = hour(minutes=30)
    assert starts(person("01:30-02:30", zone=BERLIN), half, zone=BERLIN, on="2026-03-29") == ["01:30"]
    assert starts(person("01:30-02:30", zone=BERLIN), zone=BERLIN, on="2026-03-29") == []


def test_work_goes_on_through_a_gap():
    through = person("01:00-04:00", zone=BERLIN)
    assert starts(through, zone=BERLIN, on="2026-03-29") == ["01:00", "01:30", "03:00"]


def test_an_hour_that_comes_twice_counts_twice_as_different_instants():
    twice = slots(person("02:00-03:00", zone=BERLIN), zone=BERLIN, on="2026-10-25")
    assert [slot.start for slot in twice] == [
        datetime(2026, 10, 25, 0, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    ]


def test_half_a_repeated_hour_is_two_separate_halves():
    halves = slots(person("01:00-01:30", zone=NEW_YORK), hour(minutes=30), zone=NEW_YORK, on="2026-11-01")
    assert [slot.start.hour for slot in halves] == [5, 6]


def test_a_clock_that_moves_by_half_an_hour():
    lord_howe = "Australia/Lord_Howe"
    # On 5 April 2026 at 02:00 the clock goes back to 01:30.
    found = slots(person("01:00-02:00", zone=lord_howe), hour(minutes=30), zone=lord_howe, on="2026-04-05")
    assert [slot.start for slot in found] == [
        moment("2026-04-05 01:00", lord_howe),
        moment("2026-04-05 01:30", lord_howe),
        moment("2026-04-05 01:30", lord_howe, fold=1),
    ]


def test_a_gap_at_midnight_shortens_the_first_hour_of_the_date():
    havana = "America/Havana"
    assert starts(
        person("00:00-02:00", zone=havana), zone=havana, on="2026-03-08", until="2026-03-08 12:00"
    ) == ["01:00"]


def test_a_date_that_the_zone_skips_has_no_working_time():
    apia = "Pacific/Apia"
    calendar = person("09:00-10:00", zone=apia)
    found = slots(calendar, zone="UTC", on="2011-12-29", until="2011-12-31")
    # 30 December 2011 did not exist in Samoa; the clock jumped from UTC-10 to UTC+14.
    assert [slot.start for slot in found] == [
        moment("2011-12-29 09:00", apia), moment("2011-12-31 09:00", apia),
    ]  # fmt: skip


def test_whole_dates_last_23_24_or_25_hours():
    def hours(first, until, zone):
        start, end = day_span(zone, date.fromisoformat(first), date.fromisoformat(until))
        return (end - start).total_seconds() / 3600

    assert hours("2026-03-29", "2026-03-30", BERLIN) == 23
    assert hours("2026-10-25", "2026-10-26", BERLIN) == 25
    assert hours("2026-11-23", "2026-11-24", BERLIN) == 24
    assert hours("2011-12-30", "2011-12-31", "Pacific/Apia") == 0
    start, _ = day_span("America/Havana", date(2026, 3, 8), date(2026, 3, 9))
    assert start == moment("2026-03-08 01:00", "America/Havana")


def test_quarter_offsets_are_exact():
    kathmandu = person("09:00-10:00", zone="Asia/Kathmandu")
    (only,) = slots(kathmandu, zone="UTC", on="2026-11-23")
    assert only.start == datetime(2026, 11, 23, 3, 15, tzinfo=UTC)


def test_buffers_may_stick_out_of_working_time():
    early = person("09:00-10:00")
    assert starts(early, hour(buffer_before=30, buffer_after=30), on="2026-11-23") == ["09:00"]


def test_duration_is_elapsed_time():
    repeated = person("01:00-03:00", zone=BERLIN)
    found = slots(repeated, hour(minutes=180), zone=BERLIN, on="2026-10-25")
    assert [(slot.end - slot.start).total_seconds() for slot in found] == [10800]
    busy = [taken("2026-10-25 02:30", "2026-10-25 02:31", zone=BERLIN)]
    assert not slots(repeated, hour(minutes=180), zone=BERLIN, on="2026-10-25", busy=busy)


def test_half_offsets_are_exact_and_the_grid_is_the_wall_clocks():
    kolkata = person("09:00-11:00", zone="Asia/Kolkata")
    found = slots(kolkata, hour(grid_minutes=60), zone="UTC", on="2026-11-23")
    assert [(slot.start.hour, slot.start.minute) for slot in found] == [(3, 30), (4, 30)]


def test_a_gap_of_the_southern_spring():
    # On 4 October 2026 at 02:00 the clock goes forward to 03:00.
    sydney = "Australia/Sydney"
    assert starts(person("01:00-05:00", zone=sydney), zone=sydney, on="2026-10-04") == [
        "01:00", "01:30", "03:00", "03:30", "04:00",
    ]  # fmt: skip


def test_an_hour_of_the_southern_autumn_comes_twice():
    # On 5 April 2026 at 03:00 the clock goes back to 02:00.
    sydney = "Australia/Sydney"
    found = slots(person("02:00-03:00", zone=sydney), zone=sydney, on="2026-04-05")
    assert [(slot.start.day, slot.start.hour) for slot in found] == [(4, 15), (4, 15), (4, 16)]


def test_a_gap_and_an_overlap_between_quarters_of_an_hour():
    chatham = "Pacific/Chatham"
    # On 27 September 2026 at 02:45 the clock goes forward to 03:45, on 5 April at 03:45 back to 02:45.
    spring = starts(person("02:00-05:00", zone=chatham), zone=chatham, on="2026-09-27")
    assert spring == ["02:00", "02:30", "04:00"]
    autumn = starts(person("02:00-05:00", zone=chatham), zone=chatham, on="2026-04-05")
    assert autumn == ["02:00", "02:30", "03:00", "03:30", "03:00", "03:30", "04:00"]


def test_a_gap_of_half_an_hour():
    lord_howe = "Australia/Lord_Howe"
    # On 4 October 2026 at 02:00 the clock goes forward to 02:30.
    found = starts(person("01:00-04:00", zone=lord_howe), zone=lord_howe, on="2026-10-04")
    assert found == ["01:00", "01:30", "02:30", "03:00"]


def test_a_night_is_as_long_as_it_is():
    night = person("22:00-06:00", zone=BERLIN)
    for evening, morning, hours in (
        ("2026-03-28", "2026-03-29", 7), ("2026-10-24", "2026-10-25", 9), ("2026-11-23", "2026-11-24", 8),
    ):  # fmt: skip
        here = {"zone": BERLIN, "on": f"{evening} 12:00", "until": f"{morning} 12:00"}
        assert len(starts(night, hour(grid_minutes=60), **here)) == hours


def test_a_joint_session_needs_the_working_time_of_both_clocks():
    berlin, moscow = person("09:00-18:00", zone=BERLIN), person("09:00-18:00", number=2)
    # In summer Berlin is an hour behind, in winter two.
    both = hour(mode="all", grid_minutes=60)
    assert starts([berlin, moscow], both, on="2026-07-01")[0] == "10:00"
    assert starts([berlin, moscow], both, on="2026-12-01")[0] == "11:00"
