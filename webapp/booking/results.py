"""What came of a session, as the customer reads it."""

from __future__ import annotations

from typing import Any

from webapp.i18n import lazy_gettext as _l

RESULTS_TOLD: dict[str, Any] = {
    "solved": _l("It works again."),
    "partly": _l("It works in part; something is left to do."),
    "not_solved": _l("It doesn’t work yet."),
    "cut_short": _l("We had to cut the session short. You pay for the minutes it took, the rest goes back."),
}
