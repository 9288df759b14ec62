"""Dates of their own that the production calendar proposes: accept one, a date's, all; or dismiss."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from services import scheduling
from services.core import production_years
from services.core.production_days import HOME
from webapp.i18n import gettext as _
from webapp.i18n import ngettext
from webapp.request import db, now, vendor_date
from webapp.security import staff
from webapp.staff.answers import actor, done
from webapp.staff.frame import staff_blueprint
from webapp.staff.hours.views import PLANNERS, warn_of_sessions
from webapp.staff.hours.windows import write_windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from services.scheduling import Proposal

blueprint = staff_blueprint("proposals", __name__, "/calendar/proposals")
ALL = "all"


@blueprint.get("/")
@staff(*PLANNERS)
def overview() -> ResponseReturnValue:
    """What is proposed from today on, by date."""
    found = _list_coming()
    years = {proposal.on.year for proposal in found}
    return render_template(
        "staff/proposals.html",
        dates=[(on, list(some)) for on, some in groupby(found, key=lambda one: one.on)],
        count=sum(1 for one in found if one.reason != "working"),
        specialists={one.id: one for one in scheduling.list_specialists(db())},
        undecreed=production_years.list_undecreed(db(), country=HOME, years=years),
        written=write_windows,
        name_of=name_of,
        everything=ALL,
    )


@blueprint.post("/accept")
@staff(*PLANNERS)
def accept() -> ResponseReturnValue:
    """Make what was chosen dates of their own."""
    chosen = _chosen()
    if not chosen:
        return _nothing()
    accepted = scheduling.accept_proposals(db(), proposals=chosen, actor=actor(), now=now())
    by_id = {one.id: one for one in scheduling.list_specialists(db())}
    for proposal in accepted:
        warn_of_sessions(by_id[proposal.specialist_id], proposal.on, proposal.on)
    said = ngettext("One date is accepted.", "%(num)d dates are accepted.", len(accepted))
    return done(said, "staff_proposals.overview")


@blueprint.post("/dismiss")
@staff(*PLANNERS)
def dismiss() -> ResponseReturnValue:
    """Decline what was chosen; it doesn't come back."""
    chosen = _chosen()
    if not chosen:
        return _nothing()
    scheduling.dismiss_proposals(db(), proposals=chosen, actor=actor(), now=now())
    said = ngettext("One proposal is dismissed.", "%(num)d proposals are dismissed.", len(chosen))
    return done(said, "staff_proposals.overview")


def _list_coming() -> Sequence[Proposal]:
    """What is proposed from today to the end of the next year."""
    first = vendor_date()
    return scheduling.list_proposals(db(), country=HOME, first=first, last=date(first.year + 1, 12, 31))


def name_of(proposal: Proposal) -> str:
    """How a button names one proposal."""
    return f"{proposal.specialist_id}.{proposal.on.isoformat()}.{proposal.reason}"


def _chosen() -> list[Proposal]:
    """What the pressed button names: one proposal, a date's, or all; hints only by name."""
    which = request.form.get("which", "")
    return [
        one
        for one in _list_coming()
        if which == name_of(one) or (one.reason != "working" and which in {ALL, one.on.isoformat()})
    ]


def _nothing() -> ResponseReturnValue:
    flash(_("This was settled meanwhile."), "alarm")
    return redirect(url_for("staff_proposals.overview"), 303)
