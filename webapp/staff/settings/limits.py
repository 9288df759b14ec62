"""How long a time is kept, and how much anybody may keep without having paid."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import url_for
from wtforms.validators import ValidationError

from billing import orders
from billing.orders.deadlines import SHORTEST_PAY_PAGE
from services import sessions
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.forms import StaffForm, number
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("limits", __name__)
NAV = [NavItem("staff_limits.edit", _l("Holds and limits"), "staff", 64, roles=("administrator",))]
_HOUR, _DAY = 60, 1440


class LimitsForm(StaffForm):
    """Every figure of both kinds of limits, each with its reason."""

    groups = (
        (
            _l("How much is kept without payment"),
            ("per_browser", "per_contact", "per_address_hour", "held_percent"),
        ),
        (_l("While somebody orders"), ("chosen_minutes", "filling_in_minutes")),
        (
            _l("While somebody pays by card"),
            ("pay_page_minutes", "after_pay_page_minutes", "longest_unpaid_minutes", "settle_days"),
        ),
        (
            _l("Bank transfers and answers of ours, in business days of the seller"),
            (
                "pay_by_business_days",
                "before_start_business_days",
                "statement_business_days",
                "choose_business_days",
                "attach_working_minutes",
                "answer_working_minutes",
            ),
        ),
    )

    per_browser = number(
        _l("Times a browser"), least=1, most=20,
        hint=_l("Without payment. A time that nothing was said about yet gives way to the next one."),
    )  # fmt: skip
    per_contact = number(
        _l("Times an e-mail address or company"), least=1, most=100,
        hint=_l("Without payment, reservations included: anybody can give any address."),
    )  # fmt: skip
    per_address_hour = number(
        _l("Orders begun from one network in an hour"), least=1, most=1000,
        hint=_l("An office stands behind one address; so does somebody who wants to keep all times."),
    )  # fmt: skip
    held_percent = number(
        _l("Share of a day for all holds, percent"), least=1, most=100,
        hint=_l("Of the working minutes of those who can do it; one time can always be kept."),
    )  # fmt: skip
    chosen_minutes = number(
        _l("Minutes from the choice of a time"), least=5, most=2 * _HOUR,
        hint=_l("Enough to say what happened, short enough for whoever comes next."),
    )  # fmt: skip
    filling_in_minutes = number(
        _l("Minutes more, once"), least=0, most=2 * _HOUR,
        hint=_l("When the customer asks for them, and when his answers are sent."),
    )  # fmt: skip
    pay_page_minutes = number(
        _l("Minutes of the provider’s page"), least=SHORTEST_PAY_PAGE, most=_DAY,
        hint=_l("The provider allows no fewer than 30 by his own clock."),
    )  # fmt: skip
    after_pay_page_minutes = number(
        _l("Minutes after it"), least=1, most=_DAY,
        hint=_l("For the news of a payment in its last second."),
    )  # fmt: skip
    longest_unpaid_minutes = number(
        _l("Minutes in all, from the choice"), least=SHORTEST_PAY_PAGE, most=3 * _DAY,
        hint=_l("However many payment pages are opened, no card order keeps a time longer."),
    )  # fmt: skip
    settle_days = number(
        _l("Days for money that comes later"), least=1, most=30,
        hint=_l("Methods of payment that settle later aren’t offered for nearer starts."),
    )  # fmt: skip
    pay_by_business_days = number(
        _l("Days to pay by transfer"), least=1, most=30,
        hint=_l("The last one counts whole."),
    )  # fmt: skip
    before_start_business_days = number(
        _l("Days between it and the start"), least=1, most=30,
        hint=_l("Where less is left, a transfer isn’t offered."),
    )  # fmt: skip
    statement_business_days = number(
        _l("Days for the bank statement"), least=0, most=10,
        hint=_l("The reservation lasts so much longer than the customer has for paying."),
    )  # fmt: skip
    choose_business_days = number(
        _l("Days to choose another time"), least=1, most=30,
        hint=_l("When money came after the time was given away; then it goes back by itself."),
    )  # fmt: skip
    attach_working_minutes = number(
        _l("Working minutes to attach a payment order"), least=15, most=5 * _DAY,
        hint=_l("From the order, and again after one was refused; never beyond the start less its notice."),
    )  # fmt: skip
    answer_working_minutes = number(
        _l("Working minutes until the alarm"), least=1, most=_DAY,
        hint=_l("When a payment order or a wish for credit waits for our answer."),
    )  # fmt: skip

    def validate_longest_unpaid_minutes(self, field: Any) -> None:
        """Whoever used all of the time for the form can still pay."""
        parts = [self[name].data for name in ("chosen_minutes", "filling_in_minutes", "pay_page_minutes")]
        if None not in parts and field.data is not None and field.data < sum(parts):
            raise ValidationError(
                _("Enter at least %(least)s: the form and the payment page take as long.", least=sum(parts))
            )


@blueprint.route("/limits", methods=["GET", "POST"])
@staff("administrator")
def edit() -> ResponseReturnValue:
    """Edit all limits; what is kept already, and was promised, stays."""
    shown = asdict(sessions.hold_limits(db())) | asdict(orders.keep_limits(db()))
    form = LimitsForm(data=shown)
    if form.validate_on_submit():
        held, kept = form.figures(sessions.HoldLimits), form.figures(orders.KeepLimits)
        sessions.edit_hold_limits(db(), limits=held, actor=actor(), now=now())
        orders.edit_keep_limits(db(), limits=kept, actor=actor(), now=now())
        return done(_("The limits are saved."), "staff_limits.edit")
    return edit_page(
        form,
        title=_("Holds and limits"),
        back=(url_for("staff_golive.overview"), _("Settings")),
        action=_("Save the limits"),
        lead=_("They count for what is chosen and asked from now on; what is promised already stays."),
    )
