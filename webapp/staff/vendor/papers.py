"""Documents with their versions, and the frequent questions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import render_template, url_for
from wtforms.validators import ValidationError

from services import documents
from services.core.errors import InvalidError
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now, vendor_date
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.forms import StaffForm, area, both, day, line, number, spread
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.documents.models import Question

blueprint = staff_blueprint("papers", __name__)
NAV = [NavItem("staff_papers.registry", _l("Documents"), "staff", 64, roles=("administrator",))]
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class VersionForm(StaffForm):
    """A new wording of a document."""

    groups = ((_l("From when"), ("valid_from_on",)), (_l("What it says"), ("body",)))

    valid_from_on = day(_l("In force from"))
    body_ru, body_en = both(area, _l("Text"), hint=_l("Markdown: headings with #, lists with -"))


class QuestionForm(StaffForm):
    """A frequent question."""

    groups = (
        (_l("Question and answer"), ("question", "answer")),
        (_l("Place"), ("slug", "position", "leads_to")),
    )

    question_ru, question_en = both(line, _l("Question"))
    answer_ru, answer_en = both(
        area, _l("Answer"), hint=_l("Markdown: lists with -, links as [words](/address)")
    )
    slug = line(
        _l("Short name in addresses"), hint=_l("Small Latin letters, figures and hyphens"), longest=60
    )
    position = number(_l("Place in the list"), least=0, most=999)
    leads_to = line(_l("Leads to"), hint=_l("A page of ours, like /support; may stay empty"), required=False)

    def validate_slug(self, field: Any) -> None:
        """The shape that the database demands as well."""
        if not _SLUG.fullmatch(field.data or ""):
            raise ValidationError(_("Use small Latin letters, figures and hyphens, like remote-hour."))

    def validate_leads_to(self, field: Any) -> None:
        """Only our own pages."""
        if field.data and (not field.data.startswith("/") or field.data.startswith("//")):
            raise ValidationError(_("Enter a page of ours that starts with /, like /support."))


@blueprint.get("/documents")
@staff("administrator")
def registry() -> ResponseReturnValue:
    """All documents with their versions, and the questions."""
    kinds = documents.list_documents(db())
    return render_template(
        "staff/documents.html",
        kinds=[(kind, documents.list_versions(db(), kind=kind.kind)) for kind in kinds],
        questions=documents.list_questions(db()),
        today=vendor_date(),
    )


@blueprint.route("/documents/<kind>/new", methods=["GET", "POST"])
@staff("administrator")
def new_version(kind: str) -> ResponseReturnValue:
    """Publish a new version; earlier ones stay readable, with who agreed to them."""
    newest = documents.list_versions(db(), kind=kind)
    document = documents.get_document(db(), kind=kind)
    form = VersionForm(
        data={"valid_from_on": vendor_date(), **spread("body", newest[0].body if newest else None)}
    )
    if form.validate_on_submit():
        try:
            documents.publish(
                db(),
                document=document,
                body=form.texts("body"),
                valid_from_on=form.day("valid_from_on"),
                actor=actor(),
                now=now(),
            )
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The new version is published."), "staff_papers.registry")
    return edit_page(
        form, title=document.title.of(current_locale()), back=_back(), action=_("Publish the new version")
    )


@blueprint.route("/questions/new", methods=["GET", "POST"], defaults={"slug": None})
@blueprint.route("/questions/<slug>", methods=["GET", "POST"])
@staff("administrator")
def question(slug: str | None) -> ResponseReturnValue:
    """Write or rewrite a frequent question."""
    entry = documents.get_question(db(), slug=slug) if slug else None
    form = QuestionForm(data=show_question(entry))
    if form.validate_on_submit() and _keeps_its_name(form, slug):
        documents.save_question(
            db(),
            slug=form.text("slug"),
            position=form.whole("position"),
            question=form.texts("question"),
            answer=form.texts("answer"),
            leads_to=form.text("leads_to"),
            actor=actor(),
            now=now(),
        )
        return done(_("The question is saved."), "staff_papers.registry")
    title = entry.question.of(current_locale()) if entry else _("A new question")
    return edit_page(form, title=title, back=_back(), action=_("Save the question"))


def _keeps_its_name(form: QuestionForm, slug: str | None) -> bool:
    """A question is known by its short name: it never changes, and a new one must be free."""
    wanted = form.text("slug")
    if slug is not None and wanted != slug:
        form.refuse(InvalidError("slug_fixed", field="slug"))
    elif slug is None and wanted in {one.slug for one in documents.list_questions(db())}:
        form.refuse(InvalidError("slug_taken", field="slug"))
    return not form.errors


def show_question(entry: Question | None) -> dict[str, Any]:
    """A question as its form shows it."""
    if entry is None:
        return {"position": 50}
    return {
        **spread("question", entry.question),
        **spread("answer", entry.answer),
        "slug": entry.slug,
        "position": entry.position,
        "leads_to": entry.leads_to,
    }


def _back() -> tuple[str, str]:
    return url_for("staff_papers.registry"), _("Documents")
