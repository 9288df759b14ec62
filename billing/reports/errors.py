"""What reports refuse."""

from __future__ import annotations

from services.core.errors import InvalidError


class PeriodError(InvalidError):
    """A period that can't be reported on.

    Codes: `period_order` (it ends before it begins), `period_long` (over ten years), `month_open`
    (it isn't over in the seller's zone; facts: ends_on).
    """
