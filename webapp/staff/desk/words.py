"""Names of what comes of a session."""

from __future__ import annotations

from typing import Any

from webapp.i18n import lazy_gettext as _l

RESULT_NAMES: dict[str, Any] = {
    "solved": _l("it works again"),
    "partly": _l("it works in part, something is left to do"),
    "not_solved": _l("it doesn't work yet"),
    "cut_short": _l("we had to cut it short"),
}
