"""Addresses of the money pages with dates and numbers that no calendar of ours holds."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select

from billing.orders.models import Bill, Order
from services.core.links import secret_path
from tests.fakes.desk import enter
from tests.web.test_ordering_by_transfer import ordered

DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "31.12.9999", "01.01.0001", "1", "-1", "²")
PAGES = (
    "/staff/reports/?from={0}&to={0}",
    "/staff/reports/tax?from={0}&to={0}",
    "/staff/reports/tax/file.csv?from={0}&to={0}",
    "/staff/reports/settlements/?from={0}&to={0}&customer=2499004176",
    "/staff/reports/settlements/file.xlsx?from={0}&to={0}&customer=x",
    "/staff/reports/month/file.csv?month={0}",
    "/staff/invoices/?year={0}&page={0}&state={0}&seller={0}&q={0}",
    "/staff/bank/incoming?page={0}&q={0}",
    "/staff/bank/statements?page={0}",
    "/staff/bank/lines/{0}/",
    "/staff/trust/{0}",
    "/staff/credit/{0}",
    "/staff/bank/tables/{0}",
)


@pytest.fixture
def staff_member(desk):
    return enter(desk.app, "administrator")


@pytest.mark.parametrize("page", PAGES)
def test_no_address_breaks_anything(staff_member, page):
    for day in (*DAYS, "99999999999999999999", "9999-12", "2000-01", "2999-12", "%27%22%3C"):
        answer = staff_member.client.get(page.format(day))
        assert answer.status_code < 500, (page, day)


def test_links_of_one_kind_open_nothing_of_another(visitor, demo):
    ordered(visitor)
    with demo.app_sessions() as db:
        order, bill = db.scalars(select(Order)).all()[-1], db.scalars(select(Bill)).all()[-1]
        known = {"o": order.reference, "b": bill.reference, "s": order.session.reference}
    for own, reference in known.items():
        for kind, of in product("osbw", known.values()):
            token = token_of(demo.core, kind, of)
            for other, named in product("osbw", known.values()):
                opens = other == kind and named == of and known.get(kind) == of
                if not opens:
                    answer = visitor.client.get(f"/{other}/{named}/{token}")
                    assert answer.status_code == 404, (kind, of, other, named)
        assert (
            visitor.client.get(f"/{own}/{reference}/{token_of(demo.core, own, reference, 2)}").status_code
            == 404
        )


def test_a_link_has_one_address(visitor, demo):
    ordered(visitor)
    with demo.app_sessions() as db:
        reference = db.scalars(select(Bill)).all()[-1].reference
    token = token_of(demo.core, "b", reference)
    assert visitor.client.get(f"/b/{reference}/{token}").status_code == 200
    for wrong in (f"{token}=", f"{token}==", f"{token}A", token[:-1], token.swapcase(), f"{token}%00",
                  f"%20{token}", f"{token[:5]}*{token[5:]}", "ü" * 22):  # fmt: skip
        assert visitor.client.get(f"/b/{reference}/{wrong}").status_code in {400, 404}, wrong


def token_of(core, kind, reference, version=1):
    return secret_path(core, kind, reference, version).rpartition("/")[2]
