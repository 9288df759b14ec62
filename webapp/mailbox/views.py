"""The demonstration's mailbox; mounted in demonstrations only, elsewhere there is no such page.

It shows everybody's mails to everybody, secret links included: here all people are invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template, request, url_for

from services import calendars
from services.core import mail
from webapp.attachment import attach_as
from webapp.i18n import gettext as _
from webapp.request import db, now, viewer_zone
from webapp.security import public

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

PAGE = 25
# The mail brings its styles along; scripts, pictures and forms it may not have. A link in it
# opens in the whole window, since our pages refuse to be framed.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
)

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")


@blueprint.get("")
@public
def letters() -> ResponseReturnValue:
    """All mails, newest first."""
    last = max(1, -(-mail.count_mails(db()) // PAGE))
    at = min(max(request.args.get("page", 1, type=int), 1), last)
    mails = mail.list_mails(db(), limit=PAGE, offset=(at - 1) * PAGE)
    return render_template(
        "mailbox/letters.html",
        mails=mails,
        states=_states(),
        zone=viewer_zone(),
        now=now(),
        at=at,
        last=last,
        address=lambda page: url_for("mailbox.letters", page=page),
    )


@blueprint.get("/<int:mail_id>")
@public
def letter(mail_id: int) -> ResponseReturnValue:
    """One mail: whom it went to, its words, and the invitation explained."""
    found = mail.get_mail(db(), mail_id=mail_id)
    words, calendar = mail.read_body(db(), mail=found) if found.body_enc is not None else (None, None)
    files = mail.read_files(db(), mail=found) if found.body_enc is not None else ()
    return render_template(
        "mailbox/letter.html",
        mail=found,
        words=words,
        invite=calendars.explain(calendar.ics) if calendar is not None else None,
        files=[(one.name, len(one.content)) for one in files],
        states=_states(),
        zone=viewer_zone(),
    )


@blueprint.get("/<int:mail_id>/files/<int:place>")
@public
def file(mail_id: int, place: int) -> ResponseReturnValue:
    """A file that was attached, byte for byte."""
    files = mail.read_files(db(), mail=mail.get_mail(db(), mail_id=mail_id))
    if place >= len(files):
        abort(404)
    response = Response(files[place].content, mimetype=files[place].media)
    attach_as(response, files[place].name)
    return response


@blueprint.get("/<int:mail_id>/html")
@public
def html(mail_id: int) -> ResponseReturnValue:
    """The HTML of a mail by itself, for the frame on its page."""
    words, _calendar = mail.read_body(db(), mail=mail.get_mail(db(), mail_id=mail_id))
    shown = words.html.replace("<head>", '<head>\n<base target="_top">', 1)
    response = Response(shown, mimetype="text/html")
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


@blueprint.get("/<int:mail_id>/invite.ics")
@public
def invite(mail_id: int) -> ResponseReturnValue:
    """The invitation that was attached, byte for byte."""
    _words, calendar = mail.read_body(db(), mail=mail.get_mail(db(), mail_id=mail_id))
    if calendar is None:
        abort(404)
    response = Response(calendar.ics, content_type=f"text/calendar; charset=utf-8; method={calendar.method}")
    response.headers["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response


@blueprint.after_request
def _private(response: Response) -> Response:
    """Keep secret links out of referrers and search engines."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def _states() -> dict[str, str]:
    return {
        "queued": _("waiting to be sent"),
        "sending": _("being sent"),
        "sent": _("sent"),
        "bounced": _("came back"),
        "failed": _("not sent"),
    }


def mount(app: Flask) -> None:
    """Serve `/mailbox`."""
    app.register_blueprint(blueprint)
