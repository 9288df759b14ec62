"""The steps of an order behind its secret link: details, then everything once more."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for

from billing import invoices, orders, trust
from services import catalogue, documents, sessions
from services.core.db import core_of
from services.core.errors import InvalidError
from services.core.links import secret_path
from webapp.booking.access import order_by_link
from webapp.booking.again import is_lapsed, take_again
from webapp.booking.blueprint import blueprint
from webapp.booking.files import drop_file, files_of, keep_files
from webapp.booking.forms import DetailsForm, details_of
from webapp.booking.methods import INVOICED, ways_of
from webapp.booking.review import facts_of
from webapp.booking.review_form import ReviewForm, requisites_of
from webapp.booking.standing import elsewhere, order_facts
from webapp.booking.wishes import contact_of_wish
from webapp.i18n import gettext as _
from webapp.request import db, now
from webapp.security import secret_link
from webapp.wrongs import attach

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from billing.orders.models import Order

_PAGE = "booking.review"
_SUBMITTED: dict[str, Callable[..., object]] = {
    "transfer": invoices.submit_by_transfer,
    "payment_order": trust.submit_by_payment_order,
    "credit": trust.submit_on_credit,
}


@blueprint.get("/o/<reference>/<token>/details")
@secret_link
def details(reference: str, token: str) -> ResponseReturnValue:
    """The form of details, with what is known already."""
    order = order_by_link(reference, token)
    if order.state != "draft" or not sessions.is_held(order.session, now=now()):
        return elsewhere(order)
    return _details_page(order, _details_form(order))


@blueprint.post("/o/<reference>/<token>/details")
@secret_link
def save_details(reference: str, token: str) -> ResponseReturnValue:
    """Write the details into the draft."""
    order = order_by_link(reference, token, lock=True)
    if is_lapsed(order):
        return _save_again(order, reference, token)
    if order.state != "draft":
        return elsewhere(order)
    form = _details_form(order)
    if _in_between(order):
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


def _in_between(order: Order) -> bool:
    """Do what another button of the form asks for: drop a file, or keep the time longer."""
    removed = request.form.get("remove", "")
    if removed:
        drop_file(order.session, removed)
    if "longer" in request.form:
        orders.extend_while_filling_in(db(), order=order, now=now())
    return bool(removed) or "longer" in request.form


def _save_again(order: Order, reference: str, token: str) -> ResponseReturnValue:
    """The answers came after the time was let go: take it again, or at least keep them on the page."""
    form = _details_form(order)
    if not form.validate():
        return _details_page(order, form), 422
    try:
        fresh = take_again(order, form)
    except InvalidError as error:
        attach(form, error)
        db().rollback()
        return _details_page(order_by_link(reference, token), form), 422
    if fresh is None:
        flash(
            _("Your answers are still on this page: copy what you need, then choose another time."), "alarm"
        )
        return _details_page(order_by_link(reference, token), form), 409
    return redirect(_review_of(fresh), 303)


@blueprint.get("/o/<reference>/<token>/review")
@secret_link
def review(reference: str, token: str) -> ResponseReturnValue:
    """Everything once more, with the price explained, before it becomes binding."""
    order = order_by_link(reference, token)
    if order.state != "draft" or order.person is None:
        return elsewhere(order)
    return _review_page(order, _review_form(order))


@blueprint.post("/o/<reference>/<token>/review")
@secret_link
def submit(reference: str, token: str) -> ResponseReturnValue:
    """Make the order binding, then go on to pay with the same request."""
    order = order_by_link(reference, token, lock=True)
    if is_lapsed(order) and order.person is not None:
        fresh = take_again(order, DetailsForm(formdata=None, data=details_of(order)))
        return redirect(_review_of(fresh), 303) if fresh is not None else elsewhere(order)
    if order.state != "draft" or order.person is None:
        return elsewhere(order)
    form = _review_form(order)
    if not form.validate():
        return _review_page(order, form), 422
    try:
        _make_binding(order, form)
    except InvalidError as error:
        attach(form, error)
        db().rollback()
        return _review_page(order_by_link(reference, token), form), 422
    # 307 repeats the POST there: this transaction is committed before the provider is called.
    code = 303 if form.is_invoiced else 307
    return redirect(url_for("booking.pay", reference=reference, token=token), code)


def _make_binding(order: Order, form: ReviewForm) -> None:
    agreement = orders.Agreement(
        versions=form.agreed(),
        address=request.remote_addr or "",
        agent=request.headers.get("User-Agent", ""),
    )
    if not form.is_invoiced:
        method = str(form.method.data)
        orders.submit(db(), order=order, method=method, agreement=agreement, now=now())
        return
    orders.name_payer(db(), order=order, payer=form.payer(), now=now())
    submit = _SUBMITTED[str(form.method.data)]
    submit(db(), order=order, agreement=agreement, billing_email=form.billing_contact(), now=now())


def _review_of(order: Order) -> str:
    return secret_path(core_of(db()), "o", order.reference, order.link_version) + "/review"


def _details_form(order: Order) -> DetailsForm:
    known = contact_of_wish(order) if request.method == "GET" else {}
    form = DetailsForm(data=details_of(order) | known)
    form.offer(products=catalogue.list_products(db(), fields=False), tools=catalogue.list_tools(db()))
    return form


def _details_page(order: Order, form: DetailsForm) -> str:
    return render_template(
        "booking/details.html",
        form=form,
        files=files_of(order.session),
        longer_until=orders.longer_until(db(), order=order, now=now()),
        **order_facts(order),
    )


def _review_form(order: Order) -> ReviewForm:
    form = ReviewForm(data=requisites_of(order))
    form.about(order)
    return form


def _review_page(order: Order, form: ReviewForm) -> str:
    today = now().astimezone(ZoneInfo(order.seller.zone)).date()
    offer = documents.get_current(db(), kind="offer", on=today)
    consent = documents.get_current(db(), kind="consent_services", on=today)
    ways = ways_of(order)
    form.offer_ways(ways.open, order)
    form.offer_version.data, form.consent_services_version.data = offer.n, consent.n
    return render_template(
        "booking/review.html",
        form=form,
        offer=offer,
        consent=consent,
        rows=facts_of(order, **_links(order)),
        grace=order.ladder_policy.grace_minutes,
        ways={way.code: way for way in ways.open},
        is_invoiced=any(way.code in INVOICED for way in ways.open),
        notice=ways.notice,
        **order_facts(order),
    )


def _links(order: Order) -> dict[str, str]:
    link = secret_path(core_of(db()), "o", order.reference, order.link_version)
    return {"time_url": f"{link}/time", "details_url": f"{link}/details"}
