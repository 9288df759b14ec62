"""Choosing a time: for a new order, or another one for a draft."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for

from billing import orders
from services import catalogue, scheduling, sessions
from services.core.db import core_of
from services.core.links import secret_path
from services.core.vendor import vendor
from services.core.wording import format_time, format_when, zone_choices
from webapp.booking.access import begins_too_many, holder, order_by_link, own_draft, remember_draft
from webapp.booking.blueprint import blueprint
from webapp.booking.forms import TimeForm
from webapp.booking.standing import elsewhere
from webapp.booking.times import Day, board
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.prices.payer import chosen_seller, likely_country
from webapp.request import db, now, viewer_zone
from webapp.security import public, secret_link

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from billing.orders.models import Order
    from services.catalogue.models import Service


@blueprint.get("/book/<slug>")
@public
def times(slug: str) -> ResponseReturnValue:
    """The free times of a service."""
    return _page(catalogue.get_service(db(), slug=slug))


@blueprint.post("/book/<slug>")
@public
def choose(slug: str) -> ResponseReturnValue:
    """Take the chosen time: a draft begins, or the browser's own draft gets this time."""
    service = catalogue.get_service(db(), slug=slug)
    form = TimeForm()
    start = form.instant() if form.validate() else None
    if start is None:
        return _page(service, form=form), 422
    known = own_draft(service)
    if known is None and begins_too_many():
        return _too_many(service)
    try:
        order = _begin(service, start, known)
    except (scheduling.SlotTakenError, scheduling.SlotNotOfferedError):
        return _just_taken(service, start)
    except sessions.HoldLimitError as limit:
        return _unfinished(limit)
    remember_draft(order)
    return redirect(_step(order, "details"), 303)


@blueprint.get("/o/<reference>/<token>/time")
@secret_link
def other_times(reference: str, token: str) -> ResponseReturnValue:
    """Another time for a draft; what was filled in stays."""
    order = order_by_link(reference, token)
    if order.state != "draft":
        return elsewhere(order)
    return _page(order.service, order=order)


@blueprint.post("/o/<reference>/<token>/time")
@secret_link
def choose_other(reference: str, token: str) -> ResponseReturnValue:
    """Exchange the draft's time; the old one stays if the new one is gone."""
    order = order_by_link(reference, token, lock=True)
    if order.state != "draft":
        return elsewhere(order)
    form = TimeForm()
    start = form.instant() if form.validate() else None
    if start is None:
        return _page(order.service, order=order, form=form), 422
    try:
        orders.change_time(db(), order=order, start_at=start, now=now())
    except (scheduling.SlotTakenError, scheduling.SlotNotOfferedError):
        return _just_taken(order.service, start, order=order)
    return redirect(_step(order, "details"), 303)


def _begin(service: Service, start: datetime, known: Order | None) -> Order:
    if known is not None:
        return orders.change_time(db(), order=known, start_at=start, now=now())
    return orders.start(
        db(),
        service=service,
        start_at=start,
        holder=holder(),
        country=likely_country(),
        zone=viewer_zone(),
        locale=current_locale(),
        now=now(),
    )


def _too_many(service: Service) -> ResponseReturnValue:
    """Nobody has said who he is yet: what one network may keep from all others has a limit."""
    flash(
        _("Too many orders were begun from your network within an hour. Finish one, or try again later."),
        "alarm",
    )
    return _page(service), 429


def _unfinished(limit: sessions.HoldLimitError) -> ResponseReturnValue:
    """Lead this browser back to the order that it keeps a time for: one at once."""
    db().rollback()
    kept = sessions.get_session(db(), reference=str(limit.facts["reference"]))
    order = orders.find_order_of(db(), session=kept)
    if order is None:
        raise limit
    flash(
        _("You already keep a time for this order. Finish it or let its time go, and then choose another."),
        "alarm",
    )
    return redirect(_step(order, "details"), 303)


def _step(order: Order, step: str) -> str:
    return f"{secret_path(core_of(db()), 'o', order.reference, order.link_version)}/{step}"


def _here(day: date | None = None) -> str:
    """The address of this page for `day`, with the seller that was asked for."""
    asked = {"seller": chosen_seller(), "day": day.isoformat() if day else ""}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{request.path}?{query}" if query else request.path


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _just_taken(service: Service, start: datetime, order: Order | None = None) -> ResponseReturnValue:
    """Say so, show what is free now, and mark the nearest."""
    db().rollback()
    zone = viewer_zone()
    when = format_when(start, None, zone, current_locale())
    flash(
        _(
            "%(when)s can't be had any more: somebody was faster, or it is too soon. "
            "Here is what is free now.",
            when=when,
        ),
        "alarm",
    )
    day = start.astimezone(ZoneInfo(zone)).date()
    return _page(service, order=order, day=day), 409


def _page(
    service: Service,
    *,
    order: Order | None = None,
    form: TimeForm | None = None,
    day: date | None = None,
) -> str:
    zone = viewer_zone()
    country = order.country if order else likely_country()
    shown = board(db(), service=service, country=country, zone=zone, day=day or _asked_day(), now=now())
    return render_template(
        "booking/time.html",
        service=service,
        order=order,
        board=shown,
        days=[Day(d, free, _here(d), d == shown.day) for d, free in shown.days],
        form=form or TimeForm(formdata=None),
        action=_here(),
        earlier_url=_here(shown.earlier),
        later_url=_here(shown.later),
        zone=zone,
        zones=zone_choices(now(), current_locale()),
        clock_here=format_time(now(), zone),
        clock_home=format_time(now(), vendor(db()).zone),
        now=now(),
        services_url=url_for("prices.services"),
        back=_step(order, "details") if order else "",
    )
