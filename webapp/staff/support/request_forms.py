"""The forms beside a request; each has a prefix of its own, for they stand on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from services.support.requests.classing import LONGEST_REASON
from services.support.requests.conversing import LONGEST_DETAIL
from services.support.requests.writing import LONGEST_MESSAGE
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.staff.forms import StaffForm, line, number, strip, tick
from webapp.staff.support.words import REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.people.models import StaffMember
    from services.support.terms import Item, Terms

_CHOOSE = InputRequired(_l("Choose one."))
_MOST_NUMBER = 999_999_999


def _text(
    label: Any, *, hint: Any = "", needed: bool = True, longest: int = LONGEST_MESSAGE
) -> TextAreaField:
    length = Length(max=longest, message=_l("Shorten this to %(longest)s characters.", longest=longest))
    rules = [InputRequired(_l("Fill this in.")), length] if needed else [length]
    return TextAreaField(label, description=hint, filters=[strip], validators=rules)


class AnswerForm(StaffForm):
    """A public message; `kind` is what it does to the clocks."""

    kind = RadioField(
        _l("What it is"),
        choices=[
            SelectChoice("answer", _l("An answer: the work goes on")),
            SelectChoice("solution", _l("The solution: the clocks stop")),
            SelectChoice("plan", _l("A plan for the solution: the clocks stop")),
        ],
        validators=[_CHOOSE],
    )
    body = _text(_l("Answer"), hint=_l("The customer gets it by mail and on his page."))
    files = MultipleFileField(_l("Files"), [Optional()])


class ClassForm(StaffForm):
    """Another class, with a reason; the start and the pauses stay."""

    class_code = RadioField(_l("Class"), validators=[_CHOOSE])
    reason = line(_l("Why another class"), longest=LONGEST_REASON)

    def offer(self, terms: Terms) -> None:
        """Let the choices be the classes of the request's own regulation."""
        locale = current_locale()
        self.class_code.choices = [
            SelectChoice(one.code, one.name.of(locale)) for one in terms.classes.classes
        ]


class NoteForm(StaffForm):
    """What staff tell each other."""

    body = _text(_l("New note"), hint=_l("The customer never sees it."))


class TakeForm(StaffForm):
    """Taking a request that isn't the head of the queue."""

    reason = RadioField(
        _l("Why this one before the others"),
        choices=[SelectChoice(code, name) for code, name in REASONS.items()],
        validators=[_CHOOSE],
    )


class MergeForm(StaffForm):
    """The other request about the same thing."""

    into = number(_l("Number of the other request"), least=1, most=_MOST_NUMBER)


class HandOverForm(StaffForm):
    """Who goes on with it."""

    to = SelectField(_l("Who goes on with it"), validators=[Optional()])

    def offer(self, staff: Sequence[StaffMember]) -> None:
        """Let the choices be the colleagues, and nobody."""
        nobody = ("", _("Nobody: back to the queue"))
        self.to.choices = [nobody, *((str(one.id), one.person.name) for one in staff)]


class MentionForm(StaffForm):
    """The paid session, mentioned once."""

    asked = tick(_l("The customer has asked for it himself"))


class InfoForm(StaffForm):
    """What only the customer can give; `info_form` adds a box and a line for each item."""

    body = _text(_l("A word with it"), needed=False)

    def wanted(self, items: Sequence[Item]) -> list[dict[str, str]]:
        """The ticked items with their details."""
        return [
            {"code": item.code, "detail": self.text(f"detail_{item.code}")}
            for item in items
            if self.ticked(f"item_{item.code}")
        ]


def info_form(items: Sequence[Item], **options: Any) -> InfoForm:
    """The form of an information request by the items of a regulation."""
    locale = current_locale()
    made: dict[str, Any] = {}
    for item in items:
        made[f"item_{item.code}"] = tick(item.name.of(locale))
        made[f"detail_{item.code}"] = StringField(
            _("More exactly: %(item)s", item=item.name.of(locale)),
            filters=[strip],
            validators=[
                Length(
                    max=LONGEST_DETAIL,
                    message=_("Shorten this to %(longest)s characters.", longest=LONGEST_DETAIL),
                )
            ],
        )
    form: InfoForm = type("AskedItems", (InfoForm,), made)(prefix="ask-", **options)
    return form
