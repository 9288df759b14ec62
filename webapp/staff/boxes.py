"""One of a few as radio buttons, several of a few as boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Mapping


class BoxesField(SelectMultipleField):
    """A list of boxes, any of which may be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def boxes(label: Any, options: Mapping[str, Any]) -> BoxesField:
    """A box for each option, by its code."""
    return BoxesField(label, choices=_choices(options))


def radios(label: Any, options: Mapping[str, Any]) -> RadioField:
    """A radio button for each option, by its code; one has to be chosen."""
    return RadioField(label, choices=_choices(options), validators=[DataRequired(_l("Choose one."))])


def _choices(options: Mapping[str, Any]) -> list[Any]:
    return [SelectChoice(code, name) for code, name in options.items()]
