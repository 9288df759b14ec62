"""Paying for an order behind its secret link: the way to the provider's page, and back from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from billing import invoices, orders, payments
from services import sessions
from services.core.db import core_of
from services.core.links import secret_link as secret_address
from services.core.wording import format_time
from webapp.booking.access import order_by_link
from webapp.booking.awaiting import invoice_facts
from webapp.booking.blueprint import blueprint
from webapp.booking.forms import EmptyForm
from webapp.booking.standing import elsewhere, order_facts
from webapp.i18n import gettext as _
from webapp.request import database, db, now
from webapp.security import secret_link

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/o/<reference>/<token>/pay")
@secret_link
def payment(reference: str, token: str) -> ResponseReturnValue:
    """An order that waits for its payment: the way back from the provider and from mails."""
    order = order_by_link(reference, token)
    if order.state != "awaiting_payment" or order.attention is not None:
        return elsewhere(order)
    facts = order_facts(order) | {"waiting": payments.is_settling(db(), order=order)}
    bill = orders.find_main_bill(order)
    if order.method != "card" and bill is not None:
        return render_template("booking/awaiting.html", **facts, **invoice_facts(order, bill))
    return render_template("booking/pay.html", form=EmptyForm(), **facts)


@blueprint.post("/o/<reference>/<token>/pay")
@secret_link
def pay(reference: str, token: str) -> ResponseReturnValue:
    """Open the provider's page for the open bill; called with no transaction under way."""
    order = order_by_link(reference, token)
    if order.state != "awaiting_payment" or order.attention is not None:
        return elsewhere(order)
    here = secret_address(core_of(db()), "o", order.reference, order.link_version)
    # Nothing is open while the provider answers; a new page keeps the time longer before that.
    db().commit()
    try:
        page_url = payments.open_page(
            database().app_sessions,
            order=order,
            success_url=f"{here}/return?checkout={{CHECKOUT_SESSION_ID}}",
            cancel_url=f"{here}/pay",
            clock=database().clock,
        )
    except (payments.NothingToPayError, payments.PaymentUnderWayError):
        return redirect(url_for("booking.come_back", reference=reference, token=token), 303)
    except orders.HoldOverError:
        return _too_late(reference, token)
    except payments.ProviderError:
        flash(
            _("The payment page can’t be reached just now. Your time is kept; please try again in a minute."),
            "alarm",
        )
        return redirect(url_for("booking.payment", reference=reference, token=token), 303)
    return redirect(page_url, 303)


def _too_late(reference: str, token: str) -> ResponseReturnValue:
    """No other page may be opened: it would outlive the time, or that is over."""
    order = order_by_link(reference, token)
    if not sessions.is_held(order.session, now=now()):
        return render_template("booking/over.html", **order_facts(order)), 410
    until = format_time(sessions.held_until(order.session), order.zone)
    flash(
        _("Another payment page would outlive your time, which is kept until %(time)s.", time=until)
        + " "
        + _("If you haven’t paid, let this time go and choose it anew."),
        "alarm",
    )
    return redirect(url_for("booking.payment", reference=reference, token=token), 303)


@blueprint.post("/o/<reference>/<token>/give-up")
@secret_link
def give_up(reference: str, token: str) -> ResponseReturnValue:
    """Let the time go before anything is paid: the provider's open page is closed first."""
    here = url_for("booking.order", reference=reference, token=token)
    order = order_by_link(reference, token)
    if order.state == "awaiting_payment":
        name = order.reference
        db().rollback()
        try:
            closed = payments.close_order(
                database().app_sessions, order_reference=name, clock=database().clock, patience="web"
            )
        except payments.ProviderError:
            flash(_("The payment page can’t be reached just now. Please try again in a minute."), "alarm")
            return redirect(here, 303)
        if not closed:
            return redirect(here, 303)
    order = order_by_link(reference, token, lock=True)
    if order.state not in {"draft", "awaiting_payment"} or order.attention is not None:
        return elsewhere(order)
    if payments.is_paid_in_part(db(), order=order):
        flash(_("A part of the money is here already: write to us, and we’ll settle it with you."), "alarm")
        return redirect(here, 303)
    invoices.give_up_invoiced(db(), order=order, actor="customer", now=now())
    flash(_("The time is free for others again. Nothing was charged."), "ok")
    return redirect(url_for("prices.service", slug=order.service.slug), 303)


@blueprint.get("/o/<reference>/<token>/return")
@secret_link
def come_back(reference: str, token: str) -> ResponseReturnValue:
    """Back from the provider: ask him how it went, then show the session or the way to pay."""
    order = order_by_link(reference, token)
    if order.state == "awaiting_payment":
        name = order.reference
        # Nothing was written; but after a rollback the connection would prepare all statements anew.
        db().commit()
        db().expire_all()
        payments.sync_order(database().app_sessions, order_reference=name, clock=database().clock)
        order = order_by_link(reference, token)
    if order.state == "awaiting_payment":
        return render_template("booking/return.html", **order_facts(order))
    return elsewhere(order)
