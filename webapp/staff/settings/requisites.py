"""The details of our own legal entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from billing import sellers
from services import people
from services.core.errors import InvalidError
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.forms import StaffForm, line
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("requisites", __name__, "/sellers")


class RequisitesForm(StaffForm):
    """What stands about a seller on bills and documents."""

    groups = ((_l("Company"), ("name", "address")), (_l("Numbers"), ("inn", "kpp", "ogrn")))

    name = line(_l("Name of the company"))
    address = line(_l("Address"))
    inn = line(_l("Tax number (INN)"), required=False, longest=30)
    kpp = line(_l("Tax registration code (KPP)"), required=False, longest=30)
    ogrn = line(_l("Registration number (OGRN)"), required=False, longest=30)


@blueprint.route("/<code>/requisites", methods=["GET", "POST"])
@staff("administrator")
def edit(code: str) -> ResponseReturnValue:
    """Edit name, address and numbers; what was issued before keeps its copy."""
    organisation = sellers.get_seller(db(), code=code).organisation
    form = RequisitesForm(obj=organisation)
    if form.validate_on_submit():
        typed = {name: form.text(name) for name in ("name", "address", "inn", "kpp", "ogrn")}
        try:
            people.edit_own_organisation(db(), organisation=organisation, **typed, actor=actor(), now=now())
        except InvalidError as error:
            form.refuse(error)
        else:
            return done(_("The company details are saved."), "staff_sellers.overview")
    back = (url_for("staff_sellers.overview"), _("Sellers and VAT"))
    return edit_page(form, title=organisation.name, back=back, action=_("Save the details"))
