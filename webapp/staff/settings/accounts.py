"""The bank accounts of our legal entities: where customers pay, and whose statements are imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for

from billing import sellers
from services.core.errors import InvalidError
from services.people import bank_accounts
from services.people.requisites import is_budget_account
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.forms import StaffForm, line
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.sellers.models import Seller
    from services.people.models import BankAccount

blueprint = staff_blueprint("accounts", __name__, "/sellers/<code>/accounts")
_NAMES = ("currency", "bank_name", "city", "account", "bic", "corr_account", "swift")


class AccountForm(StaffForm):
    """An account as a bank's letter states it; blanks and hyphens may be pasted along."""

    groups = (
        (_l("The bank"), ("bank_name", "city", "bic", "corr_account", "swift")),
        (_l("The account"), ("account", "currency")),
    )

    bank_name = line(_l("Name of the bank"), longest=200)
    city = line(_l("City of the bank"), required=False, longest=100)
    bic = line(
        _l("BIC (БИК)"), hint=_l("Nine digits; only for an account in Russia"), required=False, longest=30
    )
    corr_account = line(
        _l("Correspondent account"), hint=_l("20 digits; only in Russia"), required=False, longest=60
    )
    swift = line(_l("SWIFT code"), hint=_l("For payments from abroad"), required=False, longest=30)
    account = line(_l("Number of the account"), hint=_l("20 digits in Russia, an IBAN elsewhere"), longest=60)
    currency = line(_l("Currency"), hint=_l("Three letters, like RUB"), longest=3)

    def details(self) -> bank_accounts.BankDetails:
        """The account as it was typed."""
        return bank_accounts.BankDetails(**{name: self.text(name) for name in _NAMES})


@blueprint.get("/")
@staff("administrator", "accountant")
def overview(code: str) -> ResponseReturnValue:
    """The seller's accounts; those that take no more money stand last."""
    seller = sellers.get_seller(db(), code=code)
    rows = bank_accounts.list_bank_accounts(db(), organisation_id=seller.organisation_id)
    return render_template(
        "staff/accounts.html",
        seller=seller,
        rows=sorted(rows, key=lambda row: not row.active),
        is_budget=is_budget_account,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@staff("administrator")
def add(code: str) -> ResponseReturnValue:
    """Add an account; the first one of a currency is the main one."""
    seller = sellers.get_seller(db(), code=code)
    form = AccountForm(data={"currency": seller.currency})
    if form.validate_on_submit() and _added(seller, form):
        return done(_("The account is added."), "staff_accounts.overview", code=code)
    return _edit_page(seller, form, title=_("A bank account"), action=_("Add the account"))


@blueprint.route("/<int:account_id>", methods=["GET", "POST"])
@staff("administrator")
def edit(code: str, account_id: int) -> ResponseReturnValue:
    """Correct an account; documents issued before keep their copy."""
    seller, account = _found(code, account_id)
    form = AccountForm(obj=account)
    if form.validate_on_submit() and _edited(seller, account, form):
        return done(_("The account is saved."), "staff_accounts.overview", code=code)
    return _edit_page(seller, form, title=account.bank_name, action=_("Save the account"))


@blueprint.post("/<int:account_id>/main")
@staff("administrator")
def make_main(code: str, account_id: int) -> ResponseReturnValue:
    """Let new invoices name this account."""
    _seller, account = _found(code, account_id)
    bank_accounts.make_main(db(), account=account, actor=actor(), now=now())
    return done(_("New invoices name this account."), "staff_accounts.overview", code=code)


@blueprint.post("/<int:account_id>/close")
@staff("administrator")
def close(code: str, account_id: int) -> ResponseReturnValue:
    """Take no more money there."""
    _seller, account = _found(code, account_id)
    bank_accounts.close_bank_account(db(), account=account, actor=actor(), now=now())
    return done(_("The account takes no more money."), "staff_accounts.overview", code=code)


def _found(code: str, account_id: int) -> tuple[Seller, BankAccount]:
    seller = sellers.get_seller(db(), code=code)
    return seller, bank_accounts.get_bank_account(
        db(), organisation_id=seller.organisation_id, account_id=account_id
    )


def _added(seller: Seller, form: AccountForm) -> bool:
    try:
        bank_accounts.add_bank_account(
            db(),
            organisation=seller.organisation,
            details=form.details(),
            main=False,
            actor=actor(),
            now=now(),
        )
    except InvalidError as error:
        form.refuse(error)
        return False
    return True


def _edited(seller: Seller, account: BankAccount, form: AccountForm) -> bool:
    try:
        bank_accounts.edit_bank_account(
            db(),
            account=account,
            country=seller.organisation.country,
            details=form.details(),
            actor=actor(),
            now=now(),
        )
    except InvalidError as error:
        form.refuse(error)
        return False
    return True


def _edit_page(seller: Seller, form: AccountForm, *, title: str, action: str) -> ResponseReturnValue:
    back = (url_for("staff_accounts.overview", code=seller.code), seller.organisation.name)
    return edit_page(form, title=title, back=back, action=action)
