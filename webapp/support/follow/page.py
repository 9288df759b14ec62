"""The page of a request: what is happening, whose turn it is, the clocks, what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template

from services.core.business_time import NoBusinessTimeError
from services.core.db import core_of
from services.core.links import secret_path
from services.support import connecting, contacts, regulation, requests
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.navigation import contributions
from webapp.request import db, now, viewer_zone
from webapp.security import FILES, secret_link
from webapp.support.attached import Attached
from webapp.support.follow.access import path_of, request_by_link
from webapp.support.follow.blueprint import blueprint
from webapp.support.follow.forms import ReplyForm
from webapp.support.follow.standing import missing_of, standing_of
from webapp.support.follow.talk import talk_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from services.support.regulation import Regulation
    from services.support.requests import Face
    from services.support.requests.models import Request
    from services.support.terms import Terms


@blueprint.get("")
@secret_link
def page(number: str, token: str) -> ResponseReturnValue:
    """The page of one request."""
    return show(request_by_link(number, token))


def show(found: Request, form: ReplyForm | None = None, attached: Attached | None = None) -> str:
    """The page, with what was typed if a form came back."""
    rules = _rules(found)
    terms = rules.terms if rules is not None else None
    faces = requests.clock_faces(db(), request=found, now=now())
    asked = requests.find_open_info_request(db(), request=found)
    missing = missing_of(asked, terms)
    return render_template(
        "support/follow/page.html",
        found=found,
        standing=standing_of(found, faces, missing),
        faces=faces,
        missing=missing,
        asked_at=asked.asked_at if asked is not None else None,
        due_if_now=_due_if_now(faces, rules) if asked is not None else None,
        told=_told(found, terms),
        connection=connecting.find_connection(db(), request=found),
        talk=talk_of(found, terms),
        was_asked=bool(requests.list_info_requests(db(), request=found)),
        rules=rules,
        form=form or ReplyForm(),
        kept=(attached or Attached()).kept.get(FILES, ()),
        zone=viewer_zone(),
        here=path_of(found),
        part=_part_of(found),
        **_end_of(found),
        **_mention_of(found),
    )


def _part_of(found: Request) -> str | None:
    """The path of the contact person's own page, where it is he who wrote."""
    if found.organisation_id is None:
        return None
    contact = contacts.find_contact(db(), organisation_id=found.organisation_id)
    if contact is None or contact.state != "confirmed" or not contacts.is_same(contact.person, found.author):
        return None
    return secret_path(core_of(db()), "k", contact.reference, contact.link_version)


def _rules(found: Request) -> Regulation | None:
    if found.regulation_id is None:
        return None
    return regulation.get_regulation_by_id(db(), regulation_id=found.regulation_id)


def _due_if_now(faces: Sequence[Face], rules: Regulation | None) -> datetime | None:
    """When the solution would be due if he wrote at this moment; None when nobody can tell."""
    if rules is None or not faces[-1].left:
        return None
    try:
        return rules.calendar.add_business_time(now(), faces[-1].left)
    except NoBusinessTimeError:
        return None


def _told(found: Request, terms: Terms | None) -> list[tuple[str, str]]:
    """What he filled in at first: the answers by their fields, whom it concerns, what it hinders."""
    locale = current_locale()
    told = [
        (field.label.of(locale), str(found.answers[field.key]))
        for field in found.product.fields
        if found.answers.get(field.key)
    ]
    impacts = {impact.code: impact.name.of(locale) for impact in terms.impacts} if terms else {}
    if found.impact in impacts:
        told.append((_("What it hinders"), impacts[found.impact]))
    if found.employees:
        told.append((_("How many employees are affected"), str(found.employees)))
    return told


def _end_of(found: Request) -> dict[str, Any]:
    """What an ended request leads on to."""
    ended = found.state in requests.REOPENABLE
    merged = requests.find_merged_into(db(), request=found)
    return {
        "rating": requests.find_rating(db(), request=found),
        "silent": requests.is_closed_for_silence(found),
        "may_rate": ended and found.resolved_at is not None,
        "may_reopen": ended and requests.may_reopen(db(), request=found, now=now()),
        "reopen_until": requests.reopen_until(db(), request=found) if ended else None,
        "follower": _linked(requests.find_follower(db(), request=found)),
        "before": _linked(db().get(type(found), found.follows_id) if found.follows_id else None),
        "merged": _linked(merged[0], own=merged[1]) if merged else None,
    }


def _linked(other: Request | None, *, own: bool = True) -> tuple[int, str] | None:
    """Number and path of another request; no path for who may not open it."""
    return (other.number, path_of(other) if own else "") if other is not None else None


def _mention_of(found: Request) -> dict[str, Any]:
    """The paid session, if it was mentioned and not declined, and where there is any."""
    made = requests.find_mention(db(), request=found)
    services = contributions().foot("foot-services")
    shown = made is not None and made.declined_at is None and found.state in {"open", "waiting"}
    return {"services": services[0] if shown and services else None}
