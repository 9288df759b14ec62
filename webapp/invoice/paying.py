"""Paying a bill by card from its own page, where the seller takes cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect

from billing import orders, payments
from services.core.db import core_of
from services.core.links import secret_link as secret_address
from webapp.i18n import gettext as _
from webapp.invoice.access import bill_by_link, bill_path
from webapp.invoice.blueprint import blueprint
from webapp.request import database, db
from webapp.security import secret_link

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.post("/b/<reference>/<token>/pay")
@secret_link
def pay(reference: str, token: str) -> ResponseReturnValue:
    """Open the provider's page for what is left of the bill; called with no transaction under way."""
    bill = bill_by_link(reference, token)
    order, path = bill.order, bill_path(bill)
    if "card" not in order.seller.methods:
        return redirect(path, 303)
    here = secret_address(core_of(db()), "b", bill.reference, bill.link_version)
    db().commit()
    try:
        page_url = payments.open_page(
            database().app_sessions,
            order=order,
            bill=bill,
            success_url=f"{here}/return?checkout={{CHECKOUT_SESSION_ID}}",
            cancel_url=here,
            clock=database().clock,
        )
    except (payments.NothingToPayError, payments.PaymentUnderWayError):
        return redirect(f"{path}/return", 303)
    except orders.HoldOverError:
        flash(_("By card it is too late for this invoice: the order’s time is over, or nearly so."), "alarm")
        return redirect(path, 303)
    except payments.ProviderError:
        flash(_("The payment page can’t be reached just now. Please try again in a minute."), "alarm")
        return redirect(path, 303)
    return redirect(page_url, 303)


@blueprint.get("/b/<reference>/<token>/return")
@secret_link
def come_back(reference: str, token: str) -> ResponseReturnValue:
    """Back from the provider: ask him how it went, then show how the bill stands."""
    bill = bill_by_link(reference, token)
    path, name = bill_path(bill), bill.order.reference
    db().rollback()
    payments.sync_order(database().app_sessions, order_reference=name, clock=database().clock)
    return redirect(path, 303)
