"""Questions about money that no rule may decide by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, url_for

from billing import checks, tasks
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.forms import StaffForm, area
from webapp.staff.frame import staff_blueprint
from webapp.staff.money import words

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from billing.tasks.models import Task

blueprint = staff_blueprint("tasks", __name__, "/tasks")
SOLVERS = ("accountant", "administrator")
READERS = (*SOLVERS, "coordinator")
NAV = [NavItem("staff_tasks.overview", _l("Needs review"), "staff", 32, roles=READERS)]


class AnswerForm(StaffForm):
    """How a question was settled."""

    groups = ((_l("What was done"), ("note",)),)

    note = area(_l("How it was settled"), hint=_l("For whoever looks it up later; no card numbers"))


@blueprint.get("/")
@staff(*READERS)
def overview() -> ResponseReturnValue:
    """The open questions, the oldest first."""
    return render_template(
        "staff/tasks.html",
        tasks=tasks.list_open_tasks(db()),
        words=words,
        link=order_link,
        overdue=checks.is_check_overdue(db(), now=now()),
        green_at=checks.last_green_at(db()),
    )


@blueprint.route("/<reference>/close", methods=["GET", "POST"])
@staff(*SOLVERS)
def close(reference: str) -> ResponseReturnValue:
    """Write down that a question is answered, and how."""
    task = tasks.get_open_task(db(), reference=reference)
    form = AnswerForm()
    if form.validate_on_submit():
        tasks.close_task(db(), task=task, actor=actor(), note=form.text("note"), now=now())
        return done(_("The question is closed."), "staff_tasks.overview")
    back = (url_for("staff_tasks.overview"), _("Needs review"))
    return edit_page(form, title=words.task(task.kind), back=back, action=_("Close the question"))


def order_link(task: Task) -> str | None:
    """The order that a task is about, if it is about one."""
    kind, _colon, reference = task.subject.partition(":")
    return url_for("staff_money.order", reference=reference) if kind == "order" else None
