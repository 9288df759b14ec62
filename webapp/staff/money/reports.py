"""Reports: where to find which, revenue and debts as pictures with their figures."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from flask import render_template

from billing import reports
from services.core.money import Money
from services.core.wording import format_money
from webapp.i18n import current_locale, ngettext
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.frame import staff_blueprint
from webapp.staff.money.charts import bars
from webapp.staff.money.report_asked import READERS, asked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from flask.typing import ResponseReturnValue

    from billing.reports import Age, MonthRevenue
    from webapp.staff.money.charts import Chart

blueprint = staff_blueprint("reports", __name__, "/reports")
NAV = [NavItem("staff_reports.overview", _l("Reports"), "staff", 38, roles=READERS)]
_MONTHS = 24


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """Revenue by month and debts by age, and the way to each report."""
    about = asked()
    seller = about.seller
    revenue = reports.revenue_by_month(db(), seller=seller, now=now())
    debts = reports.list_debts(db(), seller=seller, now=now())
    ages = reports.ages_of(debts, currency=seller.currency)
    return render_template(
        "staff/reports.html",
        about=about,
        seller=seller,
        months=[(f"{one.from_on:%Y-%m}", month_name(one.from_on)) for one in _closed(seller)],
        revenue=[(month_name(one.first_on), one.amount) for one in revenue],
        revenue_charts=_revenue_charts(revenue, seller.currency),
        revenue_said=_revenue_said(revenue),
        debts=debts,
        ages=[(age_name(one), one) for one in ages],
        age_charts=_age_charts(ages, seller.currency),
        debts_said=_debts_said(ages),
    )


def month_name(first: date) -> str:
    """«октябрь 2026», “October 2026”."""
    return str(format_date(first, "LLLL y", locale=current_locale()))


def age_name(age: Age) -> str:
    """How late the debts of an age are."""
    if age.up_to is None:
        return _("over %(days)s days late", days=reports.AGES[-1])
    if age.up_to == 0:
        return _("not due yet")
    return _("up to %(days)s days late", days=age.up_to)


def _closed(seller: Any) -> Sequence[reports.Period]:
    return reports.closed_months(seller, count=_MONTHS, now=now())


def _revenue_charts(revenue: Sequence[MonthRevenue], currency: str) -> tuple[Chart, Chart]:
    locale = current_locale()
    values = [
        (
            str(format_date(one.first_on, "LLL", locale=locale)).rstrip("."),
            one.amount.minor,
            one.amount.minor < 0,
        )
        for one in revenue
    ]
    return (
        bars(values, currency=currency, width=720, locale=locale),
        bars(values, currency=currency, width=300, locale=locale, every=3),
    )


def _age_charts(ages: Sequence[Age], currency: str) -> tuple[Chart, Chart]:
    locale = current_locale()
    late = [f"{over + 1}–{up_to}" for over, up_to in pairwise(reports.AGES)]
    words = [_("not due"), *late, f"> {reports.AGES[-1]}"]
    values = [(word, one.owed.minor, n > 0) for n, (word, one) in enumerate(zip(words, ages, strict=True))]
    return (
        bars(values, currency=currency, width=720, locale=locale),
        bars([("≤ 0", *values[0][1:]), *values[1:]], currency=currency, width=300, locale=locale),
    )


def _revenue_said(revenue: Sequence[MonthRevenue]) -> str:
    locale = current_locale()
    whole = Money(sum(one.amount.minor for one in revenue), revenue[0].amount.currency)
    best = max(revenue, key=lambda one: one.amount.minor)
    if best.amount.minor <= 0:
        return _("Nothing has been sold in these twelve months.")
    return _(
        "In twelve months %(sum)s, without VAT. The best month: %(month)s, %(best)s.",
        sum=format_money(whole, locale),
        month=month_name(best.first_on),
        best=format_money(best.amount, locale),
    )


def _debts_said(ages: Sequence[Age]) -> str:
    locale = current_locale()
    count = sum(one.count for one in ages)
    if not count:
        return _("Nobody owes anything.")
    currency = ages[0].owed.currency
    late = Money(sum(one.owed.minor for one in ages[1:]), currency)
    whole = Money(late.minor + ages[0].owed.minor, currency)
    said = ngettext(
        "%(num)d bill of %(sum)s is open.",
        "%(num)d bills of %(sum)s are open.",
        count,
        sum=format_money(whole, locale),
    )
    if not late:
        return said + " " + _("Nothing is late.")
    return said + " " + _("Of that %(late)s is late.", late=format_money(late, locale))
