"""What differs between two versions of a regulation, in words: its terms, and its text line by line."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from services.core.texts import Texts
from services.support.terms import differences
from webapp.i18n import current_locale, ngettext
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.pages.regulation_words import class_rows

if TYPE_CHECKING:
    from services.support.terms import Difference, Terms

_PARTS = {
    "name": _l("name"),
    "meaning": _l("what it means"),
    "response_minutes": _l("first answer"),
    "resolution_minutes": _l("solution or plan"),
    "hint": _l("how to give it"),
}
_WHOLE = {
    "rules": _l("Who falls into which class"),
    "pause": _l("What stops the clock"),
    "solved": _l("What counts as solved"),
    "reopen_days": _l("How long a solved request can be reopened"),
    "silence_days": _l("After how long a silent request is closed"),
    "classes": _l("Order of the classes"),
    "items": _l("Order of what may be asked for"),
}
_MINUTES = {"response_minutes", "resolution_minutes"}
_HOUR = 60


class Change(NamedTuple):
    """One term before and after, line by line; nothing where it was not there."""

    what: str
    before: list[str]
    after: list[str]


class TextChange(NamedTuple):
    """Lines that went and lines that came, under the heading they stand below."""

    heading: str
    gone: list[str]
    come: list[str]


def written_changes(old: Terms, new: Terms) -> list[Change]:
    """What differs in the terms; the order of classes and items only where nothing came or went."""
    return [
        Change(_what(one, old, new), _shown(one, one.before, old), _shown(one, one.after, new))
        for one in differences(old, new)
        if not _same_words(one) and (one.place[0] not in {"classes", "items"} or _same_members(one))
    ]


def text_changes(old: Texts, new: Texts) -> list[TextChange]:
    """What differs in the text of the reader's language."""
    locale = current_locale()
    before, after = _lines(old.of(locale)), _lines(new.of(locale))
    found = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [
        TextChange(_heading(after[:start]), list(before[gone:until]), list(after[start:end]))
        for kind, gone, until, start, end in found
        if kind != "equal"
    ]


def working_time(minutes: int) -> str:
    """A target in words: «4 рабочих часа»."""
    if minutes % _HOUR:
        return ngettext("%(num)d working minute", "%(num)d working minutes", minutes)
    return ngettext("%(num)d working hour", "%(num)d working hours", minutes // _HOUR)


def _what(one: Difference, old: Terms, new: Terms) -> str:
    kind, *inside = one.place
    locale = current_locale()
    if kind == "class":
        code, part = inside
        named = {known.code: known.name for terms in (old, new) for known in terms.classes.classes}
        return _("Class “%(name)s”: %(part)s", name=named[code].of(locale), part=str(_PARTS[part]))
    if kind == "item":
        code, part = inside
        items = {known.code: known.name for terms in (old, new) for known in terms.items}
        return _("To be asked for, “%(name)s”: %(part)s", name=items[code].of(locale), part=str(_PARTS[part]))
    if kind == "impact":
        impacts = {known.code: known.name for known in new.impacts}
        return _("Impact “%(name)s”", name=impacts[inside[0]].of(locale))
    return str(_WHOLE[kind])


def _shown(one: Difference, value: object, terms: Terms) -> list[str]:
    locale = current_locale()
    if value is None:
        return []
    if isinstance(value, Texts):
        return [value.of(locale)]
    if isinstance(value, int):
        if one.place[-1] in _MINUTES:
            return [working_time(value)]
        return [ngettext("%(num)d working day", "%(num)d working days", value)]
    if one.place == ("rules",):
        return [
            f"{row.impact.of(locale)}, {row.employees}: {row.made.name.of(locale)}"
            for row in class_rows(terms)
        ]
    named = terms.classes.classes if one.place == ("classes",) else terms.items
    return [known.name.of(locale) for known in named]


def _same_members(one: Difference) -> bool:
    before, after = one.before, one.after
    return isinstance(before, tuple) and isinstance(after, tuple) and set(before) == set(after)


def _same_words(one: Difference) -> bool:
    """No-break spaces go when a text is typed anew: they are no difference."""
    pairs = [value for value in (one.before, one.after) if isinstance(value, Texts)]
    return len({(_lines(pair.ru), _lines(pair.en)) for pair in pairs}) == 1 and len(pairs) == len(one[1:])


def _lines(text: str) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _heading(lines: tuple[str, ...]) -> str:
    return next((line.lstrip("# ") for line in reversed(lines) if line.startswith("#")), "")
