"""The form of a regulation: its classes, who falls into which, what may be asked for, and its text.

Classes and items have places: one that is emptied goes, and one place more is there for another.
How many places there are stands in what was sent, so that nothing typed is lost when somebody else
has saved the draft meanwhile.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from wtforms import HiddenField, SelectField
from wtforms.validators import DataRequired, Length

from services.support.terms import IMPACTS, ITEMS
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.staff.boxes import radios
from webapp.staff.forms import StaffForm, area, both, line, number
from webapp.staff.support.terms_fields import CountField, TargetField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from services.core.business_calendars import KeptCalendar
    from services.support.terms import Terms

_MOST = 20
_NAME = {
    "stopped": _l("Impact: work has stopped"),
    "hampered": _l("Impact: work is hampered"),
    "inconvenient": _l("Impact: it is inconvenient"),
    "question": _l("Impact: none, a question"),
}
_ENDS = ("pause", "solved", "reopen_days", "silence_days")


class Shape(NamedTuple):
    """How many places for classes and for items a form has."""

    classes: int
    items: int


class RegulationForm(StaffForm):
    """What every version has; `of_shape` adds its classes, impacts and items."""

    shape = Shape(0, 0)

    calendar = radios(_l("Working hours"), {})
    pause_ru, pause_en = both(area, _l("What stops the clock"))
    solved_ru, solved_en = both(area, _l("What counts as solved"))
    reopen_days = number(_l("A solved request can be reopened for … working days"), least=1, most=250)
    silence_days = number(_l("A silent request is closed after … working days"), least=1, most=250)
    body_ru, body_en = both(area, _l("Text"), hint=_l("Markdown: headings with #, lists with -"))

    def __init__(self, **options: Any) -> None:
        """A place that holds something needs all of it: nothing there is called optional."""
        super().__init__(**options)
        places: dict[str, list[Any]] = {}
        for name, one in self._fields.items():
            if found := re.match(r"(class|item)_\d+_(?!code)", name):
                places.setdefault(found[0], []).append(one)
        for fields in places.values():
            if any(one.data for one in fields):
                for one in fields:
                    one.flags.unmarked = True

    @classmethod
    def of_shape(cls, shape: Shape, terms: Terms | None) -> type[RegulationForm]:
        """The form with places for so many classes and items; places are called as `terms` call them."""
        named = [one.name.of(current_locale()) for one in terms.classes.classes] if terms else []
        names = dict(enumerate(named, 1))
        places = [(str(n), f"{n}. {names[n]}" if n in names else str(n)) for n in range(1, shape.classes + 1)]
        made: dict[str, Any] = {"shape": shape}
        groups: list[tuple[Any, tuple[str, ...]]] = [
            *((_("Class %(n)s", n=n), _class_fields(made, n)) for n in range(1, shape.classes + 1)),
            *((_NAME[code], _impact_fields(made, code, places)) for code in IMPACTS),
            *((_("May be asked for, %(n)s", n=n), _item_fields(made, n)) for n in range(1, shape.items + 1)),
        ]
        ends = ((_l("Working hours"), ("calendar",)), (_l("What the clock goes by"), _ENDS))
        made["groups"] = (*groups, *ends, (_l("What it says"), ("body",)))
        return type("RegulationForm", (cls,), made)

    def offer(self, calendars: Iterable[KeptCalendar]) -> None:
        """Let one of these calendars be chosen."""
        locale = current_locale()
        self.calendar.choices = [(one.code, one.name.of(locale)) for one in calendars]


def shape_of(terms: Terms | None, sent: Mapping[str, str]) -> Shape:
    """The places of what was sent, else one more than a version has; four classes to begin with."""
    if sent:
        return Shape(_count(sent, "class"), _count(sent, "item"))
    if terms is None:
        return Shape(4, len(ITEMS) + 1)
    return Shape(min(_MOST, len(terms.classes.classes) + 1), min(_MOST, len(terms.items) + 1))


def _count(sent: Mapping[str, str], kind: str) -> int:
    found = (re.fullmatch(rf"{kind}_(\d{{1,2}})_code", name) for name in sent)
    return min(_MOST, max((int(one[1]) for one in found if one), default=1))


def _class_fields(made: dict[str, Any], n: int) -> tuple[str, ...]:
    stem = f"class_{n}"
    empty = _("Empty all of it, and the class goes.")
    made[f"{stem}_code"] = _code()
    made |= _pair(f"{stem}_name", both(line, _("Name"), required=False, hint=empty))
    made |= _pair(f"{stem}_meaning", both(line, _("What it means"), required=False))
    hint = _("Working hours, like 4 or 0:30")
    made[f"{stem}_response"] = TargetField(_("First answer within"), description=hint)
    made[f"{stem}_resolution"] = TargetField(_("Solution or plan within"), description=hint)
    return tuple(f"{stem}_{part}" for part in ("name", "meaning", "response", "resolution"))


def _impact_fields(made: dict[str, Any], code: str, places: list[tuple[str, str]]) -> tuple[str, ...]:
    made |= _pair(f"impact_{code}", both(line, _("How the form puts it")))
    made[f"rule_{code}_base"] = SelectField(
        _("Makes class"), choices=places, validators=[DataRequired(_l("Choose one."))]
    )
    made[f"rule_{code}_from"] = CountField(
        _("But from … employees on"), description=_("Empty: the number makes no difference")
    )
    made[f"rule_{code}_more"] = SelectField(_("it makes class"), choices=[("", "—"), *places])
    return (f"impact_{code}", *(f"rule_{code}_{part}" for part in ("base", "from", "more")))


def _item_fields(made: dict[str, Any], n: int) -> tuple[str, ...]:
    stem = f"item_{n}"
    made[f"{stem}_code"] = _code()
    made |= _pair(f"{stem}_name", both(line, _("What"), required=False))
    made |= _pair(f"{stem}_hint", both(line, _("How to give it"), required=False))
    return (f"{stem}_name", f"{stem}_hint")


def _code() -> HiddenField:
    return HiddenField(validators=[Length(max=40)])


def _pair(name: str, fields: tuple[Any, Any]) -> dict[str, Any]:
    return {f"{name}_ru": fields[0], f"{name}_en": fields[1]}
