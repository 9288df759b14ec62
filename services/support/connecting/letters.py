"""The customer's mails about a free connection, each with the invitation as it then is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from services import calendars, sessions
from services.core import mail
from services.core.db import core_of
from services.core.links import secret_path
from services.core.vendor import vendor
from services.core.wording import catalogue, format_both
from services.support.requests import letters

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.core.mail import CalendarPart
    from services.core.texts import Locale
    from services.sessions.models import RemoteSession
    from services.support.requests.models import Request

Change = Literal["agreed", "moved", "cancelled"]
_EVENT: Final = "support_connection"


def connection_path(db: Session, request: Request) -> str:
    """The path of the customer's own page of the connection."""
    return secret_path(core_of(db), "r", request.reference, request.link_version) + "/connection"


def tell(
    db: Session,
    *,
    request: Request,
    session: RemoteSession,
    change: Change,
    before_at: datetime | None = None,
    now: datetime,
) -> None:
    """Send the author the mail; `before_at` is when it was to start until it was moved."""
    url = core_of(db).public_url + connection_path(db, request)
    specialist = sessions.specialist_name(db, session=session)
    if change == "cancelled":
        invitation = calendars.cancel(db, session_ref=session.reference, now=now)
    else:
        invitation = _invitation(db, request, session, specialist=specialist, url=url, now=now)
    mail.queue(
        db,
        event=_EVENT,
        to=mail.Recipient(request.author.name, request.author.email),
        locale=_locale(request),
        facts=letters.facts_of(db, request)
        | {
            "change": change,
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "before_at": before_at,
            "zone": session.promised_zone,
            "specialist": specialist,
            "connection_url": url,
        },
        subject_ref=f"request:{request.number}",
        calendar=invitation,
        thread=letters.thread_of(request),
        now=now,
    )


def _invitation(
    db: Session, request: Request, session: RemoteSession, *, specialist: str, url: str, now: datetime
) -> CalendarPart:
    locale, person, home = _locale(request), request.author, vendor(db)
    gettext = catalogue(locale).gettext
    lines = [
        format_both(session.starts_at, session.ends_at, session.promised_zone, home.zone, locale, year=True),
        gettext("Free of charge: we offered it ourselves."),
        gettext("Your specialist: %(name)s") % {"name": specialist},
        gettext("What to prepare: %(url)s") % {"url": url},
        gettext("If the time doesn’t suit you, write to us: deleting this entry cancels nothing."),
        gettext("We never ask for codes from text messages or for bank card details."),
    ]
    title = gettext("Free connection, request No. %(number)s") % {"number": request.number}
    return calendars.invite(
        db,
        session_ref=session.reference,
        attendee=calendars.Attendee(person.name, person.email, locale, "customer"),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=f"{title} · {home.name.of(locale)}",
        description="\n".join(lines),
        url=url,
        now=now,
    )


def _locale(request: Request) -> Locale:
    return "en" if request.author.locale == "en" else "ru"
