"""A quote in words: one row for each of its lines, the tax and the sum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from services.core import wording
from services.core.money import Money
from services.core.texts import Texts
from webapp.i18n import current_locale
from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.prices.factors import Factor
    from billing.prices.quote import Line, Quote
    from billing.sellers.vat import Vat

HUNDRED = 100
HOUR = 60


@dataclass(frozen=True)
class PriceRow:
    """One row of the table: its words, a smaller remark, and the value as it is shown."""

    label: str
    value: str
    note: str = ""
    kind: Literal["line", "vat", "sum"] = "line"


def price_rows(quote: Quote) -> list[PriceRow]:
    """Word a quote: lines that add up to the sum; a tax that is contained stands after it."""
    rows = [_row(line) for line in quote.lines]
    total = PriceRow(_("To pay"), money(quote.gross), kind="sum")
    if rows and rows[-1].kind == "vat":
        return [*rows[:-1], total, rows[-1]]
    return [*rows, total]


def money(amount: Money) -> str:
    """Write a sum with its cents: columns of figures line up."""
    return wording.format_money(amount, current_locale(), "always")


def multiplier(hundredths: int) -> str:
    """Write a factor: 150 → «×1,5»."""
    return "×" + wording.format_number(Decimal(hundredths) / HUNDRED, current_locale())


def vat_words(vat: Vat) -> str:
    """Say what tax a price holds: «с НДС 22%», or why it holds none."""
    locale = current_locale()
    if vat.rate is None:
        return _("VAT exempt")
    return _("incl. VAT %(rate)s", rate=_percent(vat.rate, locale))


def factor_words(factor: Factor, zone: str, at: datetime) -> str:
    """Say when a factor holds: «С 18:00 до 22:00 МСК»."""
    facts = {**factor.conditions(), "zone": zone, "at": at}
    return _condition(factor.kind, facts)


def _row(line: Line) -> PriceRow:
    makers = {
        "first_period": _first_period,
        "steps": _steps,
        "factor": _factor,
        "minimum": _minimum,
        "vat": _vat,
    }
    return makers[line.kind](line)


def _first_period(line: Line) -> PriceRow:
    locale = current_locale()
    service = Texts.from_json(line.facts["service"]).of(locale)
    minutes = line.facts["minutes"]
    if minutes == HOUR:
        return PriceRow(_("%(service)s, the first hour", service=service), money(line.amount))
    length = wording.format_duration(minutes, locale)
    label = _("%(service)s, the first %(length)s", service=service, length=length)
    return PriceRow(label, money(line.amount))


def _steps(line: Line) -> PriceRow:
    locale, facts = current_locale(), line.facts
    unit = Money(facts["unit_minor"], line.amount.currency)
    return PriceRow(
        _(
            "Further time, %(count)s × %(length)s",
            count=facts["count"],
            length=wording.format_duration(facts["minutes"], locale),
        ),
        money(line.amount),
        note=_("%(sum)s each", sum=wording.format_money(unit, locale)),
    )


def _factor(line: Line) -> PriceRow:
    locale, facts = current_locale(), line.facts
    start, end = (datetime.fromisoformat(facts[name]) for name in ("starts_at", "ends_at"))
    zone = facts["zone"]
    when = f"{wording.format_when(start, end, zone, locale)} {wording.zone_label(zone, start, locale)}"
    if line.code == "ordinary":
        return PriceRow(
            _("Ordinary time"), multiplier(facts["hundredths"]), note=_("%(when)s: no multiplier", when=when)
        )
    label = _condition(line.code, {**facts, "at": start})
    return PriceRow(f"{label}, {multiplier(facts['hundredths'])}", money(line.amount), note=when)


def _minimum(line: Line) -> PriceRow:
    least = Money(line.facts["minimum_minor"], line.amount.currency)
    return PriceRow(
        _("Up to the minimum charge of %(sum)s", sum=wording.format_money(least, current_locale())),
        money(line.amount),
    )


def _vat(line: Line) -> PriceRow:
    locale = current_locale()
    if line.code == "exempt":
        reason = Texts.from_json(line.facts["reason"]).of(locale)
        return PriceRow(_("VAT exempt"), "—", note=reason, kind="vat")
    rate = _percent(line.facts["rate"], locale)
    if line.code == "included":
        return PriceRow(_("including VAT %(rate)s", rate=rate), money(line.amount), kind="vat")
    return PriceRow(_("VAT %(rate)s", rate=rate), money(line.amount))


def _percent(rate: int, locale: Any) -> str:
    return wording.format_percent(Decimal(rate) / HUNDRED, locale)


def _condition(kind: str, facts: Mapping[str, Any]) -> str:
    locale = current_locale()
    if kind == "urgent":
        length = wording.format_duration(facts.get("within_minutes") or 0, locale)
        return _("Urgent: start within %(length)s of working time", length=length)
    if kind in {"after_hours", "night"}:
        hours = {name: _clock(facts[f"{name}_minute"]) for name in ("from", "until")}
        label = wording.zone_label(facts["zone"], facts["at"], locale)
        if kind == "night":
            return _("Night: %(from)s–%(until)s %(zone)s", zone=label, **hours)
        return _("After hours: %(from)s–%(until)s %(zone)s", zone=label, **hours)
    return _("Weekend") if kind == "weekend" else _("Public holiday")


def _clock(minute: int) -> str:
    return f"{minute // HOUR:02}:{minute % HOUR:02}"
