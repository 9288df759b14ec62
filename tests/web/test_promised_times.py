"""What a customer's clock was promised to show is what he saw when he pressed the button."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from billing.orders.models import Order
from tests.web.test_ordering_pages import BOOK, ordinary_starts

KAMCHATKA = "Asia/Kamchatka"


def take(visitor, path, nth):
    page = visitor.get(f"{path}?day=2026-11-26")
    start = ordinary_starts(page)[nth]
    return visitor.submit(page, form="form#times", start=start), datetime.fromisoformat(start)


@pytest.mark.parametrize("again", ["order", "service"])
def test_who_changes_his_clock_and_then_his_time_is_promised_what_he_saw(visitor, demo, again):
    details, _start = take(visitor, BOOK, 0)
    visitor.client.set_cookie("zone", KAMCHATKA)
    path = details.path.replace("/details", "/time") if again == "order" else BOOK
    _details, start = take(visitor, path, 1)
    with demo.app_sessions() as db:
        order = db.scalars(select(Order).order_by(Order.id.desc())).first()
        assert (order.zone, order.session.promised_zone) == (KAMCHATKA, KAMCHATKA)
        shown = start.astimezone(ZoneInfo(KAMCHATKA)).replace(tzinfo=None)
        assert order.session.promised_wall == shown != start.replace(tzinfo=None) + timedelta(hours=3)
