"""Between the terms of a regulation and the fields of its form, both ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from services.support.terms import (
    IMPACTS,
    ITEMS,
    Classes,
    ClassRule,
    Impact,
    Item,
    SupportClass,
    Terms,
    bands,
)
from webapp.i18n import gettext as _
from webapp.staff.forms import spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.core.texts import Texts
    from webapp.staff.support.terms_form import RegulationForm

_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def show_terms(terms: Terms | None) -> dict[str, Any]:
    """The terms as the form shows them; without any, the codes that have to be there."""
    if terms is None:
        return {f"item_{n}_code": code for n, code in enumerate(ITEMS, 1)}
    shown: dict[str, Any] = {"reopen_days": terms.reopen_days, "silence_days": terms.silence_days}
    for n, one in enumerate(terms.classes.classes, 1):
        shown |= {f"class_{n}_code": one.code, f"class_{n}_response": one.response_minutes}
        shown |= {f"class_{n}_resolution": one.resolution_minutes}
        shown |= spread(f"class_{n}_name", one.name) | spread(f"class_{n}_meaning", one.meaning)
    for n, item in enumerate(terms.items, 1):
        shown |= {f"item_{n}_code": item.code}
        shown |= spread(f"item_{n}_name", item.name) | spread(f"item_{n}_hint", item.hint)
    for impact in terms.impacts:
        shown |= spread(f"impact_{impact.code}", impact.name) | _show_rule(terms, impact.code)
    return shown | spread("pause", terms.pause) | spread("solved", terms.solved)


def read_terms(form: RegulationForm) -> Terms | None:
    """The terms that were typed; None when something is wrong, which then stands in the form."""
    classes = dict(_classes(form))
    items = list(_items(form))
    rules, default_code = _rules(form, classes)
    if not classes:
        _wrong(form, "class_1_name_ru", _("Name one class at least."))
    missing = set(ITEMS) - {item.code for item in items}
    if missing:
        _wrong(
            form, "item_1_name_ru", _("These can't be left out: %(codes)s", codes=", ".join(sorted(missing)))
        )
    if any(field.errors for field in form):
        return None
    return Terms(
        classes=Classes(tuple(classes.values()), tuple(rules), default_code),
        impacts=tuple(Impact(code, form.texts(f"impact_{code}")) for code in IMPACTS),
        items=tuple(items),
        pause=form.texts("pause"),
        solved=form.texts("solved"),
        reopen_days=form.whole("reopen_days"),
        silence_days=form.whole("silence_days"),
    )


def _show_rule(terms: Terms, impact: str) -> dict[str, Any]:
    """The class of one employee and, where it makes a difference, that of many."""
    places = {one.code: str(n) for n, one in enumerate(terms.classes.classes, 1)}
    base, *more = (
        band for band in bands(terms.classes, impact=impact) if band.below is None or band.below > 1
    )
    stem = f"rule_{impact}"
    shown: dict[str, Any] = {f"{stem}_base": places[base.class_code]}
    if more:
        shown |= {f"{stem}_from": more[-1].at_least, f"{stem}_more": places[more[-1].class_code]}
    return shown


def _classes(form: RegulationForm) -> Iterator[tuple[str, SupportClass]]:
    """The classes by their places; what is begun and not finished is told beside its field."""
    codes = _codes(form, "class", form.shape.classes)
    for n, code in codes.items():
        stem = f"class_{n}"
        parts = [f"{stem}_{part}" for part in ("name_ru", "name_en", "meaning_ru", "meaning_en")]
        targets = [f"{stem}_response", f"{stem}_resolution"]
        if not any(form.text(name) for name in (*parts, *targets)) or not _is_whole(form, [*parts, *targets]):
            continue
        fields: list[Any] = [form[name] for name in targets]
        response, resolution = (field.minutes for field in fields)
        if response is None or resolution is None:
            continue
        if response > resolution:
            _wrong(form, targets[1], _("The solution can't be due before the first answer."))
            continue
        yield (
            str(n),
            SupportClass(
                code, form.texts(f"{stem}_name"), form.texts(f"{stem}_meaning"), response, resolution
            ),
        )


def _items(form: RegulationForm) -> Iterator[Item]:
    codes = _codes(form, "item", form.shape.items)
    for n, code in codes.items():
        names = [f"item_{n}_{part}" for part in ("name_ru", "name_en", "hint_ru", "hint_en")]
        if any(form.text(name) for name in names) and _is_whole(form, names):
            pair: list[Texts] = [form.texts(f"item_{n}_name"), form.texts(f"item_{n}_hint")]
            yield Item(code, *pair)


def _rules(form: RegulationForm, classes: dict[str, SupportClass]) -> tuple[list[ClassRule], str]:
    rules, default_code = [], ""
    for impact in IMPACTS:
        base, more = (_chosen(form, f"rule_{impact}_{part}", classes) for part in ("base", "more"))
        many = form[f"rule_{impact}_from"].data
        if (many is None) != (more == ""):
            _wrong(form, f"rule_{impact}_more", _("Give both the number and the class, or neither."))
        if many is not None and more:
            rules.append(ClassRule(many, frozenset({impact}), more))
        if impact == IMPACTS[-1]:
            default_code = base
        elif base:
            rules.append(ClassRule(0, frozenset({impact}), base))
    return rules, default_code


def _chosen(form: RegulationForm, name: str, classes: dict[str, SupportClass]) -> str:
    """The code of the class in a place; the empty one where none is chosen."""
    place = form.text(name)
    if place and place not in classes:
        _wrong(form, name, _("There is no class in this place."))
        return ""
    return classes[place].code if place else ""


def _codes(form: RegulationForm, kind: str, places: int) -> dict[int, str]:
    """A code for each place: the one it had, else a new one; no two are the same."""
    known: dict[int, str] = {}
    for n in range(1, places + 1):
        had = form.text(f"{kind}_{n}_code")
        if _CODE.fullmatch(had) and had not in known.values():
            known[n] = had
    free = (code for code in (f"{kind}-{n}" for n in range(1, 100)) if code not in known.values())
    return {n: known.get(n) or next(free) for n in range(1, places + 1)}


def _is_whole(form: RegulationForm, names: list[str]) -> bool:
    empty = [name for name in names if not form.text(name) and not form[name].errors]
    for name in empty:
        _wrong(form, name, _("Fill this in."))
    return not empty and not any(form[name].errors for name in names)


def _wrong(form: RegulationForm, name: str, sentence: str) -> None:
    form[name].errors = [*form[name].errors, sentence]
