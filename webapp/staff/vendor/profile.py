"""The vendor's profile."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from flask import url_for
from wtforms.validators import ValidationError

from services.core import vendor
from services.core.texts import Texts
from services.core.vendor import VendorProfile
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.forms import StaffForm, both, line, spread
from webapp.staff.frame import staff_blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = staff_blueprint("profile", __name__)


class ProfileForm(StaffForm):
    """What customers see of the vendor."""

    groups = (
        (_l("Names"), ("name", "legal_name", "products_line")),
        (_l("How to reach us"), ("support_email", "phone", "blog_url")),
        (_l("Our clock"), ("zone", "city_in")),
    )

    name_ru, name_en = both(line, _l("Name of the department"), hint=_l("Under letters"))
    legal_name_ru, legal_name_en = both(line, _l("Name of the company"))
    products_line_ru, products_line_en = both(line, _l("Line beside the wordmark"))
    support_email = line(_l("Address for requests"))
    phone = line(_l("Telephone"), hint=_l("For talk, not for registration; may stay empty"), required=False)
    blog_url = line(_l("Address of the blog"), hint=_l("May stay empty"), required=False)
    zone = line(_l("Time zone"), hint=_l("Its IANA name, like Europe/Moscow"))
    city_in_ru, city_in_en = both(
        line, _l("The city with its preposition"), hint=_l("Stands before our time: “in Moscow 10:00”")
    )

    def validate_support_email(self, field: Any) -> None:
        """An address, as far as its shape tells."""
        if "@" not in (field.data or ""):
            raise ValidationError(_("Check the address: it should look like name@company.ru."))

    def validate_blog_url(self, field: Any) -> None:
        """Only addresses that a browser opens safely."""
        if field.data and not field.data.startswith("https://"):
            raise ValidationError(_("Enter an address that starts with https://."))

    def validate_zone(self, field: Any) -> None:
        """A zone that the time zone database knows."""
        if field.data not in available_timezones():
            raise ValidationError(_("There is no such zone. Enter a name like Europe/Moscow."))

    def profile(self) -> VendorProfile:
        """The profile as it was typed."""
        values: dict[str, Any] = {}
        for part in fields(VendorProfile):
            paired = f"{part.name}_ru" in self
            values[part.name] = self.texts(part.name) if paired else self.text(part.name)
        return VendorProfile(**values)


def show_profile(profile: VendorProfile) -> dict[str, Any]:
    """The profile as its form shows it."""
    shown: dict[str, Any] = {}
    for name in asdict(profile):
        value = getattr(profile, name)
        shown |= spread(name, value) if isinstance(value, Texts) else {name: value}
    return shown


@blueprint.route("/vendor", methods=["GET", "POST"])
@staff("administrator")
def edit() -> ResponseReturnValue:
    """Edit the profile; every page and letter shows it from then on."""
    form = ProfileForm(data=show_profile(vendor.vendor(db())))
    if form.validate_on_submit():
        vendor.edit_vendor(db(), profile=form.profile(), actor=actor(), now=now())
        return done(_("The profile is saved."), "staff_golive.overview")
    back = (url_for("staff_golive.overview"), _("Settings"))
    return edit_page(form, title=_("Vendor profile"), back=back, action=_("Save the profile"))
