"""The page of times, put together: for a new order, for a draft, and after a time was lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import current_app, render_template, request, url_for

from billing.prices import get_sale
from services import sessions
from services.core.revisions import revisions
from services.core.wording import format_time, format_when, zone_choices
from webapp.booking.access import known_browser
from webapp.booking.faces import Clocks
from webapp.booking.times import Wanted, board
from webapp.i18n import current_locale
from webapp.prices.payer import chosen_seller, country_of_offers
from webapp.request import db, know_vendor, now, viewer_zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from billing.orders.models import Order
    from services.core.revisions import Topic
    from webapp.booking.times import Board

_WISH = "booking.wish"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for times of which service: anybody, or the `order` that wants another time.

    `back` is the order's page; `wrong` says that no time of ours was sent; `paid`, that the order's
    money is here already, and lies without a time.
    """

    slug: str
    order: Order | None = None
    back: str = ""
    wrong: bool = False
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """A start (UTC) that somebody pressed and can't have: `taken`, or not offered any more."""

    start: datetime
    taken: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip, on the customer's calendar."""

    date: date
    free: int
    url: str
    here: bool


def time_page(asking: Asking, *, seen: Mapping[Topic, str] | None = None, lost: Lost | None = None) -> str:
    """Render the page; `seen` are the revisions, when the caller has read them."""
    seen = revisions(db()) if seen is None else seen
    order = asking.order
    sale = get_sale(db(), slug=asking.slug, seen=seen, active_only=order is None, now=now())
    know_vendor(sale.vendor)
    zone, home = viewer_zone(), sale.vendor.zone
    wanted = Wanted(
        country=order.country if order else country_of_offers(sale.offers),
        zone=zone,
        day=_asked_day(),
        lost=lost.start if lost else None,
        own=_own_time(order),
    )
    shown = board(db(), sale=sale, wanted=wanted, seen=seen, now=now())
    clocks = Clocks(zone, home, locale=current_locale(), now=now())
    return render_template(
        "booking/time.html",
        sale=sale,
        order=order,
        back=asking.back,
        board=shown,
        wrong=asking.wrong,
        paid=asking.paid,
        lost=lost,
        lost_when=format_when(lost.start, None, zone, current_locale()) if lost else "",
        wish_url=url_for(_WISH, slug=sale.slug) if _WISH in current_app.view_functions else "",
        services_url=url_for("prices.services"),
        **_faces(shown, clocks),
        **_days(shown),
        **_zones(zone, home),
    )


def _faces(shown: Board, clocks: Clocks) -> dict[str, object]:
    groups = [(group.part, [clocks.face(time) for time in group.times]) for group in shown.groups]
    return {
        "near": [clocks.face(time) for time in shown.nearest],
        "first": clocks.face(shown.first) if shown.first else None,
        "urgent": clocks.face(shown.urgent) if shown.urgent else None,
        "instead": clocks.face(shown.instead) if shown.instead else None,
        "groups": groups,
        "some_dearer": any(face.price for _part, faces in groups for face in faces),
        "day_words": clocks.day(shown.day) if shown.day else "",
        "why_none": clocks.why_none(shown.day, shown.groups) if shown.day else "",
    }


def _days(shown: Board) -> dict[str, object]:
    return {
        "days": [Day(day, free, _here(day), day == shown.day) for day, free in shown.days],
        "action": _here(),
        "earlier_url": _here(shown.earlier),
        "later_url": _here(shown.later),
    }


def _zones(zone: str, home: str) -> dict[str, object]:
    return {
        "zone": zone,
        "zones": zone_choices(now(), current_locale()),
        "clock_here": format_time(now(), zone),
        "clock_home": format_time(now(), home),
        "now": now(),
    }


def _own_time(order: Order | None) -> sessions.OwnTime | None:
    """What the draft, or else this browser, keeps already; nothing is asked of a new browser."""
    if order is not None:
        return sessions.find_own_time(db(), session=order.session, now=now())
    browser = known_browser()
    return sessions.find_own_time(db(), browser_token=browser, now=now()) if browser else None


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
