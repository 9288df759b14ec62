"""How a quote is worded, line by line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing.prices.quote import Line, Quote
from services.core.money import Money

FIRST = {"service": {"ru": "Разовое подключение", "en": "One-off remote session"}, "minutes": 60}
TIME = {
    "zone": "Europe/Moscow",
    "starts_at": datetime(2026, 11, 26, 7, tzinfo=UTC).isoformat(),
    "ends_at": datetime(2026, 11, 26, 8, tzinfo=UTC).isoformat(),
}


def rub(minor):
    return Money(minor, "RUB")


def a_quote(*lines, net=450_000, vat=99_000):
    return Quote(
        lines=lines,
        net=rub(net),
        vat=rub(vat),
        gross=rub(net + vat),
        factor=100,
        factor_code="ordinary",
        first_period=rub(net + vat),
    )


@pytest.fixture
def worded():
    """Word a quote as a page in `language` does."""
    from flask import Flask
    from flask_babel import Babel

    from webapp.i18n import in_language
    from webapp.prices.explain import price_rows

    app = Flask("words")
    Babel(app)

    def word(quote, language="en"):
        with app.test_request_context("/"), in_language(language):
            rows = price_rows(quote)
        return [tuple(part.replace("\u00a0", " ") for part in (r.kind, r.label, r.value)) for r in rows]

    return word


ORDINARY = Line("factor", "ordinary", {"hundredths": 100, **TIME}, rub(0))
FIRST_HOUR = Line("first_period", "first_period", FIRST, rub(450_000))


def test_lines_stand_before_the_sum_and_tax_on_top_adds_to_it(worded):
    vat = Line("vat", "on_top", {"rate": 2200}, rub(99_000))
    assert worded(a_quote(FIRST_HOUR, ORDINARY, vat)) == [
        ("line", "One-off remote session, the first hour", "₽4,500.00"),
        ("line", "Ordinary time", "×1"),
        ("line", "VAT 22%", "₽990.00"),
        ("sum", "To pay", "₽5,490.00"),
    ]


def test_a_contained_tax_stands_after_the_sum_because_it_adds_nothing(worded):
    vat = Line("vat", "included", {"rate": 2000}, rub(75_000))
    rows = worded(a_quote(FIRST_HOUR, vat, net=375_000, vat=75_000))
    assert [row[0] for row in rows] == ["line", "sum", "vat"]
    assert rows[2][1:] == ("including VAT 20%", "₽750.00")


def test_a_supply_without_vat_says_so_and_names_no_rate(worded):
    vat = Line("vat", "exempt", {"reason": {"ru": "УСН", "en": "small business"}}, rub(0))
    assert worded(a_quote(FIRST_HOUR, vat, vat=0))[-1] == ("vat", "VAT exempt", "—")


@pytest.mark.parametrize(
    ("code", "facts", "label"),
    [
        ("urgent", {"within_minutes": 120}, "Urgent: start within 2 hours of working time, ×1.5"),
        ("after_hours", {"from_minute": 1080, "until_minute": 1320}, "After hours: 18:00–22:00 MSK, ×1.5"),
        ("night", {"from_minute": 1320, "until_minute": 360}, "Night: 22:00–06:00 MSK, ×1.5"),
        ("weekend", {}, "Weekend, ×1.5"),
        ("holiday", {}, "Public holiday, ×1.5"),
    ],
)
def test_every_factor_is_named_with_its_condition_and_what_it_adds(worded, code, facts, label):
    line = Line("factor", code, {"hundredths": 150, **TIME, **facts}, rub(225_000))
    assert worded(a_quote(line))[0] == ("line", label, "₽2,250.00")


def test_further_time_and_the_minimum_charge_have_lines_of_their_own(worded):
    steps = Line("steps", "steps", {"count": 2, "minutes": 30, "unit_minor": 200_000}, rub(400_000))
    least = Line("minimum", "minimum", {"minimum_minor": 450_000}, rub(50_000))
    rows = [row[1:] for row in worded(a_quote(steps, least))[:2]]
    assert rows == [
        ("Further time, 2 × 30 minutes", "₽4,000.00"),
        ("Up to the minimum charge of ₽4,500", "₽500.00"),
    ]
