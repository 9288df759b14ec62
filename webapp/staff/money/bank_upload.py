"""A statement's file: chosen, looked at, imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, redirect, url_for
from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField, SelectField

from billing import bank
from services.core.errors import InvalidError, NotFoundError
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.i18n import ngettext
from webapp.request import database, db, now
from webapp.security import FILES, staff
from webapp.staff.answers import actor, done, page
from webapp.staff.forms import StaffForm
from webapp.staff.frame import staff_blueprint
from webapp.staff.money import bank_words
from webapp.staff.money.bank import READERS
from webapp.staff.money.bank_sample import write_sample

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("bank_upload", __name__, "/bank")
_LARGEST = 20 * 2**20
_SHOWN = 50


class UploadForm(StaffForm):
    """One file, and how to read it if it is a table."""

    files = MultipleFileField(_l("Statement"))
    mapping = SelectField(_l("If it is a table (CSV)"), choices=[], validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the saved ways to read a table."""
        super().__init__(*args, **kwargs)
        saved = [(str(one.id), one.name) for one in bank.list_mappings(db())]
        self.mapping.choices = [("", _("the bank’s own format")), *saved]

    @property
    def upload(self) -> FileStorage | None:
        """What was sent, if anything was."""
        sent = (one for one in self[FILES].data or [] if isinstance(one, FileStorage) and one.filename)
        return next(sent, None)


@blueprint.route("/upload", methods=["GET", "POST"])
@staff(*READERS)
def upload() -> ResponseReturnValue:
    """Choose a file; nothing is stored of one that can't be read as a whole."""
    form = UploadForm()
    if form.validate_on_submit():
        file = _kept(form)
        if file is not None:
            return redirect(url_for("staff_bank_upload.preview", reference=file.reference), 303)
    return page("staff/bank_upload.html", form)


@blueprint.get("/sample")
@staff(*READERS)
def sample() -> ResponseReturnValue:
    """In a demonstration: a statement whose payments are those that are awaited just now."""
    file = write_sample(db(), now=now()) if database().core.is_demo else None
    if file is None:
        raise NotFoundError(kind="sample")
    return Response(
        file,
        content_type="text/plain; charset=windows-1251",
        headers={"Content-Disposition": 'attachment; filename="kl_to_1c.txt"', "Cache-Control": "no-store"},
    )


@blueprint.get("/files/<reference>")
@staff(*READERS)
def preview(reference: str) -> ResponseReturnValue:
    """What importing the file would do, before it does it."""
    file = bank.get_file(db(), reference=reference)
    try:
        shown = bank.preview(db(), file=file)
    except InvalidError as error:
        return _refused(error)
    return page("staff/bank_preview.html", file=file, preview=shown, words=bank_words, most=_SHOWN)


@blueprint.post("/files/<reference>")
@staff(*READERS)
def import_(reference: str) -> ResponseReturnValue:
    """Import the file; a second press gives the same statement."""
    file = bank.get_file(db(), reference=reference)
    try:
        made = bank.import_statement(db(), file=file, actor=actor(), now=now())
    except InvalidError as error:
        return _refused(error)
    said = ngettext(
        "%(num)d new document was imported.", "%(num)d new documents were imported.", made.lines_new
    )
    return done(said, "staff_bank.statement", reference=made.reference)


def _kept(form: UploadForm) -> bank.StatementFile | None:
    sent = form.upload
    content = sent.stream.read(_LARGEST + 1) if sent is not None else b""
    if sent is None or not content:
        form[FILES].errors = [_("Choose the file that you have exported from your bank.")]
        return None
    chosen = form.text("mapping")
    mapping = next((one for one in bank.list_mappings(db()) if str(one.id) == chosen), None)
    try:
        return bank.upload(
            db(), name=sent.filename or "", content=content, mapping=mapping, actor=actor(), now=now()
        )
    except InvalidError as error:
        form[FILES].errors = [bank_words.refusal(error)]
        return None


def _refused(error: InvalidError) -> ResponseReturnValue:
    """The seller's accounts have changed since the upload: say so where the next file is chosen."""
    db().rollback()
    form = UploadForm(formdata=None)
    form[FILES].errors = [bank_words.refusal(error)]
    return page("staff/bank_upload.html", form)[0], 422
