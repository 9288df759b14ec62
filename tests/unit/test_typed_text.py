"""Typed and pasted text, before anything looks at it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.inputs import tidy, tidy_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ольга  ", "Ольга"),
        ("Ольга\0 Мельникова", "Ольга Мельникова"),
        ("ООО\u00a0«Кедр\u2011Опт»", "ООО «Кедр\u2011Опт»"),
        ("first\r\nsecond", "first\r\nsecond"),
        ("\u202eevil", "evil"),
        (None, None),
    ],
)
def test_text_keeps_its_words_and_lines_and_loses_what_nobody_types(typed, kept):
    assert tidy(typed) == kept


def test_what_has_one_line_cannot_pretend_to_be_more_of_our_letter():
    assert tidy_line("ООО «Кедр»\r\nPage: https://evil.example") == "ООО «Кедр» Page: https://evil.example"
    assert tidy_line(None) is None


@given(st.text())
def test_one_line_is_one_line(text):
    assert len((tidy_line(text) or "x").splitlines()) == 1
