"""What a seller still lacks before his invoices can be paid and his documents signed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import url_for

from billing import checks, sellers
from billing.sellers.errors import NoVatRateError
from services.people.bank_accounts import main_account
from webapp.i18n import gettext as _
from webapp.request import now
from webapp.staff.missing import Point

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from billing.sellers.models import Seller

_BY_BANK = frozenset({"transfer", "payment_order", "credit"})


def unsettled(db: Session) -> list[Point]:
    """Every active seller's gaps, and the nightly check of the sums when it found none right."""
    points = [point for seller in sellers.list_sellers(db) for point in _of(db, seller)]
    if checks.is_check_overdue(db, now=now()):
        why = _("Settle the differences below; if there are none, see whether the nightly job runs.")
        where = url_for("staff_tasks.overview")
        points.append(Point(_("For over a day no check has found all sums right."), why, where))
    return points


def _of(db: Session, seller: Seller) -> list[Point]:
    code, own, russian = seller.code, seller.organisation, seller.organisation.country == "RU"
    account = main_account(db, organisation_id=seller.organisation_id, currency=seller.currency)
    gaps = (
        (
            account is None and not _BY_BANK.isdisjoint(seller.methods),
            _("No bank account in %(currency)s", currency=seller.currency),
            _("Invoices don’t say where to pay, and statements can’t be loaded."),
            url_for("staff_accounts.overview", code=code),
        ),
        (
            not own.address or (russian and not own.inn),
            _("Company details are incomplete"),
            _("Invoices and acts need the address and the tax number."),
            url_for("staff_requisites.edit", code=code),
        ),
        (
            not seller.head_name,
            _("Nobody signs the documents"),
            _("Enter who signs invoices and acts."),
            url_for("staff_signing.edit", code=code),
        ),
        (
            russian and "card" in seller.methods and "card" not in seller.receipt_methods,
            _("Cards without fiscal receipts"),
            _("Ask your accountant whether 54-FZ demands receipts for cards, and tick it there."),
            url_for("staff_signing.edit", code=code),
        ),
        (
            not _has_vat(db, seller),
            _("No VAT rate is in force"),
            _("Nothing can be sold without a rate, or a reason for none."),
            url_for("staff_sellers.overview"),
        ),
    )
    return [Point(f"{own.name}: {what}", why, where) for is_gap, what, why, where in gaps if is_gap]


def _has_vat(db: Session, seller: Seller) -> bool:
    try:
        sellers.vat_on(db, seller=seller, day=now().astimezone(ZoneInfo(seller.zone)).date())
    except NoVatRateError:
        return False
    return True
