"""A free connection within a request: choosing its time with the customer, moving it, calling it off."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import request, url_for
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired

from services import catalogue, scheduling
from services.core.errors import ConflictError, InvalidError
from services.core.wording import format_when
from services.support import connecting, queue, requests
from webapp.days import read_day
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import done, me, page
from webapp.staff.forms import StaffForm, tick
from webapp.staff.frame import staff_blueprint
from webapp.staff.panels import Panel
from webapp.staff.support.who import DESK, my_staff

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from services.catalogue.models import Service
    from services.sessions.models import RemoteSession
    from services.support.requests.models import Request, RequestSession

blueprint = staff_blueprint("connection", __name__, "/requests/<int:number>/connection")
_MOST = 16
_AHEAD = timedelta(days=14)


class TimeForm(StaffForm):
    """A time out of those that are free, and whether access is what we wait for until then."""

    start = RadioField(_l("Time"), validators=[DataRequired(_l("Choose one."))])
    access = tick(_l("We can’t go on before: ask for access, and the clocks rest until then"))

    def offer(self, starts: list[datetime], zone: str) -> None:
        """Let one of these starts be chosen; each in the customer's `zone` and ours."""
        self.start.choices = [SelectChoice(_value(one), _spoken(one, zone)) for one in starts]
        self.ours = {_value(one): _ours(one) for one in starts}

    def moment(self) -> datetime:
        """The start that was chosen (UTC); the choices have let nothing else through."""
        return datetime.fromisoformat(self.text("start"))


@blueprint.get("")
@staff(*DESK)
def choose(number: int) -> ResponseReturnValue:
    """What is agreed on, and the free times of a service."""
    found = requests.get_request(db(), number=number)
    return _page(found, _form(found))


@blueprint.post("")
@staff(*DESK)
def arrange(number: int) -> ResponseReturnValue:
    """Agree on a time, or on another one."""
    found = requests.get_request(db(), number=number)
    form = _form(found)
    if not form.validate():
        return _page(found, form)
    try:
        _arranged(found, form)
    except ConflictError as error:
        form.form_errors = [*form.form_errors, _refusal(error)]
    except InvalidError as error:
        form.refuse(error)
    else:
        return done(
            _("It is agreed on; the customer gets a letter with an invitation."),
            "staff_connection.choose",
            number=number,
        )
    return _page(found, form)


@blueprint.post("/cancel")
@staff(*DESK)
def cancel(number: int) -> ResponseReturnValue:
    """Call it off."""
    found = requests.get_request(db(), number=number)
    try:
        connecting.cancel_connection(db(), request=found, staff=my_staff(), now=now())
    except ConflictError:
        return _page(found, _form(found))
    return done(
        _("The connection is called off; the customer is told."), "staff_connection.choose", number=number
    )


def request_panel(db: Session, session: RemoteSession) -> Panel | None:
    """On the page of a free connection: the request that it belongs to, and who offered it."""
    found = connecting.find_request_of(db, session=session) if session.for_desk else None
    if found is None:
        return None
    known = connecting.get_connection_of(db, session=session)
    rows = [
        (_("Free request"), f"№ {found.number}, {found.subject}"),
        (_("Free, offered by us"), connecting.initiator(db, connection=known)),
    ]
    url = url_for("staff_request.page", number=found.number)
    return Panel(_("Free connection"), rows, url, _("To the request"))


def _arranged(found: Request, form: TimeForm) -> None:
    queue.take_to_work(db(), request=found, staff=my_staff(), now=now())
    known = connecting.find_connection(db(), request=found)
    if known is not None:
        connecting.move_connection(db(), request=found, start=form.moment(), staff=my_staff(), now=now())
        return
    connecting.arrange(
        db(), request=found, service=_service(), start=form.moment(), staff=my_staff(), now=now()
    )
    if form.ticked("access") and _may_ask(found):
        wanted = [{"code": connecting.ACCESS, "detail": _spoken(form.moment(), found.author.zone)}]
        requests.ask_information(db(), request=found, staff=my_staff(), items=wanted, body="", now=now())


def _refusal(error: ConflictError) -> str:
    if isinstance(error, scheduling.SlotTakenError):
        return _("This time has just been taken. Choose another.")
    return _("The request has moved on meanwhile: look at it once more.")


def _form(found: Request) -> TimeForm:
    form = TimeForm()
    form.offer(_starts(found), found.author.zone)
    return form


def _starts(found: Request) -> list[datetime]:
    known = connecting.find_connection(db(), request=found)
    rules = scheduling.rules_from_json(known.session.service) if known else scheduling.rules_of(_service())
    on = read_day(request.args.get("on", ""))
    since = datetime.combine(on, time(), ZoneInfo(me().person.zone)).astimezone(UTC) if on else now()
    slots = scheduling.list_slots(
        db(),
        service=rules,
        after=max(since, now()),
        before=max(since, now()) + _AHEAD,
        customer_zone=found.author.zone,
        for_desk=True,
        now=now(),
    )
    return [slot.start for slot in slots[:_MOST]]


def _service() -> Service:
    """How long it takes and who may do it: a service of the catalogue, without anything it costs."""
    offered = catalogue.list_services(db())
    wanted = request.values.get("service", "")
    return next((one for one in offered if one.slug == wanted), None) or offered[0]


def _may_ask(found: Request) -> bool:
    return found.state == "open"


def _page(found: Request, form: TimeForm) -> ResponseReturnValue:
    known = connecting.find_connection(db(), request=found)
    services = catalogue.list_services(db())
    return page(
        "staff/support/connection.html",
        form,
        found=found,
        known=known,
        by=_name_of(known),
        services=services,
        chosen=_service() if services else None,
        on=request.args.get("on", ""),
        ours=form.ours,
        may_ask=_may_ask(found),
        may_arrange=found.state in {"open", "waiting"},
        back=url_for("staff_request.page", number=found.number),
    )


def _name_of(known: RequestSession | None) -> str:
    return connecting.initiator(db(), connection=known) if known is not None else ""


def _ours(start: datetime) -> str:
    """The same time on the clock of who is signed in."""
    return _("our time: %(when)s", when=_spoken(start, me().person.zone))


def _value(start: datetime) -> str:
    return start.astimezone(UTC).isoformat()


def _spoken(start: datetime, zone: str) -> str:
    return format_when(start, None, zone, current_locale())
