"""What is said when a time can't be kept: why, and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from services import scheduling
from services.core.wording import format_time, format_when
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.request import db, now, viewer_zone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from billing.orders.models import Order
    from services import sessions
    from services.scheduling import Slot

_SHOWN = 4


def too_many(limit: sessions.AddressLimitError) -> str:
    """Say that this network has begun too many orders, and from when it may begin another."""
    until = cast("datetime", limit.facts["until"])
    return _(
        "From your network %(most)s orders were begun within an hour, and more aren’t kept without "
        "knowing whose they are. You can finish those that are begun, or begin another one at %(time)s.",
        most=limit.facts["most"],
        time=format_time(until, viewer_zone()),
    )


def gone(order: Order, nearest: Sequence[Slot]) -> str:
    """Say that the order's time is lost, and name the nearest that are free.

    `nearest` may be empty: a race lost inside the database knows none, so we look again.
    """
    start = order.session.starts_at
    free = nearest or scheduling.nearest(
        db(), service=order.service, n=_SHOWN, customer_zone=order.zone, around=start, now=now()
    )
    lost = _("This time is no longer kept, and it can’t be had any more.")
    if not free:
        return lost
    times = "; ".join(format_when(slot.start, None, order.zone, current_locale()) for slot in free)
    named = _("The nearest free times: %(times)s.", times=times)
    return f"{lost} {named}"
