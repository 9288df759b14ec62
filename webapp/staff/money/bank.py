"""The bank's pages: what waits for a person, what came, what went, and the statements themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import render_template, request, url_for

from billing import bank
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.i18n import ngettext
from webapp.navigation import NavItem
from webapp.request import db
from webapp.security import staff
from webapp.staff.frame import staff_blueprint
from webapp.staff.listing import SIZE, Listing, page_number
from webapp.staff.money import bank_words
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

_Row = TypeVar("_Row")
blueprint = staff_blueprint("bank", __name__, "/bank")
READERS = ("accountant", "administrator")
NAV = [NavItem("staff_bank.review", _l("Bank"), "staff", 36, roles=READERS)]


@blueprint.get("/")
@staff(*READERS)
def review() -> ResponseReturnValue:
    """Payments that no rule places, the oldest first."""
    return _lines("review", "staff/bank_review.html")


@blueprint.get("/incoming")
@staff(*READERS)
def incoming() -> ResponseReturnValue:
    """All that came, the newest first."""
    return _lines("incoming", "staff/bank_incoming.html")


@blueprint.get("/outgoing")
@staff(*READERS)
def outgoing() -> ResponseReturnValue:
    """What went, moved between our accounts, or was taken as a fee: stored, and nothing is done with it."""
    return _lines("outgoing", "staff/bank_outgoing.html")


@blueprint.get("/statements")
@staff(*READERS)
def statements() -> ResponseReturnValue:
    """The statements that were imported, the newest first."""
    at = page_number()
    rows, total = bank.list_statements(db(), limit=SIZE, offset=(at - 1) * SIZE)
    return render_template(
        "staff/bank_statements.html", listing=_listing(rows, at, total), words=bank_words, tab="statements"
    )


@blueprint.get("/statements/<reference>")
@staff(*READERS)
def statement(reference: str) -> ResponseReturnValue:
    """One statement: how far its lines have been looked at, and what became of them."""
    shown = bank.get_statement(db(), reference=reference)
    at = page_number()
    rows, total = bank.list_lines(db(), kind="all", statement=shown, limit=SIZE, offset=(at - 1) * SIZE)
    return render_template(
        "staff/bank_statement.html",
        statement=shown,
        progress=bank.progress_of(db(), statement=shown),
        counts=bank.count_by_state(db(), statement=shown),
        listing=_listing(rows, at, total),
        words=bank_words,
    )


def waiting(db: Session) -> list[Waiting]:
    """How many payments wait, for the page of the day."""
    count = bank.count_waiting(db)
    if not count:
        return []
    note = ngettext("%(num)d payment", "%(num)d payments", count)
    return [Waiting(_("Money that came and has no invoice yet"), note, url_for("staff_bank.review"))]


def _lines(kind: bank.Kind, template: str) -> ResponseReturnValue:
    search, state = request.args.get("q", ""), request.args.get("state", "")
    at = page_number()
    known = {"incoming": bank_words.STATES, "outgoing": bank_words.DIRECTIONS}.get(kind, {})
    chosen = state if state in known else ""
    rows, total = bank.list_lines(
        db(), kind=kind, search=search, state=chosen, limit=SIZE, offset=(at - 1) * SIZE
    )
    return render_template(
        template,
        listing=_listing(rows, at, total),
        asked=search,
        state=chosen,
        words=bank_words,
        tab=kind,
        count=total if kind == "review" and not search else bank.count_waiting(db()),
    )


def _listing(rows: Sequence[_Row], at: int, total: int) -> Listing[_Row]:
    return Listing(rows=rows, at=at, last=max(1, -(-total // SIZE)), total=total)
