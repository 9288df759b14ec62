"""Acts and credit notes: objections, the exchange of documents, corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, render_template, request, url_for
from wtforms.validators import DataRequired

from billing import invoices
from billing.invoices import CreditError, Wanted
from billing.refunds.crediting import credit as credit_act
from services.core.money import Money
from services.core.wording import format_money
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.boxes import radios
from webapp.staff.forms import StaffForm, line
from webapp.staff.frame import staff_blueprint
from webapp.staff.listing import SIZE, Listing, page_number
from webapp.staff.money import document_words as words
from webapp.staff.money.invoices import ISSUERS, READERS, ReasonForm, document_page
from webapp.staff.money.sums import SumField

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.invoices import Document

blueprint = staff_blueprint("certificates", __name__, "/acts")
NAV = [NavItem("staff_certificates.overview", _l("Acts and credit notes"), "staff", 31, roles=READERS)]
_NARROWED: dict[str, dict[str, Any]] = {
    "refused": {"kinds": ("act",), "refused": True},
    "edo_none": {"kinds": ("act",), "edo": "none"},
    "edo_sent": {"kinds": ("act",), "edo": "sent"},
    "credit_note": {"kinds": ("credit_note",)},
}


class EdoForm(StaffForm):
    """How far the exchange through an operator is."""

    groups = ((_l("Exchange of documents (EDO)"), ("state",)),)

    state = radios(_l("How far it is"), words.EDO_STATES)


class CreditForm(StaffForm):
    """How much is taken off an act, and why."""

    groups = ((_l("Credit note"), ("amount", "reason")),)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        """Keep the currency of the act."""
        self.currency = currency
        super().__init__(*args, **kwargs)

    amount = SumField(_l("Sum with VAT"), validators=[DataRequired(_l("Enter a sum."))])
    reason = line(_l("Reason"), hint=_l("It is printed on the credit note."))


@blueprint.get("/<reference>/upd")
@staff(*READERS)
def transfer_document(reference: str) -> ResponseReturnValue:
    """The act in the form of a transfer document, to be printed."""
    found = invoices.get_document(db(), reference=reference)
    answer = Response(invoices.set_transfer_document(found), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"UPD-{found.reference}.pdf")
    return answer


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """Acts and credit notes, newest first."""
    chosen = request.args.get("show", "")
    narrowed = _NARROWED.get(chosen, {"kinds": ("act", "credit_note")})
    wanted = Wanted(search=request.args.get("q", "").strip(), **narrowed)
    at = page_number()
    rows, total = invoices.list_documents(db(), wanted=wanted, limit=SIZE, offset=(at - 1) * SIZE, now=now())
    return render_template(
        "staff/acts.html",
        listing=Listing(rows=rows, at=at, last=max(1, -(-total // SIZE)), total=total),
        chosen=chosen if chosen in _NARROWED else "",
        asked=wanted.search,
        words=words,
    )


@blueprint.get("/<reference>")
@staff(*READERS)
def document(reference: str) -> ResponseReturnValue:
    """One act or credit note."""
    return document_page(reference)


@blueprint.route("/<reference>/credit", methods=["GET", "POST"])
@staff(*ISSUERS)
def credit(reference: str) -> ResponseReturnValue:
    """Take a part off an act, or all of it; what was paid for it goes back."""
    act = invoices.get_document(db(), reference=reference)
    left = Money(sum(one.gross for one in invoices.left_to_credit(db(), document=act).values()), act.currency)
    form = CreditForm(currency=act.currency)
    if form.validate_on_submit() and (note := _credited(act, form)) is not None:
        return _done(note, _("Credit note %(number)s is issued and on its way.", number=note.number))
    most = format_money(left, current_locale())
    return edit_page(
        form,
        title=_("Credit note to act %(number)s", number=act.number),
        back=_back(act),
        action=_("Issue the credit note"),
        lead=_("At most %(most)s can be taken off. What was paid for it goes back.", most=most),
    )


@blueprint.route("/<reference>/edo", methods=["GET", "POST"])
@staff(*ISSUERS)
def edo(reference: str) -> ResponseReturnValue:
    """Note by hand how far the exchange through an EDO operator is."""
    found = invoices.get_document(db(), reference=reference)
    form = EdoForm(data={"state": found.edo_state})
    if form.validate_on_submit():
        invoices.note_edo(db(), document=found, state=form.text("state"), actor=actor(), now=now())
        return _done(found, _("It is noted."))
    return edit_page(form, title=_("Exchange of documents"), back=_back(found), action=_("Note it"))


@blueprint.route("/<reference>/refuse", methods=["GET", "POST"])
@staff(*ISSUERS)
def refuse(reference: str) -> ResponseReturnValue:
    """Note an objection that came by letter or by phone."""
    act = invoices.get_document(db(), reference=reference)
    form = ReasonForm()
    if form.validate_on_submit():
        invoices.refuse_act(db(), act=act, reason=form.text("reason"), actor=actor(), now=now())
        return _done(act, _("The objection is noted, and a question about it is open."))
    return edit_page(
        form,
        title=_("The customer objects to act %(number)s", number=act.number),
        back=_back(act),
        action=_("Note the objection"),
    )


def _credited(act: Document, form: CreditForm) -> Document | None:
    amount = form.amount.money
    if amount is None or not amount:
        form.amount.errors = [_("Enter a sum above zero.")]
        return None
    try:
        return credit_act(db(), act=act, amount=amount, reason=form.text("reason"), actor=actor(), now=now())
    except CreditError as error:
        form.refuse(error)
        return None


def _back(found: Document) -> tuple[str, Any]:
    return url_for("staff_certificates.document", reference=found.reference), found.number


def _done(found: Document, sentence: str) -> ResponseReturnValue:
    return done(sentence, "staff_certificates.document", reference=found.reference)
