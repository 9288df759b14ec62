"""What a customer does on his request's page: write, say that he can't, rate, open again, decline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, request

from services.core.errors import InvalidError
from services.core.states import IllegalMoveError
from services.support import contacts, requests
from webapp.auth.throttle import network_of, spend
from webapp.i18n import gettext as _
from webapp.large_forms import takes_large_files
from webapp.request import account_db, db, now
from webapp.security import FILES, secret_link
from webapp.support.attached import drop_asked, sent_files
from webapp.support.follow.access import path_of, request_by_link
from webapp.support.follow.blueprint import blueprint
from webapp.support.follow.forms import EmptyForm, ReplyForm
from webapp.support.follow.page import show
from webapp.support.limits import MESSAGES, TO_ADDRESS
from webapp.wrongs import attach

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue

    from services.core.files import Upload
    from services.support.requests.models import Request

_WRITABLE = frozenset({"held", "open", "waiting", "resolved", "closed"})


@blueprint.post("/write")
@secret_link
@takes_large_files
def write(number: str, token: str) -> ResponseReturnValue:
    """Keep a message with its files; any of them ends a pause, and opens what was closed for silence."""

    def keep(found: Request, body: str, uploads: Sequence[Upload]) -> Request:
        was = found.state
        going = contacts.hear(db(), request=found, person=found.author, body=body, uploads=uploads, now=now())
        if going.follows_id == found.id or (was, found.state) == ("closed", "open"):
            return _gone_on(found, going)
        said = _("It is here, and the clocks go on. Our turn.") if was == "waiting" else _("It is here.")
        flash(said, "ok")
        return found

    return _written(number, token, keep)


@blueprint.post("/cannot")
@secret_link
@takes_large_files
def cannot(number: str, token: str) -> ResponseReturnValue:
    """He can't collect what we wait for: his message, and the clocks go on."""

    def keep(found: Request, body: str, uploads: Sequence[Upload]) -> Request:
        requests.cannot_collect(
            db(), request=found, person=found.author, body=body, uploads=uploads, now=now()
        )
        flash(_("We know, and the clocks go on. We tell you where to find what, or connect ourselves."), "ok")
        return found

    return _written(number, token, keep)


@blueprint.post("/reopen")
@secret_link
@takes_large_files
def reopen(number: str, token: str) -> ResponseReturnValue:
    """Go on with what was not solved; too late, in a new request that follows."""

    def keep(found: Request, body: str, uploads: Sequence[Upload]) -> Request:
        going = contacts.reopen_or_follow(
            db(), request=found, person=found.author, body=body, uploads=uploads, now=now()
        )
        return _gone_on(found, going)

    return _written(number, token, keep, goes_on=True)


@blueprint.post("/rate")
@secret_link
def rate(number: str, token: str) -> ResponseReturnValue:
    """Take the one press; a second one changes nothing."""
    found = request_by_link(number, token)
    if not EmptyForm().validate():
        return show(found), 422
    try:
        requests.rate(db(), request=found, grade=request.form.get("grade", ""), now=now())
    except requests.AlreadyRatedError:
        flash(_("You have told us already, thank you."))
    except InvalidError:
        return show(found), 422
    else:
        flash(_("Thank you for telling us."), "ok")
    return redirect(path_of(found), 303)


@blueprint.post("/decline")
@secret_link
def decline(number: str, token: str) -> ResponseReturnValue:
    """No paid session: nothing changes but this page."""
    found = request_by_link(number, token)
    if not EmptyForm().validate():
        return show(found), 422
    requests.decline_mention(db(), request=found, now=now())
    return redirect(path_of(found), 303)


def _written(
    number: str,
    token: str,
    keep: Callable[[Request, str, Sequence[Upload]], Request],
    *,
    goes_on: bool = False,
) -> ResponseReturnValue:
    """Read the form with its files and do `keep`; refused, it comes back with everything."""
    found = request_by_link(number, token)
    form, dropped, attached = ReplyForm(), drop_asked(), sent_files([FILES])
    if dropped:
        return show(found, form, attached)
    if not form.validate() or attached.complain(form) or found.state not in _WRITABLE:
        return show(found, form, attached), 422
    too_many = _too_many(found, makes_new=_makes_new(found, goes_on=goes_on))
    if too_many:
        form.form_errors.append(too_many)
        return show(found, form, attached), 429
    try:
        shown = keep(found, form.body.data or "", attached.uploads)
    except InvalidError as error:
        attach(form, error)
        return show(found, form, attached), 422
    except IllegalMoveError:
        db().refresh(found)
        form.form_errors.append(_("The request has moved on meanwhile. Look where it stands and send again."))
        return show(found, form, attached), 409
    return redirect(path_of(shown), 303)


def _gone_on(found: Request, going: Request) -> Request:
    """Say in which request it goes on."""
    if going is found:
        flash(_("The request is open again, and the clocks go on. Our turn."), "ok")
    else:
        flash(_("This is your new request; the earlier one is linked to it."), "ok")
    return going


def _makes_new(found: Request, *, goes_on: bool) -> bool:
    """Whether a new request, and its receipt, would come of what is written now."""
    if not (goes_on or requests.is_closed_for_silence(found)):
        return False
    return found.state in requests.REOPENABLE and not requests.may_reopen(db(), request=found, now=now())


def _too_many(found: Request, *, makes_new: bool) -> str:
    """Count a message of this network, and a new request for its author's address as the form does."""
    if spend(account_db(), limit=MESSAGES, whom=network_of(request.remote_addr), now=now()) is not None:
        return _("Too many messages came from your network. Try again in an hour.")
    if not makes_new:
        return ""
    if spend(account_db(), limit=TO_ADDRESS, whom=found.author.email, now=now()) is not None:
        return _("Too many requests came for this address within an hour. Try again later.")
    return ""
