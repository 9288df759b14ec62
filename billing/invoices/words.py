"""Sums in words, as documents write them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from num2words import num2words

from services.core.money import exponent

if TYPE_CHECKING:
    from billing.invoices.content import Layout
    from services.core.money import Money


def sum_in_words(amount: Money, layout: Layout) -> str:
    """«Пять тысяч четыреста девяносто рублей 00 копеек», “Seventy-five euro and 00 cents”.

    Empty for a currency that has no words here: the figure alone then says it.
    """
    # An int would be taken for kopecks.
    value = Decimal(amount.minor).scaleb(-exponent(amount.currency))
    between = "" if layout == "ru" else " and"
    try:
        words = num2words(
            value, lang=layout, to="currency", currency=amount.currency, separator=between, cents=False
        )
    except NotImplementedError:
        return ""
    said = " ".join(str(words).split())
    return said[:1].upper() + said[1:]
