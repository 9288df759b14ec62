"""The steps of an order behind its secret link: details, review, payment, return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for

from billing import orders, payments
from services import catalogue, documents, sessions
from services.core.db import core_of
from services.core.errors import InvalidError
from services.core.links import secret_link as secret_address
from services.core.links import secret_path
from services.core.texts import Texts
from webapp.booking.access import order_by_link
from webapp.booking.blueprint import blueprint
from webapp.booking.files import drop_file, files_of, keep_files
from webapp.booking.forms import DetailsForm, EmptyForm, ReviewForm, details_of
from webapp.booking.review import facts_of
from webapp.i18n import gettext as _
from webapp.request import database, db, now
from webapp.security import secret_link
from webapp.wrongs import attach

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from billing.orders.models import Order

_PAGE = "booking.review"


@dataclass(frozen=True)
class Kept:
    """Until when the time is kept: the instant, and seconds left of all."""

    until: datetime
    seconds: int
    all: int


@blueprint.get("/o/<reference>/<token>/details")
@secret_link
def details(reference: str, token: str) -> ResponseReturnValue:
    """The form of details, with what is known already."""
    order = order_by_link(reference, token, lock=True)
    if order.state != "draft" or not sessions.is_held(order.session, now=now()):
        return elsewhere(order)
    orders.extend_while_filling_in(db(), order=order, now=now())
    return _details_page(order, _details_form(order))


@blueprint.post("/o/<reference>/<token>/details")
@secret_link
def save_details(reference: str, token: str) -> ResponseReturnValue:
    """Write the details into the draft."""
    order = order_by_link(reference, token, lock=True)
    if order.state != "draft":
        return elsewhere(order)
    form = _details_form(order)
    removed = request.form.get("remove", "")
    if removed:
        drop_file(order.session, removed)
        return _details_page(order, form)
    refusals = keep_files(order.session, form.files.data or [], now=now())
    if not form.validate() or refusals:
        form.files.errors = [*form.files.errors, *refusals]
        return _details_page(order, form), 422
    try:
        orders.fill_in(
            db(),
            order=order,
            contact=form.contact(),
            payer=form.payer(),
            trouble=form.trouble(),
            now=now(),
        )
    except InvalidError as error:
        attach(form, error)
        db().rollback()
        return _details_page(order_by_link(reference, token), form), 422
    return redirect(url_for(_PAGE, reference=reference, token=token), 303)


@blueprint.get("/o/<reference>/<token>/review")
@secret_link
def review(reference: str, token: str) -> ResponseReturnValue:
    """Everything once more, with the price explained, before it becomes binding."""
    order = order_by_link(reference, token)
    if order.state != "draft" or order.person is None:
        return elsewhere(order)
    return _review_page(order, None)


@blueprint.post("/o/<reference>/<token>/review")
@secret_link
def submit(reference: str, token: str) -> ResponseReturnValue:
    """Make the order binding, then go on to pay with the same request."""
    order = order_by_link(reference, token, lock=True)
    if order.state != "draft" or order.person is None:
        return elsewhere(order)
    form = ReviewForm()
    if not form.validate():
        return _review_page(order, form), 422
    agreement = orders.Agreement(
        versions=form.agreed(),
        address=request.remote_addr or "",
        agent=request.headers.get("User-Agent", ""),
    )
    try:
        orders.submit(db(), order=order, method=str(form.method.data), agreement=agreement, now=now())
    except InvalidError as error:
        attach(form, error)
        db().rollback()
        return _review_page(order_by_link(reference, token), form), 422
    # 307 repeats the POST there: this transaction is committed before the provider is called.
    return redirect(url_for("booking.pay", reference=reference, token=token), 307)


@blueprint.get("/o/<reference>/<token>/pay")
@secret_link
def payment(reference: str, token: str) -> ResponseReturnValue:
    """An order that waits for its payment: the way back from the provider and from mails."""
    order = order_by_link(reference, token)
    if order.state != "awaiting_payment":
        return elsewhere(order)
    return render_template(
        "booking/pay.html",
        form=EmptyForm(),
        waiting=payments.is_settling(db(), order=order),
        **_common(order),
    )


@blueprint.post("/o/<reference>/<token>/pay")
@secret_link
def pay(reference: str, token: str) -> ResponseReturnValue:
    """Open the provider's page for the open bill; called with no transaction under way."""
    order = order_by_link(reference, token)
    if order.state != "awaiting_payment":
        return elsewhere(order)
    orders.keep_for_payment(db(), order=order, now=now())
    here = secret_address(core_of(db()), "o", order.reference, order.link_version)
    # The longer hold is committed first: nothing is open while the provider answers.
    db().commit()
    try:
        page_url = payments.open_page(
            database().app_sessions,
            order_reference=order.reference,
            success_url=f"{here}/return?checkout={{CHECKOUT_SESSION_ID}}",
            cancel_url=f"{here}/pay",
            clock=database().clock,
        )
    except (payments.NothingToPayError, payments.PaymentUnderWayError):
        return redirect(url_for("booking.come_back", reference=reference, token=token), 303)
    except payments.ProviderError:
        flash(
            _("The payment page can’t be reached just now. Your time is kept; please try again in a minute."),
            "alarm",
        )
        return redirect(url_for("booking.payment", reference=reference, token=token), 303)
    return redirect(page_url, 303)


