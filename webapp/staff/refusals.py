"""Sentences for what commands refuse in the forms of the staff area, by the rule's code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.i18n import lazy_gettext as _l
from webapp.wrongs import sentence_of

if TYPE_CHECKING:
    from services.core.errors import InvalidError

SENTENCES: dict[str, Any] = {
    "slug_fixed": _l("The short name stands in addresses: leave it as it was."),
    "slug_taken": _l("This short name is taken. Choose another."),
    "key_taken": _l("This product has a field with this key already. Choose another."),
    "seller_zone": _l("There is no such zone. Enter a name like Europe/Moscow."),
    "seller_hours": _l("The office closes before it opens: exchange the two times."),
    "vat_regime": _l("This seller sells without VAT: give a reason instead of a rate."),
    "price_list_past": _l("This day is past. Choose today or a later one."),
    "kpp_format": _l("This code is four digits, two digits or capital letters, three digits."),
    "kpp_zeros": _l("There is no such code."),
    "ogrn_length": _l("This number has 13 digits for a company and 15 for an entrepreneur."),
    "ogrn_digits": _l("This number is made of digits only."),
    "ogrn_checksum": _l("The check digit doesn't fit. Compare the number with the register."),
    "ogrn_prefix": _l("This number begins with another digit. Compare it with the register."),
    "ogrn_zeros": _l("There is no such number."),
    "zone": _l("There is no such zone. Enter a name like Europe/Moscow."),
    "window": _l("There is no such time of the day."),
    "reserve_percent": _l("Enter a whole number from 0 to 99."),
    "reserve_past": _l("This day is past. Choose today or a later one."),
    "closure_dates": _l("The end must come after the start, and at most a year later."),
    "closure_past": _l("This time is over already. Choose a later end."),
    "closure_reason": _l("Fill this in."),
    "closure_overlap": _l(
        "Starts are closed by hand in this time already: open those again, or choose another time."
    ),
    "web_address": _l("Enter a web address that begins with https://."),
    "code_taken": _l("There is a set with this code already. Choose another."),
    "no_days": _l("Nothing is stored for this year yet: take its proposal over first."),
    "empty": _l("Fill this in, in both languages."),
    "pick_reason": _l("Others stand before it. Copy what you have written, take the request and say why."),
    "sales_note": _l("Say in a sentence what became of it."),
    "explanation_length": _l("Say it in both languages, in 300 signs at most each."),
    "not_missed": _l("This deadline was kept: there is nothing to explain."),
    "credit_sum": _l("That is more than is left of the act."),
    "credit_kind": _l("Only an act in force can be corrected by a credit note."),
    "report_text": _l("Say in a sentence what came of it: the customer reads it."),
    "report_minutes": _l("Enter how many minutes it took: less than was agreed."),
    "credit_taken": _l("This company has credit already: change that."),
    "credit_company": _l("This is a company of ours."),
    "credit_limit": _l("Enter a sum above zero."),
    "regulation_past": _l("What came in today has its deadlines already. Choose tomorrow or a later day."),
    "regulation_empty": _l("Fill this in, in both languages."),
    "calendar_past": _l("What was counted of today stays counted. Choose tomorrow or a later day."),
    "calendar_windows": _l("There is no such time of the day."),
    "calendar_closed": _l("These hours are never open: no deadline could be counted by them."),
    "calendar_taken": _l("There is a calendar with this short name already. Choose another."),
    "calendar_zone": _l("There is no such zone. Enter a name like Europe/Moscow."),
    "merge_unknown": _l("There is no request with this number."),
    "merge_self": _l("It is this very request: enter the number of the other one."),
    "merge_strangers": _l("The two have different authors and companies: they can’t become one."),
    "mention_why": _l(
        "The customer never said that he can’t collect the data. Tick the box if he asked himself."
    ),
    "items_none": _l("Tick at least one thing that the customer has to send."),
    "message_empty": _l("Write something."),
    "message_long": _l("Shorten this."),
    "class_unknown": _l("Choose one of the classes."),
    "class_reason": _l("Say why, in up to 300 characters."),
    "class_late": _l("A deadline has passed already: no class with later ones can be given now."),
    "class_ended": _l("This request has ended: its class stays."),
    "before_newest": _l("Choose a date not before that of the newest version."),
}


def sentence(error: InvalidError) -> str:
    """What to tell about `error`: our own sentence, or the one that customers read."""
    known = SENTENCES.get(error.code)
    return str(known) if known else sentence_of(error)
