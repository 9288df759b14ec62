"""The price of one time, explained line by line. Pure: no database, no clock, no sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from billing.prices.errors import NoStepPriceError
from billing.prices.factors import HUNDRED, Factor, factor_at
from billing.sellers.vat import Taxed, Vat, share, tax
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing.prices.working import WorkingTime
    from services.core.texts import Texts

LineKind = Literal["first_period", "steps", "factor", "minimum", "vat"]
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What one service costs in one price list, before factors.

    Money is net where the seller adds VAT on top, gross where prices include it. The first
    period is charged whole; longer services pay per started step.
    """

    first_minutes: int
    first: Money
    step_minutes: int | None
    step: Money | None
    minimum: Money
    factors: Sequence[Factor] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the explanation: what it is (`kind`, `code`), its facts, and what it adds.

    kind / code / facts:
    `first_period` / `first_period` / service {ru,en}, minutes;
    `steps` / `steps` / count, minutes, unit_minor;
    `factor` / `ordinary | urgent | after_hours | night | weekend | holiday` / hundredths
    (150 is ×1.5), zone, starts_at, ends_at (ISO 8601, UTC), and from_minute, until_minute or
    within_minutes where the factor has them;
    `minimum` / `minimum` / minimum_minor;
    `vat` / `on_top | included | exempt` / rate (hundredths of a percent) or reason {ru,en}.
    An `included` VAT line names its amount but adds nothing.
    """

    kind: LineKind
    code: str
    facts: Mapping[str, Any]
    amount: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """A price with its explanation: the lines that add make `gross`; `net` + `vat` = `gross`.

    `factor` is in hundredths; `first_period` is the gross price of the first period alone,
    the base of the last step of the cancellation ladder.
    """

    lines: tuple[Line, ...]
    net: Money
    vat: Money
    gross: Money
    factor: int
    factor_code: str
    first_period: Money
    step: Money | None = field(default=None)
    """Gross price of one more step at this time, when the service has steps."""
    step_minutes: int | None = field(default=None)

    def to_json(self) -> dict[str, Any]:
        """The shape frozen on an order."""
        return {
            "schema": _SCHEMA,
            "currency": self.gross.currency,
            "lines": [
                {"kind": line.kind, "code": line.code, "facts": dict(line.facts), "minor": line.amount.minor}
                for line in self.lines
            ],
            "net": self.net.minor,
            "vat": self.vat.minor,
            "gross": self.gross.minor,
            "factor": self.factor,
            "factor_code": self.factor_code,
            "first_period": self.first_period.minor,
            "step": None if self.step is None else self.step.minor,
            "step_minutes": self.step_minutes,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Quote:
        """Read the frozen shape back."""
        currency: str = value["currency"]
        return cls(
            lines=tuple(
                Line(row["kind"], row["code"], row["facts"], Money(row["minor"], currency))
                for row in value["lines"]
            ),
            net=Money(value["net"], currency),
            vat=Money(value["vat"], currency),
            gross=Money(value["gross"], currency),
            factor=value["factor"],
            factor_code=value["factor_code"],
            first_period=Money(value["first_period"], currency),
            step=None if value["step"] is None else Money(value["step"], currency),
            step_minutes=value["step_minutes"],
        )


def quote(
    price: UnitPrice,
    *,
    service_name: Texts,
    minutes: int,
    start: datetime,
    now: datetime,
    vat: Vat,
    inclusive: bool,
    working: WorkingTime,
) -> Quote:
    """Price `minutes` of a service from `start`, ordered at `now` (both aware).

    One factor applies, the largest whose condition the start meets on the seller's clock;
    factors are never multiplied. VAT is taken once, of the whole line, half up.
    Raises NoStepPriceError when the service is longer than its first period and has no step.
    """
    factor = factor_at(price.factors, start=start, now=now, working=working)
    base = _base(price, minutes)
    charged = charge(price, minutes, factor.hundredths)
    taxed = tax(charged, vat, inclusive=inclusive)
    first = tax(charge(price, price.first_minutes, factor.hundredths), vat, inclusive=inclusive)
    lines = [
        _first(price, service_name),
        *_step_lines(price, _steps(price, minutes)),
        _factor_line(factor, base, start=start, minutes=minutes, working=working),
        *_minimum(price, charged - _times(base, factor.hundredths)),
        _vat_line(taxed, vat, inclusive=inclusive),
    ]
    return Quote(
        lines=tuple(lines),
        net=taxed.net,
        vat=taxed.vat,
        gross=taxed.gross,
        factor=factor.hundredths,
        factor_code=factor.kind,
        first_period=min(first.gross, taxed.gross),
        step=step_gross(price, factor.hundredths, vat, inclusive=inclusive),
        step_minutes=price.step_minutes,
    )


def charge(price: UnitPrice, minutes: int, hundredths: int) -> Money:
    """What `minutes` cost under a factor, at least the minimum charge; tax not looked at."""
    return max(_times(_base(price, minutes), hundredths), price.minimum)


def step_gross(price: UnitPrice, hundredths: int, vat: Vat, *, inclusive: bool) -> Money | None:
    """One more step under a factor, tax included; None for a service without steps."""
    if price.step is None:
        return None
    return tax(_times(price.step, hundredths), vat, inclusive=inclusive).gross


def _times(amount: Money, hundredths: int) -> Money:
    return Money(share(amount.minor, hundredths, HUNDRED), amount.currency)


def _base(price: UnitPrice, minutes: int) -> Money:
    steps = _steps(price, minutes)
    return price.first if price.step is None else price.first + price.step * steps


def _steps(price: UnitPrice, minutes: int) -> int:
    over = max(0, minutes - price.first_minutes)
    if over and price.step_minutes is None:
        raise NoStepPriceError(minutes=minutes, first_minutes=price.first_minutes)
    return -(-over // price.step_minutes) if price.step_minutes else 0


def _first(price: UnitPrice, service_name: Texts) -> Line:
    facts = {"service": service_name.to_json(), "minutes": price.first_minutes}
    return Line("first_period", "first_period", facts, price.first)


def _step_lines(price: UnitPrice, steps: int) -> list[Line]:
    if not steps or price.step is None:
        return []
    facts = {"count": steps, "minutes": price.step_minutes, "unit_minor": price.step.minor}
    return [Line("steps", "steps", facts, price.step * steps)]


def _factor_line(factor: Factor, base: Money, *, start: datetime, minutes: int, working: WorkingTime) -> Line:
    facts = {
        "hundredths": factor.hundredths,
        "zone": working.zone,
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=minutes)).isoformat(),
        **factor.conditions(),
    }
    return Line("factor", factor.kind, facts, _times(base, factor.hundredths) - base)


def _minimum(price: UnitPrice, missing: Money) -> list[Line]:
    if not missing:
        return []
    return [Line("minimum", "minimum", {"minimum_minor": price.minimum.minor}, missing)]


def _vat_line(taxed: Taxed, vat: Vat, *, inclusive: bool) -> Line:
    if vat.reason is not None:
        return Line("vat", "exempt", {"reason": vat.reason.to_json()}, taxed.vat)
    return Line("vat", "included" if inclusive else "on_top", {"rate": vat.rate}, taxed.vat)
