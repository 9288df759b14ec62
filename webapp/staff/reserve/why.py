"""Why a time is not offered: every start of a day, with what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.validators import ValidationError

from services import catalogue, scheduling, sessions
from services.core.vendor import vendor
from services.core.wording import zone_choices
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now, vendor_date
from webapp.security import staff
from webapp.staff.answers import me
from webapp.staff.forms import StaffForm, day
from webapp.staff.frame import staff_blueprint
from webapp.staff.hours.views import PLANNERS
from webapp.staff.reserve.reasons import Scene, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from flask.typing import ResponseReturnValue

    from services.catalogue.models import Service
    from services.scheduling import Explanation
    from services.scheduling.models import Specialist

blueprint = staff_blueprint("why", __name__, "/why")


def _one_of_them(_form: object, field: Any) -> None:
    if field.data not in dict(field.choices):
        raise ValidationError(_("Choose one."))


class WhyForm(StaffForm):
    """Which day of which service; asked by GET, so that the address can be passed on."""

    class Meta:
        """Nothing is changed, so nothing needs a token."""

        csrf = False

    # The check of WTForms speaks with its own words.
    service = SelectField(_l("Service"), validate_choice=False, validators=[_one_of_them])
    on = day(_l("Day"))
    zone = SelectField(_l("Customer’s time zone"), validate_choice=False, validators=[_one_of_them])

    def __init__(self, asked: MultiDict[str, str], services: Sequence[Service], home: str) -> None:
        """Offer what there is; the vendor's zone comes first."""
        super().__init__(asked)
        locale = current_locale()
        zones = [(one.zone, one.text) for one in zone_choices(now(), locale)]
        self.service.choices = [(one.slug, one.name.of(locale)) for one in services]
        self.zone.choices = sorted(zones, key=lambda choice: choice[0] != home)


@blueprint.get("")
@staff(*PLANNERS, "specialist")
def of_day() -> ResponseReturnValue:
    """Every start of one day: free, or what speaks against it."""
    home = vendor(db()).zone
    services = catalogue.list_services(db())
    usual = {
        "service": services[0].slug if services else "",
        "on": vendor_date().isoformat(),
        "zone": home,
    }
    form = WhyForm(MultiDict(usual | request.args.to_dict()), services, home)
    if not services or not form.validate():
        return render_template("staff/why.html", form=form, answer=None), 422 if services else 200
    service = next(one for one in services if one.slug == form.text("service"))
    return render_template(
        "staff/why.html", form=form, answer=_answer(service, form.day("on"), form.text("zone"))
    )


def _answer(service: Service, on: date, zone: str) -> dict[str, Any]:
    explained = scheduling.explain_day(db(), service=service, on=on, zone=zone, now=now())
    everyone = scheduling.list_specialists(db())
    skilled = [one for one in everyone if set(service.skills) <= set(one.skills)]
    scene = Scene(
        scheduling.rules_of(service),
        zone,
        {one.id: one.name for one in skilled},
        _references(explained, everyone),
    )
    return {
        "service": service,
        "on": on,
        "zone": zone,
        "rows": rows_of(explained, scene),
        "offered": sum(one.offered for one in explained),
        "of": len(explained),
        "unskilled": [one.name for one in everyone if one not in skilled],
    }


def _references(explained: Iterable[Explanation], everyone: Iterable[Specialist]) -> dict[int, str]:
    """Of the sessions that stand in the way, as far as the reader may open them."""
    mine = {one.id for one in everyone if one.staff_member.person_id == me().person_id}
    all_of_them = bool(me().role_names & set(PLANNERS))
    wanted = {
        reason.busy.occupancy_id
        for one in explained
        for reason in one.reasons
        if reason.busy is not None and reason.busy.own and (all_of_them or reason.specialist_id in mine)
    }
    found = sessions.sessions_by_occupancy(db(), occupancy_ids=wanted)
    return {occupancy_id: session.reference for occupancy_id, session in found.items()}
