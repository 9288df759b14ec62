"""Sentences for what commands refuse in the forms of the staff area, by the rule's code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from services.core.errors import InvalidError

SENTENCES: dict[str, Any] = {
    "slug_fixed": _l("The short name stands in addresses: leave it as it was."),
    "slug_taken": _l("This short name is taken. Choose another."),
    "seller_zone": _l("There is no such zone. Enter a name like Europe/Moscow."),
    "seller_hours": _l("The office closes before it opens: exchange the two times."),
    "vat_regime": _l("This seller sells without VAT: give a reason instead of a rate."),
    "price_list_past": _l("This day is past. Choose today or a later one."),
    "window": _l("There is no such time of the day."),
    "empty": _l("Fill this in, in both languages."),
    "before_newest": _l("Choose a date not before that of the newest version."),
}


def sentence(error: InvalidError) -> str:
    """What to tell about `error`; the code itself when nobody wrote a sentence for it."""
    known = SENTENCES.get(error.code)
    return str(known) if known else _("This can't be accepted (%(code)s).", code=error.code)
