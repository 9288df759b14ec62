"""One line of a statement: what it says, where its money may go, and putting it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from billing import bank, orders, refunds
from billing.payments.models import Allocation
from services.core.errors import ConflictError, NotFoundError
from services.core.wording import format_money
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.inputs import tidy
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done
from webapp.staff.frame import staff_blueprint
from webapp.staff.money import bank_words, words
from webapp.staff.money.bank import READERS
from webapp.staff.money.sums import read_sum, write_sum

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.bank import BankLine

blueprint = staff_blueprint("bank_line", __name__, "/bank/lines/<reference>")
_TYPED = "sum-"


@blueprint.get("/")
@staff(*READERS)
def line(reference: str) -> ResponseReturnValue:
    """The line with its candidates, or with the invoices that were searched for."""
    return _page(bank.get_line(db(), reference=reference))


@blueprint.post("/apply")
@staff(*READERS)
def apply(reference: str) -> ResponseReturnValue:
    """Put the sums that were typed to their bills."""
    shown = bank.get_line(db(), reference=reference)
    shares, wrong = _typed(shown)
    if wrong or not shares:
        return _page(shown, wrong=wrong or _("Enter how much goes to which invoice.")), 422
    try:
        bank.apply_line(db(), line=shown, shares=shares, actor=actor(), now=now())
    except (orders.SlotGoneError, orders.OrderEndedError):
        # What is written of it stays: the order waits for a person now.
        flash(_("The money can’t confirm the order any more: it waits for your decision."), "alarm")
        return _back(reference)
    except (ConflictError, NotFoundError):
        return _moved_on(reference)
    said = _("The money is applied.") if shown.state == "applied" else _("A part of the money is applied.")
    return done(said, "staff_bank_line.line", reference=reference)


@blueprint.post("/take-back/<int:allocation>")
@staff(*READERS)
def take_back(reference: str, allocation: int) -> ResponseReturnValue:
    """Take one match back."""
    shown = bank.get_line(db(), reference=reference)
    matched = db().get(Allocation, allocation)
    if matched is None:
        raise NotFoundError(kind="allocation")
    try:
        bank.take_back(db(), line=shown, allocation=matched, actor=actor(), now=now())
    except ConflictError:
        return _moved_on(reference)
    return done(_("The match is taken back."), "staff_bank_line.line", reference=reference)


@blueprint.post("/set-aside")
@staff(*READERS)
def set_aside(reference: str) -> ResponseReturnValue:
    """Take the line off the list of what waits, with a reason."""
    shown = bank.get_line(db(), reference=reference)
    note = (tidy(request.form.get("note", "")) or "")[:1000]
    if not note:
        return _page(shown, wrong_note=_("Say why, for whoever looks it up later.")), 422
    try:
        bank.set_aside(db(), line=shown, note=note, actor=actor(), now=now())
    except ConflictError:
        return _moved_on(reference)
    return done(_("The payment is set aside."), "staff_bank_line.line", reference=reference)


@blueprint.post("/take-up")
@staff(*READERS)
def take_up(reference: str) -> ResponseReturnValue:
    """Let a line wait again that was set aside."""
    try:
        bank.take_up(db(), line=bank.get_line(db(), reference=reference), actor=actor(), now=now())
    except ConflictError:
        return _moved_on(reference)
    return done(_("The payment waits for you again."), "staff_bank_line.line", reference=reference)


@blueprint.post("/send-back")
@staff(*READERS)
def send_back(reference: str) -> ResponseReturnValue:
    """Give what is free of the line back to the account that it came from."""
    try:
        refund = bank.refund_line(
            db(), line=bank.get_line(db(), reference=reference), actor=actor(), now=now()
        )
    except bank.NoPayerAccountError:
        db().rollback()
        flash(_("The bank doesn’t say which account this came from: it can’t be sent back here."), "alarm")
        return _back(reference)
    except ConflictError:
        return _moved_on(reference)
    sum_ = format_money(refund.amount, current_locale())
    said = _("%(sum)s go back: the payment order can be exported.", sum=sum_)
    if refund.state == "requested":
        said = _("Such a sum needs a second person: %(sum)s go back when he has approved it.", sum=sum_)
    return done(said, "staff_bank_refunds.overview")


@blueprint.post("/is-refund/<refund>")
@staff(*READERS)
def is_refund(reference: str, refund: str) -> ResponseReturnValue:
    """Say that an outgoing line is a refund of ours."""
    try:
        bank.settle_by_hand(
            db(),
            line=bank.get_line(db(), reference=reference),
            refund=refunds.get_refund(db(), reference=refund),
            actor=actor(),
            now=now(),
        )
    except ConflictError:
        return _moved_on(reference)
    return done(_("The refund has arrived at the bank."), "staff_bank_line.line", reference=reference)


def _page(shown: BankLine, *, wrong: str = "", wrong_note: str = "") -> str:
    search = request.args.get("q", "")
    booked = shown.direction == "in" and shown.looked_at is not None
    waits = booked and shown.state in bank.WAITING
    return render_template(
        "staff/bank_line.html",
        line=shown,
        free=bank.free_of(db(), line=shown) if booked else None,
        candidates=bank.list_candidates(db(), line=shown, search=search, now=now()) if waits else [],
        matches=bank.list_matches(db(), line=shown) if booked else [],
        sent_back=bank.list_refunds_of(db(), line=shown),
        may_be=bank.candidates_for(db(), line=shown),
        waits=waits,
        asked=search,
        typed={name: value for name, value in request.form.items() if name.startswith(_TYPED)},
        wrong=wrong,
        wrong_note=wrong_note,
        words=bank_words,
        money_words=words,
        write_sum=write_sum,
    )


def _typed(shown: BankLine) -> tuple[dict[int, int], str]:
    """What was typed beside each bill, in minor units by the bills' ids, and what is wrong with it."""
    shares: dict[int, int] = {}
    for name, value in request.form.items():
        if not name.startswith(_TYPED) or not value.strip():
            continue
        amount = read_sum(value, shown.currency)
        if amount is None or amount.minor <= 0:
            return {}, _("Enter a sum like 4500 or 4500,50.")
        bill = orders.get_bill_by_reference(db(), reference=tidy(name.removeprefix(_TYPED)) or "")
        shares[bill.id] = amount.minor
    free = bank.free_of(db(), line=shown)
    if sum(shares.values()) > free.minor:
        return {}, _("That is more than is free: %(sum)s.", sum=format_money(free, current_locale()))
    return shares, ""


def _moved_on(reference: str) -> ResponseReturnValue:
    db().rollback()
    flash(_("Things have moved on since you opened the page. This is how they are now."), "alarm")
    return _back(reference)


def _back(reference: str) -> ResponseReturnValue:
    return redirect(url_for("staff_bank_line.line", reference=reference), 303)
