"""The form of the waitlist's rules."""

from __future__ import annotations

from typing import Any

from wtforms.validators import ValidationError

from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.staff.forms import StaffForm, number


class RulesForm(StaffForm):
    """How long an offer is kept, how many are made, when, and how long names are kept."""

    offer_minutes = number(_l("An offered time is kept, minutes"), least=15, most=24 * 60)
    most_passes = number(_l("Nobody waits on after so many offers without an answer"), least=1, most=20)
    from_hour = number(_l("Offers go out from, hour of the customer’s clock"), least=0, most=23)
    until_hour = number(_l("Offers go out until, hour of the customer’s clock"), least=1, most=24)
    wishes_an_address = number(_l("Wishes of one e-mail address at once"), least=1, most=20)
    kept_days = number(_l("Name and address are forgotten after, days"), least=1, most=365)
    groups = (
        (_l("An offer"), ("offer_minutes", "most_passes", "from_hour", "until_hour")),
        (_l("A wish"), ("wishes_an_address", "kept_days")),
    )

    def validate_until_hour(self, field: Any) -> None:
        """A day has to have hours."""
        first, last = self.from_hour.data, field.data
        if isinstance(first, int) and isinstance(last, int) and last <= first:
            raise ValidationError(_("This hour must come after the first one."))
