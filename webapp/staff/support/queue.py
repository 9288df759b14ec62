"""The queue of the free desk: what is next, what waits for its author, what wants to be opened again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from services import people
from services.support import queue, regulation
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.pages.regulation import find_in_force
from webapp.request import db, now, vendor_date, vendor_profile
from webapp.security import staff
from webapp.staff.answers import done, me
from webapp.staff.frame import staff_blueprint
from webapp.staff.listing import SIZE, Listing, page_number
from webapp.staff.support.who import DESK, my_staff
from webapp.staff.support.words import REASONS
from webapp.staff.waiting import Waiting

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from services.core.texts import Texts
    from services.support.queue import Line

blueprint = staff_blueprint("queue", __name__, "/requests")
_SOON = timedelta(hours=1)
NAV = [
    NavItem("staff_queue.overview", _l("Free requests"), "staff", 13, flow="free", roles=DESK),
    NavItem("staff_queue.waiting", _l("Wait for the customer"), "staff", 14, flow="free", roles=DESK),
]


@dataclass(frozen=True)
class Row:
    """A line of the queue; `target` is what is due, `left` the business time until then, in minutes."""

    line: Line
    class_name: Texts | None
    target: str | None
    left: int | None


@blueprint.get("/")
@staff(*DESK)
def overview() -> ResponseReturnValue:
    """The open requests in their order: due, received, number."""
    at, total = page_number(), queue.count_open(db())
    lines = queue.list_queue(db(), limit=SIZE, after=(at - 1) * SIZE)
    targets = queue.targets_of(db(), ids=[line.id for line in lines])
    rows = [_row(line, targets.get(line.id), now()) for line in lines]
    return render_template(
        "staff/support/queue.html",
        listing=Listing(rows, at, max(1, -(-total // SIZE)), total),
        head=_head(lines, at),
        mine=my_staff().id,
    )


def _head(lines: list[Line], at: int) -> int | None:
    """The id of the first that is nobody's: mostly it stands on the page, and needs no look."""
    free = [line.id for line in lines if line.assignee_id is None]
    if at == 1 and free:
        return free[0]
    head = queue.find_head(db())
    return head.id if head is not None else None


@blueprint.post("/next")
@staff(*DESK)
def take_next() -> ResponseReturnValue:
    """Take the head of the queue."""
    taken = queue.take_next(db(), staff=my_staff(), now=now())
    if taken is None:
        flash(_("Nothing is open that nobody has."), "ok")
        return redirect(url_for("staff_queue.overview"), 303)
    return done(_("№ %(number)s is yours.", number=taken.number), "staff_request.page", number=taken.number)


@blueprint.get("/waiting")
@staff(*DESK)
def waiting() -> ResponseReturnValue:
    """What waits for its author: it stands in no queue."""
    lines = queue.list_waiting(db(), limit=200)
    rules = find_in_force()
    items = {item.code: item.name for item in rules.terms.items} if rules is not None else {}
    return render_template("staff/support/waiting.html", lines=lines, items=items)


@blueprint.get("/ended")
@staff(*DESK)
def ended() -> ResponseReturnValue:
    """What is solved and has a word of its author after that: staff look whether to open it again."""
    return render_template(
        "staff/support/ended.html", lines=queue.list_wanting_reopening(db(), limit=100, now=now())
    )


@blueprint.get("/picks")
@staff(*DESK)
def picks() -> ResponseReturnValue:
    """The journal of who took what, and whether its chain holds."""
    at, total = page_number(), queue.count_picks(db())
    lines = queue.list_picks(db(), limit=SIZE, after=(at - 1) * SIZE)
    zone = vendor_profile().zone
    return render_template(
        "staff/support/picks.html",
        listing=Listing(lines, at, max(1, -(-total // SIZE)), total),
        numbers=queue.numbers_of(db(), picks=lines),
        names={one.id: one.person.name for one in people.list_staff(db(), active_only=False)},
        wrong=queue.check_picks(db()),
        out_of_order=queue.count_out_of_order(db(), month=vendor_date(), zone=zone),
        reasons=REASONS,
    )


def waiting_for_staff(db_: Session) -> list[Waiting]:
    """What of the queue is overdue or has a word after its end, for the page of the day."""
    overdue = queue.count_overdue(db_, now=now())
    found = []
    if overdue:
        found.append(Waiting(_("Free requests overdue"), str(overdue), url_for("staff_queue.overview")))
    soon = queue.count_overdue(db_, now=now() + _SOON) - overdue
    if soon:
        url = url_for("staff_queue.overview")
        found.append(Waiting(_("Free requests due within an hour"), str(soon), url))
    mine = queue.count_of(db_, staff_id=_my_id(db_))
    if mine:
        found.append(Waiting(_("My free requests"), str(mine), url_for("staff_queue.overview")))
    return found


def _my_id(db_: Session) -> int:
    found = people.find_staff_member(db_, person_id=me().person_id)
    return found.id if found is not None else 0


def _row(line: Line, target: str | None, at: datetime) -> Row:
    if line.regulation_id is None:
        return Row(line, None, target, None)
    rules = regulation.get_regulation_by_id(db(), regulation_id=line.regulation_id)
    named = {one.code: one.name for one in rules.terms.classes.classes}
    runs = line.due_at is not None and line.due_at > at
    left = rules.calendar.business_minutes_between(at, line.due_at) if line.due_at and runs else None
    return Row(line, named.get(line.class_code or ""), target, left)
