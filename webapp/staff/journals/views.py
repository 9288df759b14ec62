"""Letters, jobs and the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import render_template, request

from services.core import audit as log
from services.core import job_log, mail
from webapp.days import read_day
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.navigation import NavItem
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, me
from webapp.staff.frame import staff_blueprint
from webapp.staff.journals import queries
from webapp.staff.listing import page_number, paginate

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("journals", __name__)
NAV = [
    NavItem("staff_journals.letters", _l("Letters"), "staff", 70, roles=("administrator", "coordinator")),
    NavItem("staff_journals.jobs", _l("Jobs"), "staff", 72, roles=("administrator",)),
    NavItem("staff_journals.audit", _l("Audit log"), "staff", 74, roles=("administrator",)),
]
LETTER_STATES = {
    "queued": _l("waiting"),
    "sending": _l("on its way"),
    "sent": _l("sent"),
    "bounced": _l("came back"),
    "failed": _l("not delivered"),
}
JOB_STATES = {
    "failed": _l("failed"),
    "todo": _l("waiting"),
    "doing": _l("running"),
    "succeeded": _l("finished"),
    "cancelled": _l("called off"),
}


@blueprint.get("/letters")
@staff("administrator", "coordinator")
def letters() -> ResponseReturnValue:
    """What was sent to whom and what the mail server answered; found by address or reference."""
    state, words = request.args.get("state", ""), request.args.get("q", "").strip()
    listing = paginate(db(), queries.letters(state=state, words=words), at=page_number())
    return render_template(
        "staff/letters.html", listing=listing, state=state, words=words, states=LETTER_STATES
    )


@blueprint.post("/letters/<int:mail_id>/retry")
@staff("administrator", "coordinator")
def retry_letter(mail_id: int) -> ResponseReturnValue:
    """Send a letter again that didn't get through."""
    mail.retry(db(), mail_id=mail_id)
    log.record(db(), actor=actor(), verb="mail.retry", subject=f"mail:{mail_id}", now=now())
    return done(_("The letter is on its way again."), "staff_journals.letters")


@blueprint.get("/jobs")
@staff("administrator")
def jobs() -> ResponseReturnValue:
    """What the worker has to do, what failed and why."""
    state, at = request.args.get("state", ""), page_number()
    state = state if state in JOB_STATES else ""
    return render_template(
        "staff/jobs.html",
        jobs=job_log.list_jobs(db(), state=state or None, at=at),
        counts=job_log.count_jobs(db()),
        states=JOB_STATES,
        state=state,
        at=at,
    )


@blueprint.post("/jobs/<int:job_id>/retry")
@staff("administrator")
def retry_job(job_id: int) -> ResponseReturnValue:
    """Let the worker try a failed job once more."""
    job_log.retry_job(db(), job_id=job_id, actor=actor(), now=now())
    return done(_("The job waits for the worker again."), "staff_journals.jobs")


@blueprint.get("/audit")
@staff("administrator")
def audit() -> ResponseReturnValue:
    """Who did what to which thing."""
    asked = {name: request.args.get(name, "").strip() for name in ("actor", "subject", "verb", "on")}
    query = queries.audit_rows(
        actor=asked["actor"],
        subject=asked["subject"],
        verb=asked["verb"],
        on=read_day(asked["on"]),
        zone=ZoneInfo(me().person.zone),
    )
    listing = paginate(db(), query, at=page_number())
    names = queries.names_of(db(), actors={row.actor for row in listing.rows})
    return render_template("staff/audit.html", listing=listing, asked=asked, names=names)
