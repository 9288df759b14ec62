"""Until when the time is kept: the table of billing's limits, as pure functions.

Moments are aware; business days are those of the seller's calendar, and end with his date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from services.core.business_time import BusinessCalendar

SHORTEST_PAY_PAGE: Final = 31
"""The provider's floor is 30 minutes, counted by his clock when the request has reached him."""


@dataclass(frozen=True)
class KeepLimits:
    """How long a time is kept at each step; minutes unless the name says days."""

    chosen_minutes: int = 15
    """From the choice of a slot."""
    filling_in_minutes: int = 10
    """Once more, while the form is being filled in."""
    pay_page_minutes: int = SHORTEST_PAY_PAGE
    """The life of the provider's page."""
    after_pay_page_minutes: int = 10
    """For the payment's news to arrive after the page has closed."""
    longest_unpaid_minutes: int = 90
    """No card order keeps a time longer, counted from the choice."""
    settle_days: int = 7
    """A payment method whose money comes later has come by then, or failed."""
    pay_by_business_days: int = 3
    """For a transfer."""
    before_start_business_days: int = 2
    """A transfer is to be paid by then at the latest."""
    statement_business_days: int = 1
    """After the transfer's date, for the bank's statement."""
    attach_working_minutes: int = 240
    """In which a payment order is made at the bank and attached; again after one was refused."""
    choose_business_days: int = 3
    """In which whose money came too late chooses another time; then it goes back."""
    answer_working_minutes: int = 60
    """In which staff answer a payment order, or a wish for credit, before the alarm."""

    @classmethod
    def from_json(cls, stored: dict[str, Any] | None) -> KeepLimits:
        """Read what is stored; what it doesn't say has its default."""
        return cls(**(stored or {}))


class Transfer(NamedTuple):
    """Until when a transfer is to be made (the whole date counts), and the time kept for it (UTC)."""

    pay_by_on: date
    kept_until: datetime


class Answer(NamedTuple):
    """Until when the time waits for an answer of staff, and when they are alarmed (UTC)."""

    kept_until: datetime
    alarm_at: datetime


DEFAULTS: Final = KeepLimits()
_LAST = timedelta(seconds=1)


def chosen_until(now: datetime, limits: KeepLimits = DEFAULTS) -> datetime:
    """A slot was chosen."""
    return now + timedelta(minutes=limits.chosen_minutes)


def filling_in_until(chosen_at: datetime, limits: KeepLimits = DEFAULTS) -> datetime:
    """More time was asked for, or the form sent: the one extension before paying."""
    return chosen_at + timedelta(minutes=limits.chosen_minutes + limits.filling_in_minutes)


def page_until(now: datetime, limits: KeepLimits = DEFAULTS) -> datetime:
    """A payment page that is opened at `now` has closed by then, and its news has arrived."""
    return now + timedelta(minutes=limits.pay_page_minutes + limits.after_pay_page_minutes)


def card_until(
    now: datetime,
    *,
    chosen_at: datetime,
    starts_at: datetime,
    current: datetime,
    limits: KeepLimits = DEFAULTS,
) -> datetime:
    """A payment page is opened at `now`: its life and ten minutes, at most 90 in all.

    No session is booked after it should have begun, so never beyond its start. Never shortens what
    was promised before.
    """
    wished = page_until(now, limits)
    longest = chosen_at + timedelta(minutes=limits.longest_unpaid_minutes)
    return max(current, min(wished, longest, starts_at))


def may_open_pay_page(
    now: datetime, *, chosen_at: datetime, starts_at: datetime, limits: KeepLimits = DEFAULTS
) -> bool:
    """Whether there is still time to pay: before the start, and the page ends within the 90 minutes."""
    closes_at = now + timedelta(minutes=limits.pay_page_minutes)
    return now < starts_at and closes_at <= chosen_at + timedelta(minutes=limits.longest_unpaid_minutes)


def may_settle_late(now: datetime, *, starts_at: datetime, limits: KeepLimits = DEFAULTS) -> bool:
    """Whether methods whose money comes days later may be offered for a start."""
    return starts_at - now >= timedelta(days=limits.settle_days)


def settling_until(
    now: datetime, *, starts_at: datetime, notice: timedelta, limits: KeepLimits = DEFAULTS
) -> datetime:
    """A delayed payment is on its way: until it must be there, at most the start less the notice."""
    return min(now + timedelta(days=limits.settle_days), starts_at - notice)


def transfer_until(
    now: datetime,
    *,
    starts_at: datetime,
    notice: timedelta,
    business: BusinessCalendar,
    limits: KeepLimits = DEFAULTS,
) -> Transfer | None:
    """«Pay by transfer»: three business days, at most two before the start; one more is waited.

    None when not even the next business day is left for paying: a transfer is not offered then.
    Raises NoBusinessTimeError.
    """
    zone = ZoneInfo(business.zone)
    today, start_on = now.astimezone(zone).date(), starts_at.astimezone(zone).date()
    latest = business.add_business_days(start_on, -limits.before_start_business_days)
    pay_by_on = min(business.add_business_days(today, limits.pay_by_business_days), latest)
    if pay_by_on <= today:
        return None
    known_on = business.add_business_days(pay_by_on, limits.statement_business_days)
    return Transfer(pay_by_on, min(_end_of(known_on, zone), starts_at - notice))


def attach_until(
    now: datetime,
    *,
    starts_at: datetime,
    notice: timedelta,
    business: BusinessCalendar,
    limits: KeepLimits = DEFAULTS,
) -> datetime | None:
    """A payment order is to be attached: half a working day of the office, at most the start less the notice.

    None when the start is nearer than its notice. Raises NoBusinessTimeError.
    """
    if starts_at - notice <= now:
        return None
    return min(business.add_business_minutes(now, limits.attach_working_minutes), starts_at - notice)


def choose_until(now: datetime, *, business: BusinessCalendar, limits: KeepLimits = DEFAULTS) -> datetime:
    """Money came when the time was gone: the last moment to choose another. Raises NoBusinessTimeError."""
    today = now.astimezone(ZoneInfo(business.zone)).date()
    return last_moment(business.add_business_days(today, limits.choose_business_days), business.zone)


def answer_until(
    now: datetime,
    *,
    starts_at: datetime,
    notice: timedelta,
    business: BusinessCalendar,
    limits: KeepLimits = DEFAULTS,
) -> Answer | None:
    """A payment order was attached, or credit asked: the time waits for staff to answer.

    None when the start is nearer than its notice. Raises NoBusinessTimeError.
    """
    if starts_at - notice <= now:
        return None
    alarm_at = business.add_business_minutes(now, limits.answer_working_minutes)
    return Answer(starts_at - notice, alarm_at)


def last_moment(on: date, zone: str) -> datetime:
    """The last second (UTC) of a date in `zone` (IANA): what is due on a date may come until then."""
    return _end_of(on, ZoneInfo(zone)) - _LAST


def _end_of(on: date, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which a local date is over."""
    following = on + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)
