"""The regulation's rule: every request has one class, and more people never make it a lesser one."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.texts import Texts
from services.support.terms import IMPACTS as KNOWN_IMPACTS
from services.support.terms import (
    ITEMS,
    Classes,
    ClassRule,
    Impact,
    Item,
    SupportClass,
    Terms,
    bands,
    class_for,
    differences,
)

IMPACTS = ("stopped", "hindered", "question")
ORDER = ("P1", "P2", "P3", "P4")


def _class(code: str, response: int = 60, resolution: int = 480) -> SupportClass:
    return SupportClass(code, Texts(code, code), Texts(code, code), response, resolution)


FOUR = tuple(_class(code) for code in ORDER)
EXAMPLE = Classes(
    FOUR,
    (
        ClassRule(10, frozenset({"stopped"}), "P1"),
        ClassRule(1, frozenset({"stopped"}), "P2"),
        ClassRule(10, frozenset({"hindered"}), "P2"),
        ClassRule(1, frozenset({"hindered"}), "P3"),
    ),
    "P4",
)


@st.composite
def _terms(draw: st.DrawFn) -> Classes:
    rules = st.builds(
        ClassRule, st.integers(0, 50), st.frozensets(st.sampled_from(IMPACTS)), st.sampled_from(ORDER)
    )
    return Classes(FOUR, tuple(draw(st.lists(rules, max_size=6))), draw(st.sampled_from(ORDER)))


@given(terms=_terms(), employees=st.integers(0, 1000), impact=st.text(max_size=9) | st.sampled_from(IMPACTS))
def test_every_request_has_one_class_of_its_version(terms: Classes, employees: int, impact: str) -> None:
    assert class_for(terms, employees=employees, impact=impact) in terms.classes


@given(few=st.integers(0, 60), more=st.integers(0, 60), impact=st.sampled_from(IMPACTS))
def test_more_people_never_make_the_class_a_lesser_one(few: int, more: int, impact: str) -> None:
    lesser = class_for(EXAMPLE, employees=few, impact=impact)
    greater = class_for(EXAMPLE, employees=few + more, impact=impact)

    assert ORDER.index(greater.code) <= ORDER.index(lesser.code)


def test_the_first_rule_that_fits_decides() -> None:
    assert class_for(EXAMPLE, employees=10, impact="stopped").code == "P1"
    assert class_for(EXAMPLE, employees=9, impact="stopped").code == "P2"
    assert class_for(EXAMPLE, employees=500, impact="question").code == "P4"


def test_codes_that_name_nothing_or_two_things_are_refused() -> None:
    with pytest.raises(ValueError, match="P9"):
        Classes(FOUR, (), "P9")
    with pytest.raises(ValueError, match="P1"):
        Classes((*FOUR, FOUR[0]), (), "P1")


def test_a_resolution_before_the_response_is_refused() -> None:
    with pytest.raises(ValueError, match="60"):
        _class("P1", 60, 59)


def _full(classes: Classes = EXAMPLE, **facts: object) -> Terms:
    said = Texts("да", "yes")
    whole: dict[str, Any] = {
        "classes": classes,
        "impacts": tuple(Impact(code, said) for code in KNOWN_IMPACTS),
        "items": tuple(Item(code, said, said) for code in ITEMS),
        "pause": said,
        "solved": said,
        "reopen_days": 10,
        "silence_days": 10,
    }
    return Terms(**(whole | facts))


@given(classes=_terms(), reopen_days=st.integers(1, 250))
def test_terms_survive_being_stored(classes: Classes, reopen_days: int) -> None:
    terms = _full(classes, reopen_days=reopen_days)
    assert Terms.from_json(json.loads(json.dumps(terms.to_json()))) == terms


@given(classes=_terms(), impact=st.sampled_from(IMPACTS), employees=st.integers(0, 100))
def test_bands_say_what_the_rules_come_to(classes: Classes, impact: str, employees: int) -> None:
    found = bands(classes, impact=impact)
    (one,) = (b for b in found if b.at_least <= employees and (b.below is None or employees < b.below))
    assert one.class_code == class_for(classes, employees=employees, impact=impact).code
    assert all(a.class_code != b.class_code and a.below == b.at_least for a, b in pairwise(found))


@given(one=_terms(), other=_terms())
def test_terms_differ_where_somebody_would_fall_into_another_class(one: Classes, other: Classes) -> None:
    places = {difference.place for difference in differences(_full(one), _full(other))}
    same = all(
        class_for(one, employees=n, impact=impact).code == class_for(other, employees=n, impact=impact).code
        for n in range(52)
        for impact in KNOWN_IMPACTS
    )
    assert places == (set() if same else {("rules",)})


def test_every_term_that_differs_is_named_with_both_values() -> None:
    said, new = Texts("да", "yes"), Texts("нет", "no")
    stricter = Classes((_class("P1", 30), *FOUR[1:]), EXAMPLE.rules, "P4")
    items = (*(Item(code, said, said) for code in ITEMS), Item("photo", new, new))
    after = _full(stricter, reopen_days=5, pause=new, items=items)
    found = {one.place: one[1:] for one in differences(_full(), after)}

    assert found[("class", "P1", "response_minutes")] == (60, 30)
    assert found[("reopen_days",)] == (10, 5)
    assert found[("pause",)] == (said, new)
    assert found[("item", "photo", "name")] == (None, new)
    assert differences(after, after) == []


def test_terms_without_what_the_program_needs_are_refused() -> None:
    whole = _full()
    with pytest.raises(ValueError, match="stopped"):
        _full(impacts=whole.impacts[:-1])
    with pytest.raises(ValueError, match="access"):
        _full(items=whole.items[:2])
    with pytest.raises(ValueError, match="0"):
        _full(silence_days=0)
    with pytest.raises(ValueError, match="7"):
        Terms.from_json(whole.to_json() | {"schema": 7})
