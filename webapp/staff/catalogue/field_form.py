"""Editing a field of a product's free request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wtforms.validators import ValidationError

from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.staff.boxes import radios
from webapp.staff.forms import StaffForm, both, both_or_none, line, number, spread, tick
from webapp.support.fields import OWN_KEYS

if TYPE_CHECKING:
    from services.catalogue.models import RequestField

_KEY = re.compile(r"[a-z_]+")
KINDS: dict[str, Any] = {
    "line": _l("one line"),
    "text": _l("several lines"),
    "number": _l("a whole number"),
    "link": _l("an address on the web"),
    "file": _l("a file that they attach to the letter"),
}
"""What customers enter, by the kind of the field."""


class FieldForm(StaffForm):
    """What a request asks for, and why."""

    groups = (
        (_l("The field"), ("key", "kind", "required", "position")),
        (_l("What customers read"), ("label", "hint", "reason")),
    )

    key = line(
        _l("Key"),
        hint=_l("Small Latin letters and underscores; what is entered under “project” begins the subject"),
        longest=60,
    )
    kind = radios(_l("What they enter"), KINDS)
    required = tick(_l("Must be filled in"))
    position = number(_l("Place in the list"), least=0, most=999)
    label_ru, label_en = both(line, _l("Label"))
    hint_ru, hint_en = both(line, _l("How to fill it in"), required=False)
    reason_ru, reason_en = both(line, _l("Why we ask"), hint=_l("Follows the words “Why we ask:”"))

    validate_hint_en = both_or_none

    def validate_key(self, field: Any) -> None:
        """The shape that the database demands as well, and nothing that the form asks anyway."""
        if not _KEY.fullmatch(field.data or ""):
            raise ValidationError(_("Use small Latin letters and underscores, like device_database."))
        if field.data in OWN_KEYS:
            raise ValidationError(_("The form asks for this by itself. Choose another key."))

    def changes(self) -> dict[str, Any]:
        """The attributes of a field as they were typed."""
        return {
            "key": self.text("key"),
            "kind": self.text("kind"),
            "required": self.ticked("required"),
            "position": self.whole("position"),
            "label": self.texts("label"),
            "hint": self.texts_if_any("hint"),
            "reason": self.texts("reason"),
        }


def show_field(field: RequestField) -> dict[str, Any]:
    """A field as its form shows it."""
    shown: dict[str, Any] = {name: getattr(field, name) for name in ("key", "kind", "required", "position")}
    for name in ("label", "hint", "reason"):
        shown |= spread(name, getattr(field, name))
    return shown
