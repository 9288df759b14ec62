"""Until when the time is kept: the table of billing's limits, as pure functions."""

from __future__ import annotations

from datetime import datetime, timedelta

CHOSEN = timedelta(minutes=15)
"""From the choice of a slot."""
FILLING_IN = timedelta(minutes=10)
"""Once more, while the form is being filled in."""
PAY_PAGE = timedelta(minutes=31)
"""How long the provider's page lives: its floor is 30."""
AFTER_PAY_PAGE = timedelta(minutes=10)
"""For the payment's news to arrive after the page has closed."""
LONGEST_UNPAID = timedelta(minutes=90)
"""No card order keeps a time longer, counted from the choice."""


def chosen_until(now: datetime) -> datetime:
    """A slot was chosen."""
    return now + CHOSEN


def filling_in_until(chosen_at: datetime) -> datetime:
    """The form was opened: the one extension before paying."""
    return chosen_at + CHOSEN + FILLING_IN


def card_until(now: datetime, *, chosen_at: datetime, current: datetime) -> datetime:
    """A payment page is opened at `now`: its life and ten minutes, at most 90 in all.

    Never shortens what was promised before.
    """
    wished = now + PAY_PAGE + AFTER_PAY_PAGE
    return max(current, min(wished, chosen_at + LONGEST_UNPAID))


def may_open_pay_page(now: datetime, *, chosen_at: datetime) -> bool:
    """Whether a page that lives 31 minutes still ends before the time is given up."""
    return now + PAY_PAGE <= chosen_at + LONGEST_UNPAID


SETTLES_WITHIN = timedelta(days=7)
"""A payment method whose money comes later has come by then, or failed."""


def may_settle_late(now: datetime, *, starts_at: datetime) -> bool:
    """Whether methods whose money comes days later may be offered for a start."""
    return starts_at - now >= SETTLES_WITHIN


def settling_until(now: datetime, *, starts_at: datetime, notice: timedelta) -> datetime:
    """A delayed payment is on its way: until it must be there, at most the start less the notice."""
    return min(now + SETTLES_WITHIN, starts_at - notice)
