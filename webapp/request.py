"""One request: one instant, one database transaction, one commit.

The response decides: below 400 commits, anything else rolls back. Commands never commit.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo, available_timezones

from flask import current_app, g, request, session

from services.core import vendor
from services.core.db import FREE_ROLE, make_sessions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from flask import Flask, Response
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from billing.settings import BillingSettings
    from services.core.settings import CoreSettings
    from services.core.vendor import VendorProfile

ZONE_COOKIE = "zone"
_OK_BELOW = 400


class Database:
    """What the requests of one application share: its engine, factories by role, its clock."""

    def __init__(
        self,
        engine: Engine,
        core: CoreSettings,
        clock: Callable[[], datetime],
        billing: BillingSettings | None,
        free_blueprints: frozenset[str],
    ) -> None:
        """Prepare the factories; no connection is opened before the first request."""
        self.engine = engine
        self.core = core
        self.clock = clock
        self.free_blueprints = free_blueprints
        self.app_sessions = make_sessions(engine, core, billing=billing)
        self.free_sessions = make_sessions(engine, core, role=FREE_ROLE, billing=None)


def database() -> Database:
    """The database of the running application."""
    return cast("Database", current_app.extensions["priyom.database"])


def now() -> datetime:
    """The instant of this request (aware, UTC): the same however often it is asked."""
    if "now" not in g:
        g.now = database().clock()
    return cast("datetime", g.now)


def db() -> Session:
    """The request's session; on blueprints of the free flow it works as `priyom_free`."""
    if "db" not in g:
        g.db = _factory(database())()
    return cast("Session", g.db)


def account_db() -> Session:
    """The session that knows who is signed in: free pages get one of its own for that."""
    if request.blueprint not in database().free_blueprints:
        return db()
    if "account_db" not in g:
        g.account_db = database().app_sessions()
    return cast("Session", g.account_db)


def _factory(shared: Database) -> sessionmaker[Session]:
    if request.blueprint in shared.free_blueprints:
        return shared.free_sessions
    return shared.app_sessions


def _sessions() -> list[Session]:
    return [g.get(name) for name in ("db", "account_db") if name in g]


def _finish(response: Response) -> Response:
    try:
        for open_session in _sessions():
            if response.status_code < _OK_BELOW:
                open_session.commit()
            else:
                open_session.rollback()
    except Exception:
        # What the answer says did not happen: neither may its cookie tell so.
        session.clear()
        raise
    return response


def _close(error: BaseException | None) -> None:
    del error
    for open_session in _sessions():
        open_session.close()


def init_request(app: Flask, shared: Database) -> None:
    """Give `app` its database; call it first, so that its commit runs last."""
    app.extensions["priyom.database"] = shared
    app.after_request(_finish)
    app.teardown_appcontext(_close)


@cache
def known_zones() -> frozenset[str]:
    """The IANA names of all zones; asking the files anew takes as long as a whole page."""
    return frozenset(available_timezones())


def vendor_profile() -> VendorProfile:
    """The vendor as this request shows him: read once, unless the view knows him already."""
    if "vendor" not in g:
        g.vendor = vendor.vendor(db())
    return cast("VendorProfile", g.vendor)


def know_vendor(profile: VendorProfile) -> None:
    """Let this request show `profile`, which a statement of the view's own has brought along."""
    g.vendor = profile


def vendor_date() -> date:
    """The date on the vendor's wall clock."""
    return now().astimezone(ZoneInfo(vendor_profile().zone)).date()


def viewer_zone() -> str:
    """The IANA zone that times are shown in: the visitor's choice or guess, else the vendor's."""
    chosen = request.cookies.get(ZONE_COOKIE, "")
    return chosen if chosen in known_zones() else vendor_profile().zone
