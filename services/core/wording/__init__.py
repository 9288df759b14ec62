"""What figures, dates, zones and durations look like, in Russian and in English."""

from services.core.wording.dates import (
    format_dates,
    format_day,
    format_range,
    format_relative,
    format_time,
    format_when,
    on_weekday,
)
from services.core.wording.durations import (
    format_deadline,
    format_duration,
    format_spent,
    format_until,
    format_up_to,
)
from services.core.wording.figures import (
    format_money,
    format_number,
    format_percent,
    format_size,
)
from services.core.wording.filters import FILTERS
from services.core.wording.language import (
    N_,
    NBSP,
    TRANSLATIONS,
    catalogue,
    join_words,
    nb,
    upfirst,
)
from services.core.wording.zones import (
    ZoneChoice,
    city_in,
    format_both,
    same_clock,
    zone_choices,
    zone_city,
    zone_label,
)

__all__ = [
    "FILTERS",
    "NBSP",
    "N_",
    "TRANSLATIONS",
    "ZoneChoice",
    "catalogue",
    "city_in",
    "format_both",
    "format_dates",
    "format_day",
    "format_deadline",
    "format_duration",
    "format_money",
    "format_number",
    "format_percent",
    "format_range",
    "format_relative",
    "format_size",
    "format_spent",
    "format_time",
    "format_until",
    "format_up_to",
    "format_when",
    "join_words",
    "nb",
    "on_weekday",
    "same_clock",
    "upfirst",
    "zone_choices",
    "zone_city",
    "zone_label",
]
