"""The list before customers come knows what sellers lack for invoices, signatures and receipts."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from billing.sellers.models import Seller
from services.core.db import make_engine
from tests.fakes.desk import enter


@pytest.fixture
def admin(desk):
    return enter(desk.app, "administrator")


def change(desk, **values):
    with desk.database.app_sessions.begin() as db:
        seller = db.scalars(select(Seller).where(Seller.currency == "RUB")).one()
        for name, value in values.items():
            setattr(seller, name, value)


def test_nothing_is_missing_with_the_demonstrations_sellers(admin):
    page = admin.get("/staff/settings/").text
    for gap in ("No bank account", "Nobody signs", "details are incomplete", "No VAT rate", "without fiscal"):
        assert gap not in page


def test_each_gap_of_a_seller_leads_to_where_it_is_closed(desk, admin):
    change(desk, head_name="", receipt_methods=[])
    owner = make_engine(desk.database.owner_url)
    with owner.begin() as db:
        db.execute(text("ALTER TABLE billing.vat_rate DISABLE TRIGGER append_only"))
        db.execute(text("DELETE FROM billing.vat_rate"))
        db.execute(text("UPDATE people.bank_account SET is_main = false"))
        db.execute(text("UPDATE people.organisation SET address = '' WHERE kind = 'own'"))
    owner.dispose()
    page = admin.get("/staff/settings/")
    gaps = {
        "Nobody signs the documents": "/papers",
        "Cards without fiscal receipts": "/papers",
        "No bank account in RUB": "/accounts/",
        "Company details are incomplete": "/requisites",
        "No VAT rate is in force": "/staff/sellers/",
    }
    for gap, where in gaps.items():
        assert admin.get(page.link(gap)).path.endswith(where), gap


def test_cards_without_receipts_are_no_gap_where_there_are_no_cards(desk, admin):
    change(desk, receipt_methods=[], methods=["transfer"])
    assert "Cards without fiscal receipts" not in admin.get("/staff/settings/").text
