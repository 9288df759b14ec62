"""What the editing forms of the staff area share: texts in two languages, lists, refusals."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from services.core.texts import Texts
from webapp.days import DayField
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.inputs import tidy
from webapp.staff.refusals import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed import DataclassInstance

    from services.core.errors import InvalidError

_Figures = TypeVar("_Figures", bound="DataclassInstance")

LINE = 300
TEXT = 60_000


def strip(value: str | None) -> str | None:
    """Drop blanks around what was typed, and signs that no keyboard types."""
    return tidy(value)


def line(label: Any, *, hint: Any = "", required: bool = True, longest: int = LINE) -> StringField:
    """One line of text."""
    rules = [*_given(required), _length(longest)]
    return StringField(label, description=hint, filters=[strip], validators=rules)


def area(label: Any, *, hint: Any = "", required: bool = True) -> TextAreaField:
    """Several lines of text."""
    rules = [*_given(required), _length(TEXT)]
    return TextAreaField(label, description=hint, filters=[strip], validators=rules)


class Needed:
    """Marks a field that tells by itself what is wrong when it is empty."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Check nothing: the field has done it."""


class WholeField(IntegerField):
    """A whole number between two bounds; anything else is told what would be one."""

    def __init__(self, label: Any, *, least: int, most: int, **options: Any) -> None:
        """Keep the bounds, which stand in the message."""
        self.least, self.most = least, most
        super().__init__(label, render_kw={"inputmode": "numeric"}, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the digits that were typed."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = int(typed) if typed.isdecimal() and len(typed) < 10 else None
        if self.data is None or not self.least <= self.data <= self.most:
            message = _("Enter a whole number from %(least)s to %(most)s.", least=self.least, most=self.most)
            raise ValueError(message)


def number(label: Any, *, least: int, most: int, hint: Any = "") -> WholeField:
    """A whole number between two bounds."""
    return WholeField(label, least=least, most=most, description=hint, validators=[Needed()])


def day(label: Any, *, hint: Any = "", required: bool = True) -> DayField:
    """A date."""
    given = [DataRequired(_l("Enter a date like 26.11.2026."))] if required else []
    return DayField(label, description=hint, validators=given)


def tick(label: Any) -> BooleanField:
    """A box."""
    return BooleanField(label)


def both(field: Any, label: Any, **options: Any) -> tuple[Any, Any]:
    """The same field for Russian and for English; name them `<name>_ru, <name>_en`."""
    return (
        field(_l("%(label)s, in Russian", label=label), **options),
        field(_l("%(label)s, in English", label=label), **options),
    )


def _given(required: bool) -> list[DataRequired]:  # noqa: FBT001, its callers name it
    # No `Optional`: it would keep the form's own checks from looking at an empty field.
    return [DataRequired(_l("Fill this in."))] if required else []


def _length(longest: int) -> Length:
    return Length(max=longest, message=_l("Shorten this to %(longest)s characters.", longest=longest))


_SHORT = {
    "WholeField",
    "MinutesField",
    "DayField",
    "ClockField",
    "SumField",
    "FactorField",
    "SpanField",
    "TargetField",
    "CountField",
}


class StaffForm(FlaskForm):
    """A form of the desk; `groups` says under which headings its fields stand.

    A name in `groups` that is no field stands for a pair, `<name>_ru` and `<name>_en`.
    """

    groups: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()

    def text(self, name: str) -> str:
        """What was typed into one field, without blanks around it."""
        return str(self[name].data or "").strip()

    def whole(self, name: str) -> int:
        """The number in one field, which has to be valid."""
        return int(self[name].data)

    def figures(self, kind: type[_Figures]) -> _Figures:
        """The whole numbers of a dataclass, each in the field of its name; all have to be valid."""
        return kind(**{part.name: self.whole(part.name) for part in fields(kind)})

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self[name].data)

    def day(self, name: str) -> date:
        """The date in one field, which has to be valid."""
        found = self[name].data
        if not isinstance(found, date):
            raise TypeError(name)
        return found

    def texts(self, name: str) -> Texts:
        """The pair of texts under `name`."""
        return Texts(ru=self.text(f"{name}_ru"), en=self.text(f"{name}_en"))

    def texts_if_any(self, name: str) -> Texts | None:
        """The pair under `name`, or None when both are empty."""
        pair = self.texts(name)
        return pair if pair.ru or pair.en else None

    def lines(self, name: str) -> list[Texts]:
        """A list in two languages, one point a line."""
        russian, english = _points(self.text(f"{name}_ru")), _points(self.text(f"{name}_en"))
        return [Texts(ru=ru, en=en) for ru, en in zip(russian, english, strict=True)]

    def refuse(self, error: InvalidError) -> None:
        """Show what a command refused beside its field, or on top when it is none of the form."""
        field = self._fields.get(error.field or "") or self._fields.get(f"{error.field}_ru")
        if field is None:
            self.form_errors = [*self.form_errors, sentence(error)]
        else:
            field.errors = [*field.errors, sentence(error)]

    def is_compact(self, group: Iterable[str]) -> bool:
        """Whether a group holds nothing but short fields, which may stand side by side."""
        return all(name in self and self[name].type in _SHORT for name in group)

    def names(self, group: Iterable[str]) -> list[tuple[str, ...]]:
        """The fields of a group: one name each, or two for a pair."""
        return [(name,) if name in self else (f"{name}_ru", f"{name}_en") for name in group]


def _points(text: str) -> list[str]:
    return [point.strip() for point in text.splitlines() if point.strip()]


def same_points(form: StaffForm, field: Any) -> None:
    """Validate the English half of a list: as many points as the Russian one."""
    russian = _points(form.text(field.name.removesuffix("_en") + "_ru"))
    english = _points(field.data or "")
    if len(russian) != len(english):
        raise ValidationError(
            _(
                "Give as many lines as in Russian: %(ru)s there, %(en)s here.",
                ru=len(russian),
                en=len(english),
            )
        )


def both_or_none(form: StaffForm, field: Any) -> None:
    """Validate the English half of a text that may be missing: both or neither."""
    russian = form.text(field.name.removesuffix("_en") + "_ru")
    if bool(russian) != bool((field.data or "").strip()):
        raise ValidationError(_("Give this text in both languages, or in neither."))


def spread(name: str, texts: Texts | None) -> dict[str, str]:
    """A pair of texts as the two fields that show it."""
    return {f"{name}_ru": texts.ru if texts else "", f"{name}_en": texts.en if texts else ""}


def spread_lines(name: str, points: Iterable[Texts]) -> dict[str, str]:
    """A list in two languages as the two fields that show it, one point a line."""
    points = list(points)
    return {
        f"{name}_ru": "\n".join(point.ru for point in points),
        f"{name}_en": "\n".join(point.en for point in points),
    }
