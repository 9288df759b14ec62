"""Giving money back by hand, and saying yes as the second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for
from wtforms import HiddenField
from wtforms.validators import DataRequired

from billing import orders, payments, refunds
from billing.refunds.errors import NotEnoughCapturedError, OneApproverError
from services.core.wording import format_money
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.boxes import radios
from webapp.staff.forms import StaffForm
from webapp.staff.frame import staff_blueprint
from webapp.staff.money.sums import SumField
from webapp.staff.money.words import REFUND_REASONS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.orders.models import Order

blueprint = staff_blueprint("refunds", __name__)
PAYERS = ("accountant", "administrator")
_BY_HAND = ("cancelled_by_vendor", "slot_gone", "goodwill")


class RefundForm(StaffForm):
    """How much goes back, and why."""

    groups = ((_l("Refund"), ("amount", "reason")),)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        """Keep the currency of what came."""
        self.currency = currency
        super().__init__(*args, **kwargs)

    amount = SumField(_l("Sum"), validators=[DataRequired(_l("Enter a sum."))])
    reason = radios(_l("Why"), {code: REFUND_REASONS[code] for code in _BY_HAND})
    made_before = HiddenField()

    def show_made(self, made: int) -> None:
        """Let the page say how many refunds there are: a press of the button counts for that page once."""
        self.made_before.data = str(made)


@blueprint.route("/orders/<reference>/refund", methods=["GET", "POST"])
@staff(*PAYERS)
def give_back(reference: str) -> ResponseReturnValue:
    """Give money of an order back the way it came."""
    order = orders.get_order(db(), reference=reference, lock=True)
    form = RefundForm(currency=order.currency)
    if form.validate_on_submit() and _requested(order, form):
        return done(_("The refund is on its way."), "staff_money.order", reference=reference)
    form.show_made(len(refunds.list_refunds(db(), order=order)))
    paid = payments.list_payments(db(), order=order)
    came = ", ".join(format_money(one.amount, current_locale()) for one in paid) or _("nothing")
    back = (url_for("staff_money.order", reference=reference), reference)
    return edit_page(
        form,
        title=_("Give money back"),
        back=back,
        action=_("Give it back"),
        lead=_("Came for this order: %(came)s. The money goes back the way it came.", came=came),
    )


def _requested(order: Order, form: RefundForm) -> bool:
    amount = form.amount.money
    if amount is None or not amount or amount.currency != order.currency:
        form.amount.errors = [_("Enter a sum above zero.")]
        return False
    if form.text("made_before") != str(len(refunds.list_refunds(db(), order=order))):
        form.form_errors = [_("Money was given back since this page was opened. Look whether more is due.")]
        return False
    try:
        refunds.request_refund(
            db(), order=order, amount=amount, reason=form.text("reason"), actor=actor(), now=now()
        )
    except NotEnoughCapturedError:
        form.amount.errors = [_("That is more than is left of what came.")]
        return False
    return True


@blueprint.post("/refunds/<reference>/approve")
@staff(*PAYERS)
def approve(reference: str) -> ResponseReturnValue:
    """Say yes, as the second person, to a refund above the limit."""
    refund = refunds.get_refund(db(), reference=reference)
    said = _("The refund is approved.")
    try:
        refunds.approve_refund(db(), refund=refund, actor=actor(), now=now())
    except OneApproverError:
        said = _("Somebody else has to approve what you asked for.")
    if refund.order is None:
        return done(said, "staff_money.tasks")
    return done(said, "staff_money.order", reference=refund.order.reference)
