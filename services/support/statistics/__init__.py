"""How we keep the regulation, in figures for everybody."""

from services.support.statistics.answers import Answer, list_answers
from services.support.statistics.explaining import LONGEST, explain_miss
from services.support.statistics.figures import (
    BINS,
    FEWEST,
    Kept,
    Miss,
    Months,
    count_overdue,
    first_month,
    following,
    kept_by_month,
    list_misses,
    months_until,
    shares_used,
    versions_used,
)

__all__ = [
    "BINS",
    "FEWEST",
    "LONGEST",
    "Answer",
    "Kept",
    "Miss",
    "Months",
    "count_overdue",
    "explain_miss",
    "first_month",
    "following",
    "kept_by_month",
    "list_answers",
    "list_misses",
    "months_until",
    "shares_used",
    "versions_used",
]
