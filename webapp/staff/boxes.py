"""Several of a few, as boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

if TYPE_CHECKING:
    from collections.abc import Mapping


class BoxesField(SelectMultipleField):
    """A list of boxes, any of which may be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def boxes(label: Any, options: Mapping[str, Any]) -> BoxesField:
    """A box for each option, by its code."""
    return BoxesField(label, choices=[SelectChoice(code, name) for code, name in options.items()])
