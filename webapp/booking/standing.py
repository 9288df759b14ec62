"""Where an order stands: what all its pages know of it, and where it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, url_for

from billing import orders, payments
from services import sessions
from services.core.db import core_of
from services.core.links import secret_path
from services.core.texts import Texts
from webapp.booking.access import order_by_link
from webapp.booking.blueprint import blueprint
from webapp.request import db, now
from webapp.security import secret_link

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from billing.orders.models import Order


@dataclass(frozen=True)
class Kept:
    """Until when the time is kept: the instant, and seconds left of all."""

    until: datetime
    seconds: int
    all: int


@blueprint.get("/o/<reference>/<token>")
@secret_link
def order(reference: str, token: str) -> ResponseReturnValue:
    """Lead on from the link of a letter: to the step that comes next, or to the session."""
    return elsewhere(order_by_link(reference, token))


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
    if payments.may_choose(order, now=now()):
        return redirect(f"{link}/late", 303)
    return render_template("booking/over.html", **order_facts(order)), 409 if order.attention else 410


def order_facts(order: Order) -> dict[str, Any]:
    """What the templates of an order's pages share."""
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
        "give_up_url": f"{link}/give-up",
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