@blueprint.get("/o/<reference>/<token>/return")
@secret_link
def come_back(reference: str, token: str) -> ResponseReturnValue:
    """Back from the provider: ask him how it went, then show the session or the way to pay."""
    order = order_by_link(reference, token)
    if order.state == "awaiting_payment":
        db().rollback()
        payments.sync_order(database().app_sessions, order_reference=order.reference, clock=database().clock)
        order = order_by_link(reference, token, lock=True)
    if order.state == "awaiting_payment":
        return render_template("booking/return.html", **_common(order))
    return elsewhere(order)


def elsewhere(order: Order) -> ResponseReturnValue:
    """Where an order that is past this step goes on."""
    core = core_of(db())
    link = secret_path(core, "o", order.reference, order.link_version)
    if order.state in {"confirmed", "completed", "closed", "cancelled"}:
        session = order.session
        return redirect(secret_path(core, "s", session.reference, session.link_version), 303)
    held = sessions.is_held(order.session, now=now())
    if order.state == "awaiting_payment" and order.attention is None:
        return redirect(f"{link}/pay", 303)
    if order.state == "draft" and held:
        return redirect(f"{link}/details", 303)
    return render_template("booking/over.html", **_common(order)), 409 if order.attention else 410


def _common(order: Order) -> dict[str, Any]:
    link = secret_path(core_of(db()), "o", order.reference, order.link_version)
    steps = orders.steps_of(order)
    return {
        "order": order,
        "quote": order.quote,
        "steps": steps,
        "free_until": next(
            (s.until_at for s in steps if not s.kept.minor and s.until_at and s.until_at > now()),
            None,
        ),
        "service_name": Texts.from_json(order.session.service["name"]),
        "zone": order.zone,
        "now": now(),
        "kept": _kept(order),
        "time_url": f"{link}/time",
        "details_url": f"{link}/details",
        "book_url": url_for("booking.times", slug=order.service.slug),
    }


def _kept(order: Order) -> Kept:
    until = sessions.held_until(order.session)
    chosen_at = order.session.chosen_at
    return Kept(
        until=until,
        seconds=max(0, int((until - now()).total_seconds())),
        all=max(1, int((until - chosen_at).total_seconds())),
    )


def _details_form(order: Order) -> DetailsForm:
    form = DetailsForm(data=details_of(order))
    form.offer(products=catalogue.list_products(db()), tools=catalogue.list_tools(db()))
    return form


def _details_page(order: Order, form: DetailsForm) -> str:
    return render_template("booking/details.html", form=form, files=files_of(order.session), **_common(order))


def _review_page(order: Order, form: ReviewForm | None) -> str:
    today = now().astimezone(ZoneInfo(order.seller.zone)).date()
    offer = documents.get_current(db(), kind="offer", on=today)
    consent = documents.get_current(db(), kind="consent_services", on=today)
    form = form or ReviewForm(formdata=None)
    form.offer_version.data, form.consent_services_version.data = offer.n, consent.n
    return render_template(
        "booking/review.html",
        form=form,
        offer=offer,
        consent=consent,
        rows=facts_of(order, **_links(order)),
        grace=order.ladder_policy.grace_minutes,
        **_common(order),
    )


def _links(order: Order) -> dict[str, str]:
    link = secret_path(core_of(db()), "o", order.reference, order.link_version)
    return {"time_url": f"{link}/time", "details_url": f"{link}/details"}
