"""Editing a program for connecting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wtforms.validators import ValidationError

from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.staff.forms import StaffForm, both, line, number, spread, tick

if TYPE_CHECKING:
    from services.catalogue.models import Tool


class ToolForm(StaffForm):
    """A program for connecting."""

    groups = (
        (_l("Program"), ("name", "position", "active")),
        (_l("Its connection ID"), ("id_hint", "id_pattern")),
        (_l("Where to get it"), ("download_url",)),
    )

    name_ru, name_en = both(line, _l("Name"))
    position = number(_l("Place in lists"), least=0, most=999)
    active = tick(_l("Shown to customers"))
    id_hint_ru, id_hint_en = both(line, _l("Where customers see it"))
    id_pattern = line(
        _l("Shape of the ID"), hint=_l("A regular expression; an ID that doesn't fit is only warned of")
    )
    download_url = line(_l("Address to download it from"), required=False)

    def validate_id_pattern(self, field: Any) -> None:
        """A pattern that can be compiled."""
        try:
            re.compile(field.data or "")
        except re.error as error:
            raise ValidationError(_("This is no regular expression.")) from error

    def validate_download_url(self, field: Any) -> None:
        """Only addresses that a browser opens safely."""
        if field.data and not field.data.startswith("https://"):
            raise ValidationError(_("Enter an address that starts with https://."))

    def changes(self) -> dict[str, Any]:
        """The attributes of a program as they were typed."""
        return {
            "name": self.texts("name"),
            "position": self.whole("position"),
            "active": self.ticked("active"),
            "id_hint": self.texts("id_hint"),
            "id_pattern": self.text("id_pattern"),
            "download_url": self.text("download_url") or None,
        }


def show_tool(tool: Tool) -> dict[str, Any]:
    """A program as its form shows it."""
    plain = {name: getattr(tool, name) for name in ("position", "active", "id_pattern", "download_url")}
    return {**plain, **spread("name", tool.name), **spread("id_hint", tool.id_hint)}
