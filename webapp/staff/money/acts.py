"""What staff do to an order: cancel it for the vendor, take its flag off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from billing import orders, refunds
from billing.orders.states import ORDER
from services.core.money import Money
from services.core.states import IllegalMoveError
from webapp.i18n import gettext as _
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.orders.models import Order

blueprint = staff_blueprint("order_acts", __name__, "/orders/<reference>")


@blueprint.route("/cancel", methods=["GET", "POST"])
@staff("coordinator", "administrator")
def cancel(reference: str) -> ResponseReturnValue:
    """Cancel for the vendor: everything that was paid goes back; asked for in figures first."""
    order = orders.get_order(db(), reference=reference, lock=True)
    if not ORDER.allows(order.state, "cancel"):
        raise IllegalMoveError(kind="order", reference=reference, state=order.state, verb="cancel")
    if request.method == "POST":
        refunds.cancel_order(db(), order=order, actor=actor(), now=now())
        return done(
            _("The order is cancelled, the customer is told."), "staff_money.order", reference=reference
        )
    back = url_for("staff_money.order", reference=reference)
    return render_template("staff/cancel.html", order=order, goes_back=_paid(order), back=back)


@blueprint.post("/settle")
@staff("accountant", "administrator")
def settle(reference: str) -> ResponseReturnValue:
    """Say that a person has looked at the order and nothing is left to do."""
    order = orders.get_order(db(), reference=reference, lock=True)
    orders.settle_attention(db(), order=order, actor=actor(), now=now())
    return done(_("The order needs no review any more."), "staff_money.order", reference=reference)


def _paid(order: Order) -> Money:
    """What of the main bill is paid and would go back, less what went back before."""
    bill = orders.find_main_bill(order)
    if bill is None or bill.state != "covered":
        return Money.zero(order.currency)
    return min(bill.total, refunds.left_of(db(), order=order))
