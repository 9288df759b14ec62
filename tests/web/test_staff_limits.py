"""The figures that say how long a time is kept, and how much anybody may keep."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from billing import orders
from services import sessions
from services.core.audit import AuditRow
from tests.fakes.desk import enter
from tests.web.test_ordering_pages import chosen

LIMITS = "/staff/limits"


@pytest.fixture
def admin(desk):
    return enter(desk.app, "administrator")


def test_the_page_shows_the_defaults_and_a_reason_for_each(admin):
    page = admin.get(LIMITS)
    shown = {str(tag["name"]): str(tag["value"]) for tag in page.all("main input[inputmode=numeric]")}
    assert shown["per_browser"] == "1"
    assert shown["held_percent"] == "30"
    assert shown["longest_unpaid_minutes"] == "90"
    assert len(shown) == 16
    assert all(page.all(f"#{name}-hint") for name in shown)


def test_limits_are_saved_count_at_once_and_are_audited(desk, admin, visitor, clock):
    admin.submit(admin.get(LIMITS), per_address_hour="1", chosen_minutes="20", held_percent="40")
    with desk.database.app_sessions() as db:
        assert sessions.hold_limits(db) == sessions.HoldLimits(per_address_hour=1, held_percent=40)
        assert orders.keep_limits(db).chosen_minutes == 20
        rows = db.scalars(select(AuditRow).where(AuditRow.verb == "setting.edit")).all()
        held = [row for row in rows if row.subject == "setting:hold_limits"][-1]
        assert (held.before["held_percent"], held.after["held_percent"]) == (30, 40)
        assert held.actor.startswith("staff:")
    page = chosen(visitor)
    # Twenty minutes from twenty past ten.
    assert "до 10:40" in page.text
    again = visitor.get("/book/remote-session?day=2026-11-26")
    assert again.status == 200


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("per_browser", "0"),
        ("per_contact", "two"),
        ("per_address_hour", ""),
        ("held_percent", "101"),
        ("held_percent", "0"),
        ("pay_page_minutes", "30"),
        ("longest_unpaid_minutes", "55"),
        ("before_start_business_days", "0"),
        ("chosen_minutes", "-5"),
    ],
)
def test_what_can_t_be_is_refused_beside_its_field_and_nothing_is_saved(desk, admin, field, typed):
    with desk.database.app_sessions() as db:
        before = sessions.hold_limits(db)
    page = admin.submit(admin.get(LIMITS), status=422, **{field: typed, "per_contact": "7"} | {field: typed})
    assert len(page.errors()) == 1
    assert str(page.one(f"input[name={field}]").get("value", "")) == typed
    with desk.database.app_sessions() as db:
        assert sessions.hold_limits(db) == before


@pytest.mark.parametrize("role", ["coordinator", "specialist"])
def test_only_administrators_see_the_limits(desk, role):
    enter(desk.app, role).get(LIMITS, status=403)
