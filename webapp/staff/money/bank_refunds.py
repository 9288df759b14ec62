"""Refunds by transfer: approved by a second person, exported as payment orders, awaited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, flash, redirect, render_template, request, url_for

from billing import bank, refunds, sellers
from billing.refunds.errors import OneApproverError
from services.core.errors import ConflictError
from webapp.i18n import gettext as _
from webapp.i18n import ngettext
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done
from webapp.staff.frame import staff_blueprint
from webapp.staff.money import bank_words, words
from webapp.staff.money.bank import READERS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.bank import BankLine
    from billing.refunds.models import Refund
    from billing.sellers.models import Seller


@dataclass(frozen=True)
class Group:
    """Refunds that are paid from one account; `exports`: the file of payment orders is for its currency."""

    seller: Seller
    account: str
    rows: list[tuple[Refund, BankLine]]
    exports: bool


blueprint = staff_blueprint("bank_refunds", __name__, "/bank/refunds")


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """Refunds by transfer on their way, by their sellers."""
    return render_template(
        "staff/bank_refunds.html",
        groups=_groups(),
        words=words,
        bank_words=bank_words,
        tab="refunds",
        count=bank.count_waiting(db()),
        me_actor=actor(),
    )


@blueprint.post("/<reference>/approve")
@staff(*READERS)
def approve(reference: str) -> ResponseReturnValue:
    """Say yes, as the second person."""
    try:
        refunds.approve_refund(
            db(), refund=refunds.get_refund(db(), reference=reference), actor=actor(), now=now()
        )
    except OneApproverError:
        db().rollback()
        flash(_("Somebody else has to approve what you asked for."), "alarm")
        return redirect(url_for("staff_bank_refunds.overview"), 303)
    return done(_("The refund is approved."), "staff_bank_refunds.overview")


@blueprint.post("/<reference>/withdraw")
@staff(*READERS)
def withdraw(reference: str) -> ResponseReturnValue:
    """Call a refund off whose money hasn't left us."""
    try:
        refunds.withdraw_refund(
            db(), refund=refunds.get_refund(db(), reference=reference), actor=actor(), now=now()
        )
    except ConflictError:
        db().rollback()
        flash(_("Things have moved on since you opened the page. This is how they are now."), "alarm")
        return redirect(url_for("staff_bank_refunds.overview"), 303)
    return done(_("The refund is called off, its money is free again."), "staff_bank_refunds.overview")


@blueprint.post("/export/<code>/<account>")
@staff(*READERS)
def export(code: str, account: str) -> ResponseReturnValue:
    """The ticked refunds as payment orders for the client bank, or as paid by hand: they count as sent."""
    facts: dict[str, Any] = {
        "seller": sellers.get_seller(db(), code=code),
        "account": account,
        "references": request.form.getlist("refund"),
        "actor": actor(),
        "now": now(),
    }
    try:
        if request.form.get("press") == "by_hand":
            count = bank.note_sent(db(), **facts)
            said = ngettext("%(num)d refund counts as sent.", "%(num)d refunds count as sent.", count)
            return done(said, "staff_bank_refunds.overview")
        file = bank.export_transfers(db(), **facts)
    except bank.NothingToExportError:
        flash(_("Tick the refunds that are meant."), "alarm")
        return redirect(url_for("staff_bank_refunds.overview"), 303)
    disposition = f'attachment; filename="refunds-{code}-{now():%Y%m%d-%H%M}.txt"'
    return Response(
        file,
        content_type="text/plain; charset=windows-1251",
        headers={"Content-Disposition": disposition, "Cache-Control": "no-store"},
    )


def _groups() -> list[Group]:
    """By seller and by the account that the money came to, which pays it back."""
    made = []
    for seller in sellers.list_sellers(db(), active_only=False):
        rows = bank.list_transfers(db(), seller=seller)
        accounts = dict.fromkeys((line.own_account, line.currency) for _refund, line in rows)
        for account, currency in accounts:
            its = [(refund, line) for refund, line in rows if line.own_account == account]
            made.append(Group(seller, account, its, exports=currency == bank.EXPORTED))
    return made
