"""Money that came when its time was gone: the customer chooses another time, or takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, render_template

from billing import payments, refunds
from services import scheduling
from services.core.db import core_of
from services.core.links import secret_path
from services.core.wording import format_money
from webapp.booking.access import order_by_link
from webapp.booking.blueprint import blueprint
from webapp.booking.forms import EmptyForm, TimeForm
from webapp.booking.standing import elsewhere, order_facts
from webapp.booking.time_page import Asking, Lost, time_page
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.request import db, now, viewer_zone
from webapp.security import secret_link

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from billing.orders.models import Order


@blueprint.get("/o/<reference>/<token>/late")
@secret_link
def late(reference: str, token: str) -> ResponseReturnValue:
    """What came, and the two things that may become of it."""
    order = order_by_link(reference, token)
    if not payments.may_choose(order, now=now()):
        return elsewhere(order)
    came = payments.late_payment(db(), order=order)
    return render_template(
        "booking/late.html",
        form=EmptyForm(),
        came=came.amount if came else order.quote.gross,
        late_url=_path(order),
        **order_facts(order),
    )


@blueprint.get("/o/<reference>/<token>/late/time")
@secret_link
def late_times(reference: str, token: str) -> ResponseReturnValue:
    """The free times for the money that is here."""
    order = order_by_link(reference, token)
    if not payments.may_choose(order, now=now()):
        return elsewhere(order)
    return time_page(_asking(order))


@blueprint.post("/o/<reference>/<token>/late/time")
@secret_link
def take_late_time(reference: str, token: str) -> ResponseReturnValue:
    """Book the chosen time at once: it is paid."""
    order = order_by_link(reference, token, lock=True)
    if not payments.may_choose(order, now=now()):
        return elsewhere(order)
    form = TimeForm()
    start = form.instant() if form.validate() else None
    if start is None:
        return time_page(_asking(order, wrong=True)), 422
    try:
        payments.take_new_time(db(), order=order, start_at=start, zone=viewer_zone(), now=now())
    except (scheduling.SlotTakenError, scheduling.SlotNotOfferedError) as error:
        return _gone(reference, token, start, taken=isinstance(error, scheduling.SlotTakenError))
    except payments.DearerTimeError as dearer:
        return _too_dear(reference, token, dearer)
    flash(_("The new time is yours: the session is confirmed."), "ok")
    return elsewhere(order)


@blueprint.post("/o/<reference>/<token>/late/back")
@secret_link
def take_money_back(reference: str, token: str) -> ResponseReturnValue:
    """Send the money back the way it came."""
    order = order_by_link(reference, token, lock=True)
    if not payments.may_choose(order, now=now()):
        return elsewhere(order)
    refunds.take_money_back(db(), order=order, now=now())
    return render_template("booking/late_back.html", **order_facts(order))


def _gone(reference: str, token: str, start: datetime, *, taken: bool) -> ResponseReturnValue:
    db().rollback()
    return time_page(_asking(order_by_link(reference, token)), lost=Lost(start, taken=taken)), 409


def _too_dear(reference: str, token: str, dearer: payments.DearerTimeError) -> ResponseReturnValue:
    db().rollback()
    flash(
        _(
            "This time costs %(sum)s, which is more than what came. Choose another one, please.",
            sum=format_money(dearer.price, current_locale()),
        ),
        "alarm",
    )
    return time_page(_asking(order_by_link(reference, token))), 409


def _asking(order: Order, *, wrong: bool = False) -> Asking:
    return Asking(order.service.slug, order=order, back=_path(order), wrong=wrong, paid=True)


def _path(order: Order) -> str:
    return secret_path(core_of(db()), "o", order.reference, order.link_version) + "/late"
