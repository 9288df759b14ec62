"""Mounting the money area, and what it adds to pages of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from billing import orders, payments
from billing.tasks import list_open_tasks
from services.core.wording import format_money
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.staff.answers import me
from webapp.staff.frame import mount_all
from webapp.staff.money import (
    acts,
    bank,
    bank_line,
    bank_mappings,
    bank_refunds,
    bank_upload,
    books,
    certificates,
    credit,
    invoices,
    receipts,
    refunds,
    reports,
    settlements,
    tasks,
    trust,
    views,
)
from webapp.staff.money.words import ORDER_STATES, attention
from webapp.staff.money.words import task as task_words
from webapp.staff.panels import Panel, add_session_panel
from webapp.staff.waiting import Waiting, add_waiting

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from services.sessions.models import RemoteSession


def mount(app: Flask) -> None:
    """Serve the area and speak on the staff's page of a session."""
    mount_all(
        app,
        [
            (views.blueprint, views.NAV),
            (invoices.blueprint, invoices.NAV),
            (certificates.blueprint, certificates.NAV),
            (tasks.blueprint, tasks.NAV),
            (refunds.blueprint, []),
            (acts.blueprint, []),
            (receipts.blueprint, receipts.NAV),
            (trust.blueprint, trust.NAV),
            (credit.blueprint, credit.NAV),
            (bank.blueprint, bank.NAV),
            (bank_upload.blueprint, []),
            (bank_line.blueprint, []),
            (bank_refunds.blueprint, []),
            (bank_mappings.blueprint, []),
            (reports.blueprint, reports.NAV),
            (settlements.blueprint, []),
            (books.blueprint, []),
        ],
    )
    add_session_panel(app, _order_panel)
    add_waiting(app, trust.ANSWERERS, trust.waiting)
    add_waiting(app, bank.READERS, bank.waiting)
    add_waiting(app, receipts.GIVERS, receipts.waiting)
    add_waiting(app, tasks.READERS, _open_questions)
    add_waiting(app, views.READERS, _orders_in_doubt)


def _open_questions(db: Session) -> list[Waiting]:
    url = url_for("staff_tasks.overview")
    return [Waiting(task_words(one.kind), one.reference, url) for one in list_open_tasks(db, limit=5)]


def _orders_in_doubt(db: Session) -> list[Waiting]:
    rows, _total = orders.list_orders(db, attention=True, limit=5)
    return [
        Waiting(
            attention(one.attention or ""),
            one.reference,
            url_for("staff_money.order", reference=one.reference),
        )
        for one in rows
    ]


def _order_panel(db: Session, session: RemoteSession) -> Panel | None:
    order = orders.find_order_of(db, session=session)
    if order is None:
        return None
    paid = payments.list_payments(db, order=order)
    locale = current_locale()
    rows = [
        (_("State"), ORDER_STATES[order.state]),
        (_("Price"), format_money(order.quote.gross, locale)),
        (_("Paid"), ", ".join(format_money(one.amount, locale) for one in paid) or _("nothing yet")),
    ]
    may_read = bool(me().role_names & set(views.READERS))
    return Panel(
        title=_("Order %(reference)s", reference=order.reference),
        rows=rows,
        url=url_for("staff_money.order", reference=order.reference) if may_read else "",
        action=_("Open the order"),
    )
