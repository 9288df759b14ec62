"""Payment orders and wishes for credit: staff look, then confirm the session or say why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from billing import trust
from billing.orders import SlotGoneError, notice_of
from services.core import files
from services.core.errors import NotFoundError
from services.core.money import Money
from services.core.wording import format_money, format_when
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, me, page
from webapp.staff.forms import StaffForm, area
from webapp.staff.frame import staff_blueprint
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from billing.trust.models import TrustRequest
    from services.core.files import StoredFile

blueprint = staff_blueprint("trust", __name__, "/trust")
ANSWERERS = ("coordinator", "administrator")
READERS = (*ANSWERERS, "accountant")
NAV = [NavItem("staff_trust.overview", _l("Payment orders and credit"), "staff", 33, roles=READERS)]
KINDS: Final[dict[str, Any]] = {
    "payment_order": _l("Payment order"),
    "credit": _l("Payment after the session"),
}
_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
# What a stranger sent runs nothing and loads nothing; a PDF's own viewer can't be sandboxed.
_LOCKED: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class AnswerForm(StaffForm):
    """Yes or no, by the button that is pressed; a no has its reason."""

    groups = ((_l("Answer"), ("reason",)),)

    reason = area(
        _l("Reason or note"),
        hint=_l("Needed for a refusal: the customer reads it. With a confirmation it stays with us."),
        required=False,
    )

    @property
    def grants(self) -> bool:
        """Whether the button was the one that confirms."""
        return request.form.get("press") == "grant"

    def validate(self, extra_validators: Any = None) -> bool:
        """A refusal without a reason helps nobody."""
        valid = bool(super().validate(extra_validators=extra_validators))
        if valid and not self.grants and not self.text("reason"):
            self.reason.errors = [*self.reason.errors, _("Say why: the customer reads it.")]
            return False
        return valid


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """What waits for an answer, the nearest session first."""
    rows = trust.list_waiting(db())
    return render_template("staff/trust.html", rows=rows, kinds=KINDS, may_answer=_may_answer())


@blueprint.route("/<reference>", methods=["GET", "POST"])
@staff(*READERS)
def answer(reference: str) -> ResponseReturnValue:
    """One request with what speaks for it, and the two answers."""
    asked = trust.get_request(db(), reference=reference)
    form = AnswerForm()
    if request.method == "POST" and _may_answer() and form.validate():
        return _answer(asked, form)
    order = asked.order
    return page(
        "staff/trust_request.html",
        form,
        asked=asked,
        order=order,
        stored=_file_of(asked),
        line=_line_of(asked),
        kinds=KINDS,
        answer_by=order.session.starts_at - notice_of(order),
        may_answer=_may_answer() and asked.state == "waiting" and order.state == "awaiting_payment",
    )


@blueprint.get("/<reference>/file")
@staff(*READERS)
def file(reference: str) -> ResponseReturnValue:
    """The attached file: to look at when `show` is asked for, else as a download."""
    asked = trust.get_request(db(), reference=reference)
    stored = _file_of(asked)
    if stored is None or stored.media not in trust.SHOWN:
        raise NotFoundError(kind="file")
    shown = "inline" if request.args.get("show") == "1" else "attachment"
    name = f"payment-order-{asked.order.reference}.{_ENDINGS[stored.media]}"
    sandbox = "" if stored.media == "application/pdf" else "; sandbox"
    return Response(
        files.read(db(), stored=stored),
        mimetype=stored.media,
        headers={
            "Content-Disposition": f'{shown}; filename="{name}"',
            "Content-Security-Policy": _LOCKED + sandbox,
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def waiting(db: Session) -> list[Waiting]:
    """What of this waits, for the page of the day."""
    return [
        Waiting(KINDS[one.kind], _note(one), url_for("staff_trust.answer", reference=one.reference))
        for one in trust.list_waiting(db, limit=5)
    ]


def _note(asked: TrustRequest) -> str:
    start = format_when(asked.order.session.starts_at, None, me().person.zone, current_locale())
    return f"{asked.order.reference}, {start}"


def _answer(asked: TrustRequest, form: AnswerForm) -> ResponseReturnValue:
    verb = trust.grant_trust if form.grants else trust.refuse_trust
    try:
        verb(db(), reference=asked.reference, actor=actor(), reason=form.text("reason"), now=now())
    except (trust.TrustAnsweredError, SlotGoneError, trust.CreditLimitError) as refused:
        said = _why_not(asked, refused)
        db().rollback()
        flash(said, "alarm")
        return redirect(url_for("staff_trust.answer", reference=asked.reference), 303)
    said = (
        _("The session is confirmed, the customer is told.")
        if form.grants
        else _("Refused, the customer is told.")
    )
    return done(said, "staff_trust.overview")


def _why_not(asked: TrustRequest, refused: Exception) -> str:
    if isinstance(refused, trust.TrustAnsweredError):
        return _("Nobody waits for this answer any more: look at the order.")
    if isinstance(refused, SlotGoneError):
        return _("The time is no longer free. Refuse, and write to the customer about another one.")
    minor = int(str(refused.facts["left"])) if isinstance(refused, trust.CreditLimitError) else 0
    left = format_money(Money(minor, asked.order.currency), current_locale())
    return _("The company’s credit has no room for this: %(left)s is left.", left=left)


def _file_of(asked: TrustRequest) -> StoredFile | None:
    if asked.file_ref is None:
        return None
    try:
        return files.get_file(db(), reference=asked.file_ref, subject_ref=trust.subject_of(asked.order))
    except NotFoundError:
        return None


def _line_of(asked: TrustRequest) -> tuple[Any, Any] | None:
    """The company's credit line with what it owes already."""
    organisation_id = asked.order.organisation_id
    line = trust.find_credit_line(db(), organisation_id=organisation_id) if organisation_id else None
    if line is None:
        return None
    return line, trust.open_with(db(), organisation_id=line.organisation_id, currency=line.currency)


def _may_answer() -> bool:
    return bool(me().role_names & set(ANSWERERS))
