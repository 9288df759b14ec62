"""Taking somebody new on: a person, his right to sign in, and his place in the schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from zoneinfo import available_timezones

from flask import current_app, flash, url_for
from wtforms.validators import ValidationError

from services import people, scheduling
from webapp.auth import commands, passwords
from webapp.auth.errors import AddressTakenError
from webapp.i18n import gettext as _
from webapp.i18n import lazy_gettext as _l
from webapp.request import db, now
from webapp.security import staff
from webapp.staff.answers import actor, done, edit_page
from webapp.staff.boxes import boxes, radios
from webapp.staff.forms import StaffForm, line, tick
from webapp.staff.frame import staff_blueprint
from webapp.staff.vendor.people import ROLE_NAMES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from services.core.texts import Locale
    from services.people.models import StaffMember

blueprint = staff_blueprint("newcomers", __name__, "/people")


class NewcomerForm(StaffForm):
    """Who somebody is and what he will do."""

    groups = (
        (_l("Who"), ("name", "email", "locale", "zone")),
        (_l("Roles"), ("roles",)),
        (_l("Sessions"), ("takes_sessions", "skills")),
    )

    name = line(_l("First and last name"), hint=_l("Customers see it before a session"), longest=120)
    email = line(_l("E-mail"), hint=_l("To sign in with; letters go there"), longest=254)
    locale = radios(_l("Language of letters"), {"ru": _l("Russian"), "en": _l("English")})
    zone = line(_l("Time zone"), hint=_l("Its IANA name, like Europe/Moscow"))
    roles = boxes(_l("Roles"), ROLE_NAMES)
    takes_sessions = tick(_l("Takes sessions"))
    skills = line(_l("Skills"), hint=_l("Codes, separated by commas"), required=False)

    def validate_email(self, field: Any) -> None:
        """An address, as far as its shape tells."""
        if "@" not in (field.data or ""):
            raise ValidationError(_("Check the address: it should look like name@company.ru."))

    def validate_zone(self, field: Any) -> None:
        """A zone that the time zone database knows."""
        if field.data not in available_timezones():
            raise ValidationError(_("There is no such zone. Enter a name like Europe/Moscow."))


@blueprint.route("/new", methods=["GET", "POST"])
@staff("administrator")
def new() -> ResponseReturnValue:
    """Add one of us; the first password is shown once, for handing over in person."""
    form = NewcomerForm(data={"locale": "ru", "zone": "Europe/Moscow", "roles": ["specialist"]})
    if form.validate_on_submit():
        fresh = passwords.readable_password()
        try:
            _take_on(form, fresh)
        except AddressTakenError:
            form.email.errors = [_("Somebody signs in with this address already.")]
        else:
            flash(
                _(
                    "The first password of %(name)s, shown this once: %(password)s",
                    name=form.text("name"),
                    password=fresh,
                ),
                "flow",
            )
            return done(_("The colleague is in the list."), "staff_people.overview")
    back = (url_for("staff_people.overview"), _("People and roles"))
    return edit_page(form, title=_("A new colleague"), back=back, action=_("Add the colleague"))


def _take_on(form: NewcomerForm, password: str) -> None:
    person = people.add_person(
        db(),
        name=form.text("name"),
        email=form.text("email"),
        locale=cast("Locale", form.text("locale")),
        zone=form.text("zone"),
    )
    member = people.hire(db(), person=person, actor=actor(), now=now())
    commands.create_staff_user(
        db(),
        staff_member=member,
        password=password,
        roles=form.roles.data or [],
        cost=dict(current_app.config["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"]),
        actor=actor(),
        now=now(),
    )
    if form.ticked("takes_sessions"):
        _schedule(form, member)


def _schedule(form: NewcomerForm, member: StaffMember) -> None:
    skills = [code.strip() for code in form.text("skills").split(",") if code.strip()]
    scheduling.add_specialist(
        db(), staff_member=member, zone=form.text("zone"), skills=skills, actor=actor(), now=now()
    )
