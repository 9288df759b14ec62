"""Opening an order or a session by its secret link, and who the browser is."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, cast

from flask import request, session

from billing import orders
from services import sessions
from services.core.db import core_of
from services.core.errors import InvalidError, NotFoundError
from services.core.references import check_link, parse_reference
from webapp.auth.throttle import network_of
from webapp.request import db, now

if TYPE_CHECKING:
    from billing.orders import Begun
    from billing.orders.models import Order
    from services.sessions.models import RemoteSession, Wish

_BROWSER = "browser"
_DRAFT = "draft"


def order_by_link(reference: str, token: str, *, lock: bool = False) -> Order:
    """The order behind /o/<reference>/<token>; NotFoundError whatever is wrong with either."""
    order = orders.get_order(db(), reference=_parsed(reference, "O"), lock=lock)
    check_link(core_of(db()).keys, "o", order.reference, order.link_version, token)
    return order


def session_by_link(reference: str, token: str) -> RemoteSession:
    """The session behind /s/<reference>/<token>; NotFoundError whatever is wrong with either."""
    found = sessions.get_session(db(), reference=_parsed(reference, "S"))
    check_link(core_of(db()).keys, "s", found.reference, found.link_version, token)
    return found


def wish_by_link(reference: str, token: str) -> Wish:
    """The wish behind /w/<reference>/<token>; NotFoundError whatever is wrong with either."""
    found = sessions.get_wish(db(), reference=_parsed(reference, "W"))
    check_link(core_of(db()).keys, "w", found.reference, found.link_version, token)
    return found


def _parsed(text: str, prefix: str) -> str:
    try:
        return parse_reference(text, prefix)
    except InvalidError as error:
        raise NotFoundError(kind="link") from error


def browser_token() -> str:
    """A random name for this browser, kept in its signed cookie; made at the first hold."""
    if _BROWSER not in session:
        session[_BROWSER] = secrets.token_urlsafe(16)
        session.permanent = True
    return cast("str", session[_BROWSER])


def known_browser() -> str | None:
    """The name of this browser, if it has kept a time before."""
    return session.get(_BROWSER)


def remember_draft(order: Order | Begun) -> None:
    """Keep in the browser's signed cookie which order it is about to fill in."""
    session[_DRAFT] = order.reference


def own_draft(slug: str) -> Order | None:
    """This browser's unfinished order of the same service, if its time is still kept."""
    if _DRAFT not in session:
        return None
    try:
        order = orders.get_order(db(), reference=session[_DRAFT], lock=True)
        if order.state != "draft" or order.service.slug != slug:
            return None
        orders.require_hold(order, now=now())
    except (NotFoundError, orders.HoldOverError):
        return None
    return order


def holder() -> sessions.Holder:
    """Who keeps a time before he says who he is: this browser, and the network it comes from."""
    is_new = known_browser() is None
    return sessions.Holder(browser_token(), network_of(request.remote_addr), is_new=is_new)
