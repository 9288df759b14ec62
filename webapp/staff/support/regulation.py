"""The regulation at the desk: its versions, the draft of the next, what differs, publishing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from wtforms import HiddenField

from services.core.business_calendars import get_calendar, list_calendars
from services.core.errors import InvalidError, NotFoundError
from services.support import regulation
from services.support.terms import Terms
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.pages.regulation_changes import text_changes, written_changes
from webapp.request import db, now, vendor_date
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page, page
from webapp.staff.forms import StaffForm, day, spread
from webapp.staff.frame import staff_blueprint
from webapp.staff.support.terms_form import RegulationForm, shape_of
from webapp.staff.support.terms_read import read_terms, show_terms
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from datetime import date

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from services.support.regulation.models import RegulationDraft, RegulationVersion

blueprint = staff_blueprint("regulation", __name__, "/regulation")
WRITERS = ("coordinator", "administrator")
NAV = [NavItem("staff_regulation.overview", _l("Regulation"), "staff", 60, roles=WRITERS)]


class PublishForm(StaffForm):
    """From when the draft is in force; `seen` is the draft that was looked at."""

    valid_from_on = day(_l("In force from"), hint=_l("Today or later; requests received before keep theirs"))
    seen = HiddenField()


@blueprint.get("/")
@staff(*WRITERS)
def overview() -> ResponseReturnValue:
    """All versions, and the draft of the next one."""
    return render_template(
        "staff/regulation.html",
        versions=regulation.list_versions(db()),
        draft=regulation.find_draft(db()),
        today=_today(),
    )


@blueprint.route("/draft", methods=["GET", "POST"])
@staff(*WRITERS)
def draft() -> ResponseReturnValue:
    """Write at the next version; nothing of it shows before it is published."""
    calendars = list_calendars(db())
    if not calendars:
        return done(
            _("Write down the working hours first: deadlines count by them."), "staff_business_hours.new"
        )
    known = regulation.find_draft(db()) or _newest()
    terms = Terms.from_json(known.terms) if known else None
    made = RegulationForm.of_shape(shape_of(terms, request.form), terms)
    body = spread("body", known.body if known else None)
    code = _calendar_of(known)
    form = made(data={**show_terms(terms), **body, "calendar": code})
    form.offer(calendars)
    if form.is_submitted() and _saved(form):
        return redirect(url_for("staff_regulation.preview"), 303)
    return edit_page(
        form,
        title=_("The next version of the regulation"),
        back=(url_for("staff_regulation.overview"), _("Regulation")),
        action=_("Save the draft and see what differs"),
        lead=_("Customers see nothing of it before it is published."),
    )


@blueprint.get("/draft/changes")
@staff(*WRITERS)
def preview() -> ResponseReturnValue:
    """What the draft says otherwise than the newest version, and the way to publish it."""
    known = _draft()
    return _preview(
        known, PublishForm(data={"valid_from_on": _earliest(), "seen": known.saved_at.isoformat()})
    )


@blueprint.post("/draft/publish")
@staff("administrator")
def publish() -> ResponseReturnValue:
    """Make the draft the next version, from tomorrow on; the first one at once."""
    known, form = _draft(), PublishForm()
    if form.validate_on_submit() and _is_as_seen(known, form):
        try:
            published = regulation.publish(
                db(),
                terms=Terms.from_json(known.terms),
                body=known.body,
                calendar=known.calendar,
                valid_from_on=form.day("valid_from_on"),
                actor=actor(),
                now=now(),
            )
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("Version %(n)s is published.", n=published.n), "staff_regulation.overview")
    return _preview(known, form)


@blueprint.post("/draft/drop")
@staff(*WRITERS)
def drop() -> ResponseReturnValue:
    """Throw the draft away; the versions stay as they are."""
    regulation.drop_draft(db(), actor=actor(), now=now())
    return done(_("The draft is thrown away."), "staff_regulation.overview")


def waiting(db_: Session) -> list[Waiting]:
    """Before the first version is published, that it is to be written; for the page of the day."""
    if regulation.list_versions(db_):
        return []
    return [
        Waiting(
            _("The regulation has no version"),
            _("Nobody can ask for free support: its deadlines come from there."),
            url_for("staff_regulation.overview"),
        )
    ]


def _saved(form: RegulationForm) -> bool:
    """Keep the draft; what is wrong stands in the form, all of it at once."""
    form.validate()
    terms = read_terms(form)
    if terms is None:
        return False
    regulation.save_draft(
        db(),
        terms=terms,
        body=form.texts("body"),
        calendar=get_calendar(db(), code=form.text("calendar")),
        actor=actor(),
        now=now(),
    )
    return True


def _is_as_seen(known: RegulationDraft, form: PublishForm) -> bool:
    if form.text("seen") == known.saved_at.isoformat():
        return True
    form.form_errors = [_("Somebody has changed the draft since you looked: here it is as it stands now.")]
    form.seen.data = known.saved_at.isoformat()
    return False


def _preview(known: RegulationDraft, form: PublishForm) -> tuple[str, int]:
    before, terms = _newest(), Terms.from_json(known.terms)
    return page(
        "staff/regulation_preview.html",
        form,
        draft=known,
        before=before,
        terms=written_changes(Terms.from_json(before.terms), terms) if before else [],
        text=text_changes(before.body, known.body) if before else [],
        other_calendar=before is not None and before.calendar_id != known.calendar_id,
    )


def _draft() -> RegulationDraft:
    known = regulation.find_draft(db())
    if known is None:
        raise NotFoundError(kind="regulation_draft")
    return known


def _newest() -> RegulationVersion | None:
    return next(iter(regulation.list_versions(db())), None)


def _calendar_of(known: RegulationDraft | RegulationVersion | None) -> str:
    return known.calendar.code if known else list_calendars(db())[0].code


def _earliest() -> date:
    """From when on the next version may be in force."""
    return _today() + timedelta(days=1) if regulation.list_versions(db()) else _today()


def _today() -> date:
    """The date by the regulation's calendar; before there is one, the vendor's."""
    if not regulation.list_versions(db()):
        return vendor_date()
    return regulation.regulation_date(db(), now=now())
