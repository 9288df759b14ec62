"""What a specialist can do: skills, limit, zone, the holiday set he has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from services import scheduling
from services.core.errors import InvalidError
from webapp.i18n import gettext as _
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.frame import staff_blueprint
from webapp.staff.hours.forms import NO_SET, SpecialistForm
from webapp.staff.hours.views import PLANNERS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.scheduling.models import Specialist

blueprint = staff_blueprint("specialists", __name__, "/hours")


@blueprint.route("/<int:specialist_id>/skills", methods=["GET", "POST"])
@staff(*PLANNERS)
def edit(specialist_id: int) -> ResponseReturnValue:
    """Change what a specialist can do; sessions already agreed stay with him."""
    specialist = scheduling.get_specialist(db(), specialist_id=specialist_id)
    sets = scheduling.list_holiday_sets(db())
    has = next((one.code for one in sets if one.id == specialist.holiday_set_id), NO_SET)
    shown = {"skills": ", ".join(specialist.skills), "daily_limit": str(specialist.daily_limit or "")}
    form = SpecialistForm(data={**shown, "desk": specialist.desk, "zone": specialist.zone, "holidays": has})
    form.offer(sets)
    if form.validate_on_submit() and _saved(specialist, form):
        return done(_("The specialist is saved."), "staff_hours.of", specialist_id=specialist_id)
    back = (url_for("staff_hours.of", specialist_id=specialist_id), specialist.name)
    return edit_page(form, title=_("Skills and limits"), back=back, action=_("Save"))


def _saved(specialist: Specialist, form: SpecialistForm) -> bool:
    chosen = form.text("holidays")
    try:
        scheduling.edit_specialist(
            db(),
            specialist=specialist,
            zone=form.text("zone"),
            skills=form.codes(),
            daily_limit=form.limit(),
            desk=form.ticked("desk"),
            holidays=None if chosen == NO_SET else scheduling.get_holiday_set(db(), code=chosen),
            actor=actor(),
            now=now(),
        )
    except InvalidError as error:
        form.refuse(error)
        return False
    return True
