"""Until when a time is kept: billing's table, example by example and as properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.orders import deadlines
from billing.orders.deadlines import KeepLimits
from services.core.business_time import BusinessCalendar
from services.core.production_days import propose_days

MOSCOW = ZoneInfo("Europe/Moscow")
# Monday, 10:20 in Moscow.
NOW = datetime(2026, 11, 23, 7, 20, tzinfo=UTC)
NOTICE = timedelta(hours=2)
WEEK = tuple((day, 9 * 60, 18 * 60) for day in range(5))
OFFICE = BusinessCalendar("Europe/Moscow", WEEK)
# 31 December is a moved day off, work begins again on 11 January.
OVER_NEW_YEAR = BusinessCalendar(
    "Europe/Moscow", WEEK, tuple((propose_days("RU", 2026) | propose_days("RU", 2027)).items())
)
MINUTE = timedelta(minutes=1)
FAR = NOW + timedelta(days=20)

limits = st.builds(
    KeepLimits,
    chosen_minutes=st.integers(1, 120),
    filling_in_minutes=st.integers(0, 120),
    pay_page_minutes=st.integers(31, 1440),
    after_pay_page_minutes=st.integers(0, 60),
    longest_unpaid_minutes=st.integers(31, 2000),
    settle_days=st.integers(1, 30),
    pay_by_business_days=st.integers(1, 20),
    before_start_business_days=st.integers(1, 10),
    statement_business_days=st.integers(0, 5),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
minutes = st.integers(0, 60 * 24 * 60).map(lambda n: timedelta(minutes=n))


def moscow(text: str) -> datetime:
    on = text if text.startswith("2027-") else f"2026-{text}"
    return datetime.fromisoformat(on).replace(tzinfo=MOSCOW).astimezone(UTC)


def transfer(now: datetime, start: datetime, **rest: object) -> deadlines.Transfer | None:
    facts = {"notice": NOTICE, "business": OFFICE} | rest
    return deadlines.transfer_until(now, starts_at=start, **facts)


def card(now: datetime, **rest: datetime) -> datetime:
    facts = {"chosen_at": NOW, "starts_at": FAR, "current": now} | rest
    return deadlines.card_until(now, **facts)


def test_a_chosen_time_is_kept_for_a_quarter_of_an_hour_and_once_for_ten_minutes_more() -> None:
    assert deadlines.chosen_until(NOW) == NOW + 15 * MINUTE
    assert deadlines.filling_in_until(NOW) == NOW + 25 * MINUTE


def test_a_payment_page_lives_31_minutes_and_its_news_have_ten_more() -> None:
    until = card(NOW + 5 * MINUTE, current=NOW + 25 * MINUTE)
    assert until == NOW + 46 * MINUTE


def test_no_card_order_is_kept_beyond_90_minutes_after_the_choice() -> None:
    late = NOW + 59 * MINUTE
    assert deadlines.may_open_pay_page(late, chosen_at=NOW, starts_at=FAR)
    assert card(late, current=late + MINUTE) == NOW + 90 * MINUTE
    assert not deadlines.may_open_pay_page(late + MINUTE, chosen_at=NOW, starts_at=FAR)


def test_no_card_order_is_kept_beyond_its_start() -> None:
    start, submitted = NOW + 60 * MINUTE, NOW + 24 * MINUTE
    assert card(submitted, starts_at=start, current=NOW + 25 * MINUTE) == start
    last = start - timedelta(microseconds=1)
    assert deadlines.may_open_pay_page(last, chosen_at=NOW + 30 * MINUTE, starts_at=start)
    assert not deadlines.may_open_pay_page(start, chosen_at=NOW + 30 * MINUTE, starts_at=start)


def test_money_that_comes_later_is_waited_for_seven_days_and_never_into_the_notice() -> None:
    far, near = NOW + timedelta(days=20), NOW + timedelta(days=7)
    assert deadlines.may_settle_late(NOW, starts_at=near)
    assert not deadlines.may_settle_late(NOW, starts_at=near - MINUTE)
    assert deadlines.settling_until(NOW, starts_at=far, notice=NOTICE) == NOW + timedelta(days=7)
    assert deadlines.settling_until(NOW, starts_at=near, notice=NOTICE) == near - NOTICE


@pytest.mark.parametrize(
    ("start", "pay_by", "kept_until"),
    [
        # Three business days after Monday; the statement of that day is there on Friday.
        ("12-14 12:00", "2026-11-26", "11-28 00:00"),
        # At most two business days before the start.
        ("11-27 12:00", "2026-11-25", "11-27 00:00"),
        ("11-26 12:00", "2026-11-24", "11-26 00:00"),
        # The weekend counts for nothing.
        ("11-30 12:00", "2026-11-26", "11-28 00:00"),
    ],
)
def test_a_transfer_has_three_business_days_and_ends_two_before_the_start(start, pay_by, kept_until) -> None:
    assert transfer(NOW, moscow(start)) == (date.fromisoformat(pay_by), moscow(kept_until))


@pytest.mark.parametrize("start", ["11-25 18:00", "11-24 12:00", "11-23 12:00"])
def test_a_transfer_is_not_offered_when_not_even_a_business_day_is_left(start: str) -> None:
    assert transfer(NOW, moscow(start)) is None


def test_holidays_of_the_seller_are_no_business_days() -> None:
    closed = BusinessCalendar("Europe/Moscow", WEEK, ((date(2026, 11, 24), "holiday"),))
    known = transfer(NOW, moscow("12-14 12:00"), business=closed)
    assert known is not None
    assert known.pay_by_on == date(2026, 11, 27)
    assert transfer(NOW, moscow("11-26 12:00"), business=closed) is None


@pytest.mark.parametrize(
    ("ordered", "start", "pay_by", "kept_until"),
    [
        # 29 and 30 December, then 11 January; the statement comes on the 12th.
        ("12-28 10:00", "2027-01-25 12:00", "2027-01-11", "2027-01-13 00:00"),
        # Two business days before 12 January is 30 December, though 12 days lie between.
        ("12-28 10:00", "2027-01-12 12:00", "2026-12-30", "2027-01-12 00:00"),
        ("12-28 10:00", "2027-01-11 12:00", "2026-12-29", "12-31 00:00"),
        # Chosen in the holidays: they count from the first day that is worked.
        ("2027-01-03 10:00", "2027-01-25 12:00", "2027-01-13", "2027-01-15 00:00"),
        # A working Saturday is a business day, and Monday the 22nd of February is none.
        ("2027-02-19 10:00", "2027-03-12 12:00", "2027-02-25", "2027-02-27 00:00"),
        ("12-30 10:00", "2027-01-12 12:00", None, None),
        ("2027-01-03 10:00", "2027-01-12 12:00", None, None),
    ],
)
def test_a_transfer_over_the_new_year_waits_for_days_that_are_worked(
    ordered: str, start: str, pay_by: str | None, kept_until: str | None
) -> None:
    known = transfer(moscow(ordered), moscow(start), business=OVER_NEW_YEAR)
    if pay_by is None or kept_until is None:
        assert known is None
    else:
        assert known == (date.fromisoformat(pay_by), moscow(kept_until))


@pytest.mark.parametrize(
    ("asked", "alarm"),
    [
        ("12-30 17:30", "2027-01-11 09:30"),
        ("2027-01-05 12:00", "2027-01-11 10:00"),
        # An hour less on the eve of 4 November.
        ("11-03 16:30", "11-05 09:30"),
    ],
)
def test_the_alarm_counts_the_hours_that_are_worked(asked: str, alarm: str) -> None:
    known = deadlines.answer_until(
        moscow(asked), starts_at=moscow("2027-01-25 12:00"), notice=NOTICE, business=OVER_NEW_YEAR
    )
    assert known is not None
    assert known.alarm_at == moscow(alarm)


def test_a_payment_order_waits_for_staff_until_the_notice_and_alarms_them_after_a_working_hour() -> None:
    friday = moscow("11-27 17:30")
    start = moscow("11-30 12:00")
    known = deadlines.answer_until(friday, starts_at=start, notice=NOTICE, business=OFFICE)
    assert known == (start - NOTICE, moscow("11-30 09:30"))
    soon = friday + NOTICE
    assert deadlines.answer_until(friday, starts_at=soon, notice=NOTICE, business=OFFICE) is None


def test_limits_that_were_stored_in_part_have_their_defaults() -> None:
    assert KeepLimits.from_json(None) == KeepLimits()
    assert KeepLimits.from_json({"chosen_minutes": 20}) == KeepLimits(chosen_minutes=20)


@given(limits, moments)
def test_the_one_extension_never_comes_before_what_was_promised(rules, chosen_at) -> None:
    first = deadlines.chosen_until(chosen_at, rules)
    assert chosen_at < first <= deadlines.filling_in_until(chosen_at, rules)


@given(limits, moments, minutes, minutes, minutes)
def test_a_payment_page_never_shortens_and_never_outlives_the_time(
    rules, chosen_at, waited, held, ahead
) -> None:
    now, current, start = chosen_at + waited, chosen_at + held, chosen_at + ahead
    facts = {"chosen_at": chosen_at, "starts_at": start, "limits": rules}
    until = deadlines.card_until(now, current=current, **facts)
    longest = chosen_at + timedelta(minutes=rules.longest_unpaid_minutes)
    assert until >= current
    assert until <= max(current, min(longest, start))
    if deadlines.may_open_pay_page(now, **facts):
        assert min(now + timedelta(minutes=rules.pay_page_minutes), start) <= until


@given(limits, moments, minutes)
def test_a_transfer_is_paid_before_the_start_and_kept_until_its_statement(rules, now, ahead) -> None:
    start = now + NOTICE + ahead
    known = transfer(now, start, limits=rules)
    today, start_on = now.astimezone(MOSCOW).date(), start.astimezone(MOSCOW).date()
    if known is None:
        assert OFFICE.business_days_between(today, start_on) <= rules.before_start_business_days + 1
        return
    assert OFFICE.is_business_day(known.pay_by_on)
    assert today < known.pay_by_on < start_on
    assert OFFICE.business_days_between(today, known.pay_by_on) <= rules.pay_by_business_days
    assert OFFICE.add_business_days(start_on, -rules.before_start_business_days) >= known.pay_by_on
    assert now < known.kept_until <= start - NOTICE


@given(limits, moments, minutes)
def test_money_underway_is_never_waited_for_into_the_notice(rules, now, ahead) -> None:
    until = deadlines.settling_until(now, starts_at=now + ahead, notice=NOTICE, limits=rules)
    assert until <= now + ahead - NOTICE
    assert until <= now + timedelta(days=rules.settle_days)
