"""Money, numbers, percentages, sizes and lengths as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.money import Money
from services.core.wording import (
    format_duration,
    format_money,
    format_number,
    format_percent,
    format_size,
    format_up_to,
    join_words,
)


@pytest.mark.parametrize(
    ("minor", "currency", "russian", "english"),
    [
        (549000, "RUB", "5 490 ₽", "₽5,490"),
        (549050, "RUB", "5 490,50 ₽", "₽5,490.50"),
        (-274500, "RUB", "−2 745 ₽", "−₽2,745"),
        (7500, "EUR", "75 €", "€75"),
        (0, "RUB", "0 ₽", "₽0"),
        (5, "EUR", "0,05 €", "€0.05"),
        (123456700, "RUB", "1 234 567 ₽", "₽1,234,567"),
        (5490, "JPY", "5 490 JPY", "JPY 5,490"),
    ],
)
def test_screens_leave_out_empty_cents(minor: int, currency: str, russian: str, english: str) -> None:
    amount = Money(minor, currency)
    assert format_money(amount, "ru") == russian.replace(" ", "\u00a0")
    assert format_money(amount, "en") == english.replace(" ", "\u00a0")


def test_documents_and_mails_write_the_cents_always() -> None:
    assert format_money(Money(549000, "RUB"), "ru", "always") == "5\u00a0490,00\u00a0₽"
    assert format_money(Money(7500, "EUR"), "en", "always") == "€75.00"
    assert format_money(Money(5490, "JPY"), "en", "always") == "JPY\u00a05,490"


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_no_kopeck_is_lost_in_writing(minor: int) -> None:
    text = format_money(Money(minor, "RUB"), "ru", "always")
    digits = text.removesuffix("\u00a0₽").replace("\u00a0", "").replace(",", "")
    assert int(digits.replace("−", "-")) == minor


def test_numbers_and_percentages_follow_the_language() -> None:
    assert format_number(10980, "ru") == "10\u00a0980"
    assert format_number(10980, "en") == "10,980"
    assert format_number(-3, "ru") == "−3"
    assert format_percent(22, "ru") == "22%"
    assert format_percent(Decimal("7.5"), "ru") == "7,5%"
    assert format_percent(Decimal("7.5"), "en") == "7.5%"


@pytest.mark.parametrize(
    ("size", "russian", "english"),
    [
        (0, "0 КБ", "0 KB"),
        (1, "1 КБ", "1 KB"),
        (13_000_000, "12,4 МБ", "12.4 MB"),
        (25 * 1024 * 1024, "25 МБ", "25 MB"),
        (3 * 1024**3, "3 ГБ", "3 GB"),
    ],
)
def test_sizes_are_read_as_people_compare_them(size: int, russian: str, english: str) -> None:
    assert format_size(size, "ru") == russian.replace(" ", "\u00a0")
    assert format_size(size, "en") == english.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("minutes", "length", "limit", "english"),
    [
        (1, "1 минута", "до 1 минуты", "up to 1 minute"),
        (21, "21 минута", "до 21 минуты", "up to 21 minutes"),
        (22, "22 минуты", "до 22 минут", "up to 22 minutes"),
        (60, "60 минут", "до 60 минут", "up to 60 minutes"),
        (90, "90 минут", "до 90 минут", "up to 90 minutes"),
        (120, "2 часа", "до 2 часов", "up to 2 hours"),
        (180, "3 часа", "до 3 часов", "up to 3 hours"),
    ],
)
def test_lengths_take_the_right_plural(minutes: int, length: str, limit: str, english: str) -> None:
    assert format_duration(minutes, "ru") == length.replace(" ", "\u00a0")
    assert format_up_to(minutes, "ru") == limit.replace(" ", "\u00a0")
    assert format_up_to(minutes, "en") == english.replace(" ", "\u00a0")


def test_lists_are_joined_as_in_speech() -> None:
    assert join_words([], "en") == ""
    assert join_words(["offer"], "en") == "offer"
    assert join_words(["a", "b", "c"], "en") == "a, b and c"
    assert join_words(["а", "б"], "ru") == "а и\u00a0б"
