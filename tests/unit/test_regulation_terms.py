"""The regulation's rule: every request has one class, and more people never make it a lesser one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.texts import Texts
from services.support.terms import Classes, ClassRule, SupportClass, class_for

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
