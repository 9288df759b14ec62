"""Invoices: the list that an accountant searches, and one document with all that may be done to it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from flask import Response, render_template, request, url_for
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from billing import invoices, orders
from billing.invoices import Wanted
from billing.sellers import list_sellers
from services.core.errors import InvalidError
from services.core.money import Money
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page, me
from webapp.staff.forms import StaffForm, line, strip
from webapp.staff.frame import staff_blueprint
from webapp.staff.listing import SIZE, Listing, page_number
from webapp.staff.money import document_words as words
from webapp.staff.money.document_history import history_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.invoices import Document, Standing

blueprint = staff_blueprint("invoices", __name__, "/invoices")
ISSUERS = ("accountant", "administrator")
READERS = (*ISSUERS, "coordinator")
NAV = [NavItem("staff_invoices.overview", _l("Invoices"), "staff", 31, roles=READERS)]


class ReasonForm(StaffForm):
    """Why something is done to a document."""

    groups = ((_l("Reason"), ("reason",)),)

    reason = line(_l("Why"), hint=_l("Stays in the history of the document; no personal data"))


class PayerForm(StaffForm):
    """The payer's corrected details, and why a new invoice is needed."""

    groups = (
        (_l("Payer"), ("company", "inn", "kpp", "address")),
        (_l("Reason"), ("reason",)),
    )

    company = line(_l("Name of the company"))
    inn = line(_l("Tax number (INN)"), required=False, longest=30)
    kpp = line(_l("KPP"), hint=_l("An entrepreneur has none."), required=False, longest=30)
    address = line(_l("Address"))
    reason = StringField(
        _l("Why"),
        filters=[strip],
        validators=[DataRequired(_l("Fill this in.")), Length(max=300)],
        description=_l("The old invoice is voided and keeps its number; this says why."),
    )


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """The invoices, newest first; search and filters stand in the address."""
    wanted = _wanted()
    at = page_number()
    rows, total = invoices.list_documents(db(), wanted=wanted, limit=SIZE, offset=(at - 1) * SIZE, now=now())
    return render_template(
        "staff/invoices.html",
        listing=Listing(rows=rows, at=at, last=max(1, -(-total // SIZE)), total=total),
        wanted=wanted,
        sellers=list_sellers(db(), active_only=False),
        words=words,
    )


@blueprint.get("/<reference>")
@staff(*READERS)
def document(reference: str) -> ResponseReturnValue:
    """One invoice."""
    return document_page(reference)


def document_page(reference: str) -> str:
    """Any document: what it says, how it stands, its history, what may be done to it."""
    found = invoices.get_document(db(), reference=reference)
    return render_template("staff/document.html", document=found, words=words, **_shown(found))


@blueprint.get("/<reference>/pdf")
@staff(*READERS)
def pdf(reference: str) -> ResponseReturnValue:
    """The document as it was or will be sent."""
    found = invoices.get_document(db(), reference=reference)
    answer = Response(invoices.read_pdf(db(), document=found, now=now()), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=invoices.file_name(found))
    return answer


@blueprint.post("/<reference>/send")
@staff(*ISSUERS)
def send(reference: str) -> ResponseReturnValue:
    """Mail the document once more."""
    found = invoices.get_document(db(), reference=reference)
    invoices.send_again(db(), document=found, actor=actor(), now=now())
    to = invoices.payer_of(found.bill.order).email
    return _done(found, _("It is on its way to %(email)s again.", email=to))


@blueprint.route("/<reference>/void", methods=["GET", "POST"])
@staff(*ISSUERS)
def void(reference: str) -> ResponseReturnValue:
    """Void an unpaid invoice; the reason stays."""
    found = invoices.get_document(db(), reference=reference)
    form = ReasonForm()
    if form.validate_on_submit():
        invoices.void_document(db(), document=found, actor=actor(), reason=form.text("reason"), now=now())
        return _done(found, _("The invoice is void. It keeps its number."))
    return edit_page(
        form,
        title=_("Void invoice %(number)s", number=found.number),
        back=_back(found),
        action=_("Void the invoice"),
        lead=_(
            "The order and its time stay as they are; money with this number finds its order by hand only."
        ),
    )


@blueprint.route("/<reference>/reissue", methods=["GET", "POST"])
@staff(*ISSUERS)
def reissue(reference: str) -> ResponseReturnValue:
    """Correct the payer's details and issue the invoice under the next number."""
    found = invoices.get_document(db(), reference=reference)
    buyer = found.said.buyer
    form = PayerForm(data={name: getattr(buyer, name if name != "company" else "name") for name in _PAYER})
    if form.validate_on_submit() and (issued := _reissued(found, form)) is not None:
        return _done(issued, _("Invoice %(number)s is issued and on its way.", number=issued.number))
    return edit_page(
        form,
        title=_("Issue invoice %(number)s anew", number=found.number),
        back=_back(found),
        action=_("Issue it under the next number"),
        lead=_("The old invoice is voided. The new one goes to the same address."),
    )


@blueprint.route("/<reference>/credit", methods=["GET", "POST"])
@staff(*ISSUERS)
def credit(reference: str) -> ResponseReturnValue:
    """Correct a foreign seller's paid invoice whose order was called off."""
    found = invoices.get_document(db(), reference=reference)
    form = ReasonForm()
    if form.validate_on_submit():
        note = invoices.credit_invoice(
            db(), invoice=found, reason=form.text("reason"), actor=actor(), now=now()
        )
        return _done(note, _("Credit note %(number)s is issued and on its way.", number=note.number))
    return edit_page(
        form,
        title=_("Credit note to invoice %(number)s", number=found.number),
        back=_back(found),
        action=_("Issue the credit note"),
        lead=_("It takes all of the invoice back. The money went back when the order was called off."),
    )


_PAYER = ("company", "inn", "kpp", "address")


def _reissued(found: Document, form: PayerForm) -> Document | None:
    order = orders.get_order_by_id(db(), order_id=found.bill.order_id, lock=True)
    payer = orders.Payer(order.country, **{name: form.text(name) for name in _PAYER})
    try:
        orders.correct_payer(db(), order=order, payer=payer, actor=actor(), now=now())
    except InvalidError as error:
        form.refuse(error)
        return None
    return invoices.reissue_invoice(
        db(), bill=found.bill, actor=actor(), reason=form.text("reason"), now=now()
    )


def _wanted() -> Wanted:
    standing, year = request.args.get("state", ""), request.args.get("year", "")
    return Wanted(
        kinds=("schet",),
        standing=cast("Standing", standing) if standing in words.STANDINGS else None,
        search=request.args.get("q", "").strip(),
        seller_code=request.args.get("seller", ""),
        year=int(year) if year.isdecimal() and len(year) == 4 else None,
    )


def _shown(found: Document) -> dict[str, Any]:
    said, order = found.said, found.bill.order
    return {
        "content": said,
        "lines": [(one, Money(one.gross, found.currency)) for one in said.lines],
        "taxes": [(_percent(rate), Money(vat, found.currency)) for rate, _net, vat, _gross in said.vat_total],
        "listed": invoices.get_listed(db(), document=found, now=now()),
        "others": [one for one in invoices.list_of_order(db(), order=order) if one.id != found.id],
        "history": history_of(db(), document=found),
        "refusable_until_on": invoices.refusable_until(db(), act=found) if found.kind == "act" else None,
        "may_credit": invoices.can_credit_invoice(db(), invoice=found),
        "may_issue": bool(me().role_names & set(ISSUERS)),
    }


def _percent(rate: int | None) -> Decimal | None:
    """A rate in hundredths of a percent as per cent."""
    return None if rate is None else Decimal(rate) / 100


def _back(found: Document) -> tuple[str, Any]:
    return url_for("staff_invoices.document", reference=found.reference), found.number


def _done(found: Document, sentence: str) -> ResponseReturnValue:
    area = "staff_invoices" if found.kind == "schet" else "staff_certificates"
    return done(sentence, f"{area}.document", reference=found.reference)
