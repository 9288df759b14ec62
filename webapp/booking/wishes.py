"""The waitlist's pages: asking to be told of a free time, and the wish's own page behind its link."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for

from billing import orders
from services import catalogue, sessions
from services.core.db import core_of
from services.core.errors import InvalidError
from services.core.links import secret_path
from webapp.auth.throttle import Limit, network_of, spend
from webapp.booking.access import wish_by_link
from webapp.booking.blueprint import blueprint
from webapp.booking.forms import EmptyForm
from webapp.booking.wish_form import USUAL, WishForm
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.prices.payer import likely_country
from webapp.request import db, now, viewer_zone
from webapp.security import public, secret_link
from webapp.wrongs import attach

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue

    from billing.orders.models import Order
    from services.catalogue.models import Service
    from services.sessions.models import Wish

WISHES = Limit("wishes", 5, timedelta(hours=1))


@blueprint.get("/book/<slug>/wish")
@public
def wish(slug: str) -> ResponseReturnValue:
    """Ask when a time would suit, and whom to tell."""
    service = catalogue.get_service(db(), slug=slug)
    first, last = _dates_of(service)
    form = WishForm(formdata=None, data={"from_on": first, "until_on": min(first + USUAL, last)})
    form.form_key.data = secrets.token_urlsafe(18)
    return _form_page(service, form)


@blueprint.post("/book/<slug>/wish")
@public
def make_wish(slug: str) -> ResponseReturnValue:
    """Put somebody in line, and show him where he stands."""
    service = catalogue.get_service(db(), slug=slug)
    form = WishForm()
    if not form.validate():
        return _form_page(service, form), 422
    if spend(db(), limit=WISHES, whom=network_of(request.remote_addr), now=now()) is not None:
        form.form_errors.append(
            _("Too many wishes came from your network within an hour. Please try again later.")
        )
        return _form_page(service, form), 429
    try:
        made = sessions.make_wish(
            db(),
            service=service,
            who=form.who(country=likely_country(), locale=current_locale()),
            window=form.window(viewer_zone()),
            form_key=form.form_key.data or "",
            now=now(),
        )
    except InvalidError as error:
        attach(form, error)
        db().rollback()
        return _form_page(catalogue.get_service(db(), slug=slug), form), 422
    flash(_("You are in line. A letter with this page’s address is on its way to you."), "ok")
    return redirect(_path(made), 303)


@blueprint.get("/w/<reference>/<token>")
@secret_link
def wish_page(reference: str, token: str) -> ResponseReturnValue:
    """Where a wish stands."""
    return _page(wish_by_link(reference, token))


@blueprint.post("/w/<reference>/<token>/let-go")
@secret_link
def let_offer_go(reference: str, token: str) -> ResponseReturnValue:
    """Give the offered time to the next in line; the wish waits on."""
    found = wish_by_link(reference, token)
    if not EmptyForm().validate():
        return _page(found), 422
    if orders.let_go(db(), wish=found, actor="customer", now=now()):
        flash(_("The time goes to others. You wait on, and we write when another one is free."), "ok")
    return redirect(_path(found), 303)


@blueprint.post("/w/<reference>/<token>/withdraw")
@secret_link
def withdraw(reference: str, token: str) -> ResponseReturnValue:
    """Leave the line; a time that is offered just now goes to others."""
    found = wish_by_link(reference, token)
    if not EmptyForm().validate():
        return _page(found), 422
    if found.state in sessions.LIVE:
        orders.withdraw(db(), wish=found, actor="customer", now=now())
        flash(_("You are out of the line, and we write no more about it."), "ok")
    return redirect(_path(found), 303)


def contact_of_wish(order: Order) -> dict[str, Any]:
    """Who was offered the order's time, to begin its form with; nothing once he has filled it in."""
    offer = sessions.find_offer(db(), session=order.session) if order.contact is None else None
    if offer is None or offer.wish.email is None:
        return {}
    return {"name": offer.wish.name, "email": offer.wish.email}


def _path(found: Wish) -> str:
    return secret_path(core_of(db()), "w", found.reference, found.link_version)


def _dates_of(service: Service) -> tuple[date, date]:
    """The first and the last date that may be asked for, on the visitor's calendar."""
    today = now().astimezone(ZoneInfo(viewer_zone())).date()
    return today, today + timedelta(days=service.horizon_days)


def _form_page(service: Service, form: WishForm) -> str:
    first, last = _dates_of(service)
    return render_template(
        "booking/wish_form.html",
        service=service,
        form=form,
        first=first,
        last=last,
        zone=viewer_zone(),
        now=now(),
        offer_minutes=sessions.waitlist_rules(db()).offer_minutes,
        times_url=url_for("booking.times", slug=service.slug),
    )


def _page(found: Wish) -> str:
    order = orders.offered_order(db(), wish=found)
    if order is not None and not sessions.is_held(order.session, now=now()):
        order = None  # run out already; the worker is about to say so
    return render_template(
        "booking/wish.html",
        wish=found,
        order=order,
        form=EmptyForm(),
        path=_path(found),
        zone=found.zone,
        part=sessions.PARTS[found.part],
        offer_minutes=sessions.waitlist_rules(db()).offer_minutes,
        times_url=url_for("booking.times", slug=found.service.slug),
        again_url=url_for("booking.wish", slug=found.service.slug),
        **_offer_facts(order),
    )


def _offer_facts(order: Order | None) -> dict[str, Any]:
    if order is None:
        return {"order_url": "", "held_until": None}
    return {
        "order_url": secret_path(core_of(db()), "o", order.reference, order.link_version),
        "held_until": sessions.held_until(order.session),
    }
