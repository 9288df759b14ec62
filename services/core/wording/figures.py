"""Money, numbers, percentages and file sizes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from babel.numbers import format_decimal

from services.core.money import exponent
from services.core.wording.language import MINUS, NBSP, babel_locale, catalogue

if TYPE_CHECKING:
    from services.core.money import Money
    from services.core.texts import Locale

Cents = Literal["auto", "always"]

SIGNS = {"RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£", "KZT": "₸"}
KIB = 1024


def _figure(value: Decimal, pattern: str, locale: Locale) -> str:
    return str(format_decimal(abs(value), format=pattern, locale=babel_locale(locale)))


def format_money(amount: Money, locale: Locale, cents: Cents = "auto") -> str:
    """Write a sum: «5 490 ₽», “€75”; with cents='always' «5 490,00 ₽», “€75.00”.

    Screens leave out empty cents (`auto`), documents and mails never do (`always`).
    A negative sum begins with a minus sign. Blanks are no-break spaces.
    """
    digits = exponent(amount.currency)
    value = Decimal(amount.minor).scaleb(-digits)
    whole = cents == "auto" and value == value.to_integral_value()
    pattern = "#,##0" if whole or not digits else "#,##0." + "0" * digits
    figure = _figure(value, pattern, locale)
    sign = SIGNS.get(amount.currency)
    minus = MINUS if amount.minor < 0 else ""
    if locale == "ru":
        return f"{minus}{figure}{NBSP}{sign or amount.currency}"
    return f"{minus}{sign}{figure}" if sign else f"{minus}{amount.currency}{NBSP}{figure}"


def format_number(value: int | Decimal, locale: Locale) -> str:
    """Write a number with its groups: «10 980», “10,980”; up to three decimals."""
    minus = MINUS if value < 0 else ""
    return minus + _figure(Decimal(value), "#,##0.###", locale)


def format_percent(percent: int | Decimal, locale: Locale) -> str:
    """Write a percentage given in per cent: 22 → «22%», Decimal("7.5") → «7,5%»."""
    return f"{format_number(percent, locale)}%"


def format_size(size: int, locale: Locale) -> str:
    """Write a file's size given in bytes: «12,4 МБ», “12.4 MB” (1 MB = 1024 KB).

    Small files are whole kilobytes, and never «0 КБ».
    """
    gettext = catalogue(locale).gettext
    if size >= KIB**3:
        value, unit = Decimal(size) / KIB**3, gettext("GB")
    elif size >= KIB**2:
        value, unit = Decimal(size) / KIB**2, gettext("MB")
    else:
        value, unit = Decimal(max(1, -(-size // KIB))) if size else Decimal(0), gettext("KB")
    return f"{_figure(value, '#,##0.#', locale)}{NBSP}{unit}"
