"""The purpose of a payment, to be copied into a payment order: plain blanks, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from billing.invoices.content import Layout, Line

LONGEST = 210
"""What a payment order's field holds (Положение Банка России 762-П)."""


def payment_purpose(*, number: str, on: date, lines: tuple[Line, ...], layout: Layout) -> str:
    """What to write: «Оплата по счету № 2026-000123 от 23.11.2026. В т.ч. НДС 22% 990-00 руб.».

    The number comes first, for it is what the payment is recognised by. Banks want kopecks after a
    hyphen, and no letters that their old encodings lack.
    """
    if layout == "en":
        return f"Payment of invoice {number} of {on.isoformat()}"
    rates = sorted({line.vat_rate for line in lines if line.vat_rate is not None}, reverse=True)
    taxes = [(rate, sum(line.vat for line in lines if line.vat_rate == rate)) for rate in rates]
    tax = ", ".join(f"НДС {percent(rate)}% {_roubles(minor)} руб." for rate, minor in taxes)
    said = f"В т.ч. {tax}" if tax else "Без НДС."
    return f"Оплата по счету № {number} от {on:%d.%m.%Y}. {said}"[:LONGEST]


def percent(rate: int) -> str:
    """Hundredths of a percent as they are written: 2200 → 22, 550 → 5,5."""
    whole, part = divmod(rate, 100)
    return f"{whole},{part:02}".rstrip("0") if part else str(whole)


def _roubles(minor: int) -> str:
    return f"{minor // 100}-{minor % 100:02}"
