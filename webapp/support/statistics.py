"""How we answer: the regulation kept, in figures for everybody, with every miss."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from babel.lists import format_list
from flask import render_template, request

from services.core.errors import NotFoundError
from services.core.wording.language import babel_locale
from services.support import queue, statistics
from webapp.i18n import current_locale, ngettext
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now, vendor_date, vendor_profile
from webapp.security import public
from webapp.support.blueprint import blueprint
from webapp.support.drawing import NARROW, WIDE, month_chart, share_chart

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.support.requests.clocks import Target
    from services.support.statistics import Months

NAV = (
    NavItem("support.statistics", _l("How we answer"), "top", 60, flow="free"),
    NavItem("support.statistics", _l("Statistics of answers"), "foot-support", 25),
)
_MONTHS = 12
_ASKED = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@blueprint.get("/statistics", endpoint="statistics")
@public
def overview() -> ResponseReturnValue:
    """A month, the twelve that end with it, and what was missed in it."""
    zone, today = vendor_profile().zone, vendor_date()
    month = _asked_month(today)
    kept = statistics.kept_by_month(db(), last=month, months=_MONTHS, zone=zone)
    target: Target = "resolution" if request.args.get("target") == "resolution" else "response"
    shares = statistics.shares_used(db(), target=target, month=month, zone=zone)
    return render_template(
        "support/statistics.html",
        month=month,
        month_name=_month_name(month),
        earlier=_neighbour(month, -1, statistics.first_month(db(), zone=zone) or month, today),
        later=_neighbour(month, 1, month, today),
        is_running=(month.year, month.month) == (today.year, today.month),
        kept=kept,
        target=target,
        one=kept[target].by_month[month],
        year=kept[target].whole,
        months=_month_charts(kept[target]),
        shares=[share_chart(shares, width=WIDE, every=1), share_chart(shares, width=NARROW, every=2)],
        names={on: _month_name(on, "LLL y") for on in kept[target].by_month},
        said=year_in_words(kept[target]),
        misses=statistics.list_misses(db(), month=month, zone=zone),
        overdue=statistics.count_overdue(db(), now=now()),
        out_of_order=queue.count_out_of_order(db(), month=month, zone=zone),
        versions=statistics.versions_used(db(), month=month, zone=zone),
        fewest=statistics.FEWEST,
        zone=zone,
        moment=now(),
    )


def _asked_month(today: date) -> date:
    """The month in the address, else the last whole one; raises NotFoundError for one to come."""
    asked = request.args.get("month", "")
    if not asked:
        return statistics.months_until(today, 2)[0]
    found = _ASKED.fullmatch(asked)
    month = date(int(found[1]), int(found[2]), 1) if found else None
    if month is None or month > today:
        raise NotFoundError(kind="month")
    return month


def _neighbour(month: date, by: int, first: date, today: date) -> date | None:
    number = month.year * 12 + month.month - 1 + by
    found = date(number // 12, number % 12 + 1, 1)
    return found if first <= found <= today else None


def _month_name(month: date, pattern: str = "LLLL y") -> str:
    return str(format_date(month, pattern, babel_locale(current_locale())))


def _month_charts(months: Months) -> list[Any]:
    rows = [(_month_name(on, "LLL"), one.met, one.missed) for on, one in months.by_month.items()]
    return [month_chart(rows, width=WIDE, every=1), month_chart(rows, width=NARROW, every=2)]


def year_in_words(months: Months) -> str:
    """What the chart shows, in a sentence or two."""
    whole = months.whole
    if not whole.ended:
        return _("No clock has stopped in this time yet, so there is nothing to tell.")
    if not whole.missed:
        return ngettext(
            "In twelve months %(num)d deadline ended, in time.",
            "In twelve months %(num)d deadlines ended, none of them late.",
            whole.ended,
        )
    said = ngettext(
        "In twelve months %(num)d of %(all)s was late.",
        "In twelve months %(num)d of %(all)s were late.",
        whole.missed,
        all=whole.ended,
    )
    return f"{said} {_worst(months)}".rstrip()


def _worst(months: Months) -> str:
    """Where they pile up: a month that has all of them, or those that have the most."""
    most = max(one.missed for one in months.by_month.values())
    names = [_month_name(on, "LLLL") for on, one in months.by_month.items() if one.missed == most]
    listed = format_list(names, locale=babel_locale(current_locale()))
    if most == months.whole.missed:
        return _("All in one month: %(month)s.", month=listed) if most > 1 else ""
    if most == 1:
        return _("One each in %(months)s.", months=listed)
    if len(names) == 1:
        return _("Most in %(month)s: %(count)s.", month=listed, count=most)
    return _("Most in %(months)s: %(count)s each.", months=listed, count=most)
