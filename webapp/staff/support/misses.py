"""The deadlines that were missed in a month, and what we say of each where everybody reads it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, cast

from babel.dates import format_date
from flask import render_template, request, url_for

from services.core.errors import InvalidError, NotFoundError
from services.core.texts import Texts
from services.core.wording.language import babel_locale
from services.support import requests, statistics
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now, vendor_date, vendor_profile
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.forms import StaffForm, both, line, spread
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.support.requests.clocks import Target

blueprint = staff_blueprint("misses", __name__, "/misses")
READERS = ("coordinator", "administrator")
NAV = [NavItem("staff_misses.overview", _l("Missed deadlines"), "staff", 19, flow="free", roles=READERS)]
_ASKED = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
TARGETS = {"response": _l("First answer"), "resolution": _l("Solution or plan")}


class ExplanationForm(StaffForm):
    """A sentence in both languages."""

    groups = ((_l("Why it was late"), ("words",)),)

    words_ru, words_en = both(
        line,
        _l("Explanation"),
        hint=_l("Stands beside the miss in the public statistics; no names, no blame."),
        longest=statistics.LONGEST,
    )


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """The misses of a month; without one in the address those of this month."""
    month = _month(request.args.get("month") or vendor_date().strftime("%Y-%m"))
    return render_template(
        "staff/support/misses.html",
        misses=statistics.list_misses(db(), month=month, zone=vendor_profile().zone),
        month=month,
        month_name=str(format_date(month, "LLLL y", babel_locale(current_locale()))),
        earlier=statistics.months_until(month, 2)[0],
        later=statistics.following(month) if statistics.following(month) <= vendor_date() else None,
        targets=TARGETS,
    )


@blueprint.route("/<month>/<int:number>/<target>", methods=["GET", "POST"])
@staff(*READERS)
def explain(month: str, number: int, target: str) -> ResponseReturnValue:
    """Say a sentence about one miss; the last one said is shown."""
    asked, zone = _month(month), vendor_profile().zone
    misses = statistics.list_misses(db(), month=asked, zone=zone)
    miss = next((one for one in misses if (one.number, one.target) == (number, target)), None)
    if miss is None:
        raise NotFoundError(kind="miss")
    known = Texts(ru=miss.words["ru"], en=miss.words["en"]) if miss.words else None
    form = ExplanationForm(data=spread("words", known))
    if form.validate_on_submit():
        try:
            statistics.explain_miss(
                db(),
                request=requests.get_request(db(), number=number),
                target=cast("Target", target),
                words=form.texts("words"),
                actor=actor(),
                now=now(),
            )
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The explanation is public."), "staff_misses.overview", month=month)
    back = (url_for("staff_misses.overview", month=month), _("Missed deadlines"))
    title = _("№ %(number)s: %(target)s", number=number, target=TARGETS[target])
    return edit_page(form, title=title, back=back, action=_("Publish the explanation"))


def _month(asked: str) -> date:
    """The first date of a month; raises NotFoundError for none, and for one to come."""
    found = _ASKED.fullmatch(asked)
    month = date(int(found[1]), int(found[2]), 1) if found else None
    if month is None or month > vendor_date():
        raise NotFoundError(kind="month")
    return month
