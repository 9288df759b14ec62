"""The form of a price list: a group a service, the factors, the cancellation ladder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from wtforms.validators import ValidationError

from billing.prices.factors import Factor
from billing.prices.quote import UnitPrice
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.staff.forms import Needed, StaffForm, day
from webapp.staff.money.sums import SumField
from webapp.staff.settings.price_fields import FactorField, LadderField, MinutesField, SpanField

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from billing.prices.factors import FactorKind
    from billing.prices.ladder import Policy
    from billing.prices.models import PriceList
    from billing.sellers.models import Seller
    from services.catalogue.models import Service
    from services.core.money import Money

FACTOR_NAMES: dict[FactorKind, Any] = {
    "urgent": _l("Urgent"),
    "after_hours": _l("After hours"),
    "night": _l("At night"),
    "weekend": _l("Days off"),
    "holiday": _l("Public holidays"),
}
_TIMED = ("after_hours", "night")


class PriceListForm(StaffForm):
    """What every list has; `for_services` adds the prices."""

    services: Sequence[Service] = ()

    valid_from_on = day(_l("In force from"), hint=_l("A date of the seller's clock, today or later"))
    urgent = FactorField(_l("Urgent: factor"))
    urgent_minutes = MinutesField(_l("Urgent: within … working minutes"), least=1, most=10_000)
    after_hours = FactorField(_l("After hours: factor"))
    after_hours_span = SpanField(_l("After hours: when"), description=_l("Like 18:00–22:00"))
    night = FactorField(_l("At night: factor"))
    night_span = SpanField(_l("At night: when"), description=_l("Like 22:00–7:00"))
    weekend = FactorField(_l("Days off: factor"))
    holiday = FactorField(_l("Public holidays: factor"))
    ladder = LadderField(
        _l("Cancellation ladder"),
        description=_l("Hours before the start and percent that is kept: 24 0; 4 50; 0 100 first"),
        validators=[Needed()],
    )

    def __init__(self, *args: Any, seller: Seller, **kwargs: Any) -> None:
        """Keep the currency of the sums."""
        self.currency = seller.currency
        super().__init__(*args, **kwargs)

    @classmethod
    def for_services(cls, services: Sequence[Service]) -> type[PriceListForm]:
        """The form with a group of fields for each service."""
        fields: dict[str, Any] = {"services": services}
        groups: list[tuple[Any, tuple[str, ...]]] = [(_l("From when"), ("valid_from_on",))]
        for service in services:
            names = tuple(f"{part}_{service.id}" for part in ("first", "step", "step_minutes"))
            fields[names[0]] = SumField(_("First %(minutes)s minutes", minutes=service.minutes))
            fields[names[1]] = SumField(_("Each further step"))
            fields[names[2]] = MinutesField(_("Minutes of a step"), least=1, most=1440)
            groups.append((service.name.of(current_locale()), names))
        factors = (
            "urgent",
            "urgent_minutes",
            "after_hours",
            "after_hours_span",
            "night",
            "night_span",
            "weekend",
            "holiday",
        )
        groups += [(_l("What makes a time dearer"), factors), (_l("When a customer cancels"), ("ladder",))]
        return type("PriceListOfServices", (cls,), {**fields, "groups": tuple(groups)})

    def validate_urgent_minutes(self, field: Any) -> None:
        """A factor for urgent times needs to say what is urgent."""
        if bool(self.urgent.hundredths) != bool(field.data):
            raise ValidationError(_("Give both the factor and the minutes, or neither."))

    def validate_after_hours_span(self, field: Any) -> None:
        """A factor for a time of the day needs the time."""
        factor: Any = self[field.name.removesuffix("_span")]
        if bool(factor.hundredths) != bool(field.span):
            raise ValidationError(_("Give both the factor and the time, or neither."))

    validate_night_span = validate_after_hours_span

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge each field, then steps: a price of a step and its minutes belong together."""
        valid = super().validate(extra_validators)
        for service in self.services:
            step, minutes = self[f"step_{service.id}"], self[f"step_minutes_{service.id}"]
            if bool(step.data) != bool(minutes.data) and not step.errors and not minutes.errors:
                minutes.errors = [_("Give both the price of a step and its minutes, or neither.")]
                valid = False
        return valid

    def prices(self) -> dict[int, UnitPrice]:
        """The prices by service id; a service without a price is left out."""
        return {
            service.id: UnitPrice(
                first_minutes=service.minutes,
                first=first,
                step_minutes=self[f"step_minutes_{service.id}"].data,
                step=self._sum("step", service),
                minimum=first,
            )
            for service in self.services
            if (first := self._sum("first", service)) is not None
        }

    def _sum(self, part: str, service: Service) -> Money | None:
        field: Any = self[f"{part}_{service.id}"]
        return cast("Money | None", field.money)

    def factors(self) -> list[Factor]:
        """The factors that were given."""
        found = []
        for kind in FACTOR_NAMES:
            factor: Any = self[kind]
            if factor.hundredths is None:
                continue
            timed: Any = self[f"{kind}_span"] if kind in _TIMED else None
            within = self.urgent_minutes.data if kind == "urgent" else None
            start, end = timed.span if timed is not None else (None, None)
            found.append(Factor(kind, factor.hundredths, start, end, within))
        return found

    def policy(self) -> Policy:
        """The ladder, which has been validated."""
        if self.ladder.policy is None:
            raise ValueError(self.ladder.data)
        return self.ladder.policy


def shown(known: PriceList | None, *, today: date) -> dict[str, Any]:
    """The list in force as the form shows it."""
    values: dict[str, Any] = {"valid_from_on": today}
    if known is None:
        return values
    values["ladder"] = known.ladder_policy
    for row in known.prices:
        price = row.unit_price
        values |= {
            f"first_{row.service_id}": price.first,
            f"step_{row.service_id}": price.step,
            f"step_minutes_{row.service_id}": price.step_minutes,
        }
    for one in known.factors:
        values[one.kind] = one.hundredths
        if one.kind in _TIMED:
            values[f"{one.kind}_span"] = (one.from_minute, one.until_minute)
        if one.kind == "urgent":
            values["urgent_minutes"] = one.within_minutes
    return values
